"""The values that flow between the stages. They are frozen, and a Hand's arrays are read-only.

Frames of reference (docs/glossary.md has the figure):

- image pixels: x to the right, y down, origin at the top left corner of the picture;
- normalised image: pixels divided by the picture's width and height;
- metres: the hand's own frame, axes as the picture's, z away from the camera.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Self, overload

import numpy as np
from numpy.typing import NDArray

from .spec import Landmark

Handedness = Literal["left", "right"]
Status = Literal["detected", "tracked", "filled"]
FloatArray = NDArray[np.float32]
ImageArray = NDArray[np.uint8]
# What a caller may pass as a picture. We check that it is uint8, but type it as OpenCV does.
Picture = NDArray[np.integer[Any] | np.floating[Any]]
Size = tuple[int, int]  # width and height, pixels


def image_size(image: ImageArray) -> Size:
    """Width and height of a picture, pixels."""
    return image.shape[1], image.shape[0]


class Roi(NamedTuple):
    """A rotated rectangle on the picture, square in pixels; normalised image frame.

    Convention: a positive rotation turns the x axis towards the y axis, clockwise on the screen.
    At rotation 0 the fingers of the hand point up.

    x: the centre, as a fraction of the image width.
    y: the centre, as a fraction of the image height.
    width: a fraction of the image width.
    height: a fraction of the image height.
    rotation: radians, in [-pi, pi).
    """

    x: float
    y: float
    width: float
    height: float
    rotation: float


class Box(NamedTuple):
    """An axis-aligned box, image pixels.

    x0: the left edge.
    y0: the top edge.
    x1: the right edge.
    y1: the bottom edge.
    """

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture of a source.

    image: RGB uint8 (height, width, 3).
    index: the position in the source, from 0; skipped frames count, too.
    time: seconds from the start of the source.
    source: the file or camera it came from.
    """

    image: ImageArray
    index: int
    time: float
    source: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Detections:
    """The n palms found in one picture, strongest first; normalised image frame.

    Graphs use it for other things than palms, too, which have k keypoints.
    """

    boxes: FloatArray  # (n, 4): x0, y0, x1, y1
    keypoints: FloatArray  # (n, 7, 2): wrist, index to pinky MCP, thumb CMC, thumb MCP
    scores: FloatArray  # (n,)

    def __post_init__(self) -> None:
        n = len(self.scores)
        assert self.boxes.shape == (n, 4)
        assert self.keypoints.shape[::2] == (n, 2)

    def __len__(self) -> int:
        return len(self.scores)

    def strongest(self, count: int) -> Detections:
        """The first `count` palms."""
        return Detections(self.boxes[:count], self.keypoints[:count], self.scores[:count])


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place where a hand may be."""

    roi: Roi
    palm_score: float | None = None  # None: the hand was tracked from the last frame
    palm_box: Box | None = None


class _Point:
    """A landmark by name: `hand.index_tip` is `hand.points[8]`, in pixels."""

    def __init__(self, landmark: Landmark) -> None:
        self.landmark = landmark
        self.__doc__ = f"`points[{landmark.value}]`: (2,) image pixels."

    def __repr__(self) -> str:
        return f"<Hand.{self.landmark.name.lower()}: points[{self.landmark.value}]>"

    @overload
    def __get__(self, hand: None, owner: type[Hand]) -> Self: ...

    @overload
    def __get__(self, hand: Hand, owner: type[Hand]) -> FloatArray: ...

    def __get__(self, hand: Hand | None, owner: type[Hand]) -> Self | FloatArray:
        if hand is None:  # `Hand.index_tip` on the class, which help and documentation tools read
            return self
        point: FloatArray = hand.points[self.landmark]
        return point


@dataclass(frozen=True, eq=False)
class Hand:
    """One hand in one picture.

    landmarks: (21, 3) x and y as fractions of the picture's width and height, as MediaPipe
        normalises them; z in picture widths, 0 at the wrist, negative towards the camera.
    points: (21, 2) the same landmarks in image pixels. Each point also has a name:
        `hand.wrist`, `hand.thumb_tip`, `hand.index_mcp` and so on are (2,) arrays.
    world_landmarks: (21, 3) metres; the origin is near the middle of the hand, the axes are those
        of the picture.
    handedness: "left" or "right", the person's own hand.
    handedness_score: 0.5 to 1, how sure the network is of `handedness`.
    presence: 0 to 1, how sure the network is that it read a hand.
    palm_score: 0 to 1, the score of the palm detector; None when the hand was tracked.
    palm_box: the box of the detected palm, image pixels; None when the hand was tracked.
    roi: the region in which the landmarks were read.
    image_size: (width, height) of the picture, pixels.
    confidence: (21,) 0 to 1, the probability that each point is within 0.1 palm lengths of its
        joint.
    status: "detected" by its palm, "tracked" from the frame before, or "filled" in between two
        frames.
    track_id: the number that a hand keeps throughout a stream; None in a single picture.
    age: seconds since the hand was first seen.
    raw: the unsmoothed hand, as read in this frame alone; None for hands of a single picture.
    mirrored: whether the picture is a mirror image.
    spread: (21,) the standard deviation of each landmark over several readings of the hand, in palm
        lengths; None when the hand was read once.

    A Hand is immutable, and its arrays are read-only.
    """

    landmarks: FloatArray
    points: FloatArray
    world_landmarks: FloatArray
    handedness: Handedness
    handedness_score: float
    presence: float
    palm_score: float | None
    palm_box: Box | None
    roi: Roi
    image_size: Size
    confidence: FloatArray
    status: Status = "detected"
    track_id: int | None = None
    age: float = 0.0
    raw: Hand | None = None
    mirrored: bool = False
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
        self._protect()  # unpickling and copying make the arrays writable

    def _protect(self) -> None:
        """Replace the arrays by read-only views; the caller's own arrays stay writable."""
        for name in ("landmarks", "points", "world_landmarks", "confidence", "spread"):
            array = getattr(self, name)
            if array is not None and array.flags.writeable:
                view = array.view()
                view.setflags(write=False)
                object.__setattr__(self, name, view)

    @property
    def box(self) -> Box:
        """The smallest box around the 21 points, image pixels; it may leave the picture."""
        return Box(*self.points.min(axis=0).tolist(), *self.points.max(axis=0).tolist())

    @property
    def side(self) -> Handedness:
        """The hand it looks like. In a mirrored picture this is the opposite of `handedness`."""
        if not self.mirrored:
            return self.handedness
        return "left" if self.handedness == "right" else "right"

    def points_in(self, size: Size) -> FloatArray:
        """The points scaled to a picture of another size, (21, 2) pixels."""
        if size == self.image_size:
            return self.points
        return self.landmarks[:, :2] * np.array(size, np.float32)

    def __repr__(self) -> str:
        x0, y0, x1, y1 = self.box
        name = "" if self.track_id is None else f"{self.track_id}, "
        return (
            f"Hand({name}{self.handedness} {self.handedness_score:.2f}, "
            f"presence {self.presence:.2f}, box {x0:.0f},{y0:.0f} to {x1:.0f},{y1:.0f})"
        )

    def to_dict(self) -> dict[str, Any]:
        """The hand as plain lists, numbers and strings, ready for JSON; without `raw`."""
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
            "image_size": list(self.image_size),
            "landmarks": self.landmarks.tolist(),
            "points": self.points.tolist(),
            "world_landmarks": self.world_landmarks.tolist(),
            "confidence": self.confidence.tolist(),
            "spread": None if self.spread is None else self.spread.tolist(),
        }
