"""A virtual display, and a command that shows a window on it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import ImageGrab

from knuckle.values import ImageArray
from tests.conftest import SAMPLES

CLIP = SAMPLES / "two_hands.mp4"
SIZE = (1600, 1000)  # of the display, pixels
STILL = 1.2  # seconds without a change, longer than a message stays
PATIENCE = 60.0  # seconds for what takes a moment on a busy machine
TOOLS = ("Xvfb", "xdotool")
missing = [name for name in TOOLS if shutil.which(name) is None]
needs_display = pytest.mark.skipif(
    bool(missing), reason=f"a virtual display needs {' and '.join(missing)}"
)

# Runs the command with FFmpeg's filters in the place of a camera, and with messages that go soon.
PROGRAM = """
import sys
from knuckle.cli import main
from knuckle.io.video import CAMERAS
from knuckle.window import update
CAMERAS[sys.platform] = ("lavfi", sys.argv[1])
update.MESSAGE_SECONDS = 0.4
sys.exit(main(sys.argv[2:]))
"""


def camera_of(clip: Path, *, loops: bool = True) -> str:
    """A filter that plays a clip as a camera would, again and again or once."""
    return f"movie={clip}:loop={0 if loops else 1},setpts=N/30/TB,realtime"


@contextmanager
def virtual_display() -> Iterator[str]:
    """Start an X server with a free number; gives its name."""
    reader, writer = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-noreset", "-displayfd", str(writer), "-screen", "0", f"{SIZE[0]}x{SIZE[1]}x24"],
        pass_fds=[writer],
        stderr=subprocess.DEVNULL,
    )
    os.close(writer)
    try:
        with os.fdopen(reader) as numbers:
            yield f":{numbers.readline().strip()}"
    finally:
        server.terminate()
        server.wait(10)


class Shown:
    """A running command and its window."""

    def __init__(self, display: str, process: subprocess.Popen[str]) -> None:
        self._display, self.process = display, process
        self.errors = ""
        self.wait_for(lambda image: bool(image.any()))  # the window
        self.press("i")  # without the panel, the picture is easy to judge

    def picture(self) -> ImageArray:
        """The window's pixels, RGB."""
        screen = np.asarray(ImageGrab.grab(xdisplay=self._display).convert("RGB"))
        x, y, width, height = self.place()
        return np.ascontiguousarray(screen[y : y + height, x : x + width])

    def place(self) -> tuple[int, int, int, int]:
        """Where the window is: x, y, width, height."""
        found = self.tool("search", "--onlyvisible", "--class", "knuckle").split()
        if not found:
            return 0, 0, 0, 0
        told = self.tool("getwindowgeometry", "--shell", found[0])
        values = dict(re.findall(r"(\w+)=(-?\d+)", told))
        return tuple(int(values[name]) for name in ("X", "Y", "WIDTH", "HEIGHT"))  # type: ignore[return-value]

    def tool(self, *args: str) -> str:
        """Run xdotool."""
        done = subprocess.run(
            ["xdotool", *args],
            env={**os.environ, "DISPLAY": self._display},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        return done.stdout

    def press(self, *keys: str) -> None:
        """Press keys, one after the other, as a keyboard would."""
        [window, *_] = self.tool("search", "--onlyvisible", "--class", "knuckle").split()
        self.tool("windowfocus", window)
        for key in keys:
            self.tool("key", key)
            time.sleep(0.05)

    def click(self, x: int, y: int) -> None:
        """Click a place of the display."""
        self.tool("mousemove", str(x), str(y), "click", "1")

    def resize(self, width: int, height: int) -> None:
        """Drag the window to another size."""
        [window, *_] = self.tool("search", "--onlyvisible", "--class", "knuckle").split()
        self.tool("windowsize", "--sync", window, str(width), str(height))

    def wait_for(self, is_there: Callable[[ImageArray], Any]) -> ImageArray:
        """The picture, as soon as it fulfils a condition."""
        until = time.monotonic() + PATIENCE
        while True:
            if self.process.poll() is not None:
                raise AssertionError(f"the window is gone: {self.process.communicate()}")
            picture = self.picture()
            if picture.size and is_there(picture):
                return picture
            assert time.monotonic() < until, "the window never showed it"
            time.sleep(0.05)

    def still(self, *keys: str, unlike: ImageArray | None = None) -> ImageArray:
        """The picture, once it stands still and no message is on it.

        keys: pressed before. unlike: what it must not be any more; by default, with keys, what was
        there before them.
        """
        if keys and unlike is None:
            unlike = self.picture()
        self.press(*keys)
        until = time.monotonic() + PATIENCE
        last, since = self.picture(), time.monotonic()
        while time.monotonic() - since < STILL or _is_same(last, unlike):
            time.sleep(0.05)
            now = self.picture()
            if not _is_same(now, last):
                last, since = now, time.monotonic()
            assert time.monotonic() < until, "the picture never changed and stood still"
        return last

    def end(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """Send a signal, and wait for the end: exit status and what was printed on errors."""
        self.process.send_signal(number)
        return self.wait()

    def wait(self) -> tuple[int, str]:
        """Wait for the end: exit status and what was printed."""
        out, errors = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, errors + out


def _is_same(picture: ImageArray, other: ImageArray | None) -> bool:
    return other is not None and np.array_equal(picture, other)


def start(display: str, *args: str | Path, camera: str = "", folder: Path) -> Shown:
    """Run `knuckle` with arguments on a display, with a filter as its camera if there is one."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, camera, *map(str, args)],
        env={**os.environ, "DISPLAY": display, "PYTHONPATH": os.pathsep.join(sys.path)},
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    return Shown(display, process)


def share_of(picture: ImageArray, colour: tuple[int, int, int], reach: int = 12) -> float:
    """How much of a picture has about a colour, 0 to 1."""
    away: NDArray[np.int_] = np.abs(picture.astype(int) - colour).max(axis=2)
    return float((away <= reach).mean())
