"""Files that are there completely or not at all, and names in the order people count."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from knuckle.errors import OutputError
from knuckle.io.paths import PartialFile, cache_folder, natural_key, write_whole
from tests.io.files import names_in


def naturally(*names: str) -> list[str]:
    """Names in natural order."""
    return [str(path) for path in sorted(map(Path, names), key=natural_key)]


def test_a_file_has_its_name_only_when_it_is_complete(tmp_path: Path) -> None:
    """While it is written it has another name, in the same folder."""
    with write_whole(tmp_path / "a.csv") as partial:
        partial.write_text("half")
        names = names_in(tmp_path)
        folder = partial.parent

    assert "a.csv" not in names
    assert tmp_path == folder
    assert ["a.csv"] == names_in(tmp_path)


def test_an_unfinished_file_is_hidden(tmp_path: Path) -> None:
    """Folders that are watched or listed do not show it."""
    assert PartialFile(tmp_path / "a.csv").partial.name.startswith(".")


def test_an_unfinished_picture_is_not_taken_for_one(tmp_path: Path) -> None:
    """Its name does not end as a picture's does."""
    assert PartialFile(tmp_path / "a.jpg").partial.suffix not in {".jpg", ""}


def test_a_complete_file_takes_the_place_of_an_old_one(tmp_path: Path) -> None:
    """The old content is gone at once."""
    path = tmp_path / "a.csv"
    path.write_text("old")
    with write_whole(path) as partial:
        partial.write_text("new")

    assert "new" == path.read_text()


def test_a_failure_leaves_the_old_file(tmp_path: Path) -> None:
    """Whatever goes wrong, the old file is whole and nothing lies beside it."""
    path = tmp_path / "a.csv"
    path.write_text("old")
    with pytest.raises(ZeroDivisionError), write_whole(path) as partial:  # noqa: PT012
        partial.write_text("half")
        raise ZeroDivisionError

    assert "old" == path.read_text()
    assert ["a.csv"] == names_in(tmp_path)


def test_what_the_system_refuses_is_an_output_error(tmp_path: Path) -> None:
    """The sentence has the final name, and the cause is chained."""
    path = tmp_path / "a.csv"
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with (
        pytest.raises(OutputError, match=f"^cannot write {path}: no space left on device$") as info,
        write_whole(path),
    ):
        raise full
    assert full is info.value.__cause__


def test_a_folder_in_the_way_is_an_output_error(tmp_path: Path) -> None:
    """A file cannot take a folder's name, and nothing stays beside it."""
    path = tmp_path / "a.csv"
    (path / "inside").mkdir(parents=True)
    with pytest.raises(OutputError, match="cannot write"), write_whole(path) as partial:
        partial.write_text("new")

    assert ["a.csv"] == names_in(tmp_path)


def test_a_path_below_a_file_is_an_output_error(tmp_path: Path) -> None:
    """A file cannot hold files."""
    (tmp_path / "a").touch()

    with pytest.raises(OutputError, match=f"^cannot write {tmp_path}/a/b.csv: "):
        PartialFile(tmp_path / "a" / "b.csv")


def test_missing_folders_are_made(tmp_path: Path) -> None:
    """All of them."""
    with write_whole(tmp_path / "a" / "b" / "c.csv") as partial:
        partial.touch()

    assert ["c.csv"] == names_in(tmp_path / "a" / "b")


def test_the_longest_name_can_be_written(tmp_path: Path) -> None:
    """A file system's longest name leaves no room for a longer temporary one."""
    path = tmp_path / ("n" * 251 + ".csv")
    with write_whole(path) as partial:
        partial.write_text("whole")

    assert "whole" == path.read_text()


def test_discarding_again_does_nothing(tmp_path: Path) -> None:
    """Nor does discarding what was never made."""
    file = PartialFile(tmp_path / "a.csv")
    file.discard()
    file.discard()

    assert [] == names_in(tmp_path)


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
