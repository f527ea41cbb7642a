"""Files, folders and patterns -> clips."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from knuckle.batch.inputs import Found, find_clips
from knuckle.errors import SourceError

MakeFiles = Callable[..., Path]


@pytest.fixture
def make_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeFiles:
    """Make files of three bytes by name below the current folder."""
    monkeypatch.chdir(tmp_path)

    def make(*names: str | bytes) -> Path:
        for name in names:
            path = Path(os.fsdecode(name))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"abc")
        return tmp_path

    return make


def uris(found: Found, root: Path) -> list[str]:
    """Where the clips lie, relative to a folder."""
    return [os.path.relpath(clip.uri, root) for clip in found.clips]


def test_a_folder_is_searched_in_natural_order(make_files: MakeFiles) -> None:
    """Also the folders in it, but no hidden ones; other files are counted."""
    root = make_files(
        *("in/10.mp4", "in/9.MOV", "in/x/y/a.webm", "in/notes.txt", "in/x/b.json", "in/README"),
        *("in/.b.mp4", "in/.c/1.mp4"),
    )

    found = find_clips(["in"])

    assert ["in/9.MOV", "in/10.mp4", "in/x/y/a.webm"] == uris(found, root)
    assert [3, 3, 3] == [clip.size for clip in found.clips]
    assert (
        "3 files are left out, being neither videos nor pictures "
        "(.json 1, .txt 1, without an ending 1)",
    ) == tuple(_sorted_endings(note) for note in found.notes)


def _sorted_endings(note: str) -> str:
    """The note with its endings in order: files come as the disk has them."""
    start, _, endings = note.partition(" (")
    return f"{start} ({', '.join(sorted(endings[:-1].split(', ')))})"


def test_a_file_is_taken_by_any_name(make_files: MakeFiles) -> None:
    """Who names a file knows that it is a video."""
    root = make_files("take", "b.mp4")

    assert ["take", "b.mp4"] == uris(
        find_clips(["take", "./b.mp4", "../" + root.name + "/b.mp4"]), root
    )


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("in/*.mp4", ["in/a.mp4", "in/b.mp4"]),
        ("in/**/*.mp4", ["in/a.mp4", "in/b.mp4", "in/x/c.mp4", "in/x/y/d.mp4"]),
        ("in/**/y/*", ["in/x/y/d.mp4"]),
        ("in/**", ["in/a.mp4", "in/b.mp4", "in/x/c.mp4", "in/x/y/d.mp4"]),
        ("in/*", ["in/a.mp4", "in/b.mp4", "in/x/c.mp4", "in/x/y/d.mp4"]),
        ("in/[ac].mp4", ["in/a.mp4"]),
    ],
)
def test_patterns(pattern: str, expected: list[str], make_files: MakeFiles) -> None:
    """As a shell would resolve them; folders that match are searched."""
    root = make_files("in/a.mp4", "in/b.mp4", "in/x/c.mp4", "in/x/y/d.mp4", "in/.h/e.mp4")

    assert expected == sorted(uris(find_clips([pattern]), root))


def test_a_name_with_brackets_is_no_pattern(make_files: MakeFiles) -> None:
    """If there is such a file."""
    root = make_files("clip[1].mp4", "clip1.mp4")

    assert ["clip[1].mp4"] == uris(find_clips(["clip[1].mp4"]), root)


def test_links(make_files: MakeFiles) -> None:
    """A link to a file is a clip by its own name, one to a folder is not followed."""
    root = make_files("in/x/a.mp4", "else/b.mp4")
    Path("in/back").symlink_to("..", target_is_directory=True)
    Path("in/c.mp4").symlink_to("../else/b.mp4")
    Path("in/gone.mp4").symlink_to("nowhere")
    Path("in/loop.mp4").symlink_to("loop.mp4")

    found = find_clips(["in"])

    assert ["in/c.mp4", "in/x/a.mp4"] == uris(found, root)
    left_out = sorted(found.notes)
    assert 2 == len(left_out)
    assert left_out[0].startswith("left out, because links to folders are not followed: ")
    assert left_out[1].startswith("left out, because the link leads nowhere: ")
    assert "gone.mp4" in left_out[1]
    assert "loop.mp4" in left_out[1]


def test_a_link_to_a_folder_is_followed_if_it_is_named(make_files: MakeFiles) -> None:
    """Clips keep the name by which they were found."""
    root = make_files("store/2026/a.mp4")
    Path("today").symlink_to("store/2026", target_is_directory=True)

    assert ["today/a.mp4"] == uris(find_clips(["today"]), root)
    assert ["store/2026/a.mp4"] == uris(find_clips(["today/../2026/a.mp4"]), root)


@pytest.mark.parametrize("output", ["in/out", "in/./out/", "link"])
def test_the_output_is_no_input(output: str, make_files: MakeFiles) -> None:
    """Its videos would be tracked in the next run."""
    root = make_files("in/a.mp4", "in/out/annotated/a.mp4")
    Path("link").symlink_to("in/out", target_is_directory=True)

    assert ["in/a.mp4"] == uris(find_clips(["in"], output=output), root)
    assert ["in/a.mp4"] == uris(find_clips(["in/**/*.mp4"], output=output), root)


def test_the_output_of_another_batch_is_no_input(make_files: MakeFiles) -> None:
    """It is told; who means it names it."""
    root = make_files(
        *("in/a.mp4", "in/out/clips/a.parquet", "in/out/status/1.jsonl", "in/out/index.parquet"),
        *("in/out/annotated/a.mp4", "in/b/clips/b.mp4", "in/b/status/c.mp4"),
    )

    found = find_clips(["in"], output="other")

    assert ["in/a.mp4", "in/b/clips/b.mp4", "in/b/status/c.mp4"] == uris(found, root)
    assert (f"left out, because it is the output of a batch: {root}/in/out",) == found.notes
    assert ["in/out/annotated/a.mp4"] == uris(find_clips(["in/out/annotated"]), root)


def test_the_output_can_be_the_input(make_files: MakeFiles) -> None:
    """Only what a batch writes is left out then."""
    root = make_files("a.mp4", "x/b.mp4", "annotated/a.mp4")

    assert ["a.mp4", "x/b.mp4"] == uris(find_clips(["."], output="."), root)


def test_equal_names_have_different_ids(make_files: MakeFiles) -> None:
    """Also those that look alike, or would be alike on another disk."""
    composed, decomposed = (unicodedata.normalize(form, "é") for form in ("NFC", "NFD"))
    make_files(
        *("a/clip.mp4", "b/clip.mp4", "b/CLIP.mp4", f"{composed}.mp4", f"{decomposed}.mp4"),
        *("👋 手.mp4", "a:b.mp4", "new\nline.mp4", "-x.mp4", "~.mp4", "x%20y.mp4"),
        *(b"bad\xff.mp4", b"n" * 251 + b".mp4"),
    )

    clips = find_clips(["."]).clips

    assert 13 == len(clips)
    assert 13 == len({clip.stem.lower() for clip in clips})
    assert all(clip.stem.isascii() and len(clip.stem) < 80 for clip in clips)
    assert all(os.path.getsize(clip.uri) == clip.size for clip in clips)


def test_ids_do_not_depend_on_the_way_to_a_clip(
    make_files: MakeFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or else another working folder would make a run begin anew."""
    root = make_files("in/a.mp4")
    ids = {
        clip.id for text in ("in", "in/a.mp4", "./in//a.mp4") for clip in find_clips([text]).clips
    }
    monkeypatch.chdir("in")
    ids |= {
        clip.id for text in (".", "a.mp4", "../in", str(root)) for clip in find_clips([text]).clips
    }

    assert 1 == len(ids)


