"""What tells clips apart, and how their files are named."""

from __future__ import annotations

import re

import pytest

from knuckle.batch.clips import Clip, Part, named, shown

SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
NAMES = [
    "/clips/a.mp4",
    "/clips/手 👋.mp4",
    "/clips/.hidden.mp4",
    "/clips/_mine.mp4",
    "/clips/-rf.mp4",
    "/clips/...mp4",
    "/clips/\udcff.mp4",
    "/clips/a\nb.mp4",
    "/clips/" + "long" * 60 + ".mp4",
    "s3://bucket/folder/a b.mp4",
    "/",
]


@pytest.mark.parametrize("uri", NAMES)
def test_names_of_files_are_valid_anywhere(uri: str) -> None:
    """Nor are they hidden: readers of data sets skip files that begin with a dot or a line."""
    clip = Clip(uri)

    assert SAFE.fullmatch(clip.stem)
    assert len(clip.stem) <= 80


@pytest.mark.parametrize("id", ["a b", ".a", "_a", "-a", "..", "é", "a/b", "x" * 300, "\udcff"])
def test_odd_ids_get_a_name_of_their_own(id: str) -> None:
    """With a hash of the whole id."""
    stem = Clip("/a.mp4", id=id).stem

    assert SAFE.fullmatch(stem)
    assert re.search(r"-[0-9a-f]{12}$", stem)


@pytest.mark.parametrize("id", ["a", "S001_take-2.left", "7"])
def test_plain_ids_are_names(id: str) -> None:
    """As the manifest gives them."""
    assert id == Clip("/a.mp4", id=id).stem


def test_equal_names_in_two_folders_differ() -> None:
    """By a hash of the path."""
    first, second = Clip("/a/clip.mp4"), Clip("/b/clip.mp4")

    assert first.id != second.id
    assert first.id.startswith("clip-")


@pytest.mark.parametrize(
    "other", [{"start": 1.0}, {"stop": 2.0}, {"pictures": ("/clips/a/1.png",)}], ids=str
)
def test_spans_and_pictures_make_other_clips(other: dict[str, float]) -> None:
    """Of one file there may be several."""
    assert Clip("/clips/a.mp4").id != Clip("/clips/a.mp4", **other).id  # type: ignore[arg-type]


def test_forms_of_one_name_differ() -> None:
    """Two forms of one letter are two files on Linux."""
    assert Clip("/clips/\u00e9.mp4").id != Clip("/clips/e\u0301.mp4").id


def test_sizes_and_parts_make_no_other_clips() -> None:
    """A clip stays itself when its file changes or it is split."""
    part = Part(1, 3, 10.0, 20.0)
    clip = Clip("/clips/a.mp4", size=3, part=part)

    assert Clip("/clips/a.mp4").id == clip.id
    assert f"{clip.id}.2of3" == clip.parts_stem
    assert Clip("/clips/a.mp4", size=3) == clip.whole()


def test_ids_are_text() -> None:
    """Half of a surrogate pair cannot stand in a table."""
    assert "?" == Clip("/a.mp4", id="\udc80").id


def test_names_keep_what_is_readable() -> None:
    """And end with a hash of the key."""
    assert re.fullmatch(r"my-clip-[0-9a-f]{12}", named("_my clip!", "key"))
    assert named("a", "key") != named("a", "other key")


def test_bytes_that_are_no_text_are_shown() -> None:
    """As in addresses; other halves of pairs become question marks."""
    assert "caf%E9 手 ?" == shown("caf\udce9 手 \ud800")
