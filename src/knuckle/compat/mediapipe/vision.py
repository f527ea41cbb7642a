"""`mp.tasks.vision`: hands."""

from __future__ import annotations

from typing import Any

from . import drawing_styles as drawing_styles
from . import drawing_utils as drawing_utils
from . import hand_landmarker as hand_landmarker
from .hand_landmarker import HandLandmark as HandLandmark
from .hand_landmarker import HandLandmarker as HandLandmarker
from .hand_landmarker import HandLandmarkerOptions as HandLandmarkerOptions
from .hand_landmarker import HandLandmarkerResult as HandLandmarkerResult
from .hand_landmarker import HandLandmarksConnections as HandLandmarksConnections
from .options import ImageProcessingOptions as ImageProcessingOptions
from .options import VisionTaskRunningMode

RunningMode = VisionTaskRunningMode
core: Any  # a module that `aliases.py` makes
