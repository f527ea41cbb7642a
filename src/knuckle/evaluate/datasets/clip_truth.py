"""Clips, and the ground truth in files beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ...errors import SourceError
from ...spec import Landmark
from ..values import Clip, Dataset, Problem, TrueHand
from .annotations import JOINTS, MEDIAPIPE, MILLIMETRES, read_json
from .hands import make_hand

CLIPS_FILE = "clips.json"  # one file with the finger tips of all clips in its folder
TIPS = {
    "thumb_tip": Landmark.THUMB_TIP,
    "index_tip": Landmark.INDEX_TIP,
    "middle_tip": Landmark.MIDDLE_TIP,
    "ring_tip": Landmark.RING_TIP,
    "pinky_tip": Landmark.PINKY_TIP,
}
CLIP_SUFFIXES = frozenset({".avi", ".m4v", ".mkv", ".mov", ".mp4", ".webm"})


def is_clip(path: Path) -> bool:
    """Whether the file name has a video's ending."""
    return path.suffix.lower() in CLIP_SUFFIXES and path.is_file()


def find_clip_truth(path: Path) -> Clip:
    """A clip with the ground truth from the file beside it, if there is one.

    The file is NAME.json for NAME.mp4: `{"frames": [{"frame": 0, "hands": [{"points",
    "world_landmarks", "handedness", "id"}]}]}`. The files of MediaPipe's tests are read, too, for
    NAME.mp4 and NAME.MORE.mp4: NAME.full.json with the pixels of each frame's only hand, and
    NAME_3d.full.json with its metres. The last file that is looked at is clips.json, see
    `read_clips`.
    Raises SourceError when the ground truth makes no sense.
    """
    own = path.with_suffix(".json")
    expected = path.with_name(f"{path.name.partition('.')[0]}.full.json")
    if own.is_file() and isinstance(content := read_json(own), dict) and "frames" in content:
        return Clip(path.name, path, _own_frames(own, content["frames"]))
    if expected.is_file():
        return Clip(path.name, path, _expected_frames(expected))
    shared = path.with_name(CLIPS_FILE)
    if shared.is_file() and isinstance(content := read_json(shared), dict):
        for entry in _entries(shared, content) if "clips" in content else ():
            if entry["video"] == path.name:
                return Clip(path.name, path, _tip_frames(shared, entry))
    return Clip(path.name, path)


def read_clips(file: Path, content: Mapping[str, Any]) -> list[Dataset]:
    """The clips of one file, each with the finger tips of its only hand, as a data set for each.

    The file is `{"clips": [{"video": "a.mp4", "frames": [{"bbox": [x, y, width, height],
    "thumb_tip": [x, y], "index_tip": [x, y]}]}]}`, in pixels. The box is around the whole hand. A
    frame without a box shows no hand. A video that does not exist becomes a problem.
    Raises SourceError when the ground truth makes no sense.
    """
    return [_clip_or_problem(file, entry) for entry in _entries(file, content)]


def _clip_or_problem(file: Path, entry: Mapping[str, Any]) -> Dataset:
    name, path = entry["video"], file.with_name(entry["video"])
    if not path.is_file():
        return Dataset(name, problems=(Problem(str(file), f"the video {path} does not exist"),))
    return Dataset(name, clips=(Clip(name, path, _tip_frames(file, entry)),))


def _entries(file: Path, content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    entries = content["clips"]
    if not isinstance(entries, list):
        raise SourceError(f"{file}: `clips` must be a list, not {type(entries).__name__}")
    for i, entry in enumerate(entries):
        name = entry.get("video") if isinstance(entry, Mapping) else None
        if not isinstance(name, str) or Path(name).name != name:
            raise SourceError(
                f"{file}: clip {i}: `video` must name a file in the same folder, not {name!r}"
            )
    return entries


def _tip_frames(file: Path, entry: Mapping[str, Any]) -> tuple[tuple[TrueHand, ...], ...]:
    where, frames = f"{file}: {entry['video']}", entry.get("frames")
    if not isinstance(frames, list):
        raise SourceError(f"{where}: `frames` must be a list with the finger tips of each frame")
    return tuple(_tip_hands(f"{where}: frame {i}", frame) for i, frame in enumerate(frames))


def _tip_hands(where: str, frame: Any) -> tuple[TrueHand, ...]:
    """The hand of a frame, or none."""
    if frame is None or frame == {}:
        return ()
    if not isinstance(frame, Mapping):
        raise SourceError(f"{where} must be an object with a box and finger tips, not {frame!r}")
    if frame.get("bbox") is None:
        raise SourceError(f"{where} has finger tips without `bbox`, the box around the hand")
    points: list[Any] = [None] * JOINTS
    for name, landmark in TIPS.items():
        points[landmark] = frame.get(name)
    try:
        return (make_hand(points, frame["bbox"], order=MEDIAPIPE),)
    except ValueError as error:
        raise SourceError(f"{where}: {error}") from error


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
