"""The examples that follow a camera, here on the sample clip."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest

import knuckle
from tests.conftest import SAMPLES, read_rgb

from .programs import CLIP, Run, needs_opencv, needs_osc, run_program, stop_after

LIVE = [
    pytest.param("webcam", marks=needs_opencv),
    pytest.param("finger_counter", marks=needs_opencv),
    pytest.param("pinch_slider", marks=needs_opencv),
    pytest.param("air_drawing", marks=needs_opencv),
    pytest.param("osc_sender", marks=needs_osc),
]


@needs_opencv
def test_the_webcam_writes_a_video(run: Run, tmp_path: Path) -> None:
    """As long as the clip and as large, with hands drawn on it."""
    run("webcam", CLIP, "-o", tmp_path / "hands.mp4")
    before = list(knuckle.open_source(CLIP, every=40))
    after = list(knuckle.open_source(tmp_path / "hands.mp4", every=40))
    changes = [
        np.abs(a.image.astype(int) - b.image).max() for a, b in zip(before, after, strict=True)
    ]

    assert [frame.image.shape for frame in before] == [frame.image.shape for frame in after]
    assert min(changes) > 100


@needs_opencv
def test_the_window_closes_at_q(monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    """It shows picture after picture until the key is pressed."""
    import cv2

    shown: list[np.ndarray[tuple[int, ...], np.dtype[np.uint8]]] = []
    monkeypatch.setattr(cv2, "imshow", lambda title, picture: shown.append(picture))
    monkeypatch.setattr(cv2, "waitKey", lambda delay: ord("q") if len(shown) % 3 == 0 else -1)
    for name in ("webcam", "finger_counter", "pinch_slider", "air_drawing"):
        run(name, CLIP)

    assert [(480, 854, 3)] * 3 * 4 == [picture.shape for picture in shown]


@needs_opencv
def test_fingers_are_counted(run: Run) -> None:
    """The gestures of the clip: fist, one, two, three, all; the left hand shows five."""
    lines = run("finger_counter", CLIP, "--headless").splitlines()

    assert "0.67 s: right 0" == lines[20]
    assert "1.60 s: right 1, left 5" == lines[48]
    assert "2.33 s: right 2, left 5" == lines[70]
    assert "3.17 s: right 3, left 5" == lines[95]
    assert "4.83 s: right 5" == lines[145]


@needs_opencv
def test_fingers_are_counted_as_in_truth(run: Run) -> None:
    """In nine of ten frames the count is that of the rendered hands' own landmarks."""
    from examples.finger_counter import count_fingers

    frames = json.loads((SAMPLES / "two_hands.json").read_text())["frames"]
    truth = [{hand["handedness"]: hand["world_landmarks"] for hand in f["hands"]} for f in frames]
    lines = run("finger_counter", CLIP, "--headless").splitlines()
    counts = [dict(re.findall(r"(right|left) (\d)", line)) for line in lines]
    right = [
        int(count[side]) == count_fingers(_Seen(hands[side]))  # type: ignore[arg-type]
        for count, hands in zip(counts, truth, strict=True)
        for side in count.keys() & hands.keys()
    ]

    assert len(right) > 200
    assert np.mean(right) > 0.85


class _Seen:
    """As much of a hand as counting needs."""

    def __init__(self, world_landmarks: object) -> None:
        self.world_landmarks = np.array(world_landmarks)


@needs_opencv
def test_the_slider_goes_from_end_to_end(run: Run) -> None:
    """Apart it is 1, pinched it is 0, and in between on the way."""
    lines = run("pinch_slider", CLIP, "--headless").splitlines()
    values = [float(line.split(": ")[1]) for line in lines]

    assert 1.0 == values[100]
    assert 0.0 < values[108] < 1.0
    assert 0.0 == values[118]


