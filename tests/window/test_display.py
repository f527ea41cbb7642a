"""The real command in a real window, on a virtual display, with keys from a keyboard."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import knuckle
from knuckle.render.style import PALM_BOX_COLOUR, PART_COLOURS
from knuckle.values import ImageArray
from tests.cli.conftest import read_csv

from .display import CLIP, Shown, camera_of, needs_display, share_of, start, virtual_display

pytestmark = needs_display
pytest.importorskip("pygame", reason="a window needs pygame-ce")

Start = Callable[..., Shown]
FINGERS = [PART_COLOURS[name] for name in ("thumb", "middle", "ring")]


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    """The name of a virtual display."""
    with virtual_display() as name:
        yield name


@pytest.fixture
def show(display: str, tmp_path: Path) -> Iterator[Start]:
    """Run the command in a window; it is ended after the test."""
    running: list[Shown] = []

    def show_one(*args: Any, **options: Any) -> Shown:
        running.append(start(display, *args, folder=tmp_path, **options))
        return running[-1]

    yield show_one
    for shown in running:
        if shown.process.poll() is None:
            shown.process.kill()
            shown.process.communicate()


@pytest.fixture
def paused(show: Start) -> Shown:
    """The clip, standing still at a frame with two hands."""
    shown = show("play", CLIP, "--start", "2")
    shown.wait_for(has_hands)
    shown.still("space")
    return shown


def differs(before: ImageArray, after: ImageArray) -> float:
    """The share of pixels that are clearly different."""
    return float((np.abs(before.astype(int) - after).max(axis=2) > 24).mean())


def has_hands(picture: ImageArray) -> bool:
    """Whether hands are drawn with a colour per finger."""
    return all(share_of(picture, colour) > 3e-5 for colour in FINGERS)


def is_in_the_middle(picture: ImageArray) -> bool:
    """Whether a window of 700 x 800 has the picture at full width, with equal bars."""
    rows = np.flatnonzero((picture.max(axis=2) > 40).mean(axis=1) > 0.3)
    if picture.shape != (800, 700, 3) or not rows.size:
        return False
    return abs(rows[-1] - rows[0] + 1 - 700 * 480 / 854) <= 6 and abs(rows[0] + rows[-1] - 799) <= 6


def test_a_clip_plays_with_hands(show: Start) -> None:
    """And q closes the window."""
    shown = show("play", CLIP)
    first = shown.wait_for(has_hands)
    shown.wait_for(lambda picture: differs(first, picture) > 0.01)
    shown.press("q")

    assert (0, "") == shown.wait()


def test_a_pause_stands_still_and_steps_go_both_ways(paused: Shown) -> None:
    """A step back and a step forward lead to the same picture."""
    before = paused.still()
    back = paused.still("Left")
    again = paused.still("Right")

    assert has_hands(before)
    assert differs(before, back) > 0
    assert 0 == differs(before, again)


def test_the_look(paused: Shown) -> None:
    """Mirrored, in depth style, palms only: each key and back."""
    plain = paused.still()
    mirrored = paused.still("m")
    depth = paused.still("m", "d")
    paused.press("d", "p")
    palms = paused.wait_for(lambda picture: share_of(picture, PALM_BOX_COLOUR) > 1e-4)
    paused.press("p")
    again = paused.wait_for(has_hands)

    assert differs(plain, mirrored) > 0.1
    assert differs(plain, mirrored[:, ::-1]) < 0.03  # the labels are not mirrored
    assert not has_hands(depth)
    assert not has_hands(palms)
    assert has_hands(again)
    assert differs(palms, again) > 0


def test_the_model_and_the_number_of_hands(paused: Shown) -> None:
    """A picture that stands still answers at once."""
    two = paused.still()
    one = paused.still("1")
    lite = paused.still("l")

    count = [share_of(picture, PART_COLOURS["ring"]) for picture in (two, one)]
    assert count[1] < 0.7 * count[0]
    assert has_hands(one)
    assert has_hands(lite)
    assert differs(one, lite) > 0


def test_the_help_and_the_panel(paused: Shown) -> None:
    """Text comes and goes."""
    plain = paused.still()
    help = paused.still("question")
    assert 0 == differs(plain, paused.still("Escape"))
    panel = paused.still("i")

    assert differs(plain, help) > 0.2
    assert differs(plain, panel) > 0.02
    assert differs(plain[:, 600:-100], panel[:, 600:-100]) < 0.05  # it leaves the picture free


def test_a_window_of_another_shape_keeps_the_picture_whole(paused: Shown) -> None:
    """With bars above and below, and in the middle."""
    paused.resize(700, 800)
    paused.wait_for(is_in_the_middle)


def test_a_click_on_the_bar_goes_there(paused: Shown) -> None:
    """The picture of that time."""
    before = paused.still("i")
    x, y, width, height = paused.place()
    paused.click(x + width // 4, y + height - 20)
    early = paused.still(unlike=before)
    paused.click(x + width // 4, y + height - 20)

    assert differs(before, early) > 0.02
    assert 0 == differs(early[:, 400:], paused.still()[:, 400:])  # beside the panel's figures


def test_the_end_says_how_to_go_on(show: Start) -> None:
    """Space plays it again."""
    shown = show("play", CLIP, "--start", "4.5")
    shown.wait_for(has_hands)
    end = shown.still()
    shown.press("space")
    shown.wait_for(lambda picture: differs(end, picture) > 0.01)
    shown.press("q")

    assert (0, "") == shown.wait()


def test_a_snapshot_and_a_recording(paused: Shown, tmp_path: Path) -> None:
    """New files in the current folder."""
    paused.press("s")
    paused.still()
    paused.press("r", "space")
    before = paused.picture()
    paused.wait_for(lambda picture: differs(before, picture) > 0.005)
    paused.press("r", "q")
    status, told = paused.wait()
    [snapshot] = tmp_path.glob("two_hands_frame*.png")
    [video] = tmp_path.glob("two_hands_20*.mp4")
    [table] = tmp_path.glob("two_hands_20*.csv")

    assert (854, 480) == knuckle.read_image(snapshot).shape[1::-1]
    assert 0 == status
    assert all(f"wrote {path.name}" in told for path in (snapshot, video, table))
    with knuckle.open_source(video) as source:
        frames = len(list(source))
    shown = {int(row["frame"]) for row in read_csv(table)}
    assert frames == len(shown) == max(shown) - min(shown) + 1  # none is left out


def test_a_camera_is_recorded_from_the_start(show: Start, tmp_path: Path) -> None:
    """The video and the table of a camera have the same frames, and two hands."""
    shown = show("camera", "-o", "out.mp4", "-o", "out.csv", camera=camera_of(CLIP))
    shown.wait_for(has_hands)
    first = shown.picture()
    shown.wait_for(lambda picture: differs(first, picture) > 0.01)
    status, told = shown.end(signal.SIGINT)
    rows = read_csv(tmp_path / "out.csv")
    with knuckle.open_source(tmp_path / "out.mp4") as source:
        times = [frame.time for frame in source]

    assert 130 == status
    assert {"wrote out.mp4", "wrote out.csv"} == set(told.splitlines())
    assert len(times) >= len({row["frame"] for row in rows}) >= 2
    assert sorted(set(times)) == times


def test_an_unplugged_camera_is_a_card_with_a_way_out(show: Start) -> None:
    """It can be opened again, and the exit status tells of it."""
    shown = show("camera", camera=camera_of(CLIP, loops=False))
    running = shown.wait_for(has_hands)
    card = shown.wait_for(lambda picture: share_of(picture, (255, 92, 108)) > 5e-5)
    stopped = shown.still()
    shown.press("Home")
    shown.wait_for(lambda picture: differs(stopped, picture) > 0.01)
    shown.press("q")
    status, told = shown.wait()

    assert differs(running, card) > 0
    assert (1, "knuckle: camera 0 stopped sending pictures\n") == (status, told)
