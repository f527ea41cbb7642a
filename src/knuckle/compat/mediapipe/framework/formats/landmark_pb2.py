"""Landmarks.

Source of names and numbers: mediapipe/framework/formats/landmark.proto
"""

from __future__ import annotations

from .schema import field, message, publish

_POINT = [
    field("optional", "float", name, number)
    for number, name in enumerate(("x", "y", "z", "visibility", "presence"), start=1)
]

(
    DESCRIPTOR,
    Landmark,
    LandmarkList,
    LandmarkListCollection,
    NormalizedLandmark,
    NormalizedLandmarkList,
    NormalizedLandmarkListCollection,
) = publish(
    __name__,
    message("Landmark", _POINT),
    message("LandmarkList", [field("repeated", "Landmark", "landmark", 1)]),
    message("LandmarkListCollection", [field("repeated", "LandmarkList", "landmark_list", 1)]),
    message("NormalizedLandmark", _POINT),
    message("NormalizedLandmarkList", [field("repeated", "NormalizedLandmark", "landmark", 1)]),
    message(
        "NormalizedLandmarkListCollection",
        [field("repeated", "NormalizedLandmarkList", "landmark_list", 1)],
    ),
)
