"""Files that are there completely or not at all."""

from __future__ import annotations

import errno
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from knuckle.errors import OutputError
from knuckle.io.whole import PartialFile, sweep, write_whole
from tests.io.files import names_in

on_posix = pytest.mark.skipif(sys.platform == "win32", reason="links and locks of POSIX")


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


def test_no_two_files_share_a_temporary_name(tmp_path: Path) -> None:
    """Nor could anybody guess it: two runs of one output do not write into one another."""
    first, second = (PartialFile(tmp_path / "a.csv") for _ in range(2))
    pattern = re.compile(r"\.knuckle-[0-9a-f]{16}\.part")

    assert first.partial != second.partial
    assert [True, True] == [bool(pattern.fullmatch(f.partial.name)) for f in (first, second)]


@on_posix
def test_a_link_in_the_way_is_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even if somebody guessed the name, the file behind the link stays as it is."""
    victim = tmp_path / "victim"
    victim.write_text("old")
    monkeypatch.setattr("secrets.token_hex", lambda count: "0" * 2 * count)
    (tmp_path / f".knuckle-{'0' * 16}.part").symlink_to(victim)
    with pytest.raises(OutputError):
        PartialFile(tmp_path / "a.csv")

    assert "old" == victim.read_text()


def test_the_content_is_on_the_disk_before_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut leaves the old file or the new one."""
    path = tmp_path / "a.csv"
    seen: list[tuple[int, bool]] = []

    def sync(handle: int) -> None:
        seen.append((os.fstat(handle).st_size, path.exists()))

    monkeypatch.setattr(os, "fsync", sync)
    with write_whole(path) as partial:
        partial.write_text("new")

    assert [(3, False)] == seen


def test_a_disk_that_fails_at_the_end_is_an_output_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some say only then that they are full; the old file stays."""

    def fail(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    path = tmp_path / "a.csv"
    path.write_text("old")
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OutputError, match="no space left"), write_whole(path) as partial:
        partial.write_text("new")

    assert "old" == path.read_text()
    assert ["a.csv"] == names_in(tmp_path)


def test_a_file_system_that_cannot_sync_is_good_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says so with an error of its own."""

    def fail(handle: int) -> None:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))

    monkeypatch.setattr(os, "fsync", fail)
    with write_whole(tmp_path / "a.csv") as partial:
        partial.write_text("new")

    assert "new" == (tmp_path / "a.csv").read_text()


def die_with_a_partial_file(folder: Path) -> list[str]:
    """Have a process begin a file and end at once; what it left behind."""
    code = (
        "import os, sys; from pathlib import Path; from knuckle.io.whole import PartialFile; "
        "file = PartialFile(Path(sys.argv[1]) / 'a.csv'); os._exit(9)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(folder)], check=False)
    assert 9 == done.returncode
    return names_in(folder)


def test_what_a_dead_process_left_is_deleted(tmp_path: Path) -> None:
    """By the next file that is written into the folder."""
    left = die_with_a_partial_file(tmp_path)
    with write_whole(tmp_path / "b.csv") as partial:
        partial.touch()

    assert 1 == len(left)
    assert ["b.csv"] == names_in(tmp_path)


@on_posix
def test_what_is_being_written_is_not_deleted(tmp_path: Path) -> None:
    """Its lock says that somebody lives who will complete it."""
    with write_whole(tmp_path / "a.csv") as partial:
        partial.write_text("new")
        sweep(tmp_path)

    assert "new" == (tmp_path / "a.csv").read_text()


@on_posix
@pytest.mark.parametrize("name", [".knuckle-1.part", "a.part", f".knuckle-{'x' * 16}.part"])
def test_files_of_others_are_not_deleted(name: str, tmp_path: Path) -> None:
    """Only a name as ours are made of."""
    (tmp_path / name).touch()
    sweep(tmp_path)

    assert [name] == names_in(tmp_path)


@on_posix
def test_a_link_that_is_named_like_ours_is_not_followed(tmp_path: Path) -> None:
    """It stays, and so does what it leads to."""
    (tmp_path / "victim").write_text("old")
    link = tmp_path / f".knuckle-{'0' * 16}.part"
    link.symlink_to("victim")
    sweep(tmp_path)

    assert [link.name, "victim"] == names_in(tmp_path)


def test_a_folder_that_cannot_be_listed_is_not_swept(tmp_path: Path) -> None:
    """It is not there, for one."""
    sweep(tmp_path / "nowhere")
