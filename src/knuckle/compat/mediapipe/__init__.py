"""MediaPipe's APIs for hands, implemented by knuckle.

    import knuckle.compat.mediapipe as mp

`mp.solutions.hands`, the drawing helpers and `mp.CalculatorGraph` are those of mediapipe 0.10.21,
`mp.tasks` is that of 1.2.2. `quirks.py` lists the differences, and docs/coming-from-mediapipe.md
shows them. The files in this folder are flat; `aliases.py` has MediaPipe's own import paths.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import formats as formats  # first, because it says which extra is missing
from . import packet_creator, packet_getter, resource_util
from .aliases import publish
from .graph import CalculatorGraph, GraphInputStreamAddMode
from .graph_files import ValidatedGraphConfig
from .image import Image, ImageFormat, ImageFrame
from .packets import Packet
from .timestamp import Timestamp

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

__all__ = [
    "CalculatorGraph",
    "GraphInputStreamAddMode",
    "Image",
    "ImageFormat",
    "ImageFrame",
    "Packet",
    "Timestamp",
    "ValidatedGraphConfig",
    "__version__",
    "packet_creator",
    "packet_getter",
    "resource_util",
    "solutions",
    "tasks",
]
