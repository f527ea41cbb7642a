"""Messages made by MediaPipe and by us: the same calls on either.

    python tests/compat/messages.py FOLDER

on a Python that has mediapipe 0.10.21 records what it makes, as FOLDER/messages.json.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any


def make_all(mp: str) -> dict[str, Any]:
    """One message of every kind by its name, of the package named `mp`."""
    formats = f"{mp}.framework.formats"
    landmark = import_module(f"{formats}.landmark_pb2")
    classification = import_module(f"{formats}.classification_pb2")
    detection = import_module(f"{formats}.detection_pb2")
    location = import_module(f"{formats}.location_data_pb2").LocationData
    rect = import_module(f"{formats}.rect_pb2")
    point = {"x": 0.25, "y": -1.5, "z": 3.0}
    found = detection.Detection(
        label=["palm", "fist"],
        label_id=[3, 300],
        score=[0.5, 0.25],
        feature_tag="tag",
        track_id="a",
        detection_id=2**40,
        display_name=["Palm"],
        timestamp_usec=-5,
    )
    found.associated_detections.add(id=7, confidence=0.125)
    place = found.location_data
    place.format = location.MASK
    place.bounding_box.xmin, place.bounding_box.height = -3, 400
    place.relative_bounding_box.ymin, place.relative_bounding_box.width = 0.75, 0.5
    place.relative_keypoints.add(x=0.5, y=0.25, keypoint_label="wrist", score=0.875)
    place.mask.width, place.mask.height = 10, 20
    place.mask.rasterization.interval.add(y=1, left_x=2, right_x=3)
    classes = classification.ClassificationList()
    classes.classification.add(index=1, score=0.75, label="Right", display_name="right hand")
    return {
        "Landmark": landmark.Landmark(**point, visibility=0.5, presence=0.25),
        "NormalizedLandmark": landmark.NormalizedLandmark(**point),
        "LandmarkList": landmark.LandmarkList(landmark=[landmark.Landmark(**point)] * 2),
        "NormalizedLandmarkList": landmark.NormalizedLandmarkList(
            landmark=[landmark.NormalizedLandmark(**point)] * 2
        ),
        "LandmarkListCollection": landmark.LandmarkListCollection(
            landmark_list=[landmark.LandmarkList(landmark=[landmark.Landmark(x=1)])]
        ),
        "NormalizedLandmarkListCollection": landmark.NormalizedLandmarkListCollection(
            landmark_list=[landmark.NormalizedLandmarkList()]
        ),
        "Classification": classes.classification[0],
        "ClassificationList": classes,
        "ClassificationListCollection": classification.ClassificationListCollection(
            classification_list=[classes]
        ),
        "Detection": found,
        "DetectionList": detection.DetectionList(detection=[found]),
        "LocationData": place,
        "Rect": rect.Rect(x_center=1, y_center=2, height=3, width=4),
        "NormalizedRect": rect.NormalizedRect(
            x_center=0.5, y_center=0.25, height=1, width=2, rotation=-0.5, rect_id=9
        ),
    }


def main(folder: str) -> None:
    """Record the messages of MediaPipe: their bytes, text and dictionaries."""
    to_dict = import_module("google.protobuf.json_format").MessageToDict
    recorded = {
        name: {
            "bytes": message.SerializeToString(deterministic=True).hex(),
            "text": str(message),
            "dict": to_dict(message),
        }
        for name, message in make_all("mediapipe").items()
    }
    (Path(folder) / "messages.json").write_text(json.dumps(recorded, indent=1))


if __name__ == "__main__":
    main(sys.argv[1])
