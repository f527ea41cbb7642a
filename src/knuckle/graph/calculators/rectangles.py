"""Calculators from palms and landmarks to rectangles, and on to regions of interest.

Source: mediapipe/calculators/util/{detections_to_rects,landmarks_to_detection,rect_transformation}
_calculator.cc, mediapipe/modules/hand_landmark/calculators/hand_landmarks_to_rect_calculator.cc
(behaviour)
"""

from __future__ import annotations

from math import isfinite, radians
from typing import Literal

import numpy as np

from ...geometry.rois import hand_rectangle, palm_rectangle, transformed_roi
from ...spec import ROI_LANDMARKS, UPRIGHT, RoiTransform
from ...values import Detections, FloatArray, Roi, Size
from ..calculator import Calculator, Context
from ..contracts import ANY, Contract, Port
from ..types import (
    DETECTION,
    DETECTIONS,
    LANDMARKS,
    RECT,
    RECTS,
    SIZE,
)

_NOWHERE = Roi(0.0, 0.0, 0.0, 0.0, 0.0)


class DetectionsToRectsCalculator(Calculator):
    """Makes a rectangle of each detection, rotated by the direction between two keypoints.

    Options: rotation_vector_start_keypoint_index and _end_keypoint_index are the keypoints, and
    rotation_vector_target_angle_degrees is the direction whose rectangle is not rotated. Without
    them no rectangle is. NORM_RECT is the first, NORM_RECTS are all.
    """

    contract = Contract(
        inputs=(
            Port("DETECTION", DETECTION, optional=True),
            Port("DETECTIONS", DETECTIONS, optional=True),
            Port("IMAGE_SIZE", SIZE, optional=True),
        ),
        outputs=(Port("NORM_RECT", RECT, optional=True), Port("NORM_RECTS", RECTS, optional=True)),
        options="mediapipe.DetectionsToRectsCalculatorOptions",
    )

    def open(self, context: Context) -> None:
        """Read the options. Raises ValueError for a rotation without a size to measure it in."""
        options = context.options
        self._tag = "DETECTION" if context.has("DETECTION") else "DETECTIONS"
        self._is_rotated = options.HasField("rotation_vector_start_keypoint_index")
        if self._is_rotated and not options.HasField("rotation_vector_end_keypoint_index"):
            raise ValueError(
                "rotation_vector_start_keypoint_index is set without "
                "rotation_vector_end_keypoint_index: set both, or none"
            )
        if self._is_rotated and not context.has("IMAGE_SIZE"):
            raise ValueError("a rotation is measured in pixels: connect IMAGE_SIZE")
        self._start: int = options.rotation_vector_start_keypoint_index
        self._end: int = options.rotation_vector_end_keypoint_index
        self._upright = UPRIGHT
        if options.HasField("rotation_vector_target_angle"):
            self._upright = options.rotation_vector_target_angle
        elif options.HasField("rotation_vector_target_angle_degrees"):
            self._upright = radians(options.rotation_vector_target_angle_degrees)
        if not isfinite(self._upright):
            raise ValueError(
                f"rotation_vector_target_angle is {self._upright}: give an angle, such as 90"
            )
        self._from_keypoints = options.conversion_mode == 2
        self._sends_zero: bool = options.output_zero_rect_for_empty_detections

    def process(self, context: Context) -> None:
        """Make the rectangles of one picture's detections."""
        found: Detections | None = context.get(self._tag)
        size: Size | None = context.get("IMAGE_SIZE") if self._is_rotated else (1, 1)
        if found is None or size is None:
            return
        rectangles = tuple([self._rectangle(found, i, size) for i in range(len(found))])
        if not rectangles:
            if not self._sends_zero:
                return
            rectangles = (_NOWHERE,)
        context.emit("NORM_RECT", rectangles[0])
        context.emit("NORM_RECTS", rectangles)

    def _rectangle(self, found: Detections, i: int, size: Size) -> Roi:
        box, keypoints = found.boxes[i], found.keypoints[i]
        if self._from_keypoints:
            box = np.concatenate([keypoints.min(axis=0), keypoints.max(axis=0)])
        if not self._is_rotated:
            return palm_rectangle(box, size, start=box[:2], end=box[:2])._replace(rotation=0.0)
        if max(self._start, self._end) >= len(keypoints):
            raise ValueError(
                f"rotation_vector_start_keypoint_index {self._start} and "
                f"rotation_vector_end_keypoint_index {self._end} must be below {len(keypoints)}, "
                "the number of keypoints"
            )
        start, end = keypoints[self._start], keypoints[self._end]
        return palm_rectangle(box, size, start=start, end=end, upright=self._upright)


