"""The table of quirks and differences: every row has its test, and the documentation shows it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from knuckle.compat.mediapipe import graph_quirks
from knuckle.compat.mediapipe.quirks import DIFFERENT, REPEATED, SAME, Quirk, markdown_table
from tests.conftest import ROOT

PAGE = ROOT / "docs" / "coming-from-mediapipe.md"
TABLES = {
    "repeated": REPEATED,
    "different": DIFFERENT,
    "graphs, repeated": graph_quirks.REPEATED,
    "graphs, different": graph_quirks.DIFFERENT,
}
QUIRKS = [quirk for table in TABLES.values() for quirk in table]


@pytest.mark.parametrize("quirk", QUIRKS, ids=lambda quirk: f"{quirk.api}: {quirk.what}")
def test_every_row_has_its_test_and_source(quirk: Quirk) -> None:
    """The function exists, and the source is a file of MediaPipe or a release."""
    file, _, function = quirk.test.partition("::")
    tree = ast.parse((Path(__file__).parent / file).read_text())

    assert function in {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}
    assert quirk.source.startswith(("mediapipe/", "observed, "))
    assert quirk.here != quirk.upstream


def test_differences_differ() -> None:
    """No row of their tables says "the same"."""
    assert [] == [quirk for quirk in (*DIFFERENT, *graph_quirks.DIFFERENT) if quirk.here == SAME]


@pytest.mark.parametrize("quirks", TABLES.values(), ids=TABLES)
def test_the_page_shows_the_table(quirks: tuple[Quirk, ...]) -> None:
    """Row by row, as the code has it."""
    assert markdown_table(quirks) in PAGE.read_text()
