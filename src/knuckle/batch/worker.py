"""What a worker does: one clip after another from its source to its table."""

from __future__ import annotations

import errno
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from typing import Any, cast

from ..errors import (
    BatchError,
    CannotRunHere,
    ExtraMissing,
    KnuckleError,
    ModelDamaged,
    ModelMissing,
    OutputError,
    SourceError,
)
from ..io.sinks import Sink
from ..io.stream import Source
from ..networks.engine import open_networks
from ..options import wanted
from ..outputs import open_sink
from ..render.draw import draw
from .clips import Clip, shown
from .jobs import Job, Join, Order, Track, Written
from .record import Record
from .sources.reading import Content, Problems, opened
from .splitting.joining import joined_table, name_of_part, with_hands
from .stores.store import ANNOTATED, Store, open_store
from .tracking import Asking, Tell, table_in_turns, table_of, tracked_together

# What stops a run: the next clip would fail in the same way, so none is marked.
_STOPPING = (ImportError, MemoryError, ExtraMissing, CannotRunHere, ModelDamaged, ModelMissing)
# So does what the system refuses to every process: a full disk, more files, processes or memory.
_REFUSALS = {
    *(errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.EAGAIN),
    errno.ENOMEM,
}


class Worker:
    """Does jobs. It keeps the networks open from one to the next.

    Raises KnuckleError when the networks cannot be opened.
    """

    def __init__(self, order: Order) -> None:
        self._order = order
        self._store: Store = open_store(order.output)
        chosen = cast("Any", order.recipe.completed)
        self._networks = open_networks(chosen["variant"], wanted(chosen))

    def __call__(self, job: Job, tell: Tell = lambda frames: None) -> tuple[Written, ...]:
        """Do a job. A clip that cannot be read is a result, too.

        Raises BatchError when no other clip can be done either.
        """
        if isinstance(job, Join):
            return (self._tried(partial(self._join, job.parts, tell), job.clips[0], job.attempt),)
        recipe = self._order.recipe
        if len(job.clips) == 1 or recipe.offline or recipe.stills:
            return self._one_by_one(job, tell)
        try:
            return self._together(job, tell)
        except BatchError:
            raise
        except Exception:  # the crops of all may be too many for the memory of a device
            return self._one_by_one(job, tell)

    def _one_by_one(self, job: Track, tell: Tell) -> tuple[Written, ...]:
        clips = zip(job.clips, _in_sum(tell, len(job.clips)), strict=True)
        return tuple(
            self._tried(partial(self._write, clip, told), clip, job.attempt) for clip, told in clips
        )

    def _together(self, job: Track, tell: Tell) -> tuple[Written, ...]:
        clips = zip(job.clips, _in_sum(tell, len(job.clips)), strict=True)
        turns = [self._track_in_turns(clip, job.attempt, told) for clip, told in clips]
        return tuple(tracked_together(turns, self._order.recipe))

    def _tried(self, do: Callable[[], Written], clip: Clip, attempt: int) -> Written:
        began = time.monotonic()
        try:
            written = do()
        except Exception as error:
            written = self._failed(clip, error)
        return _timed(written, attempt, began)

    def _track_in_turns(self, clip: Clip, attempt: int, tell: Tell) -> Asking[Written]:
        began = time.monotonic()
        try:
            with self._open(clip, tell) as (source, content, video):
                record, data = yield from table_in_turns(
                    clip, self._order.recipe, source, content, tell, video
                )
            written = Written(record, self._store.put(record.file, data))
        except Exception as error:
            written = self._failed(clip, error)
        return _timed(written, attempt, began)

    def _write(self, clip: Clip, tell: Tell) -> Written:
        with self._open(clip, tell) as (source, content, video):
            record, data = table_of(clip, self._order.recipe, source, content, tell, video)
        # After its video: a clip with a table is finished.
        return Written(record, self._store.put(record.file, data))

    def _join(self, parts: Sequence[Clip], tell: Tell) -> Written:
        clip = parts[0].whole()
        record, data = joined_table(parts, self._order.recipe, self._store, tell)
        if self._order.annotated:
            with self._open(clip, tell) as (source, _, video):
                for frame, hands in with_hands(Problems().readable(source), data):
                    cast("Sink", video).write(frame, hands)
                    tell(0)
        written = Written(record, self._store.put(record.file, data))
        for part in parts:
            self._store.remove(name_of_part(part))
        return written

    def _failed(self, clip: Clip, error: Exception) -> Written:
        """What an error says of a clip. Raises BatchError when it says that of all clips."""
        if _is_stopping(error):
            raise BatchError(_stopping_reason(clip, error)) from error
        reason = shown(str(error) if isinstance(error, KnuckleError) else _unforeseen(error))
        recipe = self._order.recipe.hash
        size = clip.size or 0
        return Written(Record(clip.id, shown(clip.uri), "failed", recipe, reason=reason, size=size))

    @contextmanager
    def _open(self, clip: Clip, tell: Tell) -> Iterator[tuple[Source, Content, Sink | None]]:
        alive = partial(tell, 0)  # a large clip takes long to fetch
        with ExitStack() as stack:
            source, content = stack.enter_context(opened(clip, self._order.recipe, alive))
            yield source, content, stack.enter_context(self._video(clip, source.rate))

    @contextmanager
    def _video(self, clip: Clip, rate: Any) -> Iterator[Sink | None]:
        """The annotated video, if one is wanted. That of a part is made when it is joined."""
        if not self._order.annotated or clip.part is not None:
            yield None
            return
        look = partial(draw, style=self._order.style, confidence=self._order.confidence)
        with (
            self._store.target(f"{ANNOTATED}/{clip.stem}.mp4") as path,
            open_sink(path, rate=rate, draw=look) as sink,
        ):
            yield sink


def _timed(written: Written, attempt: int, began: float) -> Written:
    took = round(time.monotonic() - began, 3)
    return replace(written, record=replace(written.record, attempts=attempt, took=took))


def _in_sum(tell: Tell, count: int) -> list[Tell]:
    """What each of several clips tells its frames to; it tells on the sum of all."""
    frames = [0] * count

    def told(i: int, so_far: int) -> None:
        frames[i] = so_far
        tell(sum(frames))

    return [partial(told, i) for i in range(count)]


def _is_stopping(error: BaseException) -> bool:
    """Whether no other clip can be done either."""
    if isinstance(error, _STOPPING):
        return True
    cause = error.__cause__ if isinstance(error, (OutputError, SourceError)) else error
    if isinstance(error, OutputError):  # without such a cause, this clip makes no video
        return isinstance(cause, OSError)
    return isinstance(cause, OSError) and cause.errno in _REFUSALS


def _stopping_reason(clip: Clip, error: BaseException) -> str:
    if isinstance(error, MemoryError):
        return f"{shown(clip.uri)} does not fit into memory: use fewer workers, or leave it out"
    cause = error if isinstance(error, OSError) else error.__cause__
    if isinstance(cause, OSError) and cause.errno in (errno.EAGAIN, errno.ENOMEM):
        what = (cause.strerror or str(cause)).lower()
        return f"the system refuses more threads or memory ({what}): use fewer workers"
    return str(error) if isinstance(error, KnuckleError) else _unforeseen(error)


def _unforeseen(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
