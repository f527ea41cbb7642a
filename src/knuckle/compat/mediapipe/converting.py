"""Messages of MediaPipe from what flows in graphs, and back.

Graphs carry arrays and named tuples, programs written for MediaPipe expect its messages.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from knuckle.graph.types import Classification
from knuckle.spec import PALM_KEYPOINTS
from knuckle.values import Detections, FloatArray, Roi

from .formats import classification_pb2, detection_pb2, landmark_pb2, location_data_pb2, rect_pb2

_RELATIVE = location_data_pb2.LocationData.RELATIVE_BOUNDING_BOX


def landmarks_message(points: Any) -> Any:
    """A NormalizedLandmarkList of points (n, 3)."""
    return _with_points(landmark_pb2.NormalizedLandmarkList(), points)


def world_landmarks_message(points: Any) -> Any:
    """A LandmarkList of points (n, 3), metres."""
    return _with_points(landmark_pb2.LandmarkList(), points)


def _with_points(message: Any, points: Any) -> Any:
    for x, y, z in points.tolist():
        message.landmark.add(x=x, y=y, z=z)
    return message


def points_of(message: Any) -> FloatArray:
    """The points (n, 3) of a message of landmarks of either kind."""
    rows = [(point.x, point.y, point.z) for point in message.landmark]
    return np.array(rows, np.float32).reshape(-1, 3)


def rect_message(roi: Roi) -> Any:
    """A NormalizedRect."""
    return rect_pb2.NormalizedRect(
        x_center=roi.x, y_center=roi.y, height=roi.height, width=roi.width, rotation=roi.rotation
    )


def roi_of(message: Any) -> Roi:
    """The region that a NormalizedRect describes."""
    return Roi(message.x_center, message.y_center, message.width, message.height, message.rotation)


def classifications_message(answers: Sequence[Classification]) -> Any:
    """A ClassificationList."""
    message = classification_pb2.ClassificationList()
    for answer in answers:
        added = message.classification.add(index=answer.index, score=answer.score)
        if answer.label:
            added.label = answer.label
    return message


def classifications_of(message: Any) -> tuple[Classification, ...]:
    """The answers in a ClassificationList."""
    return tuple(Classification(one.index, one.score, one.label) for one in message.classification)


def detection_messages(palms: Detections) -> list[Any]:
    """A Detection for each palm."""
    messages = []
    for box, keypoints, score in zip(
        palms.boxes.tolist(), palms.keypoints.tolist(), palms.scores.tolist(), strict=True
    ):
        x0, y0, x1, y1 = box
        message = detection_pb2.Detection(label_id=[0], score=[score])
        message.location_data.format = _RELATIVE
        place = message.location_data.relative_bounding_box
        place.xmin, place.ymin, place.width, place.height = x0, y0, x1 - x0, y1 - y0
        for x, y in keypoints:
            message.location_data.relative_keypoints.add(x=x, y=y)
        messages.append(message)
    return messages


def detection_message(palm: Detections) -> Any:
    """The Detection of one palm."""
    return detection_messages(palm)[0]


def detections_of(messages: Sequence[Any]) -> Detections:
    """What messages of the type Detection describe, such as palms.

    Raises ValueError unless each has a relative box and as many keypoints as the others.
    """
    boxes, keypoints, scores = [], [], []
    for message in messages:
        place = message.location_data
        box = place.relative_bounding_box
        boxes.append((box.xmin, box.ymin, box.xmin + box.width, box.ymin + box.height))
        keypoints.append([(point.x, point.y) for point in place.relative_keypoints])
        scores.append(message.score[0] if message.score else 0.0)
        if len(keypoints[-1]) != len(keypoints[0]) or not place.HasField("relative_bounding_box"):
            raise ValueError(
                "a Detection in a graph needs a relative_bounding_box and as many "
                "relative_keypoints as the others"
            )
    count = len(keypoints[0]) if keypoints else len(PALM_KEYPOINTS)
    return Detections(
        np.array(boxes, np.float32).reshape(-1, 4),
        np.array(keypoints, np.float32).reshape(-1, count, 2),
        np.array(scores, np.float32),
    )


def detection_of(message: Any) -> Detections:
    """What one Detection describes, as Detections of length 1. Errors as for `detections_of`."""
    return detections_of([message])
