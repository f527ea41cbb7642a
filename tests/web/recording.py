"""Recorded networks: what they were shown and what they answered, for tests without networks.

`python -m tests.web.recording` finds the hands in small copies of our samples with the real
networks and writes `web/test/golden/pictures/recording.json`. The vectors of `pictures` replay it
in Python, and the tests of the web library replay it there.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from PIL import Image

from knuckle.networks.engine import Engine
from knuckle.networks.models import MODELS, ModelSpec
from knuckle.networks.setup import DEFAULT_DEVICE, DEFAULT_ENGINE, Setup
from knuckle.pictures.detector import Detector, detect
from knuckle.stages.landmark_stage import LandmarkStage
from knuckle.stages.palm_stage import PalmStage
from knuckle.values import FloatArray, ImageArray

from ..detectors import a_detector
from .vectors import GOLDEN, ROOT, plain, text_of

RECORDING = GOLDEN / "pictures" / "recording.json"
LEAST_LOGIT = -4.0  # the answers of palm anchors with less are left out
SILENT_LOGIT = -100.0  # what replayed networks say there
BLOCKS = 4  # a crop is recorded as the mean colours of so many by so many blocks


@dataclass(frozen=True, slots=True)
class Scene:
    """A small picture to record: a part of a sample, shrunk."""

    sample: str
    box: tuple[int, int, int, int]  # left, top, right, bottom, pixels
    size: tuple[int, int]  # width and height, pixels
    options: Mapping[str, Any] = field(default_factory=dict)  # of the detector


SCENES = {
    "two hands": Scene("two_hands", (0, 0, 1080, 720), (162, 108)),
    "one of three, mirrored": Scene(
        "three_hands", (0, 0, 1080, 720), (162, 108), {"max_hands": 1, "mirrored": True}
    ),
    "second look": Scene("open_palm", (420, 260, 620, 460), (96, 96)),
    "no hands": Scene("no_hands", (0, 0, 1080, 720), (96, 64)),
}


def picture_of(scene: Scene) -> ImageArray:
    """The picture of a scene, RGB."""
    with Image.open(ROOT / "samples" / f"{scene.sample}.jpg") as sample:
        small = sample.crop(scene.box).resize(scene.size, Image.Resampling.BOX)
        return np.asarray(small.convert("RGB"))


def blocks_of(crop: ImageArray) -> FloatArray:
    """The mean colour of each block of a crop, (BLOCKS, BLOCKS, 3), 0 to 255."""
    side = len(crop) // BLOCKS
    return crop.reshape(BLOCKS, side, BLOCKS, side, 3).mean(axis=(1, 3), dtype=np.float32)


@dataclass(slots=True)
class Recorder:
    """A network that keeps what it is shown and what it answers."""

    engine: Engine
    turns: list[dict[str, Any]]
    spec: ModelSpec
    setup: Setup

    def __call__(self, images: ImageArray) -> Mapping[str, FloatArray]:
        """The answers of the network."""
        outputs = self.engine(images)
        is_palm = "boxes" in outputs
        for i, image in enumerate(images):
            answer = {name: values[i] for name, values in outputs.items()}
            turn = {
                "network": "palm" if is_palm else "hand",
                "blocks": np.round(blocks_of(image), 3),
                "outputs": _sparse(answer) if is_palm else answer,
            }
            self.turns.append(turn)
        return outputs


def _sparse(answer: Mapping[str, FloatArray]) -> dict[str, Any]:
    """The answers of the palm network, without the anchors that see nothing."""
    [anchors] = np.nonzero(answer["scores"][:, 0] > LEAST_LOGIT)
    return {
        "anchors": anchors,
        "boxes": answer["boxes"][anchors],
        "scores": answer["scores"][anchors, 0],
    }


@dataclass(slots=True)
class Replay:
    """A network that answers what was recorded, in the order of the recording."""

    spec: ModelSpec
    setup: Setup
    turns: Iterator[Mapping[str, Any]]

    def __call__(self, images: ImageArray) -> Mapping[str, FloatArray]:
        """The recorded answers for so many pictures. They must be the pictures of the recording."""
        answers = [self._answer(image) for image in images]
        return {name: np.stack([answer[name] for answer in answers]) for name in answers[0]}

    def _answer(self, image: ImageArray) -> dict[str, FloatArray]:
        turn = next(self.turns)
        if "blocks" in turn:  # the recording of a stream has none: frames are not in it
            np.testing.assert_allclose(blocks_of(image), np.array(turn["blocks"]), atol=0.5)
        outputs = {k: np.array(v, np.float32) for k, v in turn["outputs"].items()}
        if turn["network"] == "hand":
            outputs["world_landmarks"] = outputs.pop("worldLandmarks")
            return outputs
        boxes = np.zeros((2016, 18), np.float32)
        scores = np.full((2016, 1), SILENT_LOGIT, np.float32)
        anchors = turn["outputs"]["anchors"]
        boxes[anchors], scores[anchors, 0] = outputs["boxes"].reshape(-1, 18), outputs["scores"]
        return {"boxes": boxes, "scores": scores}


def replaying_detector(turns: Sequence[Mapping[str, Any]], options: Mapping[str, Any]) -> Detector:
    """A detector whose networks replay a recording."""
    everything = iter(turns)  # both networks take their turns from it
    palm, hand = (
        Replay(spec, Setup(spec, DEFAULT_ENGINE, "float32", DEFAULT_DEVICE, 1), everything)
        for spec in (MODELS["palm_detection_full"], MODELS["hand_landmark_full"])
    )
    return Detector(PalmStage(palm), LandmarkStage(hand), **options)


def _recorder(engine: Engine, turns: list[dict[str, Any]]) -> Recorder:
    return Recorder(engine, turns, engine.spec, engine.setup)


def record(scene: Scene) -> dict[str, Any]:
    """A scene, and what the networks were shown and answered in it."""
    turns: list[dict[str, Any]] = []
    detector = a_detector(**scene.options)
    palms, landmarks = detector.palms, detector.landmarks
    detector = replace(
        detector,
        palms=replace(palms, network=_recorder(palms.network, turns)),
        landmarks=replace(landmarks, network=_recorder(landmarks.network, turns)),
    )
    picture = picture_of(scene)
    hands = detect(detector, picture)
    print(f"{scene.sample}: {len(turns)} turns, {hands}")
    return {
        "width": scene.size[0],
        "height": scene.size[1],
        "pixels": base64.b64encode(picture.tobytes()).decode(),
        "options": {"max_hands": 2, "mirrored": False, **scene.options},
        "turns": turns,
    }


def recorded() -> dict[str, Any]:
    """The recording, by scene."""
    content: dict[str, Any] = json.loads(RECORDING.read_text())
    return content


def main() -> None:
    """Record all scenes."""
    RECORDING.parent.mkdir(parents=True, exist_ok=True)
    RECORDING.write_text(text_of(plain({name: record(scene) for name, scene in SCENES.items()})))


if __name__ == "__main__":
    main()
