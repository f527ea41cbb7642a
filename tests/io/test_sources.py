"""Pictures, folders, patterns and spans as an iterator of frames."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import knuckle
from knuckle.errors import SourceError
from knuckle.io.listing import list_pictures
from knuckle.io.stream import Source, Span
from knuckle.values import Frame
from tests.io.files import greys, quadrants

MakePictures = Callable[..., Path]
NO_SPANS: list[dict[str, Any]] = [
    {"start": -1},
    {"start": float("nan")},
    {"start": float("inf")},
    {"start": 1, "stop": 1},
    {"start": 2, "stop": 1},
    {"stop": 0},
    {"stop": -1},
    {"stop": float("nan")},
    {"every": 0},
    {"every": -2},
]
WRONG_TYPES: list[dict[str, Any]] = [
    {"start": "1"},
    {"start": None},
    {"stop": "1"},
    {"every": 1.5},
    {"every": "2"},
    {"every": float("nan")},
    {"every": None},
]


@pytest.fixture
def make_pictures(tmp_path: Path) -> MakePictures:
    """Make pictures of one grey level each, by name; returns their folder."""

    def make(*names: str) -> Path:
        for name, image in zip(names, greys(len(names)), strict=True):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(image).save(tmp_path / name)
        return tmp_path

    return make


def names_of(frames: Source, folder: Path) -> list[str]:
    """The sources of the frames, relative to a folder."""
    return [str(Path(frame.source).relative_to(folder)) for frame in frames]


def test_a_picture_is_a_source_of_one_frame(make_pictures: MakePictures) -> None:
    """Index 0, time 0, the picture itself."""
    path = make_pictures("a.png") / "a.png"
    (frame,) = knuckle.open_source(path)

    assert (0, 0.0, str(path)) == (frame.index, frame.time, frame.source)
    assert np.array_equal(greys(1)[0], frame.image)


def test_pictures_need_no_video_package(
    make_pictures: MakePictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without PyAV pictures are read, whatever the case of their ending."""
    monkeypatch.setitem(sys.modules, "av", None)
    path = make_pictures("a.png") / "a.png"
    (frame,) = knuckle.open_source(path.rename(path.with_name("A.PNG")))

    assert (48, 64, 3) == frame.image.shape


def test_a_string_is_a_path(make_pictures: MakePictures) -> None:
    """Strings and paths are the same."""
    folder = make_pictures("a.png", "b.png")

    assert 2 == len(list(knuckle.open_source(str(folder))))


