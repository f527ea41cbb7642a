"""A run: hand the clips to an engine, try again what was lost, and keep the books."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from ..errors import OutputError
from .clips import Clip, shown
from .jobs import Ended, Engine, Event, Job, Lost, Order, Track, Written
from .ledger import log_line, next_log, read_ledger, write_index
from .record import Record
from .splitting.parts import Waiting, sweep_parts
from .stores.locks import index_locked
from .stores.store import LocalStore, Store

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

    Hold `locked(store, shard)` from before the plan to the end of this.
    listen: is called with each event. on_ended: with each clip that is not tried again in this run,
    once it is in the log. is_stopped: is asked after each; the run ends if it says so.
    Whatever ends the run, no worker and no unfinished file is left, and the index lists what is
    known then. A log or an index that cannot be written ends it, too: tables stay, and the next run
    finds them.
    Raises BatchError when no clip can be done, OutputError when the output cannot be written.
    """
    records: list[Record] = []
    jobs: deque[Job] = deque()
    try:
        log = _new_log(store, shard) if clips else ""
        waiting = Waiting(clips, order.recipe, store)
        jobs += [*waiting.joins, *jobs_of(waiting.todo, order.recipe.streams)]
        with closing(engine.run(order, jobs)) as events:
            for event in events:
                ended = _ended(event, jobs, order, limits, waiting)
                for written in ended:
                    store.append(log, log_line(written, datetime.now(UTC).isoformat()))
                    records.append(written.record)
                listen(event)
                for written in ended:
                    on_ended(written)
                if is_stopped():
                    break
    except BaseException:
        with suppress(OutputError):  # the first error says more
            close_books(store)
        raise
    known = close_books(store)
    if shard == "1of1" and isinstance(store, LocalStore):  # no other run is on this output
        sweep_parts(store, known, order.recipe)
    return records


def _new_log(store: Store, shard: str) -> str:
    """Begin a log: an output that cannot be written is noticed before the work."""
    log = next_log(store, shard)
    store.append(log, "")
    return log


def jobs_of(clips: Sequence[Clip], streams: int) -> list[Track]:
    """The jobs that track clips, so many at once."""
    return [Track(tuple(clips[i : i + streams])) for i in range(0, len(clips), streams)]


def close_books(store: Store) -> list[Written]:
    """Delete what dead workers left, and write the log's end and the index, which it returns.

    Raises OutputError.
    """
    store.clean()
    store.flush()
    with index_locked(store):
        known = list(read_ledger(store).values())
        if known:
            write_index(store, known)
    return known


def _ended(
    event: Event, jobs: deque[Job], order: Order, limits: Limits, waiting: Waiting
) -> Sequence[Written]:
    """The clips that an event ends. A lost job is put back if it may be tried again."""
    if isinstance(event, Ended):
        return waiting.after(event.job, event.results, jobs)
    if not isinstance(event, Lost):
        return ()
    job = event.job
    attempt = job.attempt + 1
    if len(job.clips) > 1:  # nobody knows which of them it was
        jobs.extend(Track((clip,), attempt) for clip in job.clips)
        return ()
    if event.state == "crashed" and job.attempt < limits.attempts:
        jobs.append(replace(job, attempt=attempt))
        return ()
    return waiting.after(job, [_lost(clip, event, order) for clip in job.clips], jobs)


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
