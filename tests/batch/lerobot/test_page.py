"""The page about LeRobot data sets says what is so."""

from __future__ import annotations

from pathlib import Path

from knuckle.batch.lerobot.features import FEATURES
from tests.conftest import ROOT
from tests.docs.test_snippets import Block, blocks, folder, output_of, runnable

__all__ = ["folder"]  # a fixture

PAGE = ROOT / "docs" / "lerobot.md"
NEEDS_LEROBOT = "from lerobot"  # bench/lerobot_check.py is the test of that


def test_the_page_has_the_table_of_the_features() -> None:
    """Line by line."""
    lines = PAGE.read_text().splitlines()
    start = lines.index("| feature | numbers | type | meaning |") + 2

    expected = [f"| `{f.name}` | {len(f.dimensions)} | {f.kind} | {f.meaning} |" for f in FEATURES]
    assert expected == lines[start : start + len(FEATURES)]
    assert not lines[start + len(FEATURES)]


def test_the_commands_and_snippets_run(folder: Path) -> None:
    """In their order, and make two data sets."""
    names: dict[str, object] = {}
    shown = [b for b in blocks(PAGE) if runnable(b) and not b.code.startswith(NEEDS_LEROBOT)]
    printed = [output_of(Block(*block), names) for block in shown]

    assert 0 < float(printed[-1]) < 1
    assert (folder / "more_hands/meta/info.json").is_file()
