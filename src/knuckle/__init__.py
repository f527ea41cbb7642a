"""Hand tracking: every hand in a picture or a stream, 21 3D landmarks each.

import knuckle

hands = knuckle.detect(rgb)                          # one picture, uint8 RGB

with knuckle.Tracker(max_hands=2) as track:          # a stream
    for frame in knuckle.open_source("clip.mp4"):
        for hand in track(frame):
            print(frame.time, hand.handedness, hand.index_tip)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .errors import ExtraMissing as ExtraMissing
    from .errors import KnuckleError as KnuckleError
    from .errors import ModelMissing as ModelMissing
    from .errors import OutputError as OutputError
    from .errors import SourceError as SourceError
    from .io.sources import open_source as open_source
    from .io.stream import Source as Source
    from .render.draw import draw as draw
    from .search import Adaptive as Adaptive
    from .search import EveryFrame as EveryFrame
    from .search import EveryFrames as EveryFrames
    from .search import EverySeconds as EverySeconds
    from .settings import Smoothing as Smoothing
    from .spec import CONNECTIONS as CONNECTIONS
    from .spec import Landmark as Landmark
    from .tracker import Tracker as Tracker
    from .tracker import detect as detect
    from .tracker import track_clip as track_clip
    from .values import Box as Box
    from .values import Frame as Frame
    from .values import Hand as Hand
    from .values import Roi as Roi
    from .wrist.angles import JointAngles as JointAngles
    from .wrist.camera import Camera as Camera
    from .wrist.pose import WristPose as WristPose

__version__ = "0.1.0"

# Public name -> its module, imported at first use: `import knuckle` costs nothing.
_HOMES = {
    "CONNECTIONS": "spec",
    "Adaptive": "search",
    "Box": "values",
    "Camera": "wrist.camera",
    "EveryFrame": "search",
    "EveryFrames": "search",
    "EverySeconds": "search",
    "ExtraMissing": "errors",
    "Frame": "values",
    "Hand": "values",
    "JointAngles": "wrist.angles",
    "KnuckleError": "errors",
    "Landmark": "spec",
    "ModelMissing": "errors",
    "OutputError": "errors",
    "Roi": "values",
    "Smoothing": "settings",
    "Source": "io.stream",
    "SourceError": "errors",
    "Tracker": "tracker",
    "WristPose": "wrist.pose",
    "detect": "tracker",
    "draw": "render.draw",
    "open_source": "io.sources",
    "track_clip": "tracker",
}

__all__ = [
    "CONNECTIONS",
    "Adaptive",
    "Box",
    "Camera",
    "EveryFrame",
    "EveryFrames",
    "EverySeconds",
    "ExtraMissing",
    "Frame",
    "Hand",
    "JointAngles",
    "KnuckleError",
    "Landmark",
    "ModelMissing",
    "OutputError",
    "Roi",
    "Smoothing",
    "Source",
    "SourceError",
    "Tracker",
    "WristPose",
    "__version__",
    "detect",
    "draw",
    "open_source",
    "track_clip",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'knuckle' has no attribute {name!r}")
    value = getattr(import_module(f"knuckle.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
