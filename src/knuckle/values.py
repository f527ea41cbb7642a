"""The values that flow between the stages. Frozen; arrays in them are read-only.

Frames of reference (docs/glossary.md has the figure):

- image pixels: x to the right, y down, origin at the top left corner of the picture;
- normalised image: pixels divided by the picture's width and height;
- metres: the hand's own frame, axes as the picture's, z away from the camera.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .geometry.camera import Camera
from .geometry.joint_angles import JointAngles, joint_angles
from .geometry.palm_frame import Side
from .geometry.wrist_pose import WristPose, wrist_pose
from .spec import Landmark

Handedness = Literal["left", "right"]
Status = Literal["detected", "tracked", "filled"]
FloatArray = NDArray[np.float32]
ImageArray = NDArray[np.uint8]


class Roi(NamedTuple):
    """A rotated rectangle on the picture, square in pixels; normalised image frame.

    Convention: a positive rotation turns the x axis towards the y axis, clockwise on the screen.
    At rotation 0 the fingers of the hand point up.
    """

    x: float  # centre, fraction of the image width
    y: float  # centre, fraction of the image height
    width: float  # fraction of the image width
    height: float  # fraction of the image height
    rotation: float  # radians, in [-pi, pi)


class Box(NamedTuple):
    """An axis-aligned box, image pixels."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture of a source."""

    image: ImageArray  # (height, width, 3) RGB
    index: int  # position in the source, from 0; counts frames that were skipped, too
    time: float  # seconds from the start of the source
    source: str = ""  # the file or camera it came from


@dataclass(frozen=True, slots=True, eq=False)
class Detections:
    """Palms found in one picture, strongest first; n of them, normalised frame."""

    boxes: FloatArray  # (n, 4): x0, y0, x1, y1
    keypoints: FloatArray  # (n, 7, 2): wrist, index to pinky MCP, thumb CMC, thumb MCP
    scores: FloatArray  # (n,)

    def __post_init__(self) -> None:
        n = len(self.scores)
        assert self.boxes.shape == (n, 4)
        assert self.keypoints.shape == (n, 7, 2)

    def __len__(self) -> int:
        return len(self.scores)

    def strongest(self, count: int) -> Detections:
        """The first `count` of them."""
        return Detections(self.boxes[:count], self.keypoints[:count], self.scores[:count])


class _Point:
    """A landmark by name: `hand.index_tip` is `hand.points[8]`, in pixels."""

    def __init__(self, landmark: Landmark) -> None:
        self.landmark = landmark

    def __get__(self, hand: Hand, owner: type[Hand]) -> FloatArray:
        point: FloatArray = hand.points[self.landmark]
        return point


