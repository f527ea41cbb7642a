"""What the documents say is so."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import knuckle
from knuckle.geometry.average_hand import HAND_SIZE
from knuckle.io.schema import COLUMNS
from tests.conftest import ROOT, SAMPLES

README = (ROOT / "README.md").read_text()
WRIST = (ROOT / "docs" / "wrist.md").read_text()


def test_the_example_of_the_readme_runs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it stands there, from the repository's folder, and prints what its comment says."""
    [program] = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    expected = re.search(r"index_tip\)  # (.*)", program)
    monkeypatch.chdir(ROOT)
    names: dict[str, object] = {}
    exec(program, names)

    assert expected is not None
    said, point = _words_and_point(expected[1])
    words, found = _words_and_point(capsys.readouterr().out)
    assert said == words
    assert point == pytest.approx(found, abs=1)  # px: processors differ in precision
    assert "picture" in names


def _words_and_point(line: str) -> tuple[str, list[float]]:
    words, point = line.strip().split(" [")
    return words, [float(number) for number in point.rstrip("]").split()]


def test_every_column_is_documented() -> None:
    """In docs/table.md: by name, or as one of the joints' blocks."""
    text = (ROOT / "docs" / "table.md").read_text()
    joint = r"(wrist|(thumb|index|middle|ring|pinky)_\w{2,3})"
    joints = re.compile(rf"{joint}_([xyz](_px|_m)?|confidence)")
    names = [column.name for column in COLUMNS if not joints.fullmatch(column.name)]

    assert [] == [name for name in names if f"`{name}`" not in text]
    assert 21 * (3 + 2 + 3 + 1) == len(COLUMNS) - len(names)


def test_links_between_documents_lead_somewhere() -> None:
    """Every relative link of a Markdown file names a file that is there."""
    documents = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("samples/*.md")]
    links = [
        (document, link)
        for document in documents
        for link in re.findall(r"\]\(([^)#:]+)\)", document.read_text())
    ]

    assert links
    assert [] == [link for document, link in links if not (document.parent / link).exists()]


def test_the_example_of_the_wrist_runs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it stands there, and has a place and an angle to print."""
    [program] = re.findall(r"```python\n(.*?)```", WRIST, re.DOTALL)
    monkeypatch.chdir(ROOT)
    names: dict[str, object] = {}
    exec(program, names)

    assert 2 + 4 + 1 == len(capsys.readouterr().out.splitlines())


def test_the_wrist_has_the_size_that_there_is() -> None:
    """Of the average hand."""
    assert f"{HAND_SIZE:.3f} m" in WRIST


def test_the_example_of_confidence_runs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it stands in docs/confidence.md; of the hand from behind some joints are sure, not all."""
    [program] = re.findall(
        r"```python\n(.*?)```", (ROOT / "docs" / "confidence.md").read_text(), re.DOTALL
    )
    monkeypatch.chdir(ROOT)
    exec(program, {})

    assert 0 < len(capsys.readouterr().out.splitlines()) < 21


def test_the_map_is_that_of_todays_imports() -> None:
    """`python docs/architecture_map.py` draws it again."""
    pytest.importorskip("matplotlib")
    script = ROOT / "docs" / "architecture_map.py"
    done = subprocess.run(
        [sys.executable, str(script), "--check"], capture_output=True, text=True, check=False
    )

    assert "" == done.stderr


def test_the_examples_of_the_table_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As they stand at the end of docs/table.md: 30 frames, whose hands are read back."""
    page = (ROOT / "docs" / "table.md").read_text()
    program, reader = re.findall(r"```python\n(.*?)```", page, re.DOTALL)[-2:]
    (tmp_path / "samples").symlink_to(SAMPLES)
    monkeypatch.chdir(tmp_path)
    exec(program, {})
    frames = {line.split(",")[2] for line in Path("hands.csv").read_text().splitlines()[1:]}

    assert 30 == len(frames)
    assert 30 == len(list(knuckle.open_source("annotated.mp4")))

    exec(reader, {})
    hands = [line for line in Path("hands.csv").read_text().splitlines() if ",right," in line]
    assert len(hands) <= len(capsys.readouterr().out.splitlines())
