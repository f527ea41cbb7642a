"""Annotation files -> annotated pictures, with one function for each format."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import SourceError
from ..values import Dataset, Problem, TrueHand, TruePicture
from .hands import make_hand
from .joints import order_from_names

JOINTS = 21
MEDIAPIPE = list(range(JOINTS))
MILLIMETRES = 1000.0  # in a metre
WHOLEBODY_NAMES = [
    "hand_root",
    *(f"{finger}{i}" for finger in ("thumb", "forefinger") for i in range(1, 5)),
    *(f"{finger}_finger{i}" for finger in ("middle", "ring", "pinky") for i in range(1, 5)),
]


@dataclass(slots=True)
class Collector:
    """Collects the pictures of one file, and the problems in it."""

    file: Path
    pictures: dict[str, TruePicture] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, name: str, what: object) -> None:
        """Note something that cannot be used."""
        self.problems.append(Problem(f"{self.file}: {name}", str(what)))

    def hands(self, name: str, given: Iterable[tuple[str, Mapping[str, Any]]]) -> list[TrueHand]:
        """The valid hands. given: what to call each hand, and its arguments for `make_hand`."""
        hands = []
        for title, arguments in given:
            try:
                hands.append(make_hand(**arguments))
            except ValueError as error:
                self.problem(f"{name}, {title}", error)
        return hands

    def add(
        self,
        name: str,
        path: Path,
        hands: Sequence[TrueHand],
        count: int | None,
        given: int,
        least: int = 0,
    ) -> None:
        """Add a picture, unless its file is missing.

        A hand that had to be left out may still be visible, so the number of hands is then unknown.
        given: how many hands its annotation has. least: how many can be seen at least.
        """
        if name in self.pictures:
            self.problem(name, "is annotated twice: only the first annotation is used")
        elif not path.is_file():
            self.problem(name, f"the picture {path} does not exist")
        else:
            complete = count if len(hands) == given else None
            self.pictures[name] = TruePicture(name, path, tuple(hands), complete, least)

    def dataset(self, name: str) -> Dataset:
        """Everything collected, as a data set."""
        return Dataset(
            name,
            tuple(
                self.pictures.values(),
            ),
            (),
            tuple(self.problems),
        )


def read_json(path: Path) -> Any:
    """Read and parse a JSON file. Raises SourceError."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise SourceError(f"{path} is not JSON: {error}") from error


def read_common(path: Path, content: Mapping[str, Any]) -> Dataset:
    """The common JSON: images with hands, each with key points or a box."""
    collector = Collector(path)
    order = _common_order(path, content.get("order"))
    for i, image in enumerate(_list(path, content, "images")):
        if not isinstance(image, Mapping) or not isinstance(image.get("image"), str):
            collector.problem(f"image {i}", "has no name under `image`")
            continue
        name, given = image["image"], image.get("hands") or []
        hands = collector.hands(name, _common_hands(given, order))
        least = _least_hands(collector, image)
        count = _hand_count(collector, image, max(len(given), least))
        collector.add(name, path.parent / name, hands, count, len(given), least)
    return collector.dataset(str(content.get("set") or path.parent.name))


def _least_hands(collector: Collector, image: Mapping[str, Any]) -> int:
    """How many hands can plainly be seen, at least; 0 if the annotation does not say."""
    least = image.get("least_hands")
    if least is None:
        return 0
    if isinstance(least, int) and not isinstance(least, bool) and least >= 0:
        return least
    collector.problem(image["image"], f"least_hands must be 0 or more, not {least!r}")
    return 0


def _hand_count(collector: Collector, image: Mapping[str, Any], least: int) -> int | None:
    """How many hands can be seen; None if the annotation does not say.

    Where it says nothing about hands, or only how many there are at least, the number is unknown.
    """
    is_open = image.get("hands") is None or "least_hands" in image
    count = image.get("n_hands", None if is_open else least)
    if count is None or (isinstance(count, int) and count >= least):
        return count
    collector.problem(
        image["image"], f"n_hands is {count!r} where {least} hands are annotated or plainly seen"
    )
    return None


def _common_order(path: Path, order: Any) -> list[int]:
    if order is None or (isinstance(order, str) and order.lower().startswith("mediapipe order")):
        return MEDIAPIPE
    if not isinstance(order, list):
        raise SourceError(f"{path}: order must be a list of joint names, not {order!r}")
    return _order(path, order)


def _order(path: Path, names: Sequence[str]) -> list[int]:
    try:
        return order_from_names(names)
    except ValueError as error:
        raise SourceError(f"{path}: {error}") from error


