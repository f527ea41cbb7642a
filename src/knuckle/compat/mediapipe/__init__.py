"""MediaPipe's APIs for hands, implemented by knuckle.

    import knuckle.compat.mediapipe as mp

`mp.solutions.hands` and the drawing helpers are those of mediapipe 0.10.21, `mp.tasks` is that of
1.2.2. `quirks.py` lists the differences, and docs/coming-from-mediapipe.md shows them. The files in
this folder are flat; `aliases.py` has MediaPipe's own import paths.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .aliases import publish
from .image import Image, ImageFormat

publish()

if TYPE_CHECKING:  # editors and type checkers see the modules behind the paths
    from . import legacy as solutions
    from . import tasks_api as tasks
else:
    from .absent import refuse
    from .python import solutions
    from .tasks import python as tasks

    def __getattr__(name: str) -> object:
        refuse("", name)


__version__ = "0.10.21"  # the version of MediaPipe, for programs that check it

__all__ = ["Image", "ImageFormat", "__version__", "solutions", "tasks"]
