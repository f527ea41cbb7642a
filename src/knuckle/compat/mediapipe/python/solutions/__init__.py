"""`mp.solutions`: hands and how to draw them; the others say that they are not here."""

from __future__ import annotations

from ...absent import add_absent_modules
from . import drawing_styles as drawing_styles
from . import drawing_utils as drawing_utils
from . import hands as hands
from . import hands_connections as hands_connections

ABSENT = (
    "download_utils",
    "face_detection",
    "face_mesh",
    "face_mesh_connections",
    "holistic",
    "objectron",
    "pose",
    "pose_connections",
    "selfie_segmentation",
)
add_absent_modules(__name__, "mp.solutions", ABSENT)
