"""What the tasks return."""

from __future__ import annotations

from . import bounding_box as bounding_box
from . import category as category
from . import detections as detections
from . import keypoint as keypoint
from . import landmark as landmark
from . import rect as rect
from .bounding_box import BoundingBox as BoundingBox
from .category import Category as Category
from .detections import Detection as Detection
from .detections import DetectionResult as DetectionResult
from .keypoint import NormalizedKeypoint as NormalizedKeypoint
from .landmark import Landmark as Landmark
from .landmark import NormalizedLandmark as NormalizedLandmark
from .rect import NormalizedRect as NormalizedRect
from .rect import Rect as Rect
from .rect import RectF as RectF
