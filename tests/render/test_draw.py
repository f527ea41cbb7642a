"""What a drawn picture shows, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest

import knuckle
from knuckle import Hand, Landmark, Roi, draw
from knuckle.render.style import LANDMARK_PARTS, PALM_BOX_COLOUR, PART_COLOURS, STYLES, Style
from knuckle.values import Box, ImageArray


@pytest.fixture(scope="module")
def hand(open_palm: ImageArray) -> Hand:
    """An open right hand, 312 pixels wide in a picture of 1080 x 720."""
    (found,) = knuckle.detect(open_palm)
    return found


def grey(width: int = 1080, height: int = 720) -> ImageArray:
    """A flat ground."""
    return np.full((height, width, 3), 120, np.uint8)


def moved(hand: Hand, place: tuple[float, float], scale: float = 1.0) -> Hand:
    """The hand with the middle of its points at a place, pixels."""
    points = (hand.points - hand.points.mean(axis=0)) * scale + np.array(place)
    return replace(hand, points=points.astype(np.float32))


def everything(image: ImageArray, hands: list[Hand], style: Style = "fingers") -> ImageArray:
    """All that can be drawn."""
    return draw(image, hands, style=style, score=True, palm_box=True, roi=True)


def at_landmarks(image: ImageArray, hand: Hand) -> ImageArray:
    """The pixels nearest to the landmarks, (21, 3)."""
    x, y = np.rint(hand.points).astype(int).T
    pixels: ImageArray = image[y, x]
    return pixels


@pytest.mark.parametrize("style", STYLES)
def test_the_argument_is_unchanged(style: Style, open_palm: ImageArray, hand: Hand) -> None:
    """The caller's picture stays as it was; what is drawn is seen in the copy."""
    before = open_palm.copy()

    drawn = everything(open_palm, [hand], style)

    assert (before == open_palm).all()
    assert (before != drawn).any()


def test_a_picture_that_must_not_be_written_to_is_drawn_on(hand: Hand) -> None:
    """The copy is writable even when the picture is a read-only view of strange layout."""
    image = grey()[::-1, ::-1]
    image.flags.writeable = False

    drawn = draw(image, [hand])

    assert drawn.flags.writeable
    assert (draw(grey(), [hand]) == drawn).all()


def test_no_hands_give_an_equal_copy(no_hands: ImageArray) -> None:
    """The result is never the argument itself."""
    drawn = draw(no_hands, [])

    assert (no_hands == drawn).all()
    assert not np.shares_memory(no_hands, drawn)


@pytest.mark.parametrize("far", [3000, 1e6, 1e30])
@pytest.mark.parametrize("style", STYLES)
def test_hands_outside_change_nothing(far: float, style: Style, hand: Hand) -> None:
    """On all sides, with all that belongs to them."""
    hands = []
    for x, y in product((-far, 500, far), repeat=2):
        if (x, y) != (500, 500):
            away = moved(hand, (x, y))
            roi = hand.roi._replace(x=x / 1080, y=y / 720)
            hands.append(replace(away, roi=roi, palm_box=Box(x, y, x + 150, y + 150)))

    drawn = everything(grey(), hands, style)

    assert (drawn == grey()).all()


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("size", [(1, 1), (1, 9), (9, 1), (5, 3), (33, 17)])
def test_tiny_pictures_are_drawn_on(size: tuple[int, int], style: Style, hand: Hand) -> None:
    """A label that has no room is left out; the hand is drawn as far as it is seen."""
    width, height = size
    small = moved(hand, (width / 2, height / 2), scale=max(size) / 300)

    drawn = everything(grey(*size), [small, moved(hand, (0, 0))], style)

    assert (height, width, 3) == drawn.shape
    assert (drawn != 120).any()


def test_landmarks_have_the_colours_of_their_fingers(open_palm: ImageArray, hand: Hand) -> None:
    """Nothing covers a landmark of an open hand."""
    drawn = draw(open_palm, [hand])

    expected = [PART_COLOURS[LANDMARK_PARTS[landmark]] for landmark in Landmark]
    assert np.abs(at_landmarks(drawn, hand) - np.array(expected, int)).max() <= 1


