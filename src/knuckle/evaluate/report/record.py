"""The report as plain lists, numbers and strings for JSON."""

from __future__ import annotations

import math
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..results import Evaluation

FORMAT = 2  # grows when a field is removed or changes its meaning


def record(evaluation: Evaluation) -> dict[str, Any]:
    """All fields of the evaluation. NaN and infinity become null."""
    return {"format": FORMAT, **_plain(evaluation), "problems": _plain(evaluation.problems)}


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Path):
        return str(value)
    return value
