"""The public name of `knuckle.batch`."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import knuckle.batch
from knuckle import Camera, SourceError
from knuckle.batch import clip_to_parquet
from knuckle.cli import main

CAMERA = Camera(150.0, 150.0, 80.0, 60.0)


def test_the_names_are_there() -> None:
    """And no others are offered."""
    assert knuckle.batch.__all__ == dir(knuckle.batch)
    assert callable(clip_to_parquet)
    with pytest.raises(AttributeError, match="no attribute 'clips_to_parquet'"):
        _ = knuckle.batch.clips_to_parquet


def test_importing_it_loads_nothing() -> None:
    """Until a name is used."""
    code = "import sys, knuckle.batch; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert set() == {"numpy", "pyarrow", "av", "knuckle.batch.tracking"} & set(done.stdout.split())


@pytest.mark.parametrize(
    ("words", "options"),
    [
        ([], {}),
        (["--offline", "--max-hands", "1"], {"offline": True, "max_hands": 1}),
        (
            ["--start", "0.1", "--stop", "0.3", "--every", "2", "--camera", "150,150,80,60"],
            {"start": 0.1, "stop": 0.3, "every": 2, "camera": CAMERA},
        ),
    ],
    ids=["plain", "offline", "span"],
)
def test_the_bytes_are_those_of_the_command(
    words: list[str],
    options: dict[str, object],
    tiny_clips: list[Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also if the path is relative."""
    monkeypatch.chdir(tiny_clips[0].parent)
    status = main(["batch", str(tiny_clips[0]), "-o", str(tmp_path), "--workers", "1", *words])
    [table] = (tmp_path / "clips").iterdir()

    assert 0 == status
    assert table.read_bytes() == clip_to_parquet(tiny_clips[0].name, **options)  # type: ignore[arg-type]


def test_mistakes_are_named(tiny_clips: list[Path]) -> None:
    """Each by its own error."""
    path = str(tiny_clips[0])
    with pytest.raises(TypeError, match="max_hand"):
        clip_to_parquet(path, max_hand=1)
    with pytest.raises(ValueError, match="stop must come after start"):
        clip_to_parquet(path, start=2.0, stop=1.0)
    with pytest.raises(SourceError, match="nowhere"):
        clip_to_parquet("nowhere.mp4")


def test_all_options_are_in_the_signature() -> None:
    """And in the docstring, with what they do."""
    names = inspect.signature(clip_to_parquet).parameters

    assert {"offline", "gap", "max_hands", "search"} <= set(names)
    assert "options" not in names
    assert "gap: Fill in" in str(clip_to_parquet.__doc__)


def test_whole_numbers_are_numbers(tiny_clips: list[Path]) -> None:
    """As options of the command, they are the same."""
    path = str(tiny_clips[0])

    assert clip_to_parquet(path, stop=1) == clip_to_parquet(path, stop=1.0)