def test_near_landmarks_are_bright_and_far_ones_dark(open_palm: ImageArray, hand: Hand) -> None:
    """The grey of the depth style falls with z, from white to black."""
    drawn = draw(open_palm, [hand], style="depth")

    z = hand.landmarks[:, 2]
    share = (z - z.min()) / (z.max() - z.min())
    expected = np.repeat(255 * (1 - share)[:, None], 3, axis=1)
    assert np.abs(at_landmarks(drawn, hand) - expected).max() <= 2


def test_a_hand_without_depth_is_drawn(hand: Hand) -> None:
    """Where all is equally near, all is white."""
    flat = replace(hand, landmarks=hand.landmarks * np.array([1, 1, 0], np.float32))

    drawn = draw(grey(), [flat], style="depth")

    assert (at_landmarks(drawn, hand) == 255).all()


@pytest.mark.parametrize("finger", ["thumb", "pinky"])
def test_near_parts_cover_far_ones(finger: str, hand: Hand) -> None:
    """Of two tips at one place, the nearer one is seen."""
    points, landmarks = hand.points.copy(), hand.landmarks.copy()
    points[Landmark.THUMB_TIP] = points[Landmark.PINKY_TIP]
    near, far = Landmark[f"{finger.upper()}_TIP"], {"thumb": 20, "pinky": 4}[finger]
    landmarks[near, 2], landmarks[far, 2] = -1, 1

    drawn = draw(grey(), [replace(hand, points=points, landmarks=landmarks)])

    x, y = np.rint(points[near]).astype(int)
    assert np.abs(drawn[y, x] - np.array(PART_COLOURS[finger], int)).max() <= 1


def test_the_palm_box_is_drawn_where_there_is_one(hand: Hand) -> None:
    """Its sides have its colour; a tracked hand has none, and that is no error."""
    palm = replace(hand, palm_box=Box(50, 60, 250, 260))

    drawn = draw(grey(), [palm], palm_box=True)

    assert tuple(drawn[60, 150]) == tuple(drawn[160, 250]) == PALM_BOX_COLOUR
    without = draw(grey(), [hand])
    assert (draw(grey(), [replace(hand, palm_box=None)], palm_box=True) == without).all()


def test_the_roi_is_drawn_at_its_corners(hand: Hand) -> None:
    """A square of 200 pixels, not turned; its upper side has the mark."""
    roi = Roi(x=200 / 1080, y=200 / 720, width=200 / 1080, height=200 / 720, rotation=0)
    turned = replace(hand, roi=roi)

    changed = (draw(grey(), [turned], roi=True) != draw(grey(), [turned])).any(axis=2)

    assert changed[[100, 100, 300, 300, 100], [100, 300, 100, 300, 150]].all()
    assert changed[90:110, 200].sum() > changed[290:310, 200].sum()


def test_score_and_handedness_are_written(hand: Hand) -> None:
    """Each option adds to the label, and without both there is none."""
    plain = draw(grey(), [hand], handedness=False)
    label = {
        (handedness, score): (
            draw(grey(), [hand], handedness=handedness, score=score) != plain
        ).any(axis=2)
        for handedness, score in product((True, False), repeat=2)
    }

    assert not label[False, False].any()
    assert 0 < label[False, True].sum() < label[True, True].sum()
    assert 0 < label[True, False].sum() < label[True, True].sum()


@pytest.mark.parametrize("x", [0, 2, 300, 598, 599])
@pytest.mark.parametrize("y", [0, 2, 200, 398, 399])
def test_labels_are_wholly_in_the_picture(x: int, y: int, hand: Hand) -> None:
    """A hand at the border, also one that is mostly outside, has a label as large as any other."""

    def label_area(hand: Hand) -> int:
        ground = grey(600, 400)
        changed = draw(ground, [hand]) != draw(ground, [hand], handedness=False)
        return int(changed.any(axis=2).sum())

    expected = label_area(moved(hand, (300, 200), scale=0.5))
    wrist = moved(hand, (0, 0), scale=0.5).points[0]
    border = moved(hand, (x - wrist[0], y - wrist[1]), scale=0.5)
    assert label_area(border) == pytest.approx(expected, rel=0.05)


