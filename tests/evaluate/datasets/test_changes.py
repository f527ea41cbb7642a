"""What a change does to the pixels, and that the truth goes with them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knuckle import Landmark
from knuckle.evaluate.datasets.changes import CHANGES, changed
from knuckle.evaluate.values import Array, TrueHand
from knuckle.values import Box, ImageArray

PALM = 200.0
SIZE = (701, 500)  # odd and even
MOVING = ("scale", "distance", "rotation", "border", "crop")
ROWS = [(name, level) for name, change in CHANGES.items() for level in change.levels]
MOVES = [(name, level) for name, level in ROWS if name in MOVING]
PLAIN = [(name, change.plain) for name, change in CHANGES.items() if change.plain is not None]
KNOWN = (420.0, 210.0)  # the centre of the square in `marked`


def hand_at(x: float, y: float, palm: float = PALM) -> TrueHand:
    """A hand pointing up from a wrist, pixels: half a palm wide to each side, 1.5 palms high."""
    rows = np.linspace(0, 1.5, 21)
    sides = np.where(np.arange(21) % 2, 0.5, -0.5)
    points = np.column_stack([x + sides * palm, y - rows * palm])
    points[Landmark.WRIST] = (x, y)
    points[Landmark.MIDDLE_MCP] = (x, y - palm)
    return TrueHand(points, box_around(points))


def box_around(points: Array) -> Box:
    """The smallest box around points."""
    return Box(*points.min(axis=0).tolist(), *points.max(axis=0).tolist())


HAND = hand_at(300, 440)  # spans 200 to 400, 140 to 440: the lower edge is nearest


def locked(image: ImageArray) -> ImageArray:
    """The picture, read-only: writing to it raises."""
    image.flags.writeable = False
    return image


def marked(value: int = 255) -> ImageArray:
    """Mid-grey with a square of 40 px around KNOWN."""
    image = np.full((SIZE[1], SIZE[0], 3), 128, np.uint8)
    image[190:230, 400:440] = value
    return locked(image)


@cache
def textured() -> ImageArray:
    """A picture in which all pixels differ from their neighbours."""
    return locked(np.random.default_rng(0).integers(0, 256, (SIZE[1], SIZE[0], 3), np.uint8))


def centroid(image: ImageArray) -> Array:
    """The middle of what differs from mid-grey, (2,) pixels, first pixel at (0.5, 0.5)."""
    weights = image[..., 0].astype(np.float64) - 128
    y, x = np.indices(weights.shape) + 0.5
    return np.array([(x * weights).sum(), (y * weights).sum()]) / weights.sum()


def made(
    name: str, level: float, image: ImageArray, *hands: TrueHand
) -> tuple[ImageArray, tuple[TrueHand, ...]]:
    """A change that makes sense."""
    result = changed(CHANGES[name], level, image, hands)
    assert result is not None
    return result


def points_of(hand: TrueHand) -> Array:
    """Its points, which are there."""
    assert hand.points is not None
    return hand.points


@pytest.mark.parametrize(("name", "level"), MOVES)
def test_points_go_where_the_pixels_go(name: str, level: float) -> None:
    """A square's centre is found where the truth says that it went."""
    points = points_of(HAND).copy()
    points[Landmark.INDEX_PIP] = KNOWN
    image, (hand,) = made(name, level, marked(), TrueHand(points, box_around(points)))

    np.testing.assert_allclose(centroid(image), points_of(hand)[Landmark.INDEX_PIP], atol=0.1)


@pytest.mark.parametrize(("name", "level"), PLAIN)
def test_the_plain_level_changes_nothing(name: str, level: float) -> None:
    """The picture and the truth are as they were, to the bit."""
    image, (hand,) = made(name, level, textured(), HAND)

    np.testing.assert_array_equal(textured(), image)
    np.testing.assert_array_equal(points_of(HAND), points_of(hand))
    assert HAND.box == hand.box


@pytest.mark.parametrize(("name", "level"), [row for row in ROWS if row not in PLAIN])
def test_any_other_level_changes_the_picture(name: str, level: float) -> None:
    """No level of the table is without effect."""
    image, _ = made(name, level, textured(), HAND)

    assert not np.array_equal(textured(), image)