def test_a_relative_path_is_named_as_given(
    make_pictures: MakePictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Frames carry the name that the caller gave."""
    monkeypatch.chdir(make_pictures("in/a.png"))
    (frame,) = knuckle.open_source("in/a.png")

    assert "in/a.png" == frame.source


def test_a_folder_plays_in_natural_order(make_pictures: MakePictures) -> None:
    """2 before 10, endings mixed."""
    folder = make_pictures("10.png", "2.jpg", "1.bmp")

    assert ["1.bmp", "2.jpg", "10.png"] == names_of(knuckle.open_source(folder), folder)


def test_a_folder_plays_at_thirty_per_second(make_pictures: MakePictures) -> None:
    """The pictures do not say when they were taken."""
    frames = knuckle.open_source(make_pictures("a.png", "b.png", "c.png"))

    assert Fraction(30) == frames.rate
    assert [(0, 0.0), (1, 1 / 30), (2, 2 / 30)] == [(f.index, f.time) for f in frames]


def test_other_files_are_left_out(make_pictures: MakePictures) -> None:
    """Texts, clips and folders that are named like pictures."""
    folder = make_pictures("a.png")
    (folder / "notes.txt").write_text("no picture")
    (folder / "clip.mp4").write_text("no picture")
    (folder / "b.png").mkdir()

    assert ["a.png"] == names_of(knuckle.open_source(folder), folder)


def test_folders_inside_a_folder_are_left_out(make_pictures: MakePictures) -> None:
    """A folder is one clip; a pattern with ** goes deeper."""
    folder = make_pictures("a.png", "inner/b.png")

    assert ["a.png"] == names_of(knuckle.open_source(folder), folder)


def test_hidden_files_are_left_out(make_pictures: MakePictures) -> None:
    """As with patterns: macOS leaves ._a.jpg beside a.jpg, and it is no picture."""
    folder = make_pictures("a.png", ".b.png", "._a.png")

    assert ["a.png"] == names_of(knuckle.open_source(folder), folder)


def test_a_pattern_chooses_pictures(make_pictures: MakePictures) -> None:
    """In natural order, and only what is a picture."""
    folder = make_pictures("a10.png", "a9.png", "b1.png")
    (folder / "a1.txt").touch()

    assert ["a9.png", "a10.png"] == names_of(knuckle.open_source(folder / "a*"), folder)


def test_a_pattern_goes_into_folders(make_pictures: MakePictures) -> None:
    """** stands for any number of folders."""
    folder = make_pictures("a.png", "x/b.png", "x/y/c.png", "x/y/d.jpg")
    frames = knuckle.open_source(folder / "**" / "*.png")

    assert ["a.png", "x/b.png", "x/y/c.png"] == names_of(frames, folder)


def test_a_name_with_brackets_is_a_name(make_pictures: MakePictures) -> None:
    """What exists is meant literally."""
    folder = make_pictures("photo [1].png", "photo 1.png")
    frames = knuckle.open_source(folder / "photo [1].png")

    assert ["photo [1].png"] == names_of(frames, folder)


def test_a_folder_with_brackets_is_a_folder(make_pictures: MakePictures) -> None:
    """What exists is meant literally."""
    folder = make_pictures("takes [a-c]/1.png", "takes [a-c]/2.png")

    assert 2 == len(list(knuckle.open_source(folder / "takes [a-c]")))


def test_nothing_is_named(tmp_path: Path) -> None:
    """A path that does not exist."""
    path = tmp_path / "nowhere"

    with pytest.raises(SourceError, match=f"^{path} does not exist$"):
        knuckle.open_source(path)


def test_an_empty_folder_is_named(tmp_path: Path) -> None:
    """A folder without pictures."""
    with pytest.raises(SourceError, match=f"^{tmp_path} holds no pictures$"):
        knuckle.open_source(tmp_path)


def test_a_pattern_without_matches_is_named(tmp_path: Path) -> None:
    """A pattern that nothing matches."""
    with pytest.raises(SourceError, match=r"/\*\.png matches no pictures$"):
        knuckle.open_source(tmp_path / "*.png")


def test_an_empty_name_is_no_folder(
    make_pictures: MakePictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty string, a shell's unset variable, does not mean the current folder."""
    monkeypatch.chdir(make_pictures("a.png"))

    with pytest.raises((SourceError, ValueError)):
        knuckle.open_source("")


@pytest.mark.parametrize("source", [None, 1.5, b"a.png", ["a.png"]])
def test_what_is_no_source_is_a_type_error(source: Any) -> None:
    """A path, a string or a whole number."""
    with pytest.raises(TypeError):
        knuckle.open_source(source)


def test_a_damaged_picture_is_named(make_pictures: MakePictures) -> None:
    """The error comes when it is the picture's turn."""
    folder = make_pictures("1.png", "2.png")
    (folder / "2.png").write_bytes(b"junk")
    frames = knuckle.open_source(folder)
    next(frames)

    with pytest.raises(SourceError, match=r"2\.png is not a picture"):
        next(frames)


def test_pictures_after_a_damaged_one_are_shown(make_pictures: MakePictures) -> None:
    """A reader that wants to go on can, and indices count the damaged one."""
    folder = make_pictures("1.png", "2.png", "3.png")
    (folder / "2.png").write_bytes(b"junk")
    frames = knuckle.open_source(folder)
    next(frames)
    with pytest.raises(SourceError):
        next(frames)

    assert 2 == next(frames).index


@pytest.mark.parametrize(
    ("span", "indices"),
    [
        ({}, [0, 1, 2, 3, 4, 5]),
        ({"start": 2 / 30}, [2, 3, 4, 5]),
        ({"stop": 2 / 30}, [0, 1]),
        ({"start": 1 / 30, "stop": 4 / 30}, [1, 2, 3]),
        ({"every": 2}, [0, 2, 4]),
        ({"start": 1 / 30, "every": 2}, [1, 3, 5]),
        ({"start": 0.05, "every": 3}, [2, 5]),
        ({"stop": 100}, [0, 1, 2, 3, 4, 5]),
        ({"stop": float("inf")}, [0, 1, 2, 3, 4, 5]),
    ],
)
def test_a_span_of_a_folder_keeps_index_and_time(
    span: dict[str, Any], indices: list[int], make_pictures: MakePictures
) -> None:
    """Frames have the index and time that they have in the whole folder."""
    folder = make_pictures(*(f"{i}.png" for i in range(6)))
    frames = list(knuckle.open_source(folder, **span))

    assert [(i, i / 30) for i in indices] == [(f.index, f.time) for f in frames]


def test_frame_count_is_what_comes(make_pictures: MakePictures) -> None:
    """Of a folder it is known beforehand."""
    folder = make_pictures(*(f"{i}.png" for i in range(7)))
    frames = knuckle.open_source(folder, start=1 / 30, every=2)

    assert frames.frame_count == len(list(frames))


@pytest.mark.parametrize("span", NO_SPANS)
def test_a_span_that_makes_no_sense_is_a_value_error(
    span: dict[str, Any], make_pictures: MakePictures
) -> None:
    """The sentence has the value."""
    folder = make_pictures("a.png")
    value = repr(span.get("stop", next(iter(span.values()))))

    with pytest.raises(ValueError, match=value):
        knuckle.open_source(folder, **span)


@pytest.mark.parametrize("span", WRONG_TYPES)
def test_a_span_of_the_wrong_type_is_a_type_error(
    span: dict[str, Any], make_pictures: MakePictures
) -> None:
    """The sentence has the name and the value."""
    folder = make_pictures("a.png")
    (name, value), *_ = span.items()

    with pytest.raises((TypeError, ValueError), match=f"{name}.*{value!r}"):
        list(knuckle.open_source(folder, **span))


def test_a_source_closes_itself(make_pictures: MakePictures) -> None:
    """After `with` nothing more comes."""
    folder = make_pictures("a.png", "b.png")
    with knuckle.open_source(folder) as frames:
        next(frames)

    assert [] == list(frames)


def test_closing_calls_back_and_may_be_repeated() -> None:
    """Files and cameras are given back."""
    calls: list[int] = []
    frames = Source(
        iter([Frame(quadrants(), 0, 0.0)]),
        name="a",
        rate=Fraction(1),
        frame_count=1,
        close=lambda: calls.append(1),
    )
    frames.close()
    frames.close()

    assert calls
    assert [] == list(frames)


def test_an_error_inside_with_is_not_hidden(make_pictures: MakePictures) -> None:
    """It closes the source and goes on."""
    with pytest.raises(ZeroDivisionError), knuckle.open_source(make_pictures("a.png")):
        raise ZeroDivisionError


def test_a_source_knows_its_name(make_pictures: MakePictures) -> None:
    """As it was given."""
    folder = make_pictures("a.png")

    assert str(folder) == knuckle.open_source(folder).name


def test_a_source_knows_its_files(make_pictures: MakePictures) -> None:
    """In the order in which they are read."""
    folder = make_pictures("10.png", "9.png")

    assert (folder / "9.png", folder / "10.png") == knuckle.open_source(folder).files


def test_a_moving_picture_plays(tmp_path: Path) -> None:
    """A GIF that is opened as a source shows all its frames."""
    first, *others = map(Image.fromarray, greys(3))
    first.save(tmp_path / "a.gif", save_all=True, append_images=others)

    assert 3 == len(list(knuckle.open_source(tmp_path / "a.gif")))


def test_pictures_are_read_when_their_turn_comes(make_pictures: MakePictures) -> None:
    """Opening a folder reads no picture: a long one fits into memory."""
    folder = make_pictures("1.png", "2.png")
    frames = knuckle.open_source(folder)
    (folder / "2.png").unlink()
    next(frames)

    with pytest.raises(SourceError, match=r"2\.png does not exist"):
        next(frames)


def test_a_frame_cannot_be_changed(make_pictures: MakePictures) -> None:
    """Frames are frozen."""
    frame: Any = next(knuckle.open_source(make_pictures("a.png")))

    with pytest.raises(AttributeError):
        frame.index = 3


def test_a_span_ends_at_the_first_frame_past_it() -> None:
    """What comes after is not even asked for: a camera never ends."""

    def endless() -> Any:
        for i in range(100):
            assert i <= 3, "asked for more"
            yield Frame(quadrants(), i, float(i))

    assert [0, 1, 2] == [frame.index for frame in Span(stop=3).select(endless())]


def test_list_pictures_takes_a_file_at_its_word(make_pictures: MakePictures) -> None:
    """A file that is named outright is tried, whatever its ending."""
    path = make_pictures("a.png") / "a.png"
    odd = path.rename(path.with_name("picture"))

    assert [odd] == list_pictures(odd)


@pytest.mark.skipif(os.name == "nt", reason="Windows names are always text")
def test_a_name_that_is_no_text_can_be_read(make_pictures: MakePictures) -> None:
    """File names on Linux are bytes."""
    folder = make_pictures("a.png")
    os.rename(folder / "a.png", os.fsencode(folder) + b"/\xff.png")
    (frame,) = knuckle.open_source(folder)

    assert (48, 64, 3) == frame.image.shape


@pytest.mark.parametrize(
    ("source", "error", "says"),
    [
        ("0", SourceError, "0 does not exist: the number 0, without quotes, is a camera"),
        (-1, ValueError, "a camera's number must be 0 or more, not -1"),
    ],
)
def test_what_is_nearly_a_camera_is_explained(
    source: str | int, error: type[Exception], says: str
) -> None:
    """A number in quotes is a path, and there is no camera before the first."""
    with pytest.raises(error, match=re.escape(says)):
        knuckle.open_source(source)


def test_an_address_of_a_picture_is_to_be_downloaded() -> None:
    """Nothing is fetched."""
    with pytest.raises(SourceError, match="it is an address: download it first"):
        knuckle.read_image("https://example.com/a.jpg")
