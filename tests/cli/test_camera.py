"""`knuckle camera` in a window that nobody sees, with a clip in the place of a camera."""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import pytest

from knuckle.io.video import CAMERAS
from knuckle.window.state import Look

from .conftest import CLIP, Run, read_csv
from .keyboard import Press, press

__all__ = ["press"]


@pytest.fixture
def plug_in(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Have FFmpeg's filters in the place of a camera."""
    return lambda filters: monkeypatch.setitem(CAMERAS, sys.platform, ("lavfi", filters))


def test_a_camera_is_tracked_and_recorded(
    run: Run, press: Press, plug_in: Callable[[str], None], workplace: Path
) -> None:
    """Hands keep their numbers from frame to frame."""
    plug_in(f"movie={CLIP}:loop=0,setpts=N/30/TB,realtime")
    states = press(
        (lambda state: state.figures.last is not None, "m"),
        (lambda state: state.look.is_mirrored, "b"),
        (lambda state: state.look.boxes, "c"),
        (lambda state: state.look.confidence and state.recorded > 1, "q"),
    )
    result = run("camera", "-o", "out.csv", "--no-mirror-view")
    rows = read_csv(workplace / "out.csv")

    assert (0, "wrote out.csv\n") == (result.status, result.err)
    assert states[-1].look == Look("fingers", confidence=True, boxes=True, is_mirrored=True)
    assert {"1"} == {row["track_id"] for row in rows[:21]}


def test_a_camera_that_is_unplugged(
    run: Run, press: Press, plug_in: Callable[[str], None], workplace: Path
) -> None:
    """What was recorded before is kept."""
    plug_in(f"movie={CLIP},trim=end_frame=60,setpts=N/30/TB,realtime")
    press((lambda state: state.problem is not None, "q"))
    result = run("camera", "-o", "out.csv")

    assert 1 == result.status
    assert ["wrote out.csv", "knuckle: camera 0 stopped sending pictures"] == (
        result.err.splitlines()
    )
    assert read_csv(workplace / "out.csv")


@pytest.mark.parametrize(
    ("number", "cure"),
    [
        (errno.EBUSY, "close the other program that uses it"),
        (errno.EACCES, "you may not use it"),
        (errno.ENOENT, "is it plugged in?"),
    ],
)
def test_a_camera_that_cannot_be_opened(
    number: int, cure: str, run: Run, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sentence with the cure, as FFmpeg's error says."""

    def refuse(*args: Any, **options: Any) -> None:
        av.error.err_check(-number)

    states = press()
    monkeypatch.setattr(av, "open", refuse)
    result = run("camera", "3")

    assert (1, []) == (result.status, states)
    assert result.err.startswith("knuckle: camera 3 cannot be opened (")
    assert cure in result.err
    assert 1 == len(result.err.splitlines())


def test_a_file_is_no_camera(run: Run, press: Press) -> None:
    """The other command is named."""
    press()
    result = run("camera", CLIP)

    assert 1 == result.status
    assert "knuckle play shows files" in result.err