def _common_hands(
    given: Sequence[Any], order: Sequence[int]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for i, hand in enumerate(given):
        known = hand if isinstance(hand, Mapping) else {}
        yield (
            f"hand {i}",
            {
                "points": known.get("keypoints_2d"),
                "box": known.get("bbox"),
                "points_3d": known.get("keypoints_3d"),
                "handedness": known.get("handedness"),
                "order": order,
            },
        )


def read_coco(path: Path, content: Mapping[str, Any]) -> Dataset:
    """COCO key points: 21 per hand, named in the category, or the hands of COCO-WholeBody."""
    collector = Collector(path)
    categories = {c["id"]: c for c in _list(path, content, "categories") if "id" in c}
    orders = {
        i: _order(path, c["keypoints"])
        for i, c in categories.items()
        if len(c.get("keypoints") or ()) == JOINTS
    }
    annotations: dict[Any, list[Mapping[str, Any]]] = defaultdict(list)
    for annotation in _list(path, content, "annotations"):
        annotations[annotation.get("image_id")].append(annotation)
    for image in _list(path, content, "images"):
        name, mine = str(image.get("file_name")), annotations.pop(image.get("id"), [])
        given: list[tuple[str, Mapping[str, Any]]] = []
        is_complete = True
        for annotation in mine:
            if "lefthand_kpts" in annotation or "righthand_kpts" in annotation:
                given += _wholebody_hands(path, annotation)
                is_complete = False
            elif not annotation.get("iscrowd"):
                category = annotation.get("category_id")
                hand = _coco_hand(annotation, orders.get(category), categories.get(category, {}))
                given.append((f"annotation {annotation.get('id')}", hand))
            else:
                is_complete = False
        hands = collector.hands(name, given)
        count = len(given) if is_complete else None
        collector.add(name, _coco_picture(path, name), hands, count, len(given))
    for image_id, left in annotations.items():
        collector.problem(f"annotation {left[0].get('id')}", f"there is no image {image_id!r}")
    return collector.dataset(path.stem)


def _coco_hand(
    annotation: Mapping[str, Any], order: Sequence[int] | None, category: Mapping[str, Any]
) -> Mapping[str, Any]:
    name = str(category.get("name", "")).lower()
    sides = [side for side in ("left", "right") if side in name]
    return {
        "points": _triples(annotation.get("keypoints")),
        "box": annotation.get("bbox"),
        "handedness": annotation.get("handedness", annotation.get("hand_type"))
        or (sides[0] if len(sides) == 1 else None),
        "order": MEDIAPIPE if order is None else order,
    }


def _wholebody_hands(
    path: Path, annotation: Mapping[str, Any]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for side in ("left", "right"):
        if annotation.get(f"{side}hand_valid", True) and f"{side}hand_kpts" in annotation:
            yield (
                f"annotation {annotation.get('id')}, {side} hand",
                {
                    "points": _triples(annotation[f"{side}hand_kpts"]),
                    "box": annotation.get(f"{side}hand_box"),
                    "handedness": side,
                    "order": _order(path, WHOLEBODY_NAMES),
                },
            )


def _triples(flat: Any) -> Any:
    """Flat x, y, v, x, y, v -> rows; null where v says that a joint is not annotated.

    WholeBody's v is a confidence, COCO's is 0, 1 or 2. In both, 0 means not annotated.
    """
    if not isinstance(flat, list):
        return flat
    rows = [flat[i : i + 3] for i in range(0, len(flat), 3)]
    return [None if len(row) == 3 and row[2] == 0 else row[:2] for row in rows]


def _coco_picture(path: Path, name: str) -> Path:
    """A picture beside the JSON, in a folder `images` beside or above it, or in the split's."""
    folder, split = path.parent, path.stem.rpartition("_")[2]
    places = [folder, folder / "images", folder.parent, folder.parent / "images"]
    places += [folder.parent / split, folder.parent / "images" / split]
    return next((p / name for p in places if (p / name).is_file()), folder / name)


def read_freihand(path: Path) -> Dataset:
    """FreiHAND's folders: 3D points and cameras of each split, pictures in SPLIT/rgb, right hands.

    A hand has several pictures: picture i shows hand i modulo the number of hands.
    """
    collector = Collector(path)
    for split in FREIHAND_SPLITS:
        if not (path / f"{split}_xyz.json").is_file():
            continue
        hands, cameras = (read_json(path / f"{split}_{kind}.json") for kind in ("xyz", "K"))
        if not isinstance(hands, list) or not isinstance(cameras, list) or not hands:
            raise SourceError(f"{path}: {split}_xyz.json and {split}_K.json must be lists")
        pictures = sorted((path / split / "rgb").glob("*.jpg"))
        present = {int(p.stem) % len(hands) for p in pictures if p.stem.isdecimal()}
        for i in sorted(set(range(len(hands))) - present):
            collector.problem(f"{split}, hand {i}", f"there is no picture {split}/rgb/{i:08d}.jpg")
        for picture in pictures:
            i = int(picture.stem) % len(hands)
            name = f"{split}/rgb/{picture.name}"
            given = _freihand_hand(hands[i], cameras[i] if i < len(cameras) else None)
            found = collector.hands(name, [("the hand", given)])
            collector.add(name, picture, found, 1, 1)
    return collector.dataset(path.name)


FREIHAND_SPLITS = ("evaluation", "training")


def _freihand_hand(xyz: Any, camera: Any) -> Mapping[str, Any]:
    """Project points in the camera's frame, in metres, with the camera's matrix."""
    hand: dict[str, Any] = {"box": None, "order": MEDIAPIPE, "handedness": "right"}
    try:
        points, matrix = np.array(xyz, np.float64), np.array(camera, np.float64)
        pixels = points @ matrix.T
        flat = (pixels[:, :2] / pixels[:, 2:]).tolist()
        return hand | {"points": flat, "points_3d": (points * MILLIMETRES).tolist()}
    except (TypeError, ValueError, IndexError):
        return hand | {"points": [], "points_3d": None}


def _list(path: Path, content: Mapping[str, Any], name: str) -> list[Any]:
    value = content.get(name)
    if not isinstance(value, list):
        raise SourceError(f"{path}: `{name}` must be a list")
    return value
