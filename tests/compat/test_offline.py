"""Nothing leaves the machine, and nothing is left in the home folder.

In a network namespace without a network, which native code cannot leave either.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import SAMPLES

NO_NAMESPACE = 77

PROGRAM = f"""
import ctypes, os, subprocess, sys
libc = ctypes.CDLL(None)
NETWORK, USER = 0x40000000, 0x10000000
if libc.unshare(NETWORK) and libc.unshare(NETWORK | USER):
    sys.exit({NO_NAMESPACE})
assert open("/proc/net/dev").read().count(":") <= 1  # the loopback, which is down

import knuckle
import knuckle.compat.mediapipe as mp
samples = {str(SAMPLES)!r}
picture = next(knuckle.open_source(samples + "/open_palm.jpg")).image
for engine in sys.argv[1:]:
    print(engine, len(knuckle.detect(picture, engine=engine)))
for frame in knuckle.open_source(samples + "/two_hands.mp4", stop=0.2):
    pass
knuckle.draw(picture, knuckle.detect(picture))
with mp.solutions.hands.Hands() as hands:
    result = hands.process(picture)
canvas = picture.copy()
mp.solutions.drawing_utils.draw_landmarks(
    canvas, result.multi_hand_landmarks[0], mp.solutions.hands.HAND_CONNECTIONS)
vision = mp.tasks.vision
image = mp.Image.create_from_file(samples + "/open_palm.jpg")
seen = []
for mode, callback in ((vision.RunningMode.IMAGE, None),
                       (vision.RunningMode.LIVE_STREAM, lambda *result: seen.append(result))):
    options = vision.HandLandmarkerOptions(
        mp.tasks.BaseOptions(), mode, result_callback=callback)
    with vision.HandLandmarker.create_from_options(options) as landmarker:
        if callback is None:
            print(len(landmarker.detect(image).hand_landmarks))
        else:
            landmarker.detect_async(image, 1)
print(len(seen))
for command in (
    ["knuckle", "detect", samples + "/open_palm.jpg", "-o", "hands.csv", "-o", "hands.parquet"],
    ["knuckle", "track", samples + "/two_hands.mp4", "--stop", "0.2", "-o", "hands.mp4"],
    ["knuckle", "models", "--export", "hand_landmarker.task"],
    ["knuckle.compat.mediapipe", "-m", "timeit", "-n", "1", "-r", "1", "import mediapipe"],
):
    done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True)
    print(done.returncode, done.stderr.count("Error"))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux's namespaces")
def test_everything_works_without_a_network_and_leaves_the_home_folder_empty(
    tmp_path: Path,
) -> None:
    """All engines, both interfaces, drawing, the command line, the runner."""
    home, work = tmp_path / "home", tmp_path / "work"
    home.mkdir()
    work.mkdir()
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "ORT_", "KNUCKLE_"))}
    engines = ["onnxruntime", "litert", "openvino"]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *engines],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=work,
        env=kept | {"HOME": str(home)},
    )
    if done.returncode == NO_NAMESPACE:
        pytest.skip("this machine lets nobody make a network namespace")

    assert 0 == done.returncode, done.stderr
    assert [*(f"{e} 1" for e in engines), "1", "1", *["0 0"] * 4] == done.stdout.splitlines()
    assert [] == list(home.iterdir())
    assert {"hands.csv", "hands.parquet", "hands.mp4", "hand_landmarker.task"} == {
        path.name for path in work.iterdir()
    }


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="telemetry of other systems")
def test_the_home_folder_would_not_be_empty_otherwise(tmp_path: Path) -> None:
    """The test above can fail: ONNX Runtime imported first, without the switch, leaves an id."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "ORT_"))}
    subprocess.run(
        [sys.executable, "-c", "import onnxruntime"],
        check=True,
        timeout=60,
        env=kept | {"HOME": str(tmp_path)},
    )

    if not list(tmp_path.iterdir()):
        pytest.skip("this release of ONNX Runtime leaves nothing")

    assert [".cache"] == [path.name for path in tmp_path.iterdir()]
