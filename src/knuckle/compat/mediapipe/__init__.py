"""MediaPipe's interfaces to hands, answered by knuckle.

    import knuckle.compat.mediapipe as mp

`mp.solutions.hands` and the drawing helpers are those of mediapipe 0.10.21, `mp.tasks` those of
1.2.2. `quirks.py` says where they differ; docs/coming-from-mediapipe.md shows it.
"""

from __future__ import annotations

from .python import solutions
from .tasks import python as tasks
from .tasks.python.vision.core.image import Image, ImageFormat

__version__ = "0.10.21"  # whose interface this is, for programs that ask

__all__ = ["Image", "ImageFormat", "__version__", "solutions", "tasks"]
