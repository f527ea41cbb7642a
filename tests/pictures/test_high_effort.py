"""The search at high effort: what it finds, what it merges, when it stops."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import knuckle
from knuckle.networks.engine import Networks, open_networks
from knuckle.networks.models import ModelSpec
from knuckle.networks.setup import Setup
from knuckle.pictures import high_effort as thorough
from knuckle.pictures.detector import Detector
from knuckle.pictures.high_effort import (
    Sighting,
    distinct,
    is_doubtful,
    is_enough,
    is_sure,
    merged,
    tiles_of,
    whole_views,
)
from knuckle.values import Candidate, FloatArray, Hand, ImageArray, Roi
from tests.conftest import SAMPLES, Say, read_rgb
from tests.geometry.test_rois import hand as points_of

TRUTH = {
    row["image"]: row for row in json.loads((SAMPLES / "annotations.json").read_text())["images"]
}
SIZE = (640, 480)


def hand_at(
    x: float = 0.0, scale: float = 1.0, presence: float = 0.95, spread: float | None = 0.02
) -> Hand:
    """A flat open hand, so many pixels to the right of the middle."""
    points = points_of(scale=scale) + np.array([x, 0], np.float32)
    unit = np.column_stack([points / np.array(SIZE), np.zeros(21)]).astype(np.float32)
    return Hand(
        landmarks=unit,
        points=points,
        world_landmarks=unit,
        handedness="right",
        handedness_score=0.9,
        presence=presence,
        palm_score=0.8,
        palm_box=None,
        roi=Roi(0.5 + x / SIZE[0], 0.5, 0.3, 0.4, 0.0),
        image_size=SIZE,
        confidence=np.full(21, 0.9, np.float32),
        spread=None if spread is None else np.full(21, spread, np.float32),
    )


def sighting(*, strong: bool = False, **values: Any) -> Sighting:
    """What a search might have seen."""
    hand = hand_at(**values)
    return Sighting(hand, is_sure(hand), strong)


class Counting:
    """An engine that counts the pictures it is shown."""

    def __init__(self, engine: Any) -> None:
        self.engine = engine
        self.spec: ModelSpec = engine.spec
        self.setup: Setup = engine.setup
        self.batches: list[int] = []

    def __call__(self, images: ImageArray) -> Mapping[str, FloatArray]:
        """What the engine says."""
        self.batches.append(len(images))
        answer: Mapping[str, FloatArray] = self.engine(images)
        return answer


def search(image: ImageArray, **options: Any) -> tuple[list[Hand], list[int], list[int]]:
    """Hands found, and the batches that the palm and the hand network were shown."""
    networks = open_networks("full")
    palm, hand = Counting(networks.palm), Counting(networks.hand)
    hands = thorough.detect(Detector.of(Networks(palm, hand), effort="high", **options), image)
    return hands, palm.batches, hand.batches


def error(hand: Hand, truth: Any) -> float:
    """The mean distance from true points, palm lengths."""
    points = np.array(truth["keypoints_2d"])
    palm = np.linalg.norm(points[0] - points[9])
    return float(np.linalg.norm(hand.points - points, axis=1).mean() / palm)


@pytest.mark.parametrize("name", sorted(TRUTH))
def test_every_hand_of_the_samples_is_found_once(name: str) -> None:
    """Also the one that normal effort misses, and near the rendered truth."""
    hands = knuckle.detect(read_rgb(SAMPLES / name), max_hands=4, effort="high")
    truth = TRUTH[name]["hands"]

    assert len(truth) == len(hands)
    assert [] == [e for t in truth if (e := min(error(h, t) for h in hands)) > 0.1]


def test_normal_effort_is_the_default_and_misses_one() -> None:
    """Nothing of it has changed: two of three hands, without a spread."""
    image = read_rgb(SAMPLES / "three_hands.jpg")
    hands = knuckle.detect(image, max_hands=4)
    normal = knuckle.detect(image, max_hands=4, effort="normal")

    assert [h.to_dict() for h in hands] == [h.to_dict() for h in normal]
    assert [None, None] == [hand.spread for hand in hands]


def far_away(hand: ImageArray, scene: ImageArray, height: int) -> ImageArray:
    """A picture in the right of another one, so high."""
    scene = scene.copy()
    width = round(hand.shape[1] * height / hand.shape[0])
    small = np.asarray(Image.fromarray(hand).resize((width, height), Image.Resampling.LANCZOS))
    scene[400 : 400 + height, 700 : 700 + width] = small
    return scene


def test_hands_far_away_is_found(two_hands: ImageArray, no_hands: ImageArray) -> None:
    """Both hands of a picture in another one, a sixth as wide: palms of 19 pixels in 1080."""
    image = far_away(two_hands, no_hands, 120)
    hands = knuckle.detect(image, effort="high")

    assert [] == knuckle.detect(image)
    assert ["left", "right"] == sorted(hand.handedness for hand in hands)
    assert all(700 < hand.box.x0 < hand.box.x1 < 880 for hand in hands)


def test_an_easy_picture_is_searched_once(open_palm: ImageArray) -> None:
    """One look, one first reading, one batch of others."""
    [hand], palm, reads = search(open_palm)

    assert ([1], [1, 4]) == (palm, reads)
    assert hand.spread is not None


def test_a_picture_without_hands_is_searched_to_the_end(no_hands: ImageArray) -> None:
    """The whole picture, farther away, and all tiles in one batch."""
    hands, palm, _ = search(no_hands)
    height, width = no_hands.shape[:2]

    assert [] == hands
    assert [1] * len(whole_views((width, height))) == palm[:2]
    assert len(tiles_of((width, height))) == palm[2]


def test_tiles_come_in_two_sizes_and_small_pictures_have_fewer() -> None:
    """Four and six in 640 x 480; none in a picture that the network sees whole."""
    sides = [round(tile.width * 640) for tile in tiles_of((640, 480))]

    assert [384] * 4 + [256] * 6 == sides
    assert tiles_of((640, 480))[:4] == tiles_of((640, 480), sides=1)
    assert 4 == len(tiles_of((200, 200)))
    assert () == tiles_of((100, 100))


def test_what_only_a_glance_shows_small_needs_a_closer_look() -> None:
    """A sure hand and a near one do not; nor does what fills more of the picture."""
    assert is_doubtful(sighting(presence=0.6, strong=True, scale=0.2), SIZE)
    assert not is_doubtful(sighting(scale=0.2), SIZE)
    assert not is_doubtful(sighting(presence=0.6, strong=True), SIZE)


def test_the_search_stops_when_all_slots_are_taken(two_hands: ImageArray) -> None:
    """The second of two hands is neither read again nor looked for."""
    hands, palm, reads = search(two_hands, max_hands=1)

    assert (1, [1], [2, 4]) == (len(hands), palm, reads)


@pytest.mark.parametrize("shape", [(1, 1), (1, 900), (700, 2), (3, 5), (60, 60)])
def test_odd_pictures_hold_no_hands(shape: tuple[int, int]) -> None:
    """Tiny and thin pictures are no mistake, and the tiny ones are not cut into tiles."""
    hands, palm, _ = search(np.full((*shape, 3), 90, np.uint8))

    assert [] == hands
    assert (len(palm) == 2) is (max(shape) < 160)


@pytest.mark.parametrize("engine", ["litert", "openvino"])
def test_other_engines_find_the_same(engine: str, two_hands: ImageArray) -> None:
    """They read a batch one by one."""
    expected = knuckle.detect(two_hands, effort="high", variant="lite", precision="float32")
    hands = knuckle.detect(
        two_hands, effort="high", variant="lite", engine=engine, precision="float32"
    )

    assert len(expected) == len(hands)
    for hand, other in zip(expected, hands, strict=True):
        np.testing.assert_allclose(hand.points, other.points, atol=0.5)


def test_handedness_follows_mirrored(open_palm: ImageArray) -> None:
    """As at normal effort."""
    [plain] = knuckle.detect(open_palm, effort="high")
    [mirrored] = knuckle.detect(open_palm, effort="high", mirrored=True)

    assert ("right", "left") == (plain.handedness, mirrored.handedness)
    np.testing.assert_array_equal(plain.points, mirrored.points)


def test_an_unknown_effort_is_refused(open_palm: ImageArray) -> None:
    """In one sentence that names the choices."""
    with pytest.raises(ValueError, match="effort must be one of 'normal', 'high', not 'max'"):
        knuckle.detect(open_palm, effort="max")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="effort must be one of"):
        knuckle.Detector(effort=["high"])  # type: ignore[arg-type]


def test_merging_does_not_depend_on_the_order() -> None:
    """Of each hand the sure and most present sighting stays; nothing becomes nothing."""
    seen = [
        sighting(presence=0.99, spread=0.2),
        sighting(presence=0.92),
        sighting(x=8, presence=0.93),
        sighting(x=250, presence=0.6, strong=True),
        sighting(x=250, presence=0.55, scale=0.3),
    ]
    orders = [merged(order) for order in permutations(seen)]

    assert [] == merged([])
    assert all(orders[0] == order for order in orders)
    assert [seen[2], seen[3]] == orders[0]


def test_a_question_does_not_take_the_place_of_a_hand() -> None:
    """One that would be a hand at normal effort stays, whatever a tile says with less agreement."""
    strong, doubt = sighting(presence=0.6, strong=True), sighting(presence=0.99, spread=0.2)

    assert [strong] == merged([doubt, strong])


def test_two_hands_that_hold_each_other_stay_two() -> None:
    """The wrists are apart, whatever the fingers do."""
    one = sighting()
    points = one.hand.points
    turned = (2 * points[10] - points).astype(np.float32)
    other = replace(one, hand=replace(one.hand, points=turned, presence=0.94))

    assert [one, other] == merged([other, one])


def test_the_stronger_palm_has_a_place() -> None:
    """Of two on a place, in whatever order; none where a hand is already."""
    strong, weak = (Candidate(Roi(x, 0.5, 0.2, 0.2, 0.0), s) for x, s in ((0.5, 0.9), (0.52, 0.6)))
    apart = Candidate(Roi(0.9, 0.5, 0.2, 0.2, 0.0), 0.4)

    assert [strong, apart] == distinct([weak, apart, strong]) == distinct([strong, apart, weak])
    assert [apart] == distinct([weak, apart, strong], [strong.roi])
    assert [] == distinct([])


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([], False),
        ([sighting()], True),
        ([sighting(presence=0.7)], False),
        ([sighting(spread=0.2, strong=True)], False),
        ([sighting(), sighting(x=250, presence=0.6)], False),
        ([sighting(scale=0.2)], False),
        ([sighting(), sighting(x=250, scale=0.2)], True),
        ([sighting(x=-250, scale=0.2), sighting(x=250, scale=0.2)], True),
    ],
)
def test_when_a_search_stops(found: list[Sighting], expected: bool) -> None:
    """Sure of all that it saw and one hand near, or sure of as many as are wanted."""
    assert expected is is_enough(found, 2, SIZE)


def test_a_hand_that_was_read_once_is_not_sure() -> None:
    """Without a spread nothing says that readings agree."""
    assert not is_sure(hand_at(spread=None))
    assert is_sure(hand_at(spread=0.0))


@pytest.mark.data
def test_more_hands_are_found_and_nothing_else(data: Path, say: Say) -> None:
    """On pictures of one hand each, every fourth, and on pictures without hands.

    Both that are found in oxford_neg60 are hands that its annotations lack, found at normal effort,
    too.
    """
    found: dict[str, list[int]] = {}
    for name, step in (("sign_digits", 4), ("negatives", 1), ("oxford_neg60", 1)):
        paths = sorted((data / name / "images").iterdir())[::step]
        found[name] = [len(knuckle.detect(read_rgb(path), effort="high")) for path in paths]
    say(f"hands at high effort: { {name: sum(counts) for name, counts in found.items()} }")

    assert [1] * 75 == found["sign_digits"]
    assert 0 == sum(found["negatives"])
    assert 2 >= sum(map(bool, found["oxford_neg60"]))


@pytest.mark.data
def test_small_hands_are_found(data: Path, say: Say) -> None:
    """Palms of about 32 pixels in 640 x 480 of grey, every eighth picture of hgc_realworld."""
    rows = json.loads((data / "hgc_realworld" / "annotations.json").read_text())["images"][::8]
    found = {"normal": 0, "high": 0}
    for i, row in enumerate(rows):
        joints = np.array(row["hands"][0]["keypoints_2d"])
        factor = 32 / np.linalg.norm(joints[0] - joints[9])
        picture = Image.fromarray(read_rgb(data / "hgc_realworld" / row["image"]))
        side = round(picture.width * factor)
        scene = Image.new("RGB", SIZE, (128, 128, 128))
        scene.paste(picture.resize((side, side), Image.Resampling.LANCZOS), (37 * i % 400, 200))
        for effort in found:
            hands = knuckle.detect(np.asarray(scene), effort=effort)  # type: ignore[arg-type]
            found[effort] += bool(hands)
    say(f"small hands found of {len(rows)}: {found}")

    assert found["high"] >= len(rows) - 1
    assert found["normal"] < found["high"]
