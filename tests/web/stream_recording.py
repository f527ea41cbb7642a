"""Recorded streams: what the networks answered in clips, for tests without networks.

`python -m tests.web.stream_recording` follows the hands in small copies of our sample clip with the
real networks and writes `web/test/golden/streams/recording.json`. The vectors of `streams` replay
it in Python, and the tests of the web library replay it there.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from PIL import Image

from knuckle.io.sources import open_source
from knuckle.streams.motion import ROWS, thumbnail
from knuckle.streams.step import Follower, TrackState, step
from knuckle.values import ImageArray

from ..conftest import SAMPLES
from ..crossings import crossing
from ..detectors import a_follower
from .recording import Recorder
from .vectors import GOLDEN, plain, text_of

RECORDING = GOLDEN / "streams" / "recording.json"
SIZE = (480, 320)  # width and height of the frames, pixels
STEP = SIZE[1] // ROWS  # a thumbnail has one pixel of so many by so many
LEVEL = 16


def coming() -> Iterator[tuple[ImageArray, float]]:
    """Two hands come into the picture, at 10 frames a second."""
    with open_source(SAMPLES / "two_hands.mp4") as clip:
        for frame in clip:
            if frame.index % 3 == 0 and frame.index <= 84:
                yield frame.image, frame.time


def passing() -> Iterator[tuple[ImageArray, float]]:
    """One hand passes in front of the other, which is lost and comes back, at 15 a second."""
    steps = [0] * 4 + list(range(0, 620, 20))
    for frame, _ in crossing(steps, fps=15.0):
        yield frame.image, frame.time


CLIPS = {"coming": coming, "passing": passing}


def small(image: ImageArray) -> ImageArray:
    """A frame as it is recorded: shrunk, with few colours."""
    shrunk = np.asarray(Image.fromarray(image).resize(SIZE, Image.Resampling.BOX))
    return shrunk // LEVEL * LEVEL + LEVEL // 2


def picture_of(scene: str) -> ImageArray:
    """A picture that has the thumbnail of a recorded frame; replayed networks see no more."""
    levels = np.frombuffer(zlib.decompress(base64.b64decode(scene)), np.uint8)
    pixels = levels.reshape(SIZE[1] // STEP, SIZE[0] // STEP, 3) * LEVEL + LEVEL // 2
    return pixels.repeat(STEP, axis=0).repeat(STEP, axis=1)


def record(frames: Iterable[tuple[ImageArray, float]]) -> dict[str, Any]:
    """The frames of a clip: time, thumbnail, and what the networks answered in each."""
    turns: list[dict[str, Any]] = []
    follower, state = _recording(turns), TrackState()
    found = []
    for image, time in frames:
        turns.clear()
        picture = small(image)
        state, hands = step(follower, state, picture, time)
        print(f"{time:.2f} s: {[turn['network'] for turn in turns]}, {hands}")
        scene = zlib.compress((thumbnail(picture) // LEVEL).tobytes(), 9)
        answers = [{"network": t["network"], "outputs": t["outputs"]} for t in turns]
        found.append(
            {
                "time": time,
                "scene": base64.b64encode(scene).decode(),
                "turns": _short(plain(answers)),
            }
        )
    return {"size": {"width": SIZE[0], "height": SIZE[1]}, "level": LEVEL, "frames": found}


def _short(value: Any) -> Any:
    """A value with five digits a number: both languages replay the same, in half the bytes."""
    if isinstance(value, dict):
        return {name: _short(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_short(item) for item in value]
    return float(f"{value:.5g}") if isinstance(value, float) else value


def _recording(turns: list[dict[str, Any]]) -> Follower:
    """A follower on the real networks that keeps their answers."""
    follower = a_follower()
    palms, landmarks = follower.detector.palms, follower.detector.landmarks
    palm, hand = (
        Recorder(engine, turns, engine.spec, engine.setup)
        for engine in (palms.network, landmarks.network)
    )
    detector = replace(
        follower.detector,
        palms=replace(palms, network=palm),
        landmarks=replace(landmarks, network=hand),
    )
    return replace(follower, detector=detector)


def recorded() -> Mapping[str, Any]:
    """The recording, by clip."""
    content: dict[str, Any] = json.loads(RECORDING.read_text())
    return content


def main() -> None:
    """Record all clips."""
    RECORDING.parent.mkdir(parents=True, exist_ok=True)
    RECORDING.write_text(text_of({name: record(frames()) for name, frames in CLIPS.items()}))


if __name__ == "__main__":
    main()
