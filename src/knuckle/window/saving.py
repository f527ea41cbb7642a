"""Snapshots and recordings: new files beside the old ones, written behind the window."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..closing import Closing
from ..errors import KnuckleError, OutputError
from ..io.overlap import CallBehind
from ..io.pictures import write_picture
from ..io.sinks import Sink
from ..outputs import open_sink
from ..values import Hand, ImageArray
from .picture import annotated
from .state import Look, Media
from .update import Event, RecordingStopped, Told
from .worker import Tracked

RECORDED = (".mp4", ".csv")  # what the key records
BEHIND = 8  # frames that may wait to be drawn and written


@dataclass(frozen=True, slots=True)
class Files:
    """Where files go."""

    folder: Path = Path()  # for what the keys save
    outputs: tuple[Path, ...] = ()  # of the recording that starts with the first frame


def stem_of(media: Media) -> str:
    """How names of files begin: the clip's name, or the camera's, in letters that any system takes.

    A path gives the name of its file, "camera 0" gives camera-0.
    """
    name = media.name if media.is_live else Path(media.name).stem
    return re.sub(r"[^\w.-]+", "-", name).strip("-.") or "hands"


def free_paths(folder: Path, stem: str, endings: Sequence[str]) -> tuple[Path, ...]:
    """Paths with the same stem, none of which exists: stem.png, stem-2.png and so on."""
    number = 1
    while True:
        name = stem if number == 1 else f"{stem}-{number}"
        paths = tuple(folder / f"{name}{ending}" for ending in endings)
        if not any(path.exists() for path in paths):
            return paths
        number += 1


class Recording(Closing):
    """Files that grow frame by frame. Each frame of a clip is recorded once, in order."""

    def __init__(self, paths: Sequence[Path], rate: float) -> None:
        """Open all files. Raises OutputError, ExtraMissing, and then leaves none."""
        self.paths = tuple(paths)
        self._current: tuple[Tracked, Look] | None = None
        self._last = -1  # index of the last frame
        self._count = 0
        self._sinks: list[Sink] = []
        self._problem: OutputError | None = None
        try:
            for path in paths:
                self._sinks.append(open_sink(path, rate=rate, draw=self._drawn))
        except KnuckleError:
            self._discard()
            raise
        self._behind = CallBehind(self._write, BEHIND)

    @property
    def problem(self) -> OutputError | None:
        """Why nothing more can be recorded."""
        return self._problem

    def add(self, tracked: Tracked, look: Look) -> None:
        """Record a frame, unless it has been recorded."""
        if tracked.frame.index > self._last and self._problem is None:
            self._last = tracked.frame.index
            self._behind(tracked, look)

    def _drawn(self, image: ImageArray, hands: Sequence[Hand]) -> ImageArray:
        """Draws the frame that is being written: palms are not among the sinks' hands."""
        assert self._current is not None
        tracked, look = self._current
        return annotated(image, tracked.answer, look)

    def _write(self, tracked: Tracked, look: Look) -> None:
        if self._problem is not None:
            return
        self._current = tracked, look
        try:
            for sink in self._sinks:
                sink.write(tracked.frame, tracked.answer.hands)
            self._count += 1
        except OutputError as error:
            self._problem = error

    def close(self) -> None:
        """Complete the files with all that was written. Raises OutputError if one cannot be."""
        self._behind.close()
        if not self._count:
            self._discard()
            return
        problems = []
        for sink in self._sinks:
            try:
                sink.close()
            except OutputError as error:
                problems.append(error)
        if problems:
            raise problems[0]

    def abort(self) -> None:
        """Complete the files, too: what was written is not lost when the program fails."""
        with suppress(OutputError):
            self.close()

    def _discard(self) -> None:
        for sink in self._sinks:
            sink.abort()


class Saver(Closing):
    """Does what the keys for snapshots and recordings ask for."""

    def __init__(
        self, media: Media, files: Files, post: Callable[[Event], None], tell: Callable[[str], None]
    ) -> None:
        """post: takes an event for the window, from any thread. tell: prints a line."""
        self._media, self._files, self._post, self._tell = media, files, post, tell
        self._stem = stem_of(media)
        self._outputs = files.outputs  # for the first recording
        self._recording: Recording | None = None
        self._snapshots = CallBehind(self._save, BEHIND)

    def snapshot(self, tracked: Tracked, look: Look) -> None:
        """Save a frame as it is drawn, but never mirrored."""
        self._snapshots(tracked, look)

    def _save(self, tracked: Tracked, look: Look) -> None:
        is_live, index = self._media.is_live, tracked.frame.index
        stem = f"{self._stem}_{_stamp() if is_live else f'frame{index:06d}'}"
        [path] = free_paths(self._files.folder, stem, [".png"])
        try:
            write_picture(path, annotated(tracked.frame.image, tracked.answer, look))
        except OutputError as error:
            self._post(Told(_sentence(error)))
        else:
            self._tell(f"wrote {path}")
            self._post(Told(f"Saved {path.name}"))

    def start(self) -> None:
        """Start a recording: with new names, but the first time with those that were given."""
        paths = self._outputs or free_paths(
            self._files.folder, f"{self._stem}_{_stamp()}", RECORDED
        )
        self._outputs = ()
        try:
            self._recording = Recording(paths, self._media.rate)
        except KnuckleError as error:
            self._post(RecordingStopped(_sentence(error)))

    def record(self, tracked: Tracked, look: Look) -> None:
        """Add a frame to the recording, if there is one."""
        if self._recording is None:
            return
        self._recording.add(tracked, look)
        if self._recording.problem is not None:
            self._post(RecordingStopped(_sentence(self._recording.problem)))

    def stop(self) -> None:
        """Complete the recording."""
        recording, self._recording = self._recording, None
        if recording is None:
            return
        try:
            recording.close()
        except OutputError as error:
            self._post(Told(_sentence(error)))
        written = [path for path in recording.paths if path.exists()]
        for path in written:
            self._tell(f"wrote {path}")
        if written and recording.problem is None:
            self._post(Told(f"Saved {' and '.join(path.name for path in written)}"))

    def close(self) -> None:
        """Complete what was begun."""
        self.stop()
        self._snapshots.close()


def _stamp() -> str:
    return time.strftime("%Y%m%d-%H%M%S")


def _sentence(error: Exception) -> str:
    text = str(error)
    return text[:1].upper() + text[1:]
