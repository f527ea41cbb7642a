"""What all tasks of vision share."""

from __future__ import annotations

from . import image as image
from . import image_processing_options as image_processing_options
from . import vision_task_running_mode as vision_task_running_mode