@pytest.mark.parametrize(("name", "level"), ROWS)
def test_a_picture_comes_out(name: str, level: float) -> None:
    """Every level gives contiguous 8-bit RGB."""
    image, _ = made(name, level, textured(), HAND)

    assert np.dtype(np.uint8) == image.dtype
    assert (3, 3) == (image.ndim, image.shape[2])
    assert image.flags.c_contiguous


@pytest.mark.parametrize("name", CHANGES)
def test_the_same_again(name: str) -> None:
    """A change depends on nothing but its arguments."""
    level = CHANGES[name].levels[1]
    first, _ = made(name, level, textured(), HAND)
    second, _ = made(name, level, textured(), HAND)

    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("name", CHANGES)
def test_levels_are_in_order(name: str) -> None:
    """Levels rise or fall, none comes twice, and the plain one is among them."""
    change = CHANGES[name]
    steps = np.sign(np.diff(change.levels))

    assert name == change.name
    assert abs(steps.sum()) == len(change.levels) - 1
    assert change.plain is None or change.plain in change.levels


@pytest.mark.parametrize("name", ["scale", "distance"])
@pytest.mark.parametrize("level", CHANGES["scale"].levels)
def test_the_palm_is_as_long_as_the_level(name: str, level: float) -> None:
    """After scaling, the larger hand has the palm that was asked for."""
    _, (_, hand) = made(name, level, textured(), hand_at(100, 300, 120), HAND)
    points = points_of(hand)
    palm = np.hypot(*(points[Landmark.WRIST] - points[Landmark.MIDDLE_MCP]))

    assert pytest.approx(level, abs=1e-9) == palm


def test_scaling_makes_the_whole_picture_smaller() -> None:
    """Half the palm is half the picture, rounded down."""
    image, _ = made("scale", 96, textured(), hand_at(300, 440, 192))

    assert (250, 350, 3) == image.shape


@pytest.mark.parametrize(
    ("size", "expected"), [((300, 200), (640, 480)), ((200, 900), (640, 900)), (SIZE, (701, 500))]
)
def test_the_canvas_of_distance(size: tuple[int, int], expected: tuple[int, int]) -> None:
    """It is at least 640 x 480 and at least the picture in both directions."""
    image = np.zeros((size[1], size[0], 3), np.uint8)
    changed_image, _ = made("distance", 24, image, hand_at(100, 150, 96))

    assert expected == changed_image.shape[1::-1]
    assert (changed_image[0] == 128).all()


@pytest.mark.parametrize("name", ["scale", "distance"])
def test_a_smaller_palm_is_never_made_larger(name: str) -> None:
    """Where the palm is below the level, there is no such picture; at the level, there is."""
    hands = [hand_at(300, 440, 48)]

    assert changed(CHANGES[name], 64, textured(), hands) is None
    assert changed(CHANGES[name], 48, textured(), hands) is not None


@pytest.mark.parametrize("name", ["scale", "distance", "blur"])
@pytest.mark.parametrize("case", ["no hand", "only a box", "no wrist"])
def test_no_palm_no_change(name: str, case: str) -> None:
    """What is measured in palms is not defined without one."""
    points = points_of(HAND).copy()
    points[Landmark.WRIST] = np.nan
    hands = {
        "no hand": [],
        "only a box": [replace(HAND, points=None)],
        "no wrist": [replace(HAND, points=points)],
    }

    assert changed(CHANGES[name], CHANGES[name].levels[-1], textured(), hands[case]) is None


def test_a_quarter_turn_is_clockwise_and_exact() -> None:
    """At 90 degrees every pixel of the picture goes to a new place, unblurred."""
    image, _ = made("rotation", 90, textured())

    np.testing.assert_array_equal(np.rot90(textured(), -1), image)


