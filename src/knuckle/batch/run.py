"""A run: hand the clips to an engine, try again what was lost, and keep the books."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from .clips import Clip, shown
from .jobs import Ended, Engine, Event, Job, Lost, Order, Track, Written
from .ledger import log_line, next_log, read_ledger, write_index
from .record import Record
from .store import Store

Listener = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how often a clip is tried.

    attempts: how often a clip may lose its worker before it counts as crashed.
    """

    attempts: int = 2


def run(
    clips: Sequence[Clip],
    order: Order,
    store: Store,
    engine: Engine,
    *,
    limits: Limits = Limits(),
    shard: str = "1of1",
    listen: Listener = lambda event: None,
    on_ended: Callable[[Written], None] = lambda written: None,
    is_stopped: Callable[[], bool] = lambda: False,
) -> list[Record]:
    """Track clips. Returns the records of those that were ended, in the order of their ends.

    listen: is called with each event. on_ended: with each clip that is not tried again in this run,
    once it is in the log. is_stopped: is asked after each; the run ends if it says so.
    Whatever ends the run, the index lists what is known then.
    Raises BatchError when no clip can be done, OutputError when the output cannot be written.
    """
    log = next_log(store, shard)
    records: list[Record] = []
    jobs: deque[Job] = deque(Track((clip,)) for clip in clips)
    try:
        with closing(engine.run(order, jobs)) as events:
            for event in events:
                listen(event)
                for written in _ended(event, jobs, order, limits):
                    store.append(log, log_line(written, datetime.now(UTC).isoformat()))
                    records.append(written.record)
                    on_ended(written)
                if is_stopped():
                    break
    finally:
        if records:
            write_index(store, read_ledger(store).values())
    return records


def _ended(event: Event, jobs: deque[Job], order: Order, limits: Limits) -> Sequence[Written]:
    """The clips that an event ends. A lost job is put back if it may be tried again."""
    if isinstance(event, Ended):
        return event.results
    if not isinstance(event, Lost):
        return ()
    job = event.job
    if event.state == "crashed" and job.attempt < limits.attempts:
        jobs.append(replace(job, attempt=job.attempt + 1))
        return ()
    return [_lost(clip, event, order) for clip in job.clips]


def _lost(clip: Clip, event: Lost, order: Order) -> Written:
    return Written(
        Record(
            clip.id,
            shown(clip.uri),
            event.state,
            order.recipe.hash,
            reason=event.reason,
            size=clip.size or 0,
            attempts=event.job.attempt,
        )
    )