class HandDetectionsToRectsCalculator(DetectionsToRectsCalculator):
    """Makes a rectangle of each hand, rotated as its landmarks say; in graphs of 2019 and 2020.

    The keypoints of the detections are the landmarks of hands: all 21, or the 12 that matter.
    """

    def open(self, context: Context) -> None:
        """Read the options. Raises ValueError without a size to measure the rotation in."""
        super().open(context)
        if not context.has("IMAGE_SIZE"):
            raise ValueError("a rotation is measured in pixels: connect IMAGE_SIZE")
        self._is_rotated = True

    def _rectangle(self, found: Detections, i: int, size: Size) -> Roi:
        box, landmarks = found.boxes[i], _all_landmarks(found.keypoints[i])
        rotation = hand_rectangle(landmarks, size).rotation
        return palm_rectangle(box, size, start=box[:2], end=box[:2])._replace(rotation=rotation)


def _all_landmarks(landmarks: FloatArray) -> FloatArray:
    """The 21 landmarks of a hand; those that rectangles do not need may be missing, and are 0."""
    if len(landmarks) != len(ROI_LANDMARKS):
        return landmarks
    found = np.zeros((21, landmarks.shape[1]), np.float32)
    found[list(ROI_LANDMARKS)] = landmarks
    return found


class HandLandmarksToRectCalculator(Calculator):
    """Makes the smallest rotated rectangle around a hand without its finger ends.

    It takes all 21 landmarks, or the 12 that it uses, as graphs of 2020 have them.
    """

    contract = Contract(
        inputs=(Port("NORM_LANDMARKS", LANDMARKS), Port("IMAGE_SIZE", SIZE)),
        outputs=(Port("NORM_RECT", RECT),),
    )

    def process(self, context: Context) -> None:
        """Make the rectangle of one hand."""
        landmarks, size = context.get("NORM_LANDMARKS"), context.get("IMAGE_SIZE")
        if landmarks is None or size is None:
            return
        context.emit("NORM_RECT", hand_rectangle(_all_landmarks(landmarks), size))


class LandmarksToDetectionCalculator(Calculator):
    """Makes a detection of landmarks: their bounds as box, and themselves as keypoints."""

    contract = Contract(
        inputs=(Port("NORM_LANDMARKS", LANDMARKS),),
        outputs=(Port("DETECTION", DETECTION),),
        options="mediapipe.LandmarksToDetectionCalculatorOptions",
    )

    def open(self, context: Context) -> None:
        """Read which landmarks to use."""
        self._selected = list(context.options.selected_landmark_indices)

    def process(self, context: Context) -> None:
        """Make the detection of one hand."""
        landmarks: FloatArray | None = context.get("NORM_LANDMARKS")
        if landmarks is None:
            return
        points = landmarks[self._selected or slice(None), :2]
        box = np.concatenate([points.min(axis=0), points.max(axis=0)])
        context.emit("DETECTION", Detections(box[None], points[None], np.ones(1, np.float32)))


class RectTransformationCalculator(Calculator):
    """Shifts, squares and scales rectangles.

    Its options: shift_x and shift_y in the rectangle's own sides; square_long or square_short makes
    both sides the longer or the shorter one in pixels; scale_x and scale_y.
    """

    contract = Contract(
        inputs=(
            Port("NORM_RECT", RECT, optional=True),
            Port("NORM_RECTS", RECTS, optional=True),
            Port("IMAGE_SIZE", SIZE),
        ),
        outputs=(Port("", ANY),),
        options="mediapipe.RectTransformationCalculatorOptions",
    )

    def open(self, context: Context) -> None:
        """Read the options. Raises ValueError for two ways to make a square, and for no numbers."""
        options = context.options
        for field, value in options.ListFields():
            if not isfinite(value):
                raise ValueError(f"option {field.name} is {value}: give a number, such as 1.5")
        if options.HasField("square_long") and options.HasField("square_short"):
            raise ValueError("options square_long and square_short exclude each other: remove one")
        square: Literal["long", "short", "no"] = "no"
        if options.square_long or options.square_short:
            square = "long" if options.square_long else "short"
        self._transform = RoiTransform(
            shift_y=options.shift_y,
            scale=options.scale_x,
            shift_x=options.shift_x,
            scale_y=None if options.scale_y == options.scale_x else options.scale_y,
            square=square,
            turn=options.rotation
            if options.HasField("rotation")
            else radians(options.rotation_degrees),
        )

    def process(self, context: Context) -> None:
        """Transform a rectangle or several."""
        size = context.get("IMAGE_SIZE")
        if size is None:
            return
        one, several = context.get("NORM_RECT"), context.get("NORM_RECTS")
        if one is not None:
            context.emit("", transformed_roi(one, size, self._transform))
        elif several is not None:
            moved = (transformed_roi(rectangle, size, self._transform) for rectangle in several)
            context.emit("", tuple(moved))
