"""Golden vectors: what Python computes, for the web library to compute as well.

Each module of this package is one room of the library. Its function `vectors` returns one value per
file: `web/test/golden/ROOM/NAME.json`. `python -m tests.web.vectors --write` writes the files,
`tests/web/test_vectors.py` fails when they are not what Python computes now, and the tests in
`web/test` read them.
"""

from __future__ import annotations

import dataclasses
import importlib
import json
import pkgutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from knuckle.values import Hand

ROOT = Path(__file__).parents[3]
GOLDEN = ROOT / "web" / "test" / "golden"
DIGITS = 9  # enough to tell any two float32 apart


def rooms() -> list[str]:
    """The rooms that have golden vectors."""
    return sorted(m.name for m in pkgutil.iter_modules(__path__) if m.name != "__main__")


def vectors_of(room: str) -> dict[str, Any]:
    """What Python computes now, by file: plain lists, numbers and strings."""
    module = importlib.import_module(f"{__name__}.{room}")
    return {name: plain(value) for name, value in module.vectors().items()}


def stored(room: str, name: str) -> Any:
    """What a file says."""
    return json.loads(path_of(room, name).read_text())


def path_of(room: str, name: str) -> Path:
    """The file of one vector."""
    return GOLDEN / room / f"{name}.json"


def text_of(value: Any) -> str:
    """A plain value as JSON: one line for each member of the outermost object or list."""
    if isinstance(value, dict):
        lines = [f"{json.dumps(key)}: {_compact(item)}" for key, item in value.items()]
        return "{\n" + ",\n".join(lines) + "\n}\n"
    return "[\n" + ",\n".join(map(_compact, value)) + "\n]\n"


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


def plain(value: Any) -> Any:
    """A value as JSON holds it, in the names of the web library.

    Arrays become lists, values of the library become objects with names in camelCase, and numbers
    are rounded to the digits of a float32. NaN becomes null.
    """
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, float | np.floating):
        return None if np.isnan(value) else float(f"{float(value):.{DIGITS}g}")
    if isinstance(value, np.integer):
        return int(value)
    if hasattr(value, "_asdict"):
        return plain(value._asdict())
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return plain({f.name: getattr(value, f.name) for f in dataclasses.fields(value)})
    if isinstance(value, Mapping):
        return {_camel_case(str(key)): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def _camel_case(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(other.capitalize() for other in others)


def points_of(points: Any) -> list[dict[str, Any]]:
    """Points (n, 2) or (n, 3) as the web library has them: x and y, or x, y and z."""
    return [dict(zip("xyz", plain(point), strict=False)) for point in points]


def box_of(box: Any) -> dict[str, Any]:
    """A box (4,) as the web library has it."""
    return dict(zip(("x0", "y0", "x1", "y1"), plain(list(box)), strict=True))


def hand_of(hand: Hand) -> dict[str, Any]:
    """A hand as the web library has it; without `raw`."""
    return {
        "landmarks": points_of(hand.landmarks),
        "points": points_of(hand.points),
        "worldLandmarks": points_of(hand.world_landmarks),
        "handedness": hand.handedness,
        "handednessScore": hand.handedness_score,
        "presence": hand.presence,
        "palmScore": hand.palm_score,
        "palmBox": None if hand.palm_box is None else box_of(hand.palm_box),
        "roi": plain(hand.roi),
        "imageSize": size_of(hand.image_size),
        "confidence": plain(hand.confidence),
        "status": hand.status,
        "trackId": hand.track_id,
        "age": hand.age,
        "raw": None,
        "mirrored": hand.mirrored,
    }


def size_of(size: tuple[int, int]) -> dict[str, int]:
    """The (width, height) of a picture as the web library has it."""
    return {"width": size[0], "height": size[1]}


def differences(now: Any, then: Any, tolerance: float, where: str = "") -> list[str]:
    """The places in which two plain values differ."""
    if isinstance(now, dict) and isinstance(then, dict) and now.keys() == then.keys():
        pairs = [(f"{where}.{key}", now[key], then[key]) for key in now]
    elif isinstance(now, list) and isinstance(then, list) and len(now) == len(then):
        pairs = [(f"{where}[{i}]", a, b) for i, (a, b) in enumerate(zip(now, then, strict=True))]
    elif isinstance(now, float) or isinstance(then, float):
        is_close = None not in (now, then) and abs(now - then) <= tolerance * max(1, abs(then))
        return [] if is_close else [f"{where}: {now} is now, {then} is stored"]
    else:
        return [] if now == then else [f"{where}: {now!r:.80} is now, {then!r:.80} is stored"]
    return [d for place, a, b in pairs for d in differences(a, b, tolerance, place)]
