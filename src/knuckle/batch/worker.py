"""What a worker does: one clip after another from its source to its table."""

from __future__ import annotations

import errno
import time
from collections.abc import Iterator
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
from ..networks.engine import open_networks
from ..options import wanted
from ..outputs import open_sink
from ..render.draw import draw
from .clips import Clip, shown
from .jobs import Job, Join, Order, Written
from .reading import opened
from .record import Record
from .store import ANNOTATED, Store, open_store
from .tracking import Tell, table_of

# What stops a run: the next clip would fail in the same way, so none is marked.
_STOPPING = (ImportError, MemoryError, ExtraMissing, CannotRunHere, ModelDamaged, ModelMissing)
# So does what the system refuses to every process: a full disk, a read-only one, no more files.
_REFUSALS = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE}


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
            raise NotImplementedError
        return tuple(self._track(clip, job.attempt, tell) for clip in job.clips)

    def _track(self, clip: Clip, attempt: int, tell: Tell) -> Written:
        began = time.monotonic()
        try:
            written = self._write(clip, tell)
        except Exception as error:
            if _is_stopping(error):
                raise BatchError(_stopping_reason(clip, error)) from error
            reason = shown(str(error) if isinstance(error, KnuckleError) else _unforeseen(error))
            recipe = self._order.recipe.hash
            size = clip.size or 0
            failed = Record(clip.id, shown(clip.uri), "failed", recipe, reason=reason, size=size)
            written = Written(failed)
        took = round(time.monotonic() - began, 3)
        return replace(written, record=replace(written.record, attempts=attempt, took=took))

    def _write(self, clip: Clip, tell: Tell) -> Written:
        with ExitStack() as stack:
            alive = partial(tell, 0)  # a large clip takes long to fetch
            source, content = stack.enter_context(opened(clip, self._order.recipe, alive))
            video = stack.enter_context(self._video(clip, source.rate))
            record, data = table_of(clip, self._order.recipe, source, content, tell, video)
        # After its video: a clip with a table is finished.
        return Written(record, self._store.put(record.file, data))

    @contextmanager
    def _video(self, clip: Clip, rate: Any) -> Iterator[Sink | None]:
        """The annotated video, if one is wanted."""
        if not self._order.annotated:
            yield None
            return
        look = partial(draw, style=self._order.style, confidence=self._order.confidence)
        with (
            self._store.target(f"{ANNOTATED}/{clip.stem}.mp4") as path,
            open_sink(path, rate=rate, draw=look) as sink,
        ):
            yield sink


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
    return str(error) if isinstance(error, KnuckleError) else _unforeseen(error)


def _unforeseen(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
