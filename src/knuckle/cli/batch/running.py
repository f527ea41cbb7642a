"""A batch from what was asked to the exit status."""

from __future__ import annotations

from ...batch.engines.local import LocalEngine
from ...batch.inputs import clips_of
from ...batch.jobs import Engine, Order
from ...batch.ledger import read_ledger
from ...batch.plan import Wishes, planned
from ...batch.recipe import Recipe
from ...batch.run import Limits, run
from ...batch.store import open_store
from ..options import cores
from ..report import Report, interruptible
from .asked import Asked


def carry_out(asked: Asked, report: Report) -> int:
    """Do what was asked, and return the exit status."""
    order = _order(asked)
    wishes = Wishes(again=not asked.is_resumed, retry_failed=asked.retry_failed, shard=asked.shard)
    store = open_store(asked.output)
    plan = planned(clips_of(asked.inputs), order, read_ledger(store), store, wishes)
    with interruptible() as interrupt:
        records = run(
            plan.todo,
            order,
            store,
            _engine(asked),
            limits=Limits(attempts=asked.max_attempts),
            shard=wishes.shard_name,
            is_stopped=lambda: bool(interrupt.signal),
        )
    for record in records:
        if not record.is_finished:
            report.problem(f"{record.uri}: {record.state}: {record.reason}")
    return interrupt.status or int(report.problems > 0)


def _order(asked: Asked) -> Order:
    recipe = Recipe(
        asked.options,
        offline=asked.offline,
        stills=asked.stills,
        start=asked.start,
        stop=asked.stop,
        every=asked.every,
        camera=asked.camera,
        hand_size=asked.hand_size,
        split=asked.split,
        streams=asked.streams,
    )
    return Order(recipe, asked.output, asked.annotated, asked.style, asked.confidence)


def _engine(asked: Asked) -> Engine:
    if asked.engine == "ray":
        raise NotImplementedError
    return LocalEngine(asked.workers or cores(), asked.timeout)
