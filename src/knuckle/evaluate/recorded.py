"""Recorded predictions of any tracker, from JSON or a table.

    {"name": "my tracker 3", "mirrored": false, "answers": {"images/1.jpg": [HAND, ...], ...}}

A HAND has `points` (21 x [x, y], pixels) or `landmarks` (21 x [x, y, z], fractions of the picture's
width and height). It may have `world` (21 x [x, y, z], metres), `handedness` ("left" or "right",
case does not matter), `id` and `confidence` (21 probabilities that the point is within 0.1 palm
lengths). `mirrored` means that the handedness is for a mirrored picture, so left and right are
swapped. For a clip, `answers` is a list with the hands of each frame.

A file recorded from MediaPipe may also hold only the value of `answers`, without the rest. Its
labels, "Left" and "Right", are for a mirrored picture.

A table that `knuckle` or the page wrote is read, too, in each of its formats. With a track for each
hand it is of a clip, frame by frame; else of pictures, by their paths.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import SourceError
from ..io.read_tables import READERS, TableFrame, read_table
from ..spec import Landmark
from ..values import Frame, Handedness, ImageArray
from .contestants import Follow
from .values import Array, Dataset, Prediction

OTHER: dict[Handedness, Handedness] = {"left": "right", "right": "left"}


class Recorded:
    """Predictions from a file. It has none for pictures that were not recorded."""

    is_live = False

    def __init__(
        self, name: str, mirrored: bool, predictions: Mapping[str, Any] | Sequence[Any], file: Path
    ) -> None:
        self.name = name
        self._mirrored = mirrored
        self._predictions = predictions
        self._file = file

    def read(self, name: str, image: ImageArray) -> list[Prediction] | None:
        """The recorded predictions for the picture of this name."""
        if not isinstance(self._predictions, Mapping):
            return None
        key = _key_of(name, self._predictions)
        return None if key is None else self._read(self._predictions[key], image, name)

    def palms(self, image: ImageArray) -> None:
        """None: palms are not recorded."""

    def follow(self, name: str) -> Follow:
        """The recorded predictions for the clip, frame by frame."""
        return self._frame

    def _frame(self, frame: Frame) -> list[Prediction] | None:
        if isinstance(self._predictions, Mapping) or frame.index >= len(self._predictions):
            return None
        hands = self._predictions[frame.index]
        return None if hands is None else self._read(hands, frame.image, f"frame {frame.index}")

    def _read(self, hands: Any, image: ImageArray, where: str) -> list[Prediction]:
        try:
            return [self._prediction(hand, image) for hand in hands]
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise SourceError(f"{self._file}, {where}: not recorded hands ({error})") from error

    def _prediction(self, hand: Mapping[str, Any], image: ImageArray) -> Prediction:
        size = np.array([image.shape[1], image.shape[0]])
        points = hand.get("points")
        world, label = hand.get("world"), hand.get("handedness")
        return Prediction(
            points=_finite(hand["landmarks"], 3)[:, :2] * size
            if points is None
            else _finite(points, 2),
            world=None if world is None else _finite(world, 3),
            handedness=None if label is None else self._handedness(label),
            id=hand.get("id"),
            confidence=_confidence(hand.get("confidence")),
        )

    def _handedness(self, label: str) -> Handedness:
        lower: Any = label.lower()
        if lower not in OTHER:
            raise ValueError(f"handedness {label!r} is neither left nor right")
        return OTHER[lower] if self._mirrored else lower


def _key_of(name: str, names: Iterable[str]) -> str | None:
    """The name under which a picture was recorded; one path may be the end of the other."""
    found = {known for known in names if f"/{known}".endswith(f"/{name}")}
    found = found or {known for known in names if f"/{name}".endswith(f"/{known}")}
    return name if name in found else next(iter(found)) if len(found) == 1 else None


def _finite(values: Any, columns: int) -> Array:
    """Landmarks as (21, columns). Raises ValueError for anything else."""
    array = np.array(values, np.float64)
    if array.shape != (len(Landmark), columns) or not np.isfinite(array).all():
        raise ValueError(f"landmarks must be {len(Landmark)} x {columns} numbers")
    return array


def _confidence(values: Any) -> Array | None:
    """Confidences as (21,), 0 to 1, or None. Raises ValueError for anything else."""
    if values is None:
        return None
    array = np.array(values, np.float64)
    if array.shape != (len(Landmark),) or not ((array >= 0) & (array <= 1)).all():
        raise ValueError(f"confidence must be {len(Landmark)} numbers from 0 to 1")
    return array


def find_recorded(dataset: Dataset, file: str) -> Path | None:
    """The file with predictions for a data set: `file` itself, or one of that name beside the set.

    Beside pictures means in their folder or up to two levels above it, beside a clip CLIP.FILE.
    """
    if Path(file).is_file():
        return Path(file)
    paths = [clip.path.with_name(f"{clip.path.name}.{file}") for clip in dataset.clips]
    if dataset.pictures:
        paths += [folder / file for folder in dataset.pictures[0].path.parents[:3]]
    return next((path for path in paths if path.is_file()), None)


def read_recorded(path: Path, name: str | None = None) -> Recorded:
    """Read recorded predictions. Raises SourceError when the file holds none.

    name: their name if the file does not say one; by default that of the file.
    """
    if path.suffix.lower() != ".json":
        return _from_table(path, name)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SourceError(f"{path} cannot be read as JSON: {error}") from error
    if isinstance(content, list) and content and isinstance(content[0], dict):
        return _from_table(path, name)  # the frames of a recorded clip would be lists
    if isinstance(content, dict) and "answers" in content:
        title = str(content.get("name", name or path.stem))
        mirrored, predictions = bool(content.get("mirrored", False)), content["answers"]
    else:
        title, mirrored, predictions = (name or path.stem).replace("_", " "), True, content
    if isinstance(predictions, list) or (
        isinstance(predictions, dict)
        and all(isinstance(hands, list) for hands in predictions.values())
    ):
        return Recorded(f"{title}, recorded", mirrored, predictions, path)
    raise SourceError(
        f"{path} holds no recorded predictions: docs/evaluation.md describes the format"
    )


def _from_table(path: Path, name: str | None) -> Recorded:
    """The hands of a table. Raises SourceError when it is none."""
    frames = list(read_table(path))
    is_clip = any(hand.track_id is not None for frame in frames for hand in frame.hands)
    is_clip = is_clip or any(frame.index for frame in frames)
    predictions: Mapping[str, Any] | list[Any]
    if is_clip:
        by_index = {frame.index: _answers(frame) for frame in frames}
        predictions = [by_index.get(i) for i in range(max(by_index) + 1)]
    else:
        predictions = {frame.source: _answers(frame) for frame in frames}
    return Recorded(f"{name or path.stem}, recorded", False, predictions, path)


def _answers(frame: TableFrame) -> list[dict[str, Any]]:
    """The hands of a frame as a file of predictions has them."""
    return [
        {
            "landmarks": hand.landmarks,
            "world": hand.world_landmarks,
            "handedness": hand.handedness,
            "id": hand.track_id,
            "confidence": hand.confidence,
        }
        for hand in frame.hands
    ]


def can_be_recorded(name: str) -> bool:
    """Whether a file of this name may hold predictions."""
    return Path(name).suffix.lower() in READERS
