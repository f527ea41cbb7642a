"""Several streams at once: the next frame of each, one step in all of them, and so on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ..errors import SourceError
from ..values import Frame, Hand
from .step import Follower, TrackState, step_many

MOST_NAMED = 3  # streams that failed, in a message


def follow_many(
    follower: Follower, streams: Iterable[Iterable[Frame]], check: Callable[[Frame], Frame]
) -> Iterator[tuple[int, Frame, list[Hand]]]:
    """Every frame of every stream with the stream's index and its hands, each stream in order.

    A stream that ends or fails leaves the others alone.
    check: what to do with each frame first; what it raises ends all streams.
    Raises SourceError when all streams have ended, if any failed.
    """
    sources = [iter(stream) for stream in streams]
    states = {i: TrackState() for i in range(len(sources))}  # of the streams that have not ended
    failures: dict[int, Exception] = {}
    while states:
        frames: dict[int, Frame] = {}
        for i in list(states):
            try:
                frame = next(sources[i])
            except StopIteration:
                del states[i]
            except Exception as error:
                del states[i]
                failures[i] = error
            else:
                frames[i] = check(frame)
        images = [frame.image for frame in frames.values()]
        times = [frame.time for frame in frames.values()]
        after = step_many(follower, list(states.values()), images, times)
        for (i, frame), (state, hands) in zip(frames.items(), after, strict=True):
            states[i] = state
            yield i, frame, hands
    if failures:
        errors = [failures[i] for i in sorted(failures)]
        cause = ExceptionGroup("the streams that failed", errors)
        raise SourceError(_sentence(failures, len(sources))) from cause


def _sentence(failures: dict[int, Exception], count: int) -> str:
    """Which of `count` streams failed, and why."""
    found = [f"stream {i}: {_reason(failures[i])}" for i in sorted(failures)]
    named, more = found[:MOST_NAMED], len(found) - MOST_NAMED
    rest = [f"and {more} more"] if more > 0 else []
    return f"{len(found)} of {count} streams failed: {'; '.join([*named, *rest])}"


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, SourceError) else f"{type(error).__name__}: {error}"
