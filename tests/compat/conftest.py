"""Fixtures for the tests of the compatibility layer."""

from __future__ import annotations

from pathlib import Path

import pytest

from knuckle.networks.bundle import write_bundle

OURS = "knuckle.compat.mediapipe"
GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Path of a hand_landmarker.task with our networks."""
    path = tmp_path_factory.mktemp("bundle") / "hand_landmarker.task"
    write_bundle(path)
    return str(path)