@pytest.mark.parametrize("level", CHANGES["rotation"].levels)
def test_a_turned_picture_is_whole(level: float) -> None:
    """The corners of the picture are inside the larger canvas."""
    corners = np.array([(0, 0), (SIZE[0], 0), (0, SIZE[1]), SIZE], np.float64)
    points = np.vstack([corners, np.full((17, 2), np.nan)])
    image, (hand,) = made("rotation", level, marked(), TrueHand(points, Box(0, 0, *SIZE)))
    x0, y0, x1, y1 = hand.box
    height, width = image.shape[:2]

    assert min(x0, y0) >= -1e-6
    assert 0 <= width - x1 + 1e-6 < 1
    assert 0 <= height - y1 + 1e-6 < 1


def test_3d_points_turn_about_the_viewing_axis() -> None:
    """A quarter clockwise takes right to below, below to left, and leaves depth."""
    points = np.full((21, 3), np.nan)
    points[:2] = [(10, 0, 5), (0, 20, -7)]
    _, (hand,) = made("rotation", 90, marked(), replace(HAND, points_3d=points))

    assert hand.points_3d is not None
    np.testing.assert_allclose([(0, 10, 5), (-20, 0, -7)], hand.points_3d[:2], atol=1e-12)
    assert np.isnan(hand.points_3d[2:]).all()


@pytest.mark.parametrize(
    ("name", "level"), [row for row in ROWS if row[0] != "rotation"] + [("rotation", 0.0)]
)
def test_3d_points_stay_without_a_turn(name: str, level: float) -> None:
    """A picture that is smaller, cut or worse shows the same hand."""
    points = np.arange(63, dtype=np.float64).reshape(21, 3)
    _, (hand,) = made(name, level, marked(), replace(HAND, points_3d=points))

    assert hand.points_3d is not None
    np.testing.assert_array_equal(points, hand.points_3d)


def test_a_tight_box_stays_tight() -> None:
    """A box that was the smallest around the points is so after a turn."""
    _, (hand,) = made("rotation", 30, marked(), HAND)

    assert box_around(points_of(hand)) == hand.box


def test_a_box_rounded_to_pixels_is_tight() -> None:
    """Annotations that round their boxes are not taken for loose ones."""
    rounded = Box(200, 140, 401, 440)
    _, (hand,) = made("rotation", 30, marked(), replace(HAND, box=rounded))

    assert box_around(points_of(hand)) == hand.box


@pytest.mark.parametrize("points", [None, HAND.points, np.full((21, 2), np.nan)])
def test_a_loose_box_goes_by_its_corners(points: Array | None) -> None:
    """A quarter clockwise takes (x, y) to (height - y, x)."""
    loose = Box(100, 50, 500, 470)
    _, (hand,) = made("rotation", 90, marked(), TrueHand(points, loose))

    np.testing.assert_allclose((SIZE[1] - 470, 100, SIZE[1] - 50, 500), hand.box, atol=1e-9)


def test_what_is_not_annotated_stays_so() -> None:
    """Rows of NaN stay NaN, and the box is around the others."""
    points = points_of(HAND).copy()
    points[Landmark.PINKY_TIP] = np.nan
    _, (hand,) = made("border", 0.5, marked(), replace(HAND, points=points))

    np.testing.assert_array_equal(np.isnan(points), np.isnan(points_of(hand)))
    assert np.isfinite(hand.box).all()


def test_handedness_and_id_stay() -> None:
    """No change mirrors a picture or mixes up hands."""
    second = replace(hand_at(120, 300, 100), handedness="left", id=2)
    _, hands = made("rotation", 210, marked(), replace(HAND, handedness="right", id=1), second)

    assert [("right", 1), ("left", 2)] == [(hand.handedness, hand.id) for hand in hands]


@pytest.mark.parametrize(("level", "expected"), [(0.4, 40), (1, 100), (1.5, 150), (4, 255)])
def test_brightness_multiplies_and_clips(level: float, expected: int) -> None:
    """The values themselves are multiplied."""
    image, _ = made("brightness", level, np.full((4, 5, 3), 100, np.uint8))

    assert {expected} == set(image.ravel().tolist())


