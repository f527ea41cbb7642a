"""`knuckle.open_sink`: one way to every kind of output."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import knuckle
from knuckle.io.formats import FORMATS
from knuckle.io.pictures import read_picture
from knuckle.outputs import SharedDrawing
from knuckle.values import Hand, ImageArray
from tests.conftest import SAMPLES
from tests.io.files import colour_distance, make_frame, make_hand, names_in, quadrants

ENDINGS = [known.ending for known in FORMATS]


def black(image: ImageArray, _: Sequence[Hand]) -> ImageArray:
    """A way to draw that is easily seen."""
    return np.zeros_like(image)


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_format_can_be_opened(ending: str, tmp_path: Path) -> None:
    """The file is there after the `with` block, and nothing else."""
    path = tmp_path / f"a{ending}"
    with knuckle.open_sink(path) as sink:
        sink.write(make_frame(), [make_hand()])

    assert path == sink.path
    assert [path.name] == names_in(tmp_path)


@pytest.mark.parametrize("ending", [known.ending for known in FORMATS if known.kind != "picture"])
def test_an_exception_leaves_the_old_file(ending: str, tmp_path: Path) -> None:
    """What was written up to it is given up."""
    path = tmp_path / f"a{ending}"
    path.write_text("old")
    with pytest.raises(ZeroDivisionError), knuckle.open_sink(path) as sink:  # noqa: PT012
        sink.write(make_frame(), [])
        raise ZeroDivisionError

    assert [path.name] == names_in(tmp_path)
    assert "old" == path.read_text()


def test_a_closed_sink_takes_no_more(tmp_path: Path) -> None:
    """Its file is complete; closing again changes nothing."""
    with knuckle.open_sink(tmp_path / "a.csv") as sink:
        pass
    sink.close()

    with pytest.raises(ValueError, match=r"a\.csv is closed: open another one"):
        sink.write(make_frame(), [])
    assert ["a.csv"] == names_in(tmp_path)


def test_a_string_is_a_path(tmp_path: Path) -> None:
    """As everywhere."""
    with knuckle.open_sink(str(tmp_path / "a.csv")) as sink:
        sink.write(make_frame(), [])

    assert ["a.csv"] == names_in(tmp_path)


def test_the_hands_are_drawn(tmp_path: Path) -> None:
    """As `knuckle.draw` does it, unless another way is given."""
    hand = make_hand(2)
    with knuckle.open_sink(tmp_path / "a.png") as sink:
        sink.write(make_frame(), [hand])
    with knuckle.open_sink(tmp_path / "b.png", draw=black) as sink:
        sink.write(make_frame(), [hand])

    drawn = knuckle.draw(quadrants(), [hand])
    assert 0 == colour_distance(drawn, read_picture(tmp_path / "a.png"))
    assert not read_picture(tmp_path / "b.png").any()


def test_a_folder_holds_frames_by_their_index(tmp_path: Path) -> None:
    """Whether it is there or is only named with a slash."""
    for folder in (f"{tmp_path}/run.1/", tmp_path / "out"):
        with knuckle.open_sink(folder) as sink:
            for i in (3, 12):
                sink.write(make_frame(i), [])

        assert ["000003.jpg", "000012.jpg"] == names_in(Path(folder))


def test_the_names_in_a_folder_can_be_chosen(tmp_path: Path) -> None:
    """In folders of their own, too."""
    with knuckle.open_sink(tmp_path, name=lambda frame: f"{frame.source}/{frame.index}.png") as s:
        s.write(make_frame(1, "a"), [])

    assert ["1.png"] == names_in(tmp_path / "a")


def test_a_name_that_is_no_pictures_is_refused(tmp_path: Path) -> None:
    """With what would do."""
    with (
        pytest.raises(knuckle.OutputError, match=r"a\.txt: its ending must be a picture's"),
        knuckle.open_sink(tmp_path, name=lambda frame: "a.txt") as sink,
    ):
        sink.write(make_frame(), [])


def test_one_picture_holds_one_frame(tmp_path: Path) -> None:
    """A second one is refused; the first one stays."""
    sink = knuckle.open_sink(tmp_path / "a.png")
    sink.write(make_frame(0), [])
    with pytest.raises(knuckle.OutputError, match=r"a\.png holds one picture: name a folder"):
        sink.write(make_frame(1), [])

    assert ["a.png"] == names_in(tmp_path)


def test_a_video_has_its_rate(tmp_path: Path) -> None:
    """And the frames have their times."""
    with knuckle.open_sink(tmp_path / "a.mp4", rate=10) as sink:
        for i in range(3):
            sink.write(knuckle.Frame(quadrants(), i, i / 10), [])
    clip = knuckle.open_source(tmp_path / "a.mp4")

    assert Fraction(10) == clip.rate
    assert [0, 0.1, 0.2] == pytest.approx([frame.time for frame in clip], abs=0.001)


def test_a_video_without_frames_is_not_made(tmp_path: Path) -> None:
    """No player would open it."""
    with knuckle.open_sink(tmp_path / "a.mp4"):
        pass

    assert [] == names_in(tmp_path)


@pytest.mark.parametrize(
    ("rate", "error"), [("30", TypeError), (True, TypeError), (0, ValueError), (-1.0, ValueError)]
)
def test_a_rate_that_makes_no_sense_is_refused(
    rate: Any, error: type[Exception], tmp_path: Path
) -> None:
    """With the value."""
    with pytest.raises(error, match=f"rate must be .* not {rate!r}"):
        knuckle.open_sink(tmp_path / "a.mp4", rate=rate)

    assert [] == names_in(tmp_path)


def test_a_camera_fills_the_pose(tmp_path: Path) -> None:
    """In the table."""
    picture = knuckle.Frame(read_picture(SAMPLES / "open_palm.jpg"), 0, 0.0)
    hands = knuckle.detect(picture.image)
    with knuckle.open_sink(tmp_path / "a.csv", camera=knuckle.Camera(900, 900, 320, 240)) as sink:
        sink.write(picture, hands)
    with (tmp_path / "a.csv").open(newline="") as file:
        [row] = csv.DictReader(file)

    assert float(row["pose_tz"]) > 0


def test_a_shared_drawing_draws_each_frame_once() -> None:
    """However many outputs ask for it."""
    seen: list[int] = []

    def draw(image: ImageArray, hands: Sequence[Hand]) -> ImageArray:
        seen.append(len(hands))
        return image

    shared = SharedDrawing(draw)
    for frame, hands in ((make_frame(0), [make_hand()]), (make_frame(1), [])):
        for _ in range(3):
            shared(frame.image, hands)

    assert [1, 0] == seen
