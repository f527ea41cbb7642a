"""What a run that nothing disturbs writes, to compare with."""

from __future__ import annotations

from pathlib import Path

import pytest

from knuckle.values import ImageArray
from tests.batch.made_clips import write_hand_clips

from .outputs import tables_in, track


@pytest.fixture(scope="session")
def tiny_tables(
    tiny_clips: list[Path], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, bytes]:
    """The tables of the tiny clips by name."""
    output = tmp_path_factory.mktemp("undisturbed")
    track(tiny_clips, output)
    return tables_in(output)


@pytest.fixture(scope="session")
def fifty_clips(tmp_path_factory: pytest.TempPathFactory, open_palm: ImageArray) -> list[Path]:
    """Clips of 4 to 7 frames. Do not change the files."""
    return write_hand_clips(tmp_path_factory.mktemp("fifty"), open_palm, 50, fewest=4, more=4)
