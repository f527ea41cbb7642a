"""What a path names, and what is passed over."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from knuckle.errors import SourceError
from knuckle.io.listing import Listing, list_path

MakeFiles = Callable[..., Path]


@pytest.fixture
def make_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeFiles:
    """Make empty files by name below the current folder."""
    monkeypatch.chdir(tmp_path)

    def make(*names: str) -> Path:
        for name in names:
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            Path(name).touch()
        return Path("in")

    return make


def paths(*names: str) -> list[Path]:
    """Several paths."""
    return list(map(Path, names))


def test_a_folder_says_what_is_beside_the_pictures(make_files: MakeFiles) -> None:
    """Folders, videos and other files, each in natural order; hidden ones are none of them."""
    folder = make_files(
        *("in/10.jpg", "in/9.gif", "in/a.MP4", "in/notes.txt", "in/x/1.png"),
        *("in/.b.png", "in/.c/1.png"),
    )

    assert list_path(folder) == Listing(
        pictures=paths("in/9.gif", "in/10.jpg"),
        folders=paths("in/x"),
        videos=paths("in/a.MP4"),
        others=paths("in/notes.txt"),
    )


def test_folders_can_be_entered(make_files: MakeFiles) -> None:
    """All of them but hidden ones."""
    folder = make_files("in/2.jpg", "in/x/10.png", "in/x/y/1.png", "in/.c/1.png", "in/x/a.txt")

    assert list_path(folder, recursive=True) == Listing(
        pictures=paths("in/2.jpg", "in/x/10.png", "in/x/y/1.png"), others=paths("in/x/a.txt")
    )


def test_a_link_to_a_folder_is_not_followed(make_files: MakeFiles) -> None:
    """It may lead back to where it lies."""
    folder = make_files("in/x/1.png")
    Path("in/x/back").symlink_to("..", target_is_directory=True)

    assert paths("in/x/1.png") == list_path(folder, recursive=True).pictures


def test_a_link_that_leads_nowhere_is_passed_over(make_files: MakeFiles) -> None:
    """It is named as a picture and is none."""
    folder = make_files("in/1.png")
    Path("in/2.png").symlink_to("nowhere.png")

    assert paths("in/1.png") == list_path(folder).pictures


@pytest.mark.parametrize("path", ["in", "in/*"])
def test_one_video_is_named_with_its_command(path: str, make_files: MakeFiles) -> None:
    """To be typed as it stands."""
    make_files("in/my clip.mp4", "in/notes.txt")

    with pytest.raises(SourceError, match=r"no pictures but 1 video: knuckle track 'in/my clip"):
        list_path(Path(path))


def test_several_videos_are_counted(make_files: MakeFiles) -> None:
    """With the command for the first of them."""
    folder = make_files("in/10.mp4", "in/9.mov")
    sentence = "in holds no pictures but 2 videos, to be tracked one by one: knuckle track in/9.mov"

    with pytest.raises(SourceError, match=f"^{sentence}$"):
        list_path(folder)


def test_a_folder_of_folders_says_how_to_enter_them(make_files: MakeFiles) -> None:
    """By a pattern that every command takes."""
    folder = make_files("in/x/1.png", "in/y/2.png")
    sentence = "in holds no pictures but 2 folders: 'in/**/*' names the pictures inside"

    with pytest.raises(SourceError, match=f"^{re.escape(sentence)}$"):
        list_path(folder)
    assert paths("in/x/1.png", "in/y/2.png") == list_path(Path("in/**/*")).pictures
