"""A batch from what was asked to the exit status."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from ...batch.clips import Clip
from ...batch.engines.local import LocalEngine
from ...batch.engines.ray import RayEngine
from ...batch.inputs import find_clips
from ...batch.jobs import Engine, Event, Order, Written
from ...batch.ledger import read_ledger
from ...batch.plan import Plan, Wishes, planned
from ...batch.recipe import Recipe
from ...batch.run import Limits, close_books, run
from ...batch.stores.locks import locked
from ...batch.stores.store import INDEX, Store, open_store
from ...errors import KnuckleError, SourceError
from ..options import cores, tell_setups
from ..report import Interrupt, Report, count, drop_output, interruptible
from .asked import Asked
from .dry_run import tell_plan
from .lerobot import check_dataset, make_dataset
from .progress import shown
from .summary import note_partial, print_summary, report_unfinished
from .tally import SHOWN, Tally, expected, work_of
from .wording import duration, speed

PROBED = 16  # headers that are read for the first guess at the remaining time


@dataclass(frozen=True, slots=True)
class _Batch:
    """What was asked, and what follows from it and from an earlier run."""

    asked: Asked
    order: Order
    engine: Engine
    store: Store
    ledger: Mapping[str, Written]
    plan: Plan
    report: Report


def carry_out(asked: Asked, report: Report) -> int:
    """Do what was asked, and return the exit status."""
    order, engine = _order(asked), _engine(asked)
    tell_setups(report, dict(asked.options))
    store = open_store(asked.store)
    clips = _clips(asked, report)
    if asked.format == "lerobot":
        check_dataset(asked)
    if asked.dry_run:
        plan, ledger = _planned(asked, clips, order, store, report)
        tell_plan(plan, order, engine.workers, ledger, report)
        return 0
    with locked(store, _wishes(asked).shard_name), interruptible() as interrupt:
        with interrupt.waiting():
            plan, ledger = _planned(asked, clips, order, store, report)
        batch = _Batch(asked, order, engine, store, ledger, plan, report)
        tally = Tally(work_of(plan.todo))
        began = time.monotonic()
        if plan.todo:
            _run(batch, tally, interrupt)
        else:  # the last run may have been killed before it could
            close_books(store)
        try:
            _tell_end(batch, tally, time.monotonic() - began, interrupt)
        except OSError:
            if not interrupt.is_hangup:  # its status tells all that is left to tell
                raise
            drop_output()
        if asked.format == "lerobot":
            make_dataset(asked, plan, order.recipe, store, report, interrupt)
    return interrupt.status or int(report.problems > 0)


def _wishes(asked: Asked) -> Wishes:
    return Wishes(again=not asked.is_resumed, retry_failed=asked.retry_failed, shard=asked.shard)


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
    return Order(recipe, asked.store, asked.annotated, asked.style, asked.confidence)


def _engine(asked: Asked) -> Engine:
    if asked.engine == "ray":
        cpus, gpus = asked.cpus_per_worker, asked.gpus_per_worker
        return RayEngine(
            asked.workers,
            asked.address,
            cpus_per_worker=1.0 if cpus is None else cpus,
            gpus_per_worker=gpus or 0.0,
            timeout=asked.timeout,
        )
    return LocalEngine(asked.workers or cores(), asked.timeout)


def _clips(asked: Asked, report: Report) -> Sequence[Clip]:
    """The clips that the inputs name. Raises SourceError if there are none."""
    with report.waiting("looking for clips"):
        found = find_clips(asked.inputs, stills=asked.stills, output=asked.output)
    for note in found.notes:
        report.note(note)
    if not found.clips:
        raise SourceError(f"{', '.join(asked.inputs[:3])}: there is no clip")
    return found.clips


def _planned(
    asked: Asked, clips: Sequence[Clip], order: Order, store: Store, report: Report
) -> tuple[Plan, Mapping[str, Written]]:
    """What there is to do, and what is known."""
    with report.waiting("comparing them with what is done"):
        ledger = read_ledger(store)
        return planned(clips, order, ledger, store, _wishes(asked)), ledger


def _run(batch: _Batch, tally: Tally, interrupt: Interrupt) -> None:
    """Track the clips. What ends the run early is reported; what is finished counts."""
    clips, report = batch.plan.todo, batch.report
    expect = partial(expected, clips, tally.work, batch.order.recipe, PROBED)
    with shown(report, tally, len(clips), expect) as show:

        def listen(event: Event) -> None:
            tally.see(event, time.monotonic())
            show()

        def on_ended(written: Written) -> None:
            tally.end(written)
            _tell_clip(written, report)

        try:
            run(
                clips,
                batch.order,
                batch.store,
                batch.engine,
                limits=Limits(attempts=batch.asked.max_attempts),
                shard=_wishes(batch.asked).shard_name,
                listen=listen,
                on_ended=on_ended,
                is_stopped=lambda: bool(interrupt.signal),
            )
        except KnuckleError as error:
            report.problem(error)


def _tell_clip(written: Written, report: Report) -> None:
    record = written.record
    words = [f"{record.uri}: {record.state}"]
    if record.is_finished:
        words += [count(record.frames, "frame"), count(record.hands, "hand")]
    report.detail(", ".join([*words, duration(record.took)]))


def _tell_end(batch: _Batch, tally: Tally, took: float, interrupt: Interrupt) -> None:
    """Print what has become of all clips, and what to type next."""
    asked, plan, report = batch.asked, batch.plan, batch.report
    sums, output = tally.sums, asked.store.rstrip("/")
    if not report.quiet and (sums.clips or plan.finished or plan.failed):
        print_summary(tally, plan, batch.ledger, is_stills=asked.stills)
    note_partial(report, tally.partial, tally.count("partial"), output)
    report_unfinished(report, tally.unfinished, tally.failed, output)
    before = [batch.ledger[clip.id].record for clip in plan.failed[:SHOWN]]
    report_unfinished(report, before, len(plan.failed), output)
    if sums.frames:
        busy = batch.engine.workers if asked.split else min(batch.engine.workers, len(plan.todo))
        report.note(
            f"{count(sums.clips, 'clip')} in {duration(took)}: {speed(sums.frames / took)} with "
            f"{count(busy, 'worker')}; {output}/{INDEX} lists all clips"
        )
    if left := len(plan.todo) - sums.clips:
        why = "interrupted" if interrupt.signal else "stopped"
        report.note(f"{why}, finished work is kept. To go on with {count(left, 'clip')}:")
        report.note(asked.command())
        if not asked.is_resumed:
            report.note("This starts over, unless the output still has tables of other options.")
    elif tally.failed or plan.failed:
        report.note("To try them again:")
        report.note(asked.command("--retry-failed", without=["--again"]))
