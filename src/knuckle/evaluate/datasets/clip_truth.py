"""Clips, and the ground truth in files beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ...errors import SourceError
from ..values import Clip, TrueHand
from .annotations import MEDIAPIPE, MILLIMETRES, read_json
from .hands import make_hand

CLIP_SUFFIXES = frozenset({".avi", ".m4v", ".mkv", ".mov", ".mp4", ".webm"})


def is_clip(path: Path) -> bool:
    """Whether the file name has a video's ending."""
    return path.suffix.lower() in CLIP_SUFFIXES and path.is_file()


def find_clip_truth(path: Path) -> Clip:
    """A clip with the ground truth from the file beside it, if there is one.

    The file is NAME.json for NAME.mp4: `{"frames": [{"frame": 0, "hands": [{"points",
    "world_landmarks", "handedness", "id"}]}]}`. The files of MediaPipe's tests are read, too, for
    NAME.mp4 and NAME.MORE.mp4: NAME.full.json with the pixels of each frame's only hand, and
    NAME_3d.full.json with its metres.
    Raises SourceError when the ground truth makes no sense.
    """
    own = path.with_suffix(".json")
    expected = path.with_name(f"{path.name.partition('.')[0]}.full.json")
    if own.is_file() and isinstance(content := read_json(own), dict) and "frames" in content:
        return Clip(path.name, path, _own_frames(own, content["frames"]))
    if expected.is_file():
        return Clip(path.name, path, _expected_frames(expected))
    return Clip(path.name, path)


def _own_frames(file: Path, frames: Any) -> tuple[tuple[TrueHand, ...], ...]:
    if not isinstance(frames, list) or not all(isinstance(frame, dict) for frame in frames):
        raise SourceError(f"{file}: `frames` must be a list with the hands of each frame")
    return tuple(tuple(_hands(file, i, frame.get("hands") or [])) for i, frame in enumerate(frames))


def _hands(file: Path, frame: int, hands: Iterable[Mapping[str, Any]]) -> Iterable[TrueHand]:
    for hand in hands:
        try:
            yield make_hand(
                hand.get("points"),
                None,
                order=MEDIAPIPE,
                points_3d=_millimetres(hand.get("world_landmarks")),
                handedness=hand.get("handedness"),
                id=hand.get("id"),
            )
        except ValueError as error:
            raise SourceError(f"{file}: frame {frame}: {error}") from error


def _expected_frames(file: Path) -> tuple[tuple[TrueHand, ...], ...]:
    pixels = _list(file)
    solid = file.with_name(file.name.replace(".full.json", "_3d.full.json"))
    metres = _list(solid) if solid.is_file() else [None] * len(pixels)
    if len(metres) != len(pixels):
        raise SourceError(f"{solid} has {len(metres)} frames where {file.name} has {len(pixels)}")
    return tuple(
        tuple(_hands(file, i, [{"points": [row[:2] for row in points], "world_landmarks": world}]))
        for i, (points, world) in enumerate(zip(pixels, metres, strict=True))
    )


def _list(file: Path) -> list[Any]:
    content = read_json(file)
    if not isinstance(content, list):
        raise SourceError(f"{file} must be a list with the landmarks of each frame")
    return content


def _millimetres(metres: Sequence[Sequence[float]] | None) -> Any:
    if metres is None:
        return None
    return [None if row is None else [MILLIMETRES * value for value in row] for row in metres]
