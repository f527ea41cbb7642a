"""Decoding and suppression of palms, on hand-made tensors."""

from __future__ import annotations

import numpy as np
import pytest

from knuckle.geometry.rois import letterbox_roi
from knuckle.stages.anchors import anchor_centres
from knuckle.stages.nms import weighted_nms
from knuckle.stages.palms import decode_palms, image_from_letterbox
from knuckle.values import Detections, FloatArray


def tensors(
    rows: dict[int, tuple[float, float, float, float, float]],
) -> tuple[FloatArray, FloatArray]:
    """Raw tensors: anchor -> logit, x, y, width, height in pixels; keypoints at the anchor."""
    boxes = np.zeros((2016, 18), np.float32)
    scores = np.full((2016, 1), -20, np.float32)
    for anchor, (logit, *box) in rows.items():
        scores[anchor] = logit
        boxes[anchor, :4] = box
    return boxes, scores


def test_offsets_are_pixels_from_the_anchor() -> None:
    """A box of 19.2 x 38.4 px, 9.6 px to the right of its anchor."""
    boxes, scores = tensors({500: (2.0, 9.6, 0, 19.2, 38.4)})
    palms = decode_palms(boxes, scores, 192, 0.5)
    x, y = anchor_centres(192)[500]

    np.testing.assert_allclose(palms.boxes, [[x, y - 0.1, x + 0.1, y + 0.1]], atol=1e-6)
    np.testing.assert_allclose(palms.keypoints[0], np.array([[x, y]] * 7), atol=1e-6)
    np.testing.assert_allclose(palms.scores, [1 / (1 + np.exp(-2))], rtol=1e-6)


def test_a_score_at_the_threshold_is_kept() -> None:
    """The comparison is not strict, as upstream's is not."""
    boxes, scores = tensors({7: (0.0, 0, 0, 10, 10)})

    assert 1 == len(decode_palms(boxes, scores, 192, 0.5))


@pytest.mark.parametrize("width", [-1.0, float("nan")])
def test_impossible_boxes_are_dropped(width: float) -> None:
    """Negative and undefined sizes."""
    boxes, scores = tensors({7: (5.0, 0, 0, width, 10)})

    assert 0 == len(decode_palms(boxes, scores, 192, 0.5))


def test_huge_logits_do_not_overflow() -> None:
    """They are clipped before the exponential."""
    boxes, scores = tensors({7: (1e9, 0, 0, 10, 10), 8: (-1e9, 0, 0, 10, 10)})

    assert [1.0] == decode_palms(boxes, scores, 192, 0.5).scores.tolist()


def test_overlapping_palms_merge_weighted_by_score() -> None:
    """The place is the weighted mean, the score that of the best."""
    palms = Detections(
        boxes=np.array([[0, 0, 1, 1], [0.1, 0, 1.1, 1], [5, 5, 6, 6]], np.float32),
        keypoints=np.zeros((3, 7, 2), np.float32),
        scores=np.array([0.9, 0.6, 0.5], np.float32),
    )
    merged = weighted_nms(palms)

    expected = np.array([[0.04, 0, 1.04, 1], [5, 5, 6, 6]])

    np.testing.assert_allclose(merged.boxes, expected, atol=1e-6)
    assert [0.9, 0.5] == pytest.approx(merged.scores.tolist())


def test_suppression_compares_with_the_best_box_unmerged() -> None:
    """A chain of boxes is not swallowed whole: the third does not overlap the first."""
    boxes = np.array([[0, 0, 1, 1], [0.5, 0, 1.5, 1], [1, 0, 2, 1]], np.float32)
    scores = np.array([0.9, 0.8, 0.7], np.float32)

    assert 2 == len(weighted_nms(Detections(boxes, np.zeros((3, 7, 2), np.float32), scores)))


def test_boxes_without_area_survive() -> None:
    """They overlap nothing, not even themselves, and still come out once each."""
    boxes = np.array([[1, 1, 1, 1], [1, 1, 1, 1]], np.float32)
    palms = Detections(boxes, np.zeros((2, 7, 2), np.float32), np.array([0.9, 0.8], np.float32))

    assert 2 == len(weighted_nms(palms))


