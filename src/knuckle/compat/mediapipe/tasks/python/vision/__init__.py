"""`mp.tasks.vision`: hands; the other tasks of vision say that they are not here."""

from __future__ import annotations

from ....absent import add_absent_modules, refuse
from . import core as core
from . import drawing_styles as drawing_styles
from . import drawing_utils as drawing_utils
from . import hand_landmarker as hand_landmarker
from .core.image_processing_options import ImageProcessingOptions as ImageProcessingOptions
from .core.vision_task_running_mode import VisionTaskRunningMode
from .hand_landmarker import HandLandmark as HandLandmark
from .hand_landmarker import HandLandmarker as HandLandmarker
from .hand_landmarker import HandLandmarkerOptions as HandLandmarkerOptions
from .hand_landmarker import HandLandmarkerResult as HandLandmarkerResult
from .hand_landmarker import HandLandmarksConnections as HandLandmarksConnections

RunningMode = VisionTaskRunningMode

ABSENT = {
    "face_aligner": "FaceAligner",
    "face_detector": "FaceDetector",
    "face_landmarker": "FaceLandmark",
    "face_stylizer": "FaceStylizer",
    "gesture_recognizer": "GestureRecognizer",
    "holistic_landmarker": "HolisticLandmarker",
    "image_classifier": "ImageClassifier",
    "image_embedder": "ImageEmbedder",
    "image_segmenter": "ImageSegmenter",
    "interactive_segmenter": "InteractiveSegmenter",
    "object_detector": "ObjectDetector",
    "pose_landmarker": "PoseLandmark",
}  # module -> how the names begin that it exports
add_absent_modules(__name__, "mp.tasks.vision", ABSENT)


def __getattr__(name: str) -> object:
    if name.startswith(tuple(ABSENT.values())):
        refuse("mp.tasks.vision", name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
