"""What a request wants: options from a query or a first message, checked by their tables."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..options import DetectOptions, NetworkOptions, Option, TrackOptions, completed, options_of
from ..streams.search import policy_of
from ..streams.smoothing import SMOOTHING
from ..values import Size
from .jobs import Options
from .problem import Problem

# How networks run is decided where the server starts; which of them run, a request may choose.
SERVERS_OWN = frozenset(options_of(NetworkOptions)) - {"variant"}
FLAGS = {"true": True, "1": True, "false": False, "0": False}
FORMATS = ("picture", "rgb")
TIMES = ("arrival", "sent")


def requestable(kind: type) -> dict[str, Option]:
    """The options that a request may name."""
    return {n: option for n, option in options_of(kind).items() if n not in SERVERS_OWN}


def defaults_for(kind: type, chosen: Mapping[str, Any]) -> Options:
    """The options of a request that names none. chosen: those of the server."""
    return tuple((name, chosen[name]) for name in options_of(kind))


def picture_options(defaults: Options, query: Iterable[tuple[str, str]]) -> Options:
    """The options of a picture. query: names and words. Raises Problem 400."""
    given: dict[str, Any] = {}
    for name, words in query:
        if name in given:
            raise Problem(400, f"{name} is given twice")
        option = options_of(DetectOptions).get(name)
        given[name] = words if option is None else _value(name, option, words)
    return _completed(DetectOptions, defaults, given, "/v1/detect")


def _value(name: str, option: Option, words: str) -> Any:
    """What the words of a query mean. Raises Problem 400."""
    kind = type(option.default)
    try:
        return FLAGS[words.lower()] if kind is bool else kind(words)
    except (KeyError, ValueError):
        wanted = {bool: "true or false", int: "a whole number"}.get(kind, "a number")
        raise Problem(400, f"{name} must be {wanted}, not {words!r}") from None


def stream_options(defaults: Options, given: Mapping[str, Any]) -> Options:
    """The options of a stream. given: as JSON has them. Raises Problem 400."""
    values = dict(given)
    try:
        if "search" in values:
            values["search"] = policy_of(str(values["search"]))
    except ValueError as error:
        raise Problem(400, f"search: {error}") from None
    if "smoothing" in values:
        if not isinstance(values["smoothing"], bool):
            raise Problem(400, f"smoothing must be true or false, not {values['smoothing']!r}")
        values["smoothing"] = SMOOTHING if values["smoothing"] else None
    return _completed(TrackOptions, defaults, values, "/v1/track")


def _completed(kind: type, defaults: Options, given: Mapping[str, Any], of: str) -> Options:
    for name in given:
        if name in SERVERS_OWN:
            flag = "--" + name.replace("_", "-")
            raise Problem(400, f"{name} is chosen where the server starts: knuckle serve {flag}")
    try:
        chosen: Mapping[str, Any] = completed(kind, {**dict(defaults), **given}, of)
    except (TypeError, ValueError) as error:
        raise Problem(400, str(error)) from None
    return tuple(chosen.items())


@dataclass(frozen=True, slots=True)
class Start:
    """The first message of a stream.

    options: of its tracker.
    size: (width, height) of its frames if they are RGB bytes; None if they are pictures' files.
    is_timed: whether each frame has its time before it.
    """

    options: Options
    size: Size | None
    is_timed: bool


def stream_start(defaults: Options, text: str, most_pixels: int) -> Start:
    """Parse the first message of a stream, a JSON object. Raises Problem 400 or 413."""
    message = _object(text)
    unknown = sorted(set(message) - {"options", "format", "width", "height", "time"})
    if unknown:
        raise Problem(
            400,
            f"the first message has no {unknown[0]!r}: it has options, format, width, height, time",
        )
    options = message.get("options", {})
    if not isinstance(options, dict):
        raise Problem(400, f"options must be a JSON object, not {options!r}")
    kind = _one_of("format", message.get("format", "picture"), FORMATS)
    time = _one_of("time", message.get("time", "arrival"), TIMES)
    size = _size(message, most_pixels) if kind == "rgb" else None
    return Start(stream_options(defaults, options), size, time == "sent")


def _object(text: str) -> dict[str, Any]:
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        message = None
    if not isinstance(message, dict):
        raise Problem(400, "the first message must be a JSON object, such as {}")
    return message


def _one_of(name: str, value: Any, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise Problem(400, f"{name} must be {' or '.join(choices)}, not {value!r}")
    return str(value)


def _size(message: Mapping[str, Any], most_pixels: int) -> Size:
    width, height = (_pixels(name, message.get(name)) for name in ("width", "height"))
    if width * height > most_pixels:
        raise Problem(413, f"{width} x {height} is more than {most_pixels} pixels: scale it down")
    return width, height


def _pixels(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise Problem(400, f"RGB frames need a {name}, a whole number of pixels, not {value!r}")
    return value
