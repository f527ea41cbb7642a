"""Tables: the rows of hands, the text of every format, and how numbers are written."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from knuckle.io.formats import TABLES
from knuckle.io.schema import COLUMNS, NAMES, rows_of
from knuckle.values import Frame, Hand

from ...geometry.hands import random_seen
from ...made_hands import hand
from . import hand_of

NO_IMAGE = np.zeros((1, 1, 3), np.uint8)
FORMATS = ("csv", "tsv", "json", "jsonl")


def vectors() -> dict[str, Any]:
    """One value per file."""
    return {
        "columns": [{"name": column.name, "kind": column.kind} for column in COLUMNS],
        "texts": _texts(),
        "rows": [_row(seed) for seed in range(5)],
        "numbers": {"floats": _floats(), "doubles": _doubles()},
    }


def _texts() -> dict[str, Any]:
    """A table in every format. Its hands have no angles, which processors round differently."""
    frames = [
        (Frame(NO_IMAGE, 0, 0.0, "clip.mp4"), []),
        (Frame(NO_IMAGE, 3, 0.1, 'a "b", c\td.png'), [_flat(1), replace(_flat(2), track_id=7)]),
        (Frame(NO_IMAGE, 12345, 1e-5, "übung\n手.jpg"), []),
        (Frame(NO_IMAGE, 12346, 1e16, ""), [_flat(3)]),
    ]
    return {
        "frames": [_frame_of(frame, hands) for frame, hands in frames],
        "tables": {kind: _table(kind, frames) for kind in FORMATS},
        "empty": {kind: _table(kind, []) for kind in FORMATS},
    }


def _flat(seed: int) -> Hand:
    """A hand whose points are all on a line, with awkward numbers."""
    generator = np.random.default_rng(seed)
    along = np.linspace(0, 1, 21)[:, None]
    line = (along * generator.uniform(-2, 2, 3)).astype(np.float32)
    return replace(
        hand(0),
        landmarks=line,
        points=(line[:, :2] * np.array([640, 480])).astype(np.float32),
        world_landmarks=np.zeros((21, 3), np.float32),
        confidence=(10.0 ** -generator.uniform(0, 9, 21)).astype(np.float32),
        presence=1.0,
        handedness_score=float(np.float32(1 / 3)),
        palm_score=None if seed == 1 else 0.75,
        status="tracked" if seed == 1 else "detected",
        age=seed / 8,
        handedness="left" if seed == 1 else "right",
    )


def _row(seed: int) -> dict[str, Any]:
    """A hand, and its cells as CSV has them; the joint angles as numbers."""
    seen = random_seen(seed, "left" if seed % 2 else "right")
    found = replace(
        hand(0),
        landmarks=(seen.points / (640, 480, 640)).astype(np.float32),
        points=seen.points[:, :2].astype(np.float32),
        world_landmarks=seen.world_landmarks.astype(np.float32),
        handedness="left" if (seed % 2) != (seed > 3) else "right",
        mirrored=seed > 3,
        track_id=seed,
    )
    frame = Frame(NO_IMAGE, seed, seed / 4, "camera")
    [row] = rows_of(frame, [found])
    [cells] = csv.reader(io.StringIO(_table("csv", [(frame, [found])]).split("\n")[1]))
    first = NAMES.index("thumb_cmc_abduction")
    return {**_frame_of(frame, [found]), "cells": cells[:first], "angles": row[first:]}


def _frame_of(frame: Frame, hands: Sequence[Hand]) -> dict[str, Any]:
    label = {"source": frame.source, "index": frame.index, "time": frame.time}
    return {"frame": label, "hands": [*map(hand_of, hands)]}


def _table(kind: str, frames: Sequence[tuple[Frame, Sequence[Hand]]]) -> str:
    """The text that Python writes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"table.{kind}"
        with TABLES[f".{kind}"](path) as table:
            for frame, hands in frames:
                table.write(frame, hands)
        return path.read_bytes().decode()


def _floats() -> list[dict[str, str]]:
    """Float32 by their bits, all sizes of them, and how a table writes them."""
    generator = np.random.default_rng(0)
    bits = generator.integers(0, 2**32, 200, np.uint64).astype(np.uint32)
    usual = generator.normal(0, 1, 200).astype(np.float32)
    edges = [0.0, -0.0, 1.0, -2.0, 0.1, 1e-4, 1e-5, 1e15, 1e16, 16777216.0, 1.17549435e-38, 1e-45]
    values = np.concatenate([bits.view(np.float32), usual, np.array(edges, np.float32)])
    return [_written(value, float(str(value))) for value in values if np.isfinite(value)]


def _doubles() -> list[dict[str, str]]:
    generator = np.random.default_rng(1)
    bits = generator.integers(0, 2**63, 200, np.uint64).view(np.float64)
    values = [*bits, *generator.uniform(0, 1000, 200), *(i / 30 for i in range(40)), 0.0, 1e22]
    return [_written(value, float(value)) for value in values if np.isfinite(value)]


def _written(value: Any, number: float) -> dict[str, str]:
    return {
        "bits": np.asarray(value)[None].view(np.uint8)[::-1].tobytes().hex(),
        "text": repr(number),
    }
