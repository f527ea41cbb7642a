"""Splitting long clips, where it is asked for: which parts there are, and what follows from each.

The parts of a clip are tracked as clips are, each from a little before its start. When the tables
of all parts are there, a worker joins them, and deletes them. What an interrupted run has left of
them is used.

Results are never equal to those of the unsplit clip, see `seams`. So it is part of the recipe, and
the footer of a table says in how many parts its clip was tracked.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from itertools import compress, count, pairwise
from typing import Any

from ...errors import KnuckleError
from ...io.stream import ONE_THREAD, PICTURE_RATE, Source, Span
from ...io.video import open_video
from ..addresses import file_system
from ..clips import Clip, Part, is_address, shown
from ..jobs import Job, Join, Track, Written
from ..recipe import Recipe
from ..record import Record
from ..sources.reading import span_of
from ..stores.store import PARTS, Store
from ..table import footer_in
from .joining import name_of_part

LONGER = 1.5  # clips that are longer than so many parts are split
PROBES = 8  # headers that are read at once

_PIECE = 1 << 18  # bytes of a file at an address that are fetched at once, for its header
_PART = re.compile(r"(.+)\.\d+of\d+\.parquet")


def parts_of(clip: Clip, recipe: Recipe) -> tuple[Clip, ...]:
    """The parts of a clip; the clip alone when it is short, or its header does not say how long.

    All parts are equally long, about `recipe.split` seconds.
    """
    if recipe.split is None or recipe.stills:
        return (clip,)
    try:
        span = span_of(clip, recipe)
        seconds = _seconds(clip, span)
        if seconds <= LONGER * recipe.split:
            return (clip,)
        first = _first(clip, span)
    except Exception:  # each file system raises its own; the worker says what is wrong
        return (clip,)
    many = round(seconds / recipe.split)
    starts = [span.start + seconds * i / many for i in range(many)]
    return tuple(
        replace(clip, part=Part(i, many, start, stop, first))
        for i, (start, stop) in enumerate(pairwise([*starts, None]))
        if start is not None
    )


def _seconds(clip: Clip, span: Span) -> float:
    """The length of what is to be tracked, by the header of the file; 0 if that does not say."""
    if clip.pictures:
        end = float(len(clip.pictures) / PICTURE_RATE)
        return (end if span.stop is None else min(end, span.stop)) - span.start
    with opened_header(clip, span) as source:
        return (source.frame_count or 0) / float(source.rate)


def _first(clip: Clip, span: Span) -> int:
    """The index of the first frame that is to be tracked; 0 if no frames are skipped."""
    if span.every == 1 or not span.start:
        return 0
    if clip.pictures:
        return next(i for i in count() if float(i / PICTURE_RATE) >= span.start)
    with opened_header(clip, replace(span, every=1)) as source:
        return next(source).index


@contextmanager
def opened_header(clip: Clip, span: Span) -> Iterator[Source]:
    """A video, to look at its header or first frames: of one at an address, only that is fetched.

    Raises SourceError, or what the file system of an address raises.
    """
    with ExitStack() as stack:
        target: Any = clip.uri
        if is_address(clip.uri):
            files, path = file_system(clip.uri)
            target = stack.enter_context(files.open(path, "rb", block_size=_PIECE))
        yield stack.enter_context(open_video(shown(clip.uri), target, span, ONE_THREAD))


@dataclass(slots=True)
class _Open:
    """A clip whose parts are not joined yet.

    left: the indices of parts that are still to be tracked. records: of those that were.
    """

    parts: tuple[Clip, ...]
    left: set[int]
    records: list[Record] = field(default_factory=list)
    failure: Record | None = None


class Waiting:
    """The clips of a run that wait for their parts.

    todo: what to track, clips and parts, in the order of the clips. joins: clips whose parts an
    earlier run has tracked.
    """

    def __init__(self, clips: Sequence[Clip], recipe: Recipe, store: Store) -> None:
        """Split clips, and look which parts are there. Others of these clips are deleted."""
        self._store = store
        self._open: dict[str, _Open] = {}
        self.todo: list[Clip] = []
        self.joins: list[Join] = []
        if recipe.split is None:
            self.todo += clips
            return
        old = _old_parts(store, clips)
        with ThreadPoolExecutor(PROBES) as pool:
            split = list(pool.map(lambda clip: parts_of(clip, recipe), clips))
            parts = [part for parts in split for part in parts if part.part is not None]
            found = [part for part in parts if name_of_part(part) in old]
            is_known = list(pool.map(lambda part: _is_known(part, recipe, store), found))
        there = {name_of_part(part) for part in compress(found, is_known)}
        for name in old - there:
            store.remove(name)
        for of_one in split:
            self._begin(of_one, there)

    def _begin(self, parts: tuple[Clip, ...], there: set[str]) -> None:
        if parts[0].part is None:
            self.todo += parts
            return
        missing = [part for part in parts if name_of_part(part) not in there]
        self.todo += missing
        left = {part.part.index for part in missing if part.part}
        self._open[parts[0].id] = _Open(parts, left)
        if not missing:
            self.joins.append(Join(parts))

    def after(self, job: Job, results: Sequence[Written], jobs: deque[Job]) -> list[Written]:
        """The clips that have ended for good once a job has.

        results: one for each clip of the job. jobs: what waits for a worker; a clip whose parts are
        all there is put at its beginning, and what is left of one that failed is taken out.
        """
        ended: list[Written] = []
        for clip, written in zip(job.clips, results, strict=True):
            if clip.part is not None:
                ended += self._after_part(clip, written, jobs)
            elif clip.id in self._open:
                ended.append(self._after_join(clip, written))
            else:
                ended.append(written)
        return ended

    def _after_part(self, clip: Clip, written: Written, jobs: deque[Job]) -> Iterable[Written]:
        assert clip.part is not None
        waiting, record = self._open[clip.id], written.record
        waiting.left.discard(clip.part.index)
        waiting.records.append(record)
        if not record.is_finished and waiting.failure is None:
            place = f"part {clip.part.index + 1} of {clip.part.count}"
            waiting.failure = replace(record, reason=f"{place}: {record.reason}")
            waiting.left -= _withdrawn(clip, jobs)
        if waiting.left:
            return ()
        if waiting.failure is not None:
            return [self._failed(clip, waiting.failure)]
        jobs.appendleft(Join(waiting.parts))
        return ()

    def _after_join(self, clip: Clip, written: Written) -> Written:
        if not written.record.is_finished:
            return self._failed(clip, written.record)
        waiting = self._open.pop(clip.id)
        return replace(written, record=_summed(written.record, waiting))

    def _failed(self, clip: Clip, record: Record) -> Written:
        waiting = self._open.pop(clip.id)
        for part in waiting.parts:
            self._store.remove(name_of_part(part))
        return Written(_summed(record, waiting))


def _summed(record: Record, waiting: _Open) -> Record:
    """A record with the attempts and the time of all parts that were tracked in this run."""
    return replace(
        record,
        attempts=max([record.attempts, *(part.attempts for part in waiting.records)]),
        took=round(record.took + sum(part.took for part in waiting.records), 3),
    )


def _withdrawn(clip: Clip, jobs: deque[Job]) -> set[int]:
    """Take the parts of a clip out of a queue, and say which they were."""
    found = set()
    kept: list[Job] = []
    for job in jobs:
        if not isinstance(job, Track):
            kept.append(job)
            continue
        others = tuple(c for c in job.clips if c.id != clip.id)
        found |= {c.part.index for c in job.clips if c.id == clip.id and c.part is not None}
        if others:
            kept.append(job if others == job.clips else replace(job, clips=others))
    jobs.clear()
    jobs.extend(kept)
    return found


def _old_parts(store: Store, clips: Sequence[Clip]) -> set[str]:
    """The files of parts of some clips."""
    stems = {clip.stem for clip in clips}
    return {
        name
        for name in store.stamps(PARTS)
        if (found := _PART.fullmatch(name.rpartition("/")[2])) and found[1] in stems
    }


def _is_known(part: Clip, recipe: Recipe, store: Store) -> bool:
    """Whether the table of a part is what tracking it would give."""
    span = span_of(part, recipe)
    with (
        suppress(OSError, ValueError, KeyError, KnuckleError),
        store.open(name_of_part(part)) as file,
    ):
        record = Record.from_json(footer_in(file))
        is_same = (record.recipe, record.clip) == (recipe.hash, part.id)
        is_same &= (record.start, record.stop) == (span.start, span.stop)
        return is_same and record.is_finished and part.size in (None, record.size)
    return False


def sweep_parts(store: Store, known: Iterable[Written], recipe: Recipe) -> None:
    """Delete parts of clips that are finished, as a worker leaves them that dies while it does so.

    Only for a run that has the output for itself.
    """
    names = store.stamps(PARTS)
    if not names:
        return
    finished = [
        Clip(w.record.uri, id=w.record.clip)
        for w in known
        if w.record.is_finished and w.record.recipe == recipe.hash
    ]
    for name in _old_parts(store, finished):
        store.remove(name)
