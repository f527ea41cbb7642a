"""Every number taken from MediaPipe Hands as shipped in mediapipe 0.10.21, with its source."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from math import pi
from typing import Literal


class Landmark(IntEnum):
    """The 21 landmarks of a hand, by their index in every landmark array.

    Source: mediapipe/python/solutions/hands.py (HandLandmark); fingers without "_FINGER".
    """

    WRIST = 0
    THUMB_CMC = 1
    THUMB_MCP = 2
    THUMB_IP = 3
    THUMB_TIP = 4
    INDEX_MCP = 5
    INDEX_PIP = 6
    INDEX_DIP = 7
    INDEX_TIP = 8
    MIDDLE_MCP = 9
    MIDDLE_PIP = 10
    MIDDLE_DIP = 11
    MIDDLE_TIP = 12
    RING_MCP = 13
    RING_PIP = 14
    RING_DIP = 15
    RING_TIP = 16
    PINKY_MCP = 17
    PINKY_PIP = 18
    PINKY_DIP = 19
    PINKY_TIP = 20


# Pairs of landmarks that are joined by a line, by finger.
# Source: mediapipe/python/solutions/hands_connections.py
CONNECTIONS = {
    "palm": ((0, 1), (0, 5), (9, 13), (13, 17), (5, 9), (0, 17)),
    "thumb": ((1, 2), (2, 3), (3, 4)),
    "index": ((5, 6), (6, 7), (7, 8)),
    "middle": ((9, 10), (10, 11), (11, 12)),
    "ring": ((13, 14), (14, 15), (15, 16)),
    "pinky": ((17, 18), (18, 19), (19, 20)),
}

# The palm network's boxes. Source: mediapipe/modules/palm_detection/palm_detection_cpu.pbtxt
PALM_STRIDES = (8, 16, 16, 16)  # SsdAnchorsCalculator
PALM_ANCHORS_PER_CELL = 2  # aspect ratio 1 at its own and at the interpolated scale
PALM_KEYPOINTS = (  # the landmarks that the network gives with each box, in its order
    Landmark.WRIST,
    Landmark.INDEX_MCP,
    Landmark.MIDDLE_MCP,
    Landmark.RING_MCP,
    Landmark.PINKY_MCP,
    Landmark.THUMB_CMC,
    Landmark.THUMB_MCP,
)
PALM_SCORE_CLIP = 100.0  # logits; TensorsToDetectionsCalculator
PALM_OVERLAP = 0.3  # NonMaxSuppressionCalculator, weighted


@dataclass(frozen=True, slots=True)
class RoiTransform:
    """How a raw rectangle becomes a region of interest."""

    shift_y: float  # in raw heights, along the rectangle's own y axis; negative: to the fingers
    scale: float  # times the longer side gives both sides
    shift_x: float = 0.0  # in raw widths, along its own x axis
    scale_y: float | None = None  # of the height; None: as the width
    square: Literal["long", "short", "no"] = "long"  # both sides are the longer one, the shorter
    turn: float = 0.0  # radians; the axes of the shift are turned, the rectangle is not


# Source: mediapipe/modules/hand_landmark/palm_detection_detection_to_roi.pbtxt
PALM_ROI = RoiTransform(shift_y=-0.5, scale=2.6)
# Source: mediapipe/modules/hand_landmark/hand_landmark_landmarks_to_roi.pbtxt
LANDMARK_ROI = RoiTransform(shift_y=-0.1, scale=2.0)

# An upright hand points up, from the wrist to the middle MCP. The Tasks API sets this field, which
# is in radians, to 90. That rotates every ROI from a palm by 26.6 degrees.
UPRIGHT = pi / 2
TASKS_UPRIGHT = 90.0

# Source: mediapipe/modules/hand_landmark/calculators/hand_landmarks_to_rect_calculator.cc
ROI_LANDMARKS = (0, 1, 2, 3, 5, 6, 9, 10, 13, 14, 17, 18)

# The landmark network's z, in crop pixels, is divided by this.
# Source: mediapipe/modules/hand_landmark/hand_landmark_cpu.pbtxt (normalize_z)
Z_SCALE = 0.4

# Two regions that overlap by more than this hold the same hand.
# Source: mediapipe/modules/hand_landmark/hand_landmark_tracking_cpu.pbtxt
ASSOCIATION_OVERLAP = 0.5

# Two readings are one hand when enough of their landmarks are close together.
# Source: mediapipe/tasks/cc/vision/hand_landmarker/calculators/
#         hand_landmarks_deduplication_calculator.cc
DUPLICATE_DISTANCE = 0.2  # of the larger palm
DUPLICATE_LANDMARKS = 10  # of 21
DUPLICATE_OVERLAP = 0.2  # of the landmarks' boxes

# Source: mediapipe/python/solutions/hands.py (constructor defaults)
MAX_HANDS = 2
MIN_PALM_SCORE = 0.5
MIN_PRESENCE = 0.5
