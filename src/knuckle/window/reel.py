"""The frames of a clip, forwards and backwards."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable

from ..closing import Closing
from ..io.stream import Source
from ..values import Frame
from .state import Target

BEFORE = 1.0  # seconds that are decoded before a frame to go back to, for the next steps back
KEPT_BYTES = 256 * 2**20  # of pictures that are kept for steps back
Open = Callable[[float], Source]  # opens the clip at a time, seconds


class Reel(Closing):
    """Reads a clip, keeps its last frames, and opens it again to go farther back."""

    def __init__(self, open_at: Open, first: Source) -> None:
        """first: the clip, opened at its start."""
        self._open = open_at
        self._source = first
        self._kept: list[Frame] = []  # consecutive; the source goes on after the last
        self._next = 0  # position in them of the next frame

    def next(self) -> Frame:
        """The next frame. Raises StopIteration at the end, SourceError for a damaged part."""
        if self._next == len(self._kept):
            self._kept.append(next(self._source))
            self._forget()
        self._next += 1
        return self._kept[self._next - 1]

    def _forget(self) -> None:
        """Keep no more than the bytes allow, and at least two frames."""
        most = max(KEPT_BYTES // max(self._kept[-1].image.nbytes, 1), 2)
        while len(self._kept) > most:
            del self._kept[0]
            self._next -= 1

    def go(self, target: Target) -> None:
        """Have `next` give the frame of a target. Past the end, it gives the last one.

        Raises SourceError when the clip cannot be opened again.
        """
        if target.index is None:
            self._reopen(target.seconds)
        elif not self._has(target.index):
            self._reopen(max(target.seconds - BEFORE, 0.0))
            self._read_to(target.index)
        if target.index is not None:
            self._next = max(bisect_right(self._indices(), target.index) - 1, 0)

    def _indices(self) -> list[int]:
        return [frame.index for frame in self._kept]

    def _has(self, index: int) -> bool:
        return bool(self._kept) and self._kept[0].index <= index <= self._kept[-1].index

    def _reopen(self, seconds: float) -> None:
        self._source.close()
        self._source = self._open(seconds)
        self._kept, self._next = [], 0

    def _read_to(self, index: int) -> None:
        """Read and keep frames until one has the index, or one beyond it has come."""
        while not self._kept or self._kept[-1].index < index:
            try:
                self.next()
            except StopIteration:
                return

    def close(self) -> None:
        """Close the clip."""
        self._source.close()
