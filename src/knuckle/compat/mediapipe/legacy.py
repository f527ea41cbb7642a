"""`mp.solutions`: hands and how to draw them."""

from __future__ import annotations

from . import drawing_styles as drawing_styles
from . import drawing_utils as drawing_utils
from . import hands as hands
from . import hands as hands_connections

__all__ = ["drawing_styles", "drawing_utils", "hands", "hands_connections"]