def test_nothing_in_nothing_out() -> None:
    """No anchor above the threshold gives no detection at any stage."""
    boxes, scores = tensors({})
    palms = image_from_letterbox(
        weighted_nms(decode_palms(boxes, scores, 192, 0.5)), letterbox_roi((640, 480))
    )

    assert 0 == len(palms)


def test_the_letterbox_is_taken_off() -> None:
    """In a 640x480 picture the input's middle 3/4 are the picture."""
    palms = Detections(
        boxes=np.array([[0.0, 0.125, 1.0, 0.875]], np.float32),
        keypoints=np.full((1, 7, 2), 0.5, np.float32),
        scores=np.ones(1, np.float32),
    )
    moved = image_from_letterbox(palms, letterbox_roi((640, 480)))

    np.testing.assert_allclose(moved.boxes, [[0, 0, 1, 1]], atol=1e-6)
    np.testing.assert_allclose(moved.keypoints, 0.5, atol=1e-6)


@pytest.mark.parametrize(("turns", "rotation"), [(1, np.pi / 2), (2, np.pi), (3, -np.pi / 2)])
def test_a_rotated_letterbox_turns_palms_with_it(turns: int, rotation: float) -> None:
    """What is seen in the corner of a turned letterbox lies in another corner of the picture."""
    letterbox = letterbox_roi((640, 480))._replace(rotation=rotation)
    corner = np.array([0.1, 0.2], np.float32)
    palms = Detections(
        np.concatenate([corner, corner + 0.1])[None],
        np.tile(corner, (1, 7, 1)),
        np.ones(1, np.float32),
    )
    x, y = corner - 0.5
    for _ in range(turns):
        x, y = -y, x  # a quarter turn, clockwise on the screen
    expected = [0.5 + x, 0.5 + y * 640 / 480]
    found = image_from_letterbox(palms, letterbox)
    x0, y0, x1, y1 = found.boxes[0]

    np.testing.assert_allclose(found.keypoints[0], [expected] * 7, atol=1e-6)
    np.testing.assert_allclose([x1 - x0, y1 - y0], [0.1, 0.1 * 640 / 480], atol=1e-6)
    assert min(abs(x0 - expected[0]), abs(x1 - expected[0])) < 1e-6
    assert min(abs(y0 - expected[1]), abs(y1 - expected[1])) < 1e-6


def test_groups_may_be_left_unmerged() -> None:
    """The best of each group stays as it is, to the last bit."""
    boxes = np.array([[0.1, 0.1, 0.3, 0.3], [0.12, 0.1, 0.3, 0.3]], np.float32)
    palms = Detections(boxes, np.full((2, 7, 2), 0.3, np.float32), np.array([0.9, 0.7], np.float32))
    kept = weighted_nms(palms, is_merged=False)

    assert [0.1, 0.1, 0.3, 0.3] == pytest.approx(kept.boxes[0].tolist())
    assert 1 == len(kept)


def test_the_overlap_of_groups_is_a_choice() -> None:
    """Boxes that overlap by 0.9 are one palm by default, and two above that."""
    boxes = np.array([[0.1, 0.1, 0.3, 0.3], [0.12, 0.1, 0.3, 0.3]], np.float32)
    palms = Detections(boxes, np.full((2, 7, 2), 0.3, np.float32), np.array([0.9, 0.7], np.float32))

    assert 2 == len(weighted_nms(palms, max_overlap=0.95))


def test_anchors_may_be_given() -> None:
    """A box is relative to its own anchor."""
    boxes, scores = tensors({7: (3, 0, 0, 19.2, 19.2)})
    anchors = np.full((2016, 2), 0.25, np.float32)
    palms = decode_palms(boxes, scores, 192, 0.5, anchors=anchors)

    assert pytest.approx([0.2, 0.2, 0.3, 0.3], abs=1e-6) == palms.boxes[0].tolist()