def test_labels_keep_clear_of_each_other(hand: Hand) -> None:
    """Two hands with their wrists at one place have two labels side by side."""
    one, two = moved(hand, (500, 360)), moved(hand, (502, 360))

    both = draw(grey(), [one, two]) != draw(grey(), [one, two], handedness=False)
    single = draw(grey(), [one]) != draw(grey(), [one], handedness=False)
    assert both.any(axis=2).sum() > 1.9 * single.any(axis=2).sum()


@pytest.mark.parametrize("style", STYLES)
def test_the_drawing_scales_with_the_picture(style: Style, hand: Hand) -> None:
    """From a thumbnail to a photograph, lines and dots cover the same share of it."""

    def share(scale: float) -> float:
        size = round(1080 * scale), round(720 * scale)
        resized = replace(hand, points=hand.points * np.float32(scale))
        drawn = draw(grey(*size), [resized], style=style, handedness=False)
        return float((np.abs(drawn.astype(np.int16) - 120).max(axis=2) > 30).mean())

    assert share(3) == pytest.approx(share(1), rel=0.1)
    assert share(0.25) == pytest.approx(share(1), rel=0.35)


def test_hands_come_from_any_iterable(hand: Hand) -> None:
    """A generator is read once only."""
    drawn = everything(grey(), [hand])

    assert (draw(grey(), (h for h in [hand]), score=True, palm_box=True, roi=True) == drawn).all()


def test_an_unknown_style_is_refused() -> None:
    """The message names the choices."""
    with pytest.raises(ValueError, match="'fingers', 'depth', not 'rainbow'"):
        draw(grey(), [], style="rainbow")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (lambda image: image.tolist(), TypeError),
        (lambda image: image / 255, TypeError),
        (lambda image: image[..., 0], ValueError),
        (lambda image: image[:0], ValueError),
    ],
)
def test_what_is_no_picture_is_refused(
    spoil: Callable[[ImageArray], ImageArray], error: type[Exception]
) -> None:
    """As `detect` refuses it."""
    with pytest.raises(error, match="image must"):
        draw(spoil(grey(9, 9)), [])


@pytest.mark.parametrize("style", STYLES)
def test_uncertain_joints_fade(style: Style, hand: Hand) -> None:
    """The ground shines through a joint by its doubt; the joints that are certain stay."""
    confidence = np.ones(21, np.float32)
    confidence[Landmark.INDEX_TIP] = 0
    doubtful = replace(hand, confidence=confidence)
    plain = at_landmarks(draw(grey(), [doubtful], style=style), hand).astype(int)
    faded = at_landmarks(draw(grey(), [doubtful], style=style, confidence=True), hand).astype(int)
    changed = np.abs(plain - faded).max(axis=1)

    assert [Landmark.INDEX_TIP] == np.flatnonzero(changed > 8).tolist()
    assert (np.abs(faded - 120).max(axis=1) <= np.abs(plain - 120).max(axis=1))[8]


def test_a_hand_without_confidence_is_still_seen(hand: Hand) -> None:
    """Faint, and not as if it had not been found."""
    lost = replace(hand, confidence=np.zeros(21, np.float32))
    drawn = draw(grey(), [lost], handedness=False, confidence=True)

    assert (drawn != grey()).any()


@pytest.mark.parametrize("style", STYLES)
def test_certain_hands_are_drawn_as_ever(style: Style, hand: Hand) -> None:
    """At full confidence the flag changes nothing, and without it confidence does not count."""
    certain = replace(hand, confidence=np.ones(21, np.float32))
    unsure = replace(hand, confidence=np.zeros(21, np.float32))
    plain = draw(grey(), [certain], style=style)

    assert (plain == draw(grey(), [certain], style=style, confidence=True)).all()
    assert (plain == draw(grey(), [unsure], style=style)).all()


@pytest.mark.parametrize("hands", [None, [1], "hands"])
def test_what_is_no_hand_is_refused(hands: Any) -> None:
    """In one sentence."""
    with pytest.raises(TypeError, match="hands must be a list of Hands"):
        draw(grey(), hands)
