"""A recipe: everything but the clip that decides what a table holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, cast

from ..geometry.camera import Camera
from ..io.schema import SCHEMA
from ..networks.engine import setups
from ..networks.models import Variant, model_for
from ..options import ClipOptions, DetectOptions, completed, wanted

_HASH_LENGTH = 16


@dataclass(frozen=True)
class Recipe:
    """How every clip of a run is tracked.

    options: of `knuckle.Tracker`, with `gap` of `knuckle.track_clip`, or of `knuckle.Detector` for
        stills; those that are not given have their defaults.
    offline: read each clip in both directions. stills: detect in each picture on its own.
    start, stop: seconds, for clips that say nothing else. every: use every Nth frame.
    camera: of clips that name no other, for the pose. hand_size: metres, for the pose; see
        `knuckle.open_sink`.
    split: seconds after which long clips are split; None: never. overlap: seconds that each part
        is read before its own start.
    streams: clips that a worker tracks at once, with their crops in one batch.
    """

    options: Mapping[str, Any] = field(default_factory=dict)
    offline: bool = False
    stills: bool = False
    start: float = 0.0
    stop: float | None = None
    every: int = 1
    camera: Camera | None = None
    hand_size: float | None = None
    split: float | None = None
    overlap: float = 1.0
    streams: int = 1

    @cached_property
    def completed(self) -> dict[str, Any]:
        """All options, checked. Raises TypeError or ValueError."""
        kind: Any = DetectOptions if self.stills else ClipOptions
        return dict(cast("dict[str, Any]", completed(kind, self.options, "knuckle batch")))

    @cached_property
    def described(self) -> dict[str, Any]:
        """The recipe in words that JSON knows, the networks' checksums included."""
        variant: Variant = self.completed["variant"]
        models = (model_for("palm detection", variant), model_for("hand landmarks", variant))
        networks = {model.name: model.sha256 for model in models}
        words = {name: value for name, value in asdict(self).items() if name != "options"}
        options = {name: _in_words(value) for name, value in self.completed.items()}
        options.pop("threads")  # they change the time only
        return {"table": SCHEMA, **words, "options": options, "networks": networks}

    @cached_property
    def hash(self) -> str:
        """What tables share that were made alike."""
        text = json.dumps(self.described, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:_HASH_LENGTH]

    @cached_property
    def setups(self) -> tuple[str, ...]:
        """How this machine runs the networks, in words."""
        chosen = cast("Any", self.completed)
        return tuple(map(str, setups(chosen["variant"], wanted(chosen))))


def _in_words(value: Any) -> Any:
    return value if value is None or isinstance(value, (bool, int, float, str)) else repr(value)
