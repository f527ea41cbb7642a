"""What mediapipe fails at, each in a process of its own with a time limit.

Reproduced there with 0.10.21 or 1.2.2: hangs, aborts, silent empty answers, tracebacks at exit.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.conftest import SAMPLES

PREAMBLE = f"""
import numpy as np
from PIL import Image
import knuckle.compat.mediapipe as mp
picture = np.asarray(Image.open({str(SAMPLES / "open_palm.jpg")!r}).convert("RGB"))
vision, image = mp.tasks.vision, mp.Image(mp.ImageFormat.SRGB, picture)
def tasks(mode="IMAGE", **options):
    return vision.HandLandmarker.create_from_options(vision.HandLandmarkerOptions(
        mp.tasks.BaseOptions(), vision.RunningMode[mode], **options))
def legacy(**options):
    return mp.solutions.hands.Hands(**options)
def look(made):  # at a picture, with either
    if isinstance(made, mp.solutions.hands.Hands):
        return len(made.process(picture).multi_hand_landmarks)
    if made._options.running_mode is vision.RunningMode.IMAGE:
        return len(made.detect(image).hand_landmarks)
    return len(made.detect_for_video(image, 1).hand_landmarks)
def refused(call):
    try:
        call()
    except (ValueError, TypeError) as error:
        return type(error).__name__
"""

CASES = {
    "a reference cycle is collected": (
        """
import gc, weakref
for make in (legacy, tasks, lambda: tasks("VIDEO")):
    made = make()
    made.itself = made
    held = weakref.ref(made)
    print(look(made))
    del made
    gc.collect()
    print(held())
""",
        "1 None 1 None 1 None",
    ),
    "one that was used goes on in a forked child": (
        """
import os
for made in (legacy(), tasks(), tasks("VIDEO")):
    if isinstance(made, mp.solutions.hands.Hands) or made._options.running_mode.name == "IMAGE":
        look(made)
    child = os.fork()
    if not child:
        os._exit(look(made))
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), look(made))
""",
        "1 1 1 1 1 1",
    ),
    "a pool of forked workers": (
        """
import multiprocessing
made = legacy(static_image_mode=True)
look(made)
def work(_):
    return look(made) + look(legacy()) + look(tasks())
if __name__ == "__main__":
    with multiprocessing.get_context("fork").Pool(2) as pool:
        print(pool.map(work, range(4)))
""",
        "[3, 3, 3, 3]",
    ),
    "a live stream goes on in a forked child": (
        """
import os, threading
seen = []
made = tasks("LIVE_STREAM", result_callback=lambda r, i, t: seen.append(len(r.hand_landmarks)))
made.detect_async(image, 1)
while not seen:
    pass
child = os.fork()
if not child:
    made.detect_async(image, 2)
    made.close()
    os._exit(len(seen))
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
""",
        "2",
    ),
    "exit without close": (
        """
a, b, c = legacy(), tasks(), tasks("VIDEO")
print(look(a), look(b), look(c))
""",
        "1 1 1",
    ),
    "exit with a frame in hand": (
        """
made = tasks("LIVE_STREAM", result_callback=lambda r, i, t: print(len(r.hand_landmarks)))
made.detect_async(image, 1)
""",
        "1",
    ),
    "exit while others wait in a cycle": (
        """
made = tasks("LIVE_STREAM", result_callback=lambda r, i, t: None)
made.itself = made
for time in range(20):
    made.detect_async(image, time)
del made
print("end")
""",
        "end",
    ),
    "an exception leaves the block": (
        """
try:
    with legacy() as hands, tasks("VIDEO") as landmarker:
        print(look(hands), look(landmarker))
        raise KeyError
except KeyError:
    print(refused(lambda: look(hands)), refused(lambda: landmarker.detect_for_video(image, 9)))
""",
        "1 1 ValueError ValueError",
    ),
    "close twice": (
        """
for made in (legacy(), tasks(), tasks("VIDEO"), tasks("LIVE_STREAM", result_callback=print)):
    made.close()
    made.close()
    with made:
        pass
print("closed")
""",
        "closed",
    ),
    "detect_async in the wrong mode": (
        """
for mode in ("IMAGE", "VIDEO"):
    made = tasks(mode)
    print(refused(lambda: made.detect_async(image, 1)), look(made))
""",
        "ValueError 1 ValueError 1",
    ),
    "eight threads share a picture detector": (
        """
from concurrent.futures import ThreadPoolExecutor
for made in (tasks(), legacy(static_image_mode=True)):
    with ThreadPoolExecutor(8) as pool:
        print(sum(pool.map(lambda _: look(made), range(40))))
""",
        "40 40",
    ),
    "a tracker in each of eight threads": (
        """
from concurrent.futures import ThreadPoolExecutor
def follow(make):
    made = make()
    return [len(made.process(picture).multi_hand_landmarks) for _ in range(5)]
with ThreadPoolExecutor(8) as pool:
    print({tuple(found) for found in pool.map(follow, [legacy] * 8)})
""",
        "{(1, 1, 1, 1, 1)}",
    ),
    "pickling": (
        """
import pickle
again = lambda value: pickle.loads(pickle.dumps(value))
options = vision.HandLandmarkerOptions(mp.tasks.BaseOptions(), num_hands=2)
print(again(options) == options, look(again(legacy())), look(again(tasks("VIDEO"))))
print(again(mp.tasks.BaseOptions.Delegate.GPU).name, again(image).width)
""",
        "True 1 1 GPU 1080",
    ),
    "a complexity that does not exist": (
        "print(refused(lambda: legacy(model_complexity=2)))",
        "ValueError",
    ),
    "time that goes back": (
        """
made = tasks("VIDEO")
made.detect_for_video(image, 5)
print(refused(lambda: made.detect_for_video(image, 4)), look_again := len(
    made.detect_for_video(image, 6).hand_landmarks))
""",
        "ValueError 1",
    ),
    "spawned workers": (
        """
import concurrent.futures, multiprocessing
made = legacy(static_image_mode=True)
with concurrent.futures.ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
    result = pool.submit(made.process, picture).result()
print(len(result.multi_handedness))
""",
        "1",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_nothing_hangs_aborts_or_complains(name: str) -> None:
    """Status 0, the words that are expected, and not one word on stderr."""
    program, expected = CASES[name]
    if "fork" in program and not hasattr(os, "fork"):
        pytest.skip("needs fork")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PREAMBLE + program],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ("", 0) == (done.stderr, done.returncode)
    assert expected == " ".join(done.stdout.split())
