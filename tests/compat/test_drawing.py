"""Drawing: what mediapipe 0.10.21 drew with OpenCV 4.11, recorded by `drawings.py`."""

from __future__ import annotations

import importlib
import json
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

import knuckle.compat.mediapipe as mp
from knuckle.compat.mediapipe import drawing_styles, drawing_utils
from knuckle.errors import ExtraMissing, install_command
from tests.compat.conftest import GOLDEN, OURS
from tests.compat.drawings import blank, detection, draw_all, landmark_list, plot

PICTURES = draw_all(OURS)


def golden(name: str) -> NDArray[np.uint8]:
    """What MediaPipe drew, BGR."""
    with Image.open(GOLDEN / f"{name}.png") as picture:
        return np.asarray(picture)[..., ::-1]


def strangers(picture: NDArray[np.uint8], other: NDArray[np.uint8]) -> int:
    """Pixels whose colour the other picture has nowhere within a pixel."""
    height, width = picture.shape[:2]
    padded = np.pad(other, ((1, 1), (1, 1), (0, 0)), mode="edge")
    same = [
        (padded[y : y + height, x : x + width] == picture).all(axis=-1)
        for y in range(3)
        for x in range(3)
    ]
    return int((~np.any(same, axis=0)).sum())


@pytest.mark.parametrize("name", PICTURES)
def test_every_edge_is_within_a_pixel_of_mediapipe(name: str) -> None:
    """The same colours at the same places, both ways; and something was drawn."""
    ours, theirs = PICTURES[name], golden(name)

    assert 300 < (theirs != blank()).any(axis=-1).sum()
    assert 0 == strangers(ours, theirs)
    assert 0 == strangers(theirs, ours)


@pytest.mark.parametrize("name", PICTURES)
def test_as_many_pixels_as_mediapipe(name: str) -> None:
    """Within 10%: no line is a pixel wider or thinner (20% of a line of thickness 3)."""
    ours, theirs = ((picture != blank()).any(axis=-1) for picture in (PICTURES[name], golden(name)))

    assert abs(ours.sum() / theirs.sum() - 1) < 0.10


def test_plots_are_those_of_mediapipe() -> None:
    """Places and colours of dots and lines, their width, the view and the size."""
    ours, theirs = plot(OURS), json.loads((GOLDEN / "plot.json").read_text())

    for part in ("dots", "lines", "widths", "view"):
        np.testing.assert_allclose(ours[part], theirs[part], atol=1e-6)
    assert ours["colours"] == theirs["colours"]
    assert 20 == len(ours["dots"])  # one of 21 is hidden


