"""The golden vectors are what Python computes now."""

from __future__ import annotations

import pytest

from . import vectors

# Relative, or absolute below 1: processors round cos, exp and sums of float32 differently.
TOLERANCE = 1e-5
MOST_BYTES = 2_000_000  # of all files: they are part of the repository


@pytest.mark.parametrize("room", vectors.rooms())
def test_vectors_are_up_to_date(room: str) -> None:
    """If this fails, the web library must follow: run `python -m tests.web.vectors --write`."""
    now = vectors.vectors_of(room)
    files = {path.stem for path in (vectors.GOLDEN / room).glob("*.json")}

    assert set(now) == files
    for name, value in now.items():
        found = vectors.differences(value, vectors.stored(room, name), TOLERANCE, name)
        assert [] == found[:5]


def test_every_folder_has_a_writer() -> None:
    """No vector outlives the code that wrote it."""
    folders = {path.name for path in vectors.GOLDEN.iterdir() if path.is_dir()}

    assert set(vectors.rooms()) == folders


def test_vectors_are_small() -> None:
    """The files together stay under 2 MB."""
    total = sum(path.stat().st_size for path in vectors.GOLDEN.rglob("*.json"))

    assert 0 < total < MOST_BYTES


def test_differences_are_found() -> None:
    """The comparison sees another number, another length and another name."""
    stored = {"a": [1.0, 2.0], "b": None}

    assert [] == vectors.differences({"a": [1.0 + 1e-7, 2.0], "b": None}, stored, TOLERANCE)
    assert 1 == len(vectors.differences({"a": [1.1, 2.0], "b": None}, stored, TOLERANCE))
    assert 1 == len(vectors.differences({"a": [1.0], "b": None}, stored, TOLERANCE))
    assert 1 == len(vectors.differences({"a": [1.0, 2.0], "c": None}, stored, TOLERANCE))
    assert 1 == len(vectors.differences({"a": [1.0, 2.0], "b": 0.0}, stored, TOLERANCE))