@needs_opencv
def test_the_drawing_follows_the_finger(run: Run, tmp_path: Path) -> None:
    """Near where the left hand's tip truly went there is its colour, and nowhere else."""
    run("air_drawing", CLIP, "-o", tmp_path / "drawing.png")
    drawing = read_rgb(tmp_path / "drawing.png")
    is_stroke = (drawing == (46, 213, 134)).all(axis=2)
    frames = json.loads((SAMPLES / "two_hands.json").read_text())["frames"][45:110]
    tips = np.array([frame["hands"][1]["points"][8] for frame in frames])
    strokes = np.argwhere(is_stroke[:, 500:])[:, ::-1] + (500, 0)
    nearest = np.linalg.norm(tips[:, None] - strokes, axis=2).min(axis=1)

    assert nearest.max() < 15
    assert not is_stroke[:, 750:].any()


@needs_opencv
def test_a_camera_is_a_mirror(monkeypatch: pytest.MonkeyPatch, run: Run, tmp_path: Path) -> None:
    """The left hand, at the right in the clip, draws at the left."""
    clip = partial(knuckle.open_source, CLIP, start=1.0, stop=2.0)
    monkeypatch.setattr(knuckle, "open_source", lambda source: clip() if source == 7 else None)
    run("air_drawing", "7", "-o", tmp_path / "drawing.png")
    drawing = read_rgb(tmp_path / "drawing.png")
    strokes = np.argwhere((drawing == (46, 213, 134)).all(axis=2))

    assert 200 < np.median(strokes[:, 1]) < 350


@needs_opencv
def test_a_drawing_that_is_stopped_is_saved(
    monkeypatch: pytest.MonkeyPatch, run: Run, tmp_path: Path
) -> None:
    """Ctrl-C ends it as the end of the clip does."""
    stop_after(monkeypatch, 10)
    run("air_drawing", CLIP, "-o", tmp_path / "drawing.png")

    assert (480, 854, 3) == read_rgb(tmp_path / "drawing.png").shape


@pytest.fixture
def receiver() -> Iterator[socket.socket]:
    """A port on this machine that takes OSC messages."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as port:
        port.bind(("127.0.0.1", 0))
        port.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_000_000)
        port.settimeout(60)
        yield port


@needs_osc
def test_hands_are_sent(monkeypatch: pytest.MonkeyPatch, run: Run, receiver: socket.socket) -> None:
    """The messages of a frame: how many hands, and of each its side, its tips and its pinch."""
    from pythonosc.osc_message import OscMessage

    stop_after(monkeypatch, 1)
    with pytest.raises(SystemExit, match="stopped"):
        run("osc_sender", CLIP, "--port", str(receiver.getsockname()[1]))
    messages = [OscMessage(receiver.recv(1000)) for _ in range(8)]
    frame = next(knuckle.open_source(CLIP))
    with knuckle.Tracker() as track:
        [hand] = track(frame)

    fingers = ["thumb", "index", "middle", "ring", "pinky"]
    names = ["side", *fingers, "pinch"]
    assert ["/hands", *(f"/hand/1/{name}" for name in names)] == [m.address for m in messages]
    assert [[1], ["right"]] == [m.params for m in messages[:2]]
    assert hand.landmarks[8, :2].tolist() == pytest.approx(messages[3].params)


@pytest.mark.parametrize("name", LIVE)
def test_a_source_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """One sentence, and the exit status of a failure."""
    with pytest.raises(SystemExit) as ended:
        run_program(monkeypatch, name, "nowhere.mp4")

    assert re.fullmatch(r"nowhere\.mp4 [^\n]+", str(ended.value.code))


@pytest.mark.parametrize("name", [param for param in LIVE if "webcam" not in param.values])
def test_a_picture_without_hands_is_a_source(
    monkeypatch: pytest.MonkeyPatch, run: Run, name: str, tmp_path: Path
) -> None:
    """Nothing to count, to slide or to send is no failure."""
    options = {"air_drawing": ["-o", tmp_path / "drawing.png"], "osc_sender": []}
    printed = run(name, SAMPLES / "no_hands.jpg", *options.get(name, ["--headless"]))

    assert {"finger_counter": "0.00 s: no hands\n"}.get(name, "") == printed
