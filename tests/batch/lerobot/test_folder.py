"""The folder of a data set."""

from __future__ import annotations

from pathlib import Path

import pytest

from knuckle.batch.lerobot.folder import (
    check,
    claim,
    is_made,
    link_or_copy,
    remember,
    replaced,
    store_of,
    write_json,
)
from knuckle.batch.lerobot.layout import INFO
from knuckle.errors import BatchError, OutputError
from tests.batch.lerobot.made_tables import content_of


class Interrupted(Exception):
    """The run ends here."""


def write_dataset(output: Path, name: str, *, has_videos: bool = False) -> None:
    """Put a small data set into place; its files hold its name."""
    with replaced(output) as place:
        for part in ("data", *(["videos"] if has_videos else []), "meta"):
            (place / part).mkdir()
            (place / part / "file").write_text(name)
        write_json(place / INFO, {"name": name})


def write_part(output: Path) -> None:
    """Begin with a data set."""
    with replaced(output) as place:
        (place / "data").mkdir()
        raise Interrupted


def test_a_new_data_set_takes_the_place_of_the_old(tmp_path: Path) -> None:
    """With what the old one had and the new one does not have, and nothing is left over."""
    write_dataset(tmp_path, "old", has_videos=True)
    (tmp_path / "README.md").write_text("mine")

    write_dataset(tmp_path, "new")

    found = content_of(tmp_path)
    assert ["README.md", "data/file", "meta/file", "meta/info.json"] == list(found)
    assert b"new" == found["data/file"] == found["meta/file"]


def test_an_interruption_leaves_the_old_one(tmp_path: Path) -> None:
    """Nothing of the new one is seen, and the next run removes nothing but leftovers."""
    write_dataset(tmp_path, "old")
    before = content_of(tmp_path)

    with pytest.raises(Interrupted):
        write_part(tmp_path)

    assert before == content_of(tmp_path)


@pytest.mark.parametrize("step", range(6))
def test_death_between_two_moves(
    tmp_path: Path, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is the old data set, the new one or none, and the next run makes it good."""
    write_dataset(tmp_path, "old", has_videos=True)
    rename, moves = Path.rename, 0

    def rename_until(path: Path, target: Path) -> Path:
        nonlocal moves
        moves += 1
        if moves > step:
            raise Interrupted
        return rename(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", rename_until)
        patch.setattr("shutil.rmtree", lambda *_, **__: None)  # a process that died tidies nothing
        with pytest.raises(Interrupted):
            write_dataset(tmp_path, "new", has_videos=True)
    found = content_of(tmp_path)
    if INFO in found:
        assert b"old" == found["data/file"] == found["videos/file"] == found["meta/file"]

    write_dataset(tmp_path, "new", has_videos=True)

    assert {"data", "meta", "videos"} == {path.name for path in tmp_path.iterdir()}
    assert b"new" == (tmp_path / "data" / "file").read_bytes()


def test_another_data_set_is_not_touched(tmp_path: Path) -> None:
    """Who names the folder of a data set that somebody else made gets it back."""
    (tmp_path / "meta").mkdir()

    with pytest.raises(BatchError) as caught:
        claim(tmp_path)

    assert f"{tmp_path} has a folder meta that knuckle did not write: name another output" == str(
        caught.value
    )
    assert ["meta"] == [path.name for path in tmp_path.iterdir()]


def test_our_own_data_set_may_be_replaced(tmp_path: Path) -> None:
    """Also after the store remembered what it was made of."""
    claim(tmp_path)
    remember(tmp_path, {"clips": 3})
    write_dataset(tmp_path, "old")

    claim(tmp_path)
    check(tmp_path)

    assert is_made(tmp_path, {"clips": 3})
    assert not is_made(tmp_path, {"clips": 4})


def test_without_its_info_it_is_not_made(tmp_path: Path) -> None:
    """Somebody deleted it."""
    claim(tmp_path)
    remember(tmp_path, {"clips": 3})

    assert not is_made(tmp_path, {"clips": 3})


def test_an_address_is_no_place_for_a_data_set() -> None:
    """Renaming folders is what an object store cannot do."""
    with pytest.raises(BatchError, match=r"in a folder of this machine, not in s3://bucket/set$"):
        store_of("s3://bucket/set")


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """One sentence says why."""
    (tmp_path / "set").write_text("a file")

    with pytest.raises(OutputError, match=f"^cannot write the data set {tmp_path / 'set'}: "):
        write_dataset(tmp_path / "set", "new")


def test_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second name for a file, or a copy where there can be none."""
    source = tmp_path / "a"
    source.write_text("content")

    link_or_copy(source, tmp_path / "below" / "b")
    monkeypatch.setattr("os.link", lambda *_, **__: (_ for _ in ()).throw(OSError()))
    link_or_copy(source, tmp_path / "c")

    assert source.samefile(tmp_path / "below" / "b")
    assert not source.samefile(tmp_path / "c")
    assert "content" == (tmp_path / "c").read_text()
