"""`knuckle play` in a window that nobody sees."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import knuckle
from knuckle.values import Frame
from knuckle.window import finder
from knuckle.window.state import Settings

from .conftest import CLIP, Run, read_csv
from .keyboard import Press, at_frame, is_paused, press

__all__ = ["press"]


def test_a_snapshot_of_a_clip(run: Run, press: Press, workplace: Path) -> None:
    """The picture that was on the screen, with its hands, in the folder that was named."""
    press(
        (at_frame(20), "space"),
        (is_paused, "s"),
        (lambda state: state.snapshots == 1 and state.message is not None, "q"),
    )
    result = run("play", CLIP, "--folder", "shots", "--style", "depth")
    [path] = (workplace / "shots").iterdir()
    index = int(path.stem.removeprefix("two_hands_frame"))
    with knuckle.open_source(CLIP, start=index / 30) as source:
        plain = next(source).image

    assert (0, f"wrote shots/{path.name}\n") == (result.status, result.err)
    away = np.abs(knuckle.read_image(path).astype(int) - plain).max(axis=2)
    assert 0.001 < (away > 24).mean() < 0.1


def test_a_recording_has_every_frame_and_nothing_is_tracked_twice(
    run: Run, press: Press, workplace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the end of the clip, which completes it; the replay is not recorded."""
    asked: list[int] = []
    find_for = finder.find_for

    def counting(settings: Settings) -> finder.Find:
        find = find_for(settings)

        def find_one(frame: Frame) -> finder.Answer:
            asked.append(frame.index)
            return find(frame)

        return find_one

    monkeypatch.setattr(finder, "find_for", counting)
    press(
        (at_frame(40), "left"),
        (is_paused, "left"),
        (is_paused, "space"),
        (lambda state: state.is_ended, "space"),
        (at_frame(5), "q"),
    )
    result = run("play", CLIP, "-o", "out.csv", "-o", "out.mp4", "--start", "1")
    rows = read_csv(workplace / "out.csv")
    with knuckle.open_source(workplace / "out.mp4") as source:
        recorded = len(list(source))

    assert 0 == result.status, result.err
    assert len(set(asked)) == len(asked)
    assert recorded == len({row["frame"] for row in rows}) >= 119


def test_palms_only(run: Run, press: Press, workplace: Path) -> None:
    """They are counted and drawn, and no hands are in the table."""
    states = press((at_frame(10), "q"))
    result = run("play", CLIP, "--palms", "-o", "out.csv", "--max-hands", "1")

    assert (0, "wrote out.csv\n") == (result.status, result.err)
    assert {""} == {row["hand"] for row in read_csv(workplace / "out.csv")}
    assert all(state.settings.palms_only for state in states)


def test_a_folder_of_pictures_with_a_damaged_one(
    run: Run, press: Press, add_palm: Callable[[str], Path]
) -> None:
    """It is told and passed, and the exit status tells of it."""
    for name in ("a.png", "c.png", "d.png"):
        add_palm(f"frames/{name}")
    Path("frames/b.png").write_text("no picture")
    press((lambda state: state.is_ended, "q"))
    result = run("play", "frames")

    assert 1 == result.status
    assert result.err.startswith("knuckle: frames/b.png is not a picture")
    assert 1 == len(result.err.splitlines())


def test_an_output_is_never_replaced(run: Run, workplace: Path) -> None:
    """Not even before the window opens."""
    Path("out.csv").write_text("mine")
    result = run("play", CLIP, "-o", "out.csv")

    assert (1, "mine") == (result.status, Path("out.csv").read_text())
    assert (
        "knuckle: out.csv exists: name a new file, because a recording replaces none\n"
        == result.err
    )


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["none.mp4"], "none.mp4 does not exist"),
        (["notes.mp4"], "notes.mp4 cannot be opened: invalid data found"),
        (["0"], "0 is no file: knuckle camera 0 shows a camera or a stream"),
        ([CLIP, "--start", "9"], f"{CLIP} has no frames there"),
        ([CLIP, "-o", "picture.png"], "picture.png is neither a video nor a table"),
    ],
)
def test_what_cannot_be_shown_is_one_sentence(
    args: list[str | Path], sentence: str, run: Run, press: Press
) -> None:
    """Before the window opens."""
    Path("notes.mp4").write_text("no video")
    states = press()
    result = run("play", *args)

    assert (1, []) == (result.status, states)
    assert result.err.startswith(f"knuckle: {sentence}")
    assert 1 == len(result.err.splitlines())


def test_without_a_display_a_sentence_points_to_the_server(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It needs no window library to say so."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    result = run("play", CLIP)

    assert 1 == result.status
    assert 'there is no display for a window: "knuckle serve" shows hands' in result.err
    assert 1 == len(result.err.splitlines())


def test_without_the_library_the_line_to_type(
    run: Run, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The extra's packages by name."""
    press()
    monkeypatch.setitem(__import__("sys").modules, "pygame", None)
    result = run("play", CLIP)

    assert 1 == result.status
    assert result.err.startswith("knuckle: a window needs an optional package: pip install")