def test_plots_without_matplotlib_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line to type."""
    monkeypatch.setitem(importlib.import_module("sys").modules, "matplotlib", None)
    monkeypatch.setattr(
        "knuckle.extras.import_module",
        lambda name: (_ for _ in ()).throw(ModuleNotFoundError(name="matplotlib")),
    )

    with pytest.raises(ExtraMissing, match=install_command("plot")):
        drawing_utils.plot_landmarks(landmark_list(OURS))


def test_drawing_is_in_place_on_any_layout() -> None:
    """A view with steps, and floats, as OpenCV cannot."""
    plain = PICTURES["default"]
    wide = np.full((200, 480, 3), 90, np.uint8)
    floats = blank().astype(np.float32)
    for canvas in (wide[:, ::2], floats):
        drawing_utils.draw_landmarks(
            canvas, landmark_list(OURS), mp.solutions.hands.HAND_CONNECTIONS
        )

    np.testing.assert_array_equal(plain, wide[:, ::2])
    np.testing.assert_array_equal(blank(), wide[:, 1::2])
    np.testing.assert_array_equal(plain, floats)


def test_nothing_is_drawn_of_nothing() -> None:
    """None, and a list without landmarks."""
    canvas = blank()
    drawing_utils.draw_landmarks(canvas, None)
    drawing_utils.draw_landmarks(canvas, landmark_list(OURS, []))
    drawing_utils.draw_landmarks(canvas, landmark_list(OURS), None, None)

    np.testing.assert_array_equal(blank(), canvas)


def test_landmarks_far_outside_are_left_out() -> None:
    """NaN, infinities and numbers beyond any picture."""
    odd = [(float("nan"), 0.5), (float("inf"), 0.5), (1e30, 0.5), (-0.1, 0.5), (0.5, 0.5)]
    canvas = blank()
    drawing_utils.draw_landmarks(canvas, landmark_list(OURS, odd), [(0, 4), (1, 4), (2, 4), (3, 4)])
    only = blank()
    drawing_utils.draw_landmarks(only, landmark_list(OURS, odd[4:]))

    np.testing.assert_array_equal(only, canvas)


@pytest.mark.parametrize(
    ("image", "error", "message"),
    [
        (np.zeros((9, 9), np.uint8), IndexError, r"BGR .*not \(9, 9\)"),
        (np.zeros((9, 9), np.uint8), ValueError, r"BGR .*not \(9, 9\)"),
        (np.zeros((9, 9, 4), np.uint8), ValueError, r"not \(9, 9, 4\)"),
        (None, AttributeError, "numpy array, not NoneType"),
    ],
)
def test_what_cannot_be_drawn_on_is_named(image: Any, error: type[Exception], message: str) -> None:
    """Shape and type, with the errors of MediaPipe; all three functions."""
    with pytest.raises(error, match=message):
        drawing_utils.draw_landmarks(image, landmark_list(OURS))
    with pytest.raises(error, match=message):
        drawing_utils.draw_detection(image, detection(OURS))
    with pytest.raises(error, match=message):
        drawing_utils.draw_axis(image, np.eye(3), np.array([0, 0, -1]))


@pytest.mark.parametrize(
    ("color", "bgr"),
    [
        (255, [255, 0, 0]),
        ((7,), [7, 0, 0]),
        ((1, 2), [1, 2, 0]),
        ([1, 2, 3], [1, 2, 3]),
        (np.array([1, 2, 3]), [1, 2, 3]),
        ((1, 2, 3, 255), [1, 2, 3]),
        ((300, 2, -3), [255, 2, 0]),
        ((1.6, 2.4, 3.5), [2, 2, 4]),
    ],
)
def test_a_colour_is_what_opencv_makes_of_it(color: Any, bgr: list[int]) -> None:
    """A number is blue, what is missing is 0, a fourth value is left out; rounded and clipped."""
    image = np.full((40, 40, 3), 9, np.uint8)
    style = drawing_utils.DrawingSpec(color=color, circle_radius=5, thickness=-1)
    points = landmark_list(OURS)
    del points.landmark[1:]
    points.landmark[0].x = points.landmark[0].y = 0.5
    drawing_utils.draw_landmarks(image, points, None, style)

    assert bgr == image[20, 20].tolist()


def test_a_colour_of_five_values_is_named() -> None:
    """OpenCV has an error of its own."""
    style = drawing_utils.DrawingSpec(color=(1, 2, 3, 4, 5))  # type: ignore[arg-type]
    with pytest.raises(
        ValueError, match=r"color must be \(blue, green, red\), not \(1, 2, 3, 4, 5\)"
    ):
        drawing_utils.draw_landmarks(blank(), landmark_list(OURS), None, style)


def test_a_read_only_image_is_named() -> None:
    """The program of 2020 clears the flag to pass the picture by reference."""
    canvas = blank()
    canvas.flags.writeable = False

    with pytest.raises(ValueError, match=r"image\.flags\.writeable = True"):
        drawing_utils.draw_landmarks(canvas, landmark_list(OURS))


def test_a_connection_without_landmarks_is_named() -> None:
    """Before anything is drawn."""
    canvas = blank()
    with pytest.raises(ValueError, match=r"\(0, 21\) must be between landmarks 0 and 20"):
        drawing_utils.draw_landmarks(canvas, landmark_list(OURS), [(0, 1), (0, 21)])

    np.testing.assert_array_equal(blank(), canvas)


def test_a_detection_needs_a_relative_box() -> None:
    """As upstream."""
    with pytest.raises(ValueError, match="relative bounding box"):
        drawing_utils.draw_detection(blank(), detection(OURS, relative=False))


def test_a_detection_beyond_the_picture_is_no_crash() -> None:
    """OpenCV fails on the None that upstream gives it."""
    found = detection(OURS)
    found.location_data.relative_bounding_box.xmin = -0.4
    found.location_data.relative_keypoints[0].x = 1.5
    canvas = blank()
    drawing_utils.draw_detection(canvas, found)
    painted = (canvas != blank()).any(axis=-1)

    assert painted[180, 144]  # the key point that is inside
    assert painted.sum() < 50


def test_styles_are_of_the_finger() -> None:
    """One spec for each landmark and line, new ones at every call."""
    dots = drawing_styles.get_default_hand_landmarks_style()
    lines = drawing_styles.get_default_hand_connections_style()

    assert set(range(21)) == set(dots)
    assert mp.solutions.hands.HAND_CONNECTIONS == set(lines)
    assert ((48, 255, 48), -1, 5) == (dots[16].color, dots[16].thickness, dots[16].circle_radius)
    assert ((128, 128, 128), 3) == (lines[0, 17].color, lines[0, 17].thickness)
    assert dots is not drawing_styles.get_default_hand_landmarks_style()


def test_private_names_that_programs_use_are_there() -> None:
    """As mediapipe 0.10.21 has them."""
    styles: Any = mp.solutions.drawing_styles
    utils: Any = mp.solutions.drawing_utils
    palm = styles._PALM_LANDMARKS

    assert ((48, 48, 255), 5, -1) == (styles._RED, styles._RADIUS, styles._THICKNESS_DOT)
    assert (0, 1, 5, 9, 13, 17) == palm
    assert (48, 48, 255) == styles._HAND_LANDMARK_STYLE[palm].color
    assert 6 == len(styles._HAND_LANDMARK_STYLE) == len(styles._HAND_CONNECTION_STYLE)
    assert (0.5, 0.5) == (utils._VISIBILITY_THRESHOLD, utils._PRESENCE_THRESHOLD)
    assert (1.0, 0.2) == utils._normalize_color((255, 51))


def test_pixels_of_shares() -> None:
    """A private function upstream that many programs call."""
    pixel_of = drawing_utils._normalized_to_pixel_coordinates

    assert (320, 120) == pixel_of(0.5, 0.25, 640, 480)
    assert (639, 479) == pixel_of(1.0, 1.0, 640, 480)
    assert (0, 0) == pixel_of(0.0, 0.0, 640, 480)
    assert None is pixel_of(1.01, 0.5, 640, 480)
    assert None is pixel_of(0.5, -0.01, 640, 480)


def test_tasks_helpers_draw_the_same() -> None:
    """Landmarks of a result and `Connection`s, or pairs."""
    tasks = mp.tasks.vision.drawing_utils
    points = [
        mp.tasks.components.containers.NormalizedLandmark(p.x, p.y, 0.0)
        for p in landmark_list(OURS).landmark
    ]
    for connections in (
        mp.tasks.vision.HandLandmarksConnections.HAND_CONNECTIONS,
        mp.solutions.hands.HAND_CONNECTIONS,
    ):
        canvas = blank()
        tasks.draw_landmarks(
            canvas,
            points,
            connections,
            mp.tasks.vision.drawing_styles.get_default_hand_landmarks_style(),
            mp.tasks.vision.drawing_styles.get_default_hand_connections_style(),
        )

        np.testing.assert_array_equal(PICTURES["styled"], canvas)


def test_tasks_helpers_hide_what_is_invisible() -> None:
    """As the legacy ones."""
    points = [
        mp.tasks.components.containers.NormalizedLandmark(
            p.x, p.y, 0.0, visibility=0.2 if i == 5 else None
        )
        for i, p in enumerate(landmark_list(OURS).landmark)
    ]
    canvas = blank()
    mp.tasks.vision.drawing_utils.draw_landmarks(
        canvas, points, mp.tasks.vision.HandLandmarksConnections.HAND_CONNECTIONS
    )

    np.testing.assert_array_equal(PICTURES["hidden"], canvas)


def test_a_tasks_detection_is_drawn() -> None:
    """Its box is in pixels, its key points are shares."""
    containers = mp.tasks.components.containers
    found = containers.Detection(
        containers.BoundingBox(48, 60, 120, 80),
        [containers.Category(score=0.5)],
        [containers.NormalizedKeypoint(0.3, 0.4), containers.NormalizedKeypoint(0.6, 0.9)],
    )
    canvas = blank()
    mp.tasks.vision.drawing_utils.draw_detection(canvas, found)

    assert 0 == strangers(canvas, golden("detection"))