def test_blur_has_its_sigma() -> None:
    """A thin line becomes as wide as asked: 0.05 palms of 200 px are 10 px."""
    image = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    image[:, 340:361] = 240
    blurred, _ = made("blur", 0.05, image, HAND)
    profile = blurred[250, :, 0].astype(np.float64)
    x = np.arange(SIZE[0]) - 350
    variance = (profile * x**2).sum() / profile.sum() - (21**2 - 1) / 12

    assert pytest.approx(10, rel=0.05) == np.sqrt(variance)


@pytest.mark.parametrize("level", [10.0, 20.0])
def test_noise_has_its_sigma(level: float) -> None:
    """On mid-grey, where nothing is clipped, it has no mean and the deviation asked for."""
    image, _ = made("noise", level, np.full((300, 300, 3), 128, np.uint8))

    assert pytest.approx(128, abs=0.2) == image.mean()
    assert pytest.approx(level, rel=0.02) == image.std()


def test_noise_differs_between_pictures_and_levels() -> None:
    """No two are under the same pattern."""
    grey, lighter = (np.full((20, 20, 3), value, np.uint8) for value in (128, 129))
    first = made("noise", 10, grey)[0].astype(int) - 128
    other = made("noise", 10, lighter)[0].astype(int) - 129
    doubled = made("noise", 20, grey)[0].astype(int) - 128

    assert abs(np.corrcoef(first.ravel(), other.ravel())[0, 1]) < 0.2
    assert abs(np.corrcoef(first.ravel(), doubled.ravel())[0, 1]) < 0.2


def test_jpeg_gets_worse_with_quality(open_palm: ImageArray) -> None:
    """Each level of the table is further from the picture than the one before."""
    far = [
        np.square(made("jpeg", level, open_palm)[0].astype(float) - open_palm).mean()
        for level in CHANGES["jpeg"].levels
    ]

    assert sorted(far) == far


@pytest.mark.parametrize("axis", [0, 1])
def test_jpeg_halves_the_colour_both_ways(axis: int) -> None:
    """At 4:2:0, lines of single red and blue pixels have one hue, even at quality 90."""
    image = np.zeros((32, 32, 3), np.uint8)
    image[..., 0] = np.where(np.indices((32, 32))[axis] % 2, 200, 0)
    image[..., 2] = 200 - image[..., 0]
    written, _ = made("jpeg", 90, image)
    red_over_blue = written[..., 0].astype(int) - written[..., 2]

    assert np.abs(red_over_blue).mean() < 40


def test_a_border_is_a_share_of_the_longer_side() -> None:
    """Half of 700 px on every side, in mid-grey, around the picture itself."""
    inside = textured()[:, :700]
    image, _ = made("border", 0.5, inside)

    assert (500 + 700, 700 + 700, 3) == image.shape
    assert {128} == set(image[:350].ravel().tolist()) | set(image[:, -350:].ravel().tolist())
    np.testing.assert_array_equal(inside, image[350:850, 350:1050])


EDGES = {"left": (110, 330), "right": (591, 330), "top": (330, 160), "bottom": (330, 490)}


@pytest.mark.parametrize("level", CHANGES["crop"].levels[1:])
@pytest.mark.parametrize("edge", EDGES)
def test_crop_puts_the_share_outside(edge: str, level: float) -> None:
    """That much of the box is beyond the nearest edge, to half a pixel, and nothing else."""
    hand = hand_at(*EDGES[edge], palm=100)
    image, (cut,) = made("crop", level, textured(), hand)
    (height, width), (x0, y0, x1, y1) = image.shape[:2], cut.box
    outside = {"left": -x0, "right": x1 - width, "top": -y0, "bottom": y1 - height}
    longest = {"left": 100, "right": 100, "top": 150, "bottom": 150}[edge]

    assert pytest.approx(level, abs=0.51 / longest) == outside[edge] / longest
    assert edge == max(outside, key=lambda side: outside[side])
    assert sum(side > 0 for side in outside.values()) == 1


