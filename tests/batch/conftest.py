"""Clips for all tests of the batch."""

from __future__ import annotations

from pathlib import Path

import pytest

from knuckle.values import ImageArray

from .made_clips import write_hand_clips


@pytest.fixture(scope="session")
def tiny_clips(tmp_path_factory: pytest.TempPathFactory, open_palm: ImageArray) -> list[Path]:
    """Six clips of 10 to 20 frames, 160 x 120, with a hand that moves. Do not change the files."""
    return write_hand_clips(tmp_path_factory.mktemp("tiny"), open_palm, 6)
