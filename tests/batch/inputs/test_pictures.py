"""Pictures in folders -> clips."""

from __future__ import annotations

from pathlib import Path

import pytest

from knuckle.batch.inputs import find_clips
from knuckle.errors import SourceError


def make(folder: Path, *names: str) -> None:
    """Make files of two bytes in a folder."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"ab")


def test_the_pictures_of_a_folder_are_one_clip(tmp_path: Path) -> None:
    """In natural order; videos beside them and folders within are clips of their own."""
    make(tmp_path, "10.png", "9.JPG", "a.mp4", "x/1.png", "x/2.png")

    clips = find_clips([str(tmp_path)]).clips

    assert [
        (str(tmp_path), (f"{tmp_path}/9.JPG", f"{tmp_path}/10.png"), 4),
        (f"{tmp_path}/a.mp4", (), 2),
        (f"{tmp_path}/x", (f"{tmp_path}/x/1.png", f"{tmp_path}/x/2.png"), 4),
    ] == [(clip.uri, clip.pictures, clip.size) for clip in clips]
    assert 3 == len({clip.id for clip in clips})


def test_pictures_that_a_shell_lists_are_one_clip(tmp_path: Path) -> None:
    """As if the pattern had come in quotes."""
    make(tmp_path, "1.png", "2.png", "10.png")
    listed = [str(path) for path in sorted(tmp_path.iterdir())]

    assert find_clips([f"{tmp_path}/*.png"]) == find_clips([*listed, listed[0]])


def test_one_picture_is_a_clip_by_its_own_name(tmp_path: Path) -> None:
    """Its folder may have others."""
    make(tmp_path, "1.png", "2.png")

    (clip,) = find_clips([f"{tmp_path}/2.png"]).clips

    assert (f"{tmp_path}/2.png", (f"{tmp_path}/2.png",)) == (clip.uri, clip.pictures)


def test_an_animation_is_a_video(tmp_path: Path) -> None:
    """As for `knuckle track`; and a picture for stills, as for `knuckle detect`."""
    make(tmp_path, "1.gif", "2.png")

    clips = find_clips([str(tmp_path)]).clips
    (stills,) = find_clips([str(tmp_path)], stills=True).clips

    assert [0, 1] == [len(clip.pictures) for clip in clips]
    assert 2 == len(stills.pictures)


def test_stills_come_in_chunks_of_500(tmp_path: Path) -> None:
    """Each is a clip of its own, so that several workers have some."""
    make(tmp_path, *(f"{i}.jpg" for i in range(1001)), "a.mp4")

    found = find_clips([str(tmp_path)], stills=True)

    assert [500, 500, 1] == [len(clip.pictures) for clip in found.clips]
    assert [f"{tmp_path}/{i}.jpg" for i in range(1001)] == [
        picture for clip in found.clips for picture in clip.pictures
    ]
    assert 3 == len({clip.id for clip in found.clips})
    assert (f"left out, because --stills looks at pictures only: {tmp_path}/a.mp4",) == found.notes


def test_a_video_is_no_still(tmp_path: Path) -> None:
    """Named alone, it is refused; the cure is in the sentence."""
    make(tmp_path, "a.mp4", "x/b.mp4")

    with pytest.raises(SourceError, match=r"a\.mp4 is no picture: leave out --stills"):
        find_clips([f"{tmp_path}/a.mp4"], stills=True)
    with pytest.raises(SourceError, match=r"x holds no pictures: "):
        find_clips([f"{tmp_path}/x"], stills=True)
