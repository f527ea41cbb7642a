"""A recipe: everything but the clip that decides what a table holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cached_property
from numbers import Real
from typing import Any, cast

import numpy as np

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
        """The recipe in words that JSON knows, the networks' checksums included.

        What has no influence on a table is left out, and equal values have equal words.
        """
        chosen = self.completed
        variant: Variant = chosen["variant"]
        models = (model_for("palm detection", variant), model_for("hand landmarks", variant))
        options = {**chosen, "precision": wanted(cast("Any", chosen)).precision}
        words = {f.name: getattr(self, f.name) for f in fields(self)}
        if not self.offline:
            options.pop("gap", None)
        if self.split is None:
            del words["overlap"]
        del options["threads"]  # they change the time only
        networks = {model.name: model.sha256 for model in models}
        words |= {"table": SCHEMA, "options": options, "networks": networks}
        return dict(_in_words(words))

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
    """A value in words that JSON knows: 0 for 0.0, lists for tuples, objects for dataclasses."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, Real):
        number = float(value)
        return int(number) if number.is_integer() else number
    if isinstance(value, Mapping):
        return {str(name): _in_words(item) for name, item in value.items()}
    if isinstance(value, Sequence):
        return [_in_words(item) for item in value]
    if is_dataclass(value):
        content = {f.name: _in_words(getattr(value, f.name)) for f in fields(value)}
        return {"kind": type(value).__name__, **content}
    return repr(value)


def differences(made: Mapping[str, Any], described: Mapping[str, Any]) -> list[str]:
    """What differs between two recipes in words, such as "max_hands 2, and here 4".

    made: that of a table; empty if it is not known, and then nothing is. described: another one.
    """
    return list(_different(made, described, "")) if made else []


def _different(old: Mapping[str, Any], new: Mapping[str, Any], before: str) -> Iterator[str]:
    for name in sorted(old.keys() | new.keys()):
        then, now = old.get(name), new.get(name)
        if then == now:
            continue
        if name == "networks":
            yield "other networks"
        elif not (isinstance(then, Mapping) and isinstance(now, Mapping)):
            yield f"{before}{name} {_shown(then)}, and here {_shown(now)}"
        elif then.get("kind") != now.get("kind"):
            yield f"{before}{name} {then.get('kind')}, and here {now.get('kind')}"
        else:
            yield from _different(then, now, "" if name == "options" else f"{before}{name}.")


def _shown(value: Any) -> str:
    if value is None:
        return "none"
    return str(value.get("kind")) if isinstance(value, Mapping) else str(value)