@pytest.mark.parametrize("edge", EDGES)
def test_crop_cuts_one_edge(edge: str) -> None:
    """The other three edges stay where they are."""
    image, _ = made("crop", 0.3, textured(), hand_at(*EDGES[edge], palm=100))
    height, width = image.shape[:2]
    across = {"left": np.s_[:, -width:], "right": np.s_[:, :width]}
    along = {"top": np.s_[-height:], "bottom": np.s_[:height]}

    assert (height == SIZE[1]) == (edge in across)
    np.testing.assert_array_equal(textured()[(across | along)[edge]], image)


def test_crop_takes_the_hand_nearest_to_an_edge() -> None:
    """The other hand keeps all its points in the picture."""
    near, far = hand_at(100, 300, 100), hand_at(400, 350, 100)
    image, (cut, whole) = made("crop", 0.5, textured(), far, near)[0], (near, far)

    assert SIZE[0] - 100 == image.shape[1]
    assert cut.box.x0 < 100 < whole.box.x0


def test_crop_leaves_out_a_hand_that_is_further_outside() -> None:
    """A hand of which 0.3 is outside is shown from 0.4 on."""
    hands = [hand_at(20, 330, 100)]  # from -30 to 70
    shown = [
        level
        for level in CHANGES["crop"].levels
        if changed(CHANGES["crop"], level, textured(), hands) is not None
    ]

    assert [0.4, 0.5] == shown


def test_crop_takes_no_more_of_another_hand() -> None:
    """A small hand beside the edge would go altogether with half of the larger one."""
    large, small = hand_at(130, 400, 200), hand_at(80, 300, 40)

    assert changed(CHANGES["crop"], 0.5, textured(), [large]) is not None
    assert changed(CHANGES["crop"], 0.5, textured(), [large, small]) is None


def test_crop_needs_a_hand() -> None:
    """A street has none to cut."""
    assert changed(CHANGES["crop"], 0.0, textured(), []) is None


def test_crop_goes_by_a_box_alone() -> None:
    """Where only a box is annotated, that is cut."""
    only_box = TrueHand(None, Box(10, 100, 110, 300))
    image, (hand,) = made("crop", 0.5, textured(), only_box)

    assert Box(-50, 100, 50, 300) == hand.box
    assert SIZE[0] - 60 == image.shape[1]


@pytest.mark.parametrize("name", sorted(set(CHANGES) - set(MOVING)))
def test_pixels_that_stay_leave_the_truth(name: str) -> None:
    """What only makes a picture worse moves no point, and keeps a loose box."""
    loose = replace(HAND, box=Box(0, 0, 600, 480))
    _, (hand,) = made(name, CHANGES[name].levels[-1], textured(), loose)

    np.testing.assert_array_equal(points_of(HAND), points_of(hand))
    assert loose.box == hand.box


@given(
    row=st.sampled_from([row for row in MOVES if row[0] != "rotation"]),
    x=st.floats(0, 90),
    y=st.floats(0, 70),
    palm=st.floats(24, 60),
)
def test_shapes_stay_in_proportion(row: tuple[str, float], x: float, y: float, palm: float) -> None:
    """Wherever a hand is, and in pictures of any size, distances shrink by one factor or stay."""
    image = np.zeros((70, 90, 3), np.uint8)
    result = changed(CHANGES[row[0]], row[1], image, [hand_at(x, y, palm)])
    factor = row[1] / palm if row[0] in ("scale", "distance") else 1.0

    if result is not None:
        before, after = points_of(hand_at(x, y, palm)), points_of(result[1][0])
        assert min(result[0].shape) > 0
        np.testing.assert_allclose(np.ptp(before, 0) * factor, np.ptp(after, 0), atol=1e-9)


def test_a_level_that_is_not_in_the_table() -> None:
    """The message names the level, the change and the levels there are."""
    with pytest.raises(ValueError, match=r"one of 96, 64, 48, 32, 24 for scale, not 50"):
        changed(CHANGES["scale"], 50, textured(), [HAND])


def test_a_picture_that_is_none() -> None:
    """Floats are refused as by `knuckle.detect`."""
    with pytest.raises(TypeError, match="uint8"):
        changed(CHANGES["jpeg"], 50, np.zeros((4, 4, 3)), [])  # type: ignore[arg-type]