@dataclass(frozen=True, eq=False)
class Hand:
    """One hand in one picture.

    Each landmark is also there by name, in pixels: `hand.wrist`, `hand.thumb_tip`,
    `hand.index_mcp` and so on are (2,) arrays, the rows of `points`.
    """

    landmarks: FloatArray  # (21, 3) normalised as MediaPipe does it; z in widths, wrist 0, near < 0
    points: FloatArray  # (21, 2) image pixels
    world_landmarks: FloatArray  # (21, 3) metres, origin near the hand's middle
    handedness: Handedness  # the person's own hand
    handedness_score: float  # 0.5 to 1: of the handedness given
    presence: float  # 0 to 1: that there is a hand where this one was read
    palm_score: float | None  # 0 to 1; None when the hand came from tracking
    palm_box: Box | None  # where the palm was found; None when the hand came from tracking
    roi: Roi  # where the landmarks were read
    confidence: FloatArray  # (21,) 0 to 1: that a point is within 0.1 palm lengths of its joint
    status: Status = "detected"  # found by its palm, followed, or filled in between two readings
    track_id: int | None = None  # the same for one hand all through a stream; None in a picture
    age: float = 0.0  # seconds since the hand was first seen
    raw: Hand | None = None  # as it was read in this frame alone; None: nothing was changed
    mirrored: bool = False  # the picture is a mirror image: it looks like the other hand
    hand_size: float | None = None  # metres, wrist to middle tip; None: an average hand
    camera: Camera | None = None  # that took the picture, where it is known
    # (21,) palm lengths: how much readings of moved and mirrored crops differ; None at normal
    # effort.
    spread: FloatArray | None = None

    wrist = _Point(Landmark.WRIST)
    thumb_cmc = _Point(Landmark.THUMB_CMC)
    thumb_mcp = _Point(Landmark.THUMB_MCP)
    thumb_ip = _Point(Landmark.THUMB_IP)
    thumb_tip = _Point(Landmark.THUMB_TIP)
    index_mcp = _Point(Landmark.INDEX_MCP)
    index_pip = _Point(Landmark.INDEX_PIP)
    index_dip = _Point(Landmark.INDEX_DIP)
    index_tip = _Point(Landmark.INDEX_TIP)
    middle_mcp = _Point(Landmark.MIDDLE_MCP)
    middle_pip = _Point(Landmark.MIDDLE_PIP)
    middle_dip = _Point(Landmark.MIDDLE_DIP)
    middle_tip = _Point(Landmark.MIDDLE_TIP)
    ring_mcp = _Point(Landmark.RING_MCP)
    ring_pip = _Point(Landmark.RING_PIP)
    ring_dip = _Point(Landmark.RING_DIP)
    ring_tip = _Point(Landmark.RING_TIP)
    pinky_mcp = _Point(Landmark.PINKY_MCP)
    pinky_pip = _Point(Landmark.PINKY_PIP)
    pinky_dip = _Point(Landmark.PINKY_DIP)
    pinky_tip = _Point(Landmark.PINKY_TIP)

    def __post_init__(self) -> None:
        assert self.landmarks.shape == self.world_landmarks.shape == (21, 3)
        assert self.points.shape == (21, 2)
        assert self.confidence.shape == (21,)
        assert self.spread is None or self.spread.shape == (21,)
        self._protect()

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._protect()  # what is unpickled or copied can be written to

    def _protect(self) -> None:
        """Make the arrays read-only, by views: the caller's own are the caller's."""
        for name in ("landmarks", "points", "world_landmarks", "confidence", "spread"):
            if getattr(self, name) is None:
                continue
            view = getattr(self, name).view()
            view.flags.writeable = False
            object.__setattr__(self, name, view)

    @property
    def box(self) -> Box:
        """The smallest box around the 21 points, image pixels; may leave the picture."""
        return Box(*self.points.min(axis=0).tolist(), *self.points.max(axis=0).tolist())

    @property
    def side(self) -> Side:
        """Which hand it looks like: in a mirrored picture not the one that it is."""
        if not self.mirrored:
            return self.handedness
        return "left" if self.handedness == "right" else "right"

    @cached_property
    def wrist_pose(self) -> WristPose | None:
        """The palm's frame and the hand in it, and its place where the camera is known.

        None where the palm is a line, as in a hand of zeros. docs/wrist.md draws the frame.
        """
        # z is in widths of the picture, which the points have in pixels.
        shares = self.landmarks[:, 0].astype(np.float64)
        square = float(shares @ shares)
        width = float(self.points[:, 0] @ shares) / square if square > 0 else 0.0
        return wrist_pose(
            np.column_stack([self.points, width * self.landmarks[:, 2]]),
            self.world_landmarks,
            side=self.side,
            camera=self.camera,
            hand_size=self.hand_size,
        )

    @cached_property
    def joint_angles(self) -> JointAngles | None:
        """How far each finger is bent and spread, radians; None where the palm is a line."""
        pose = self.wrist_pose
        return None if pose is None else joint_angles(pose.landmarks, self.side)

    def __repr__(self) -> str:
        x0, y0, x1, y1 = self.box
        name = "" if self.track_id is None else f"{self.track_id}, "
        return (
            f"Hand({name}{self.handedness} {self.handedness_score:.2f}, "
            f"presence {self.presence:.2f}, box {x0:.0f},{y0:.0f} to {x1:.0f},{y1:.0f})"
        )

    def to_dict(self) -> dict[str, Any]:
        """What was read as plain lists, numbers and strings, ready for JSON.

        Without `raw`, and without the camera and what follows from it.
        """
        return {
            "track_id": self.track_id,
            "status": self.status,
            "age": self.age,
            "handedness": self.handedness,
            "handedness_score": self.handedness_score,
            "presence": self.presence,
            "palm_score": self.palm_score,
            "palm_box": None if self.palm_box is None else list(self.palm_box),
            "box": list(self.box),
            "roi": self.roi._asdict(),
            "landmarks": self.landmarks.tolist(),
            "points": self.points.tolist(),
            "world_landmarks": self.world_landmarks.tolist(),
            "confidence": self.confidence.tolist(),
            "spread": None if self.spread is None else self.spread.tolist(),
        }
