"""Values of packets as JSON, for `--observe`."""

from __future__ import annotations

import dataclasses
import json
import math
from typing import Any

import numpy as np

from ...values import Detections, Hand

LARGEST = 100_000  # numbers of an array that are written out


def line_of(stream: str, timestamp: int, value: Any) -> str:
    """A packet as a line of JSON. timestamp: microseconds; a special time goes by its name."""
    from ...graph.packets import NAMES

    time = NAMES.get(timestamp, timestamp)
    return json.dumps(
        {"stream": stream, "timestamp": time, "value": json_value(value)},
        ensure_ascii=False,
        allow_nan=False,
    )


def json_value(value: Any) -> Any:
    """What JSON can say of a value. Pictures and large arrays are told by their shape."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float | np.floating):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, np.integer):
        return int(value)
    if isinstance(value, bytes):
        return {"bytes": len(value)}
    if isinstance(value, np.ndarray):
        if value.dtype == np.uint8 or value.size > LARGEST or value.dtype.kind not in "biuf":
            return {"shape": list(value.shape), "dtype": str(value.dtype)}
        return json_value(value.tolist())
    if isinstance(value, Hand):
        return json_value(value.to_dict())
    if isinstance(value, Detections):
        rows = zip(value.boxes, value.keypoints, value.scores, strict=True)
        return [json_value({"box": b, "keypoints": k, "score": s}) for b, k, s in rows]
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return json_value(value._asdict())
    if isinstance(value, dict):
        return {str(key): json_value(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [json_value(one) for one in value]
    if dataclasses.is_dataclass(value):
        return {
            field.name: json_value(getattr(value, field.name))
            for field in dataclasses.fields(value)
        }
    return {"type": type(value).__name__}
