"""Where files lie, and names in the order in which people count."""

from __future__ import annotations

from pathlib import Path

import pytest

from knuckle.io.paths import cache_folder, natural_key


def naturally(*names: str) -> list[str]:
    """Names in natural order."""
    return [str(path) for path in sorted(map(Path, names), key=natural_key)]


def test_numbers_sort_as_numbers() -> None:
    """Frame 2 comes before frame 10."""
    assert ["frame2.png", "frame10.png"] == naturally("frame10.png", "frame2.png")


def test_numbers_in_folders_sort_as_numbers() -> None:
    """Take 9 comes before take 10, whatever the pictures in them are called."""
    names = ["take9/b1.png", "take9/b2.png", "take10/a1.png"]

    assert names == naturally(*reversed(names))


def test_case_does_not_part_names() -> None:
    """B lies between a and c."""
    assert ["a.png", "B.png", "c.png"] == naturally("c.png", "B.png", "a.png")


def test_numbers_and_words_sort_side_by_side() -> None:
    """Names that start with a number come before those that do not."""
    names = ["1a.png", "2.png", "a1.png", "b.png"]

    assert names == naturally(*reversed(names))


def test_long_numbers_sort_as_numbers() -> None:
    """Time stamps in nanoseconds are longer than a machine's integers."""
    names = [f"{9 * 10**29 + i}.png" for i in range(3)]

    assert names == naturally(*reversed(names))


@pytest.mark.parametrize("names", [("1.png", "01.png"), ("a.png", "A.png")])
def test_the_order_is_the_same_every_time(names: tuple[str, str]) -> None:
    """Names that count as equal still have one order, however a folder lists them."""
    assert naturally(*names) == naturally(*reversed(names))


def test_the_cache_folder_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """KNUCKLE_CACHE comes first."""
    monkeypatch.setenv("KNUCKLE_CACHE", str(tmp_path))

    assert tmp_path == cache_folder()
