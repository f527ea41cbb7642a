"""A record: what is known of a clip after a worker has had it.

The record is in the footer of the clip's file, in the status log, and a row of the index. The
footer holds only what follows from the clip and the recipe, so that the same clip always gives the
same bytes.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, fields
from types import NoneType
from typing import Any, Literal, Self, get_args

from ..errors import SourceError
from ..geometry.camera import Camera

State = Literal["done", "partial", "empty", "failed", "timeout", "crashed"]
STATES: tuple[State, ...] = get_args(State)
FINISHED: tuple[State, ...] = ("done", "partial", "empty")  # there is a file
UNFINISHED: tuple[State, ...] = ("failed", "timeout", "crashed")  # there is none
MOST = 1 << 63  # whole numbers are less
FOOTER = "knuckle.clip"  # the key in the metadata of a file


@dataclass(frozen=True, slots=True)
class Record:
    """A clip, how it ended, and what its table holds.

    clip: its id. uri: where it is, readable. file: its table, relative to the output.
    reason: one sentence, for every state but "done".
    frames: that were tracked. rows: of the table. hands: different hands that were followed.
    rate: frames per second of the clip; the average if it varies. seconds: of video.
    width, height: of the first frame, pixels. size: bytes of the clip. sha256: of them.
    recipe: the hash of the recipe. start, stop: seconds; the span. parts: in how many it was split.
    camera: for the pose, "fx fy cx cy" in pixels; empty without one.
    attempts: how often workers had it. took: seconds that the last attempt took.
    """

    clip: str
    uri: str
    state: State
    recipe: str
    file: str = ""
    reason: str = ""
    frames: int = 0
    rows: int = 0
    hands: int = 0
    rate: float = 0.0
    seconds: float = 0.0
    width: int = 0
    height: int = 0
    size: int = 0
    sha256: str = ""
    start: float = 0.0
    stop: float | None = None
    parts: int = 1
    camera: str = ""
    attempts: int = 1
    took: float = 0.0

    @property
    def is_finished(self) -> bool:
        """Whether there is a table."""
        return self.state in FINISHED

    def to_json(self) -> str:
        """One line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read a record, whatever a later version added. Raises SourceError."""
        try:
            return cls.from_words(json.loads(text))
        except (ValueError, RecursionError) as error:
            raise SourceError(f"{text[:60]!r} is no record of a clip: {error}") from error

    @classmethod
    def from_words(cls, words: Any) -> Self:
        """Read what JSON or a row of the index holds, as `from_json` does. Raises SourceError."""
        if not isinstance(words, dict):
            raise SourceError(f"a record of a clip must be an object, not {words!r:.60}")
        for name in _NEEDED:
            if not isinstance(words.get(name), str):
                raise SourceError(f"a record of a clip must have text as {name!r}: {words!r:.60}")
        if words["state"] not in STATES:
            raise SourceError(f"{words['state']!r:.60} is no state of a clip")
        known = {name: words[name] for name in _NAMES if name in words}
        for name, value in known.items():
            if not isinstance(value, _NAMES[name]) or not _fits(value):
                raise SourceError(f"{name!r} of a clip's record cannot be {value!r:.60}")
        return cls(**known)


def _fits(value: Any) -> bool:
    """Whether a value can be a cell of the index, whose numbers have 64 bits."""
    if isinstance(value, float):
        return math.isfinite(value)
    return not isinstance(value, int) or -MOST <= value < MOST


_TYPES: dict[str, Any] = {"str": str, "State": str, "int": int, "float": (int, float)}
_NAMES = {f.name: _TYPES.get(str(f.type), (int, float, NoneType)) for f in fields(Record)}
_NEEDED = ("clip", "uri", "state", "recipe")


def camera_in_words(camera: Camera | None) -> str:
    """A camera as a record names it."""
    return " ".join(map(repr, (camera.fx, camera.fy, camera.cx, camera.cy))) if camera else ""


_OF_THE_RUN = ("attempts", "took")  # what another run may have otherwise


def footer_of(record: Record, details: dict[str, Any]) -> dict[str, str]:
    """The metadata of a clip's file. details: the recipe in words, versions, how networks ran."""
    known = {name: v for name, v in asdict(record).items() if name not in _OF_THE_RUN}
    return {FOOTER: json.dumps({**known, **details}, sort_keys=True)}
