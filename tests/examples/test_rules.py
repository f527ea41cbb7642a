"""What all examples have in common."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import ROOT

from .programs import EXAMPLES

PICTURES = ROOT / "docs" / "images" / "examples"
PROGRAMS = sorted(path for path in EXAMPLES.glob("*.py") if path.name != "make_pictures.py")


def test_there_are_thirteen() -> None:
    """As many as the README promises."""
    assert 13 == len(PROGRAMS)


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_an_example_fits_on_a_screen(path: Path) -> None:
    """And says at its head how to install what it needs and how to run it."""
    text = path.read_text()

    assert len(text.splitlines()) <= 60
    assert "\npip install " in text
    assert f"\npython examples/{path.name}" in text


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_an_example_has_its_picture(path: Path) -> None:
    """Small, and shown in the README beside the example's name."""
    text = (EXAMPLES / "README.md").read_text()

    assert f"({path.name})" in text
    assert f"(../docs/images/examples/{path.stem}.webp)" in text
    assert (PICTURES / f"{path.stem}.webp").stat().st_size <= 60_000
