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
    from .api import Detector as Detector
    from .api import Tracker as Tracker
    from .api import detect as detect
    from .api import track_clip as track_clip
    from .api import track_many as track_many
    from .errors import CannotRunHere as CannotRunHere
    from .errors import ExtraMissing as ExtraMissing
    from .errors import KnuckleError as KnuckleError
    from .errors import ModelDamaged as ModelDamaged
    from .errors import ModelMissing as ModelMissing
    from .errors import OutputError as OutputError
    from .errors import SourceError as SourceError
    from .geometry.camera import Camera as Camera
    from .geometry.hand_pose import joint_angles as joint_angles
    from .geometry.hand_pose import wrist_pose as wrist_pose
    from .geometry.joint_angles import JointAngles as JointAngles
    from .geometry.wrist_pose import WristPose as WristPose
    from .io.pictures import read_image as read_image
    from .io.read_tables import TableFrame as TableFrame
    from .io.read_tables import read_table as read_table
    from .io.sinks import Sink as Sink
    from .io.sources import open_source as open_source
    from .io.stream import Source as Source
    from .outputs import open_sink as open_sink
    from .render.draw import draw as draw
    from .spec import CONNECTIONS as CONNECTIONS
    from .spec import Landmark as Landmark
    from .streams.search import Adaptive as Adaptive
    from .streams.search import EveryFrame as EveryFrame
    from .streams.search import EveryFrames as EveryFrames
    from .streams.search import EverySeconds as EverySeconds
    from .streams.smoothing import Smoothing as Smoothing
    from .values import Box as Box
    from .values import Frame as Frame
    from .values import Hand as Hand
    from .values import Roi as Roi

__version__ = "0.1.0"

# Public name -> its module, imported at first use: `import knuckle` costs nothing.
_HOMES = {
    "CONNECTIONS": "spec",
    "Adaptive": "streams.search",
    "Box": "values",
    "Camera": "geometry.camera",
    "Detector": "api",
    "EveryFrame": "streams.search",
    "EveryFrames": "streams.search",
    "EverySeconds": "streams.search",
    "ExtraMissing": "errors",
    "Frame": "values",
    "Hand": "values",
    "JointAngles": "geometry.joint_angles",
    "KnuckleError": "errors",
    "Landmark": "spec",
    "CannotRunHere": "errors",
    "ModelDamaged": "errors",
    "ModelMissing": "errors",
    "OutputError": "errors",
    "Roi": "values",
    "Sink": "io.sinks",
    "Smoothing": "streams.smoothing",
    "Source": "io.stream",
    "SourceError": "errors",
    "TableFrame": "io.read_tables",
    "Tracker": "api",
    "WristPose": "geometry.wrist_pose",
    "detect": "api",
    "draw": "render.draw",
    "joint_angles": "geometry.hand_pose",
    "open_sink": "outputs",
    "open_source": "io.sources",
    "read_image": "io.pictures",
    "read_table": "io.read_tables",
    "track_clip": "api",
    "track_many": "api",
    "wrist_pose": "geometry.hand_pose",
}

__all__ = [
    "CONNECTIONS",
    "Adaptive",
    "Box",
    "Camera",
    "CannotRunHere",
    "Detector",
    "EveryFrame",
    "EveryFrames",
    "EverySeconds",
    "ExtraMissing",
    "Frame",
    "Hand",
    "JointAngles",
    "KnuckleError",
    "Landmark",
    "ModelDamaged",
    "ModelMissing",
    "OutputError",
    "Roi",
    "Sink",
    "Smoothing",
    "Source",
    "SourceError",
    "TableFrame",
    "Tracker",
    "WristPose",
    "__version__",
    "detect",
    "draw",
    "joint_angles",
    "open_sink",
    "open_source",
    "read_image",
    "read_table",
    "track_clip",
    "track_many",
    "wrist_pose",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'knuckle' has no attribute {name!r}")
    value = getattr(import_module(f"knuckle.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