def test_what_looks_like_an_address_may_be_a_file(make_files: MakeFiles) -> None:
    """A colon and two slashes are allowed in a path."""
    root = make_files("s3:/clips/a.mp4")

    assert ["s3:/clips/a.mp4"] == uris(find_clips(["s3://clips/a.mp4"]), root)


def test_an_address_of_a_file_is_its_path(make_files: MakeFiles) -> None:
    """With or without escapes."""
    root = make_files("my clip.mp4")

    assert ["my clip.mp4"] == uris(find_clips([f"file://{root}/my clip.mp4"]), root)
    assert ["my clip.mp4"] == uris(find_clips([f"file://{root}/my%20clip.mp4"]), root)


def test_the_home_folder(make_files: MakeFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shell does not resolve ~ in quotes."""
    root = make_files("in/a.mp4")
    monkeypatch.setenv("HOME", str(root))

    assert ["in/a.mp4"] == uris(find_clips(["~/in"]), root)


def test_a_folder_that_cannot_be_listed(
    make_files: MakeFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told, and does not keep the others back, unless it was named."""
    root = make_files("in/a.mp4", "in/locked/b.mp4")
    scan = os.scandir

    def scan_unlocked(path: str) -> object:
        if path.endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return scan(path)

    monkeypatch.setattr(os, "scandir", scan_unlocked)
    found = find_clips(["in"])

    assert ["in/a.mp4"] == uris(found, root)
    assert (
        f"left out, because it cannot be listed (permission denied): {root}/in/locked",
    ) == found.notes
    with pytest.raises(SourceError, match=r"in/locked cannot be listed: permission denied$"):
        find_clips(["in/locked"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "an input is empty: name a file, a folder, a pattern, a manifest or an address"),
        (
            "3",
            "3 is the number of a camera, and a batch is for recorded clips: ",
        ),
        ("rtsp://h/s", "rtsp://h/s is a live stream, and a batch is for recorded clips: "),
        ("no/a.mp4", "no/a.mp4 does not exist: there is no no in {root}"),
        ("in/A.MP4", "in/A.MP4 does not exist: is {root}/in/a.mp4 meant?"),
        ("in/*.mov", "{root}/in/*.mov matches no videos or pictures: name a folder, "),
        ("empty", "{root}/empty holds no videos or pictures: name a folder, "),
        ("gone.mp4", "gone.mp4 is a link to nowhere, which does not exist"),
        (
            "/dev/null",
            "/dev/null is a camera or another device, and a batch is for recorded clips: ",
        ),
        ("pipe", "{root}/pipe is no file but a pipe or a socket: record it first"),
    ],
)
def test_an_input_that_names_nothing(text: str, message: str, make_files: MakeFiles) -> None:
    """The sentence says what may have been meant."""
    root = make_files("in/a.mp4", "empty/notes.txt")
    Path("gone.mp4").symlink_to("nowhere")
    os.mkfifo("pipe")

    with pytest.raises(SourceError) as caught:
        find_clips([text])

    assert str(caught.value).startswith(message.format(root=root))


def test_an_input_that_holds_only_the_output(make_files: MakeFiles) -> None:
    """The sentence says that it was left out."""
    make_files("annotated/a.mp4")

    with pytest.raises(SourceError, match="holds no videos or pictures, apart from the output"):
        find_clips(["."], output=".")
