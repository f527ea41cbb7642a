"""`mp.solutions.hands`, as in mediapipe 0.10.21."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import wraps
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from knuckle.checks import checked_count, checked_share
from knuckle.closing import Closing
from knuckle.networks.engine import open_networks
from knuckle.networks.models import BY_COMPLEXITY, Variant
from knuckle.networks.setup import Wanted
from knuckle.pictures.detector import Detector
from knuckle.spec import CONNECTIONS
from knuckle.streams.step import Follower
from knuckle.values import Hand

from .converting import landmarks_message, world_landmarks_message
from .formats import classification_pb2
from .image import checked_pixels
from .loops import Followed, legacy_step
from .switches import choose

# Lines between landmarks. Source: mediapipe/python/solutions/hands_connections.py
HAND_PALM_CONNECTIONS = CONNECTIONS["palm"]
HAND_THUMB_CONNECTIONS = CONNECTIONS["thumb"]
HAND_INDEX_FINGER_CONNECTIONS = CONNECTIONS["index"]
HAND_MIDDLE_FINGER_CONNECTIONS = CONNECTIONS["middle"]
HAND_RING_FINGER_CONNECTIONS = CONNECTIONS["ring"]
HAND_PINKY_FINGER_CONNECTIONS = CONNECTIONS["pinky"]
HAND_CONNECTIONS = frozenset(pair for pairs in CONNECTIONS.values() for pair in pairs)

LABELS = ("Left", "Right")  # by index; of a mirrored picture


class HandLandmark(IntEnum):
    """The 21 landmarks.

    Source: mediapipe/python/solutions/hands.py
    """

    WRIST = 0
    THUMB_CMC = 1
    THUMB_MCP = 2
    THUMB_IP = 3
    THUMB_TIP = 4
    INDEX_FINGER_MCP = 5
    INDEX_FINGER_PIP = 6
    INDEX_FINGER_DIP = 7
    INDEX_FINGER_TIP = 8
    MIDDLE_FINGER_MCP = 9
    MIDDLE_FINGER_PIP = 10
    MIDDLE_FINGER_DIP = 11
    MIDDLE_FINGER_TIP = 12
    RING_FINGER_MCP = 13
    RING_FINGER_PIP = 14
    RING_FINGER_DIP = 15
    RING_FINGER_TIP = 16
    PINKY_MCP = 17
    PINKY_PIP = 18
    PINKY_DIP = 19
    PINKY_TIP = 20


@dataclass(repr=False)
class SolutionOutputs:
    """The result of `Hands.process`: lists with an entry for each hand, or None without hands."""

    multi_hand_landmarks: list[Any] | None  # NormalizedLandmarkList: x and z in image widths
    multi_hand_world_landmarks: list[Any] | None  # LandmarkList: metres
    multi_handedness: list[Any] | None  # ClassificationList: one label, of a mirrored picture

    # MediaPipe's is a NamedTuple, and programs that save all fields use its `_fields`.
    _fields: ClassVar = ("multi_hand_landmarks", "multi_hand_world_landmarks", "multi_handedness")

    def __repr__(self) -> str:
        """One line, as upstream, instead of every landmark."""
        return "<class 'mediapipe.python.solution_base.SolutionOutputs'>"


def _accepts_old_positions(init: Callable[..., None]) -> Callable[..., None]:
    """Take a float as third argument for min_detection_confidence, as up to 0.8.8."""

    @wraps(init)
    def accept(self: Any, *args: Any, **options: Any) -> None:
        if len(args) in (3, 4) and isinstance(args[2], (float, np.floating)):
            old = dict(
                zip(("min_detection_confidence", "min_tracking_confidence"), args[2:], strict=False)
            )
            init(self, *args[:2], **old, **options)
        else:
            init(self, *args, **options)

    return accept


class Hands(Closing):
    """Finds hands in pictures, or tracks them through a stream of pictures.

    static_image_mode: True if the pictures are unrelated, False for a stream.
    max_num_hands: how many palms to look for. As in MediaPipe, two new hands can join a tracked
            one, so that there are three hands for max_num_hands=2.
    model_complexity: 0 for the lite networks, 1 for the full ones.
    min_detection_confidence: 0 to 1, least score of the palm detector.
    min_tracking_confidence: 0 to 1, least presence of a hand, even if nothing is tracked.
    exact: knuckle's own: match MediaPipe's numbers to 0.01 px instead of 0.1. It costs some
            milliseconds per hand.
    adaptive_search: knuckle's own: look for new hands only when one may have appeared, not in
            every frame with a free slot. It is twice as fast.
        If an option of knuckle's own is None, `python -m knuckle.compat.mediapipe` decides, and
        without it the option is False.

    The positional arguments of releases up to 0.8.8, which had no model_complexity, work, too:
    `Hands(False, 2, 0.5, 0.5)`.
    Raises TypeError or ValueError for bad input.
    """

    @_accepts_old_positions
    def __init__(
        self,
        static_image_mode: bool = False,
        max_num_hands: int = 2,
        model_complexity: int = 1,
        min_detection_confidence: float = 0.5,
        min_tracking_confidence: float = 0.5,
        *,
        exact: bool | None = None,
        adaptive_search: bool | None = None,
    ) -> None:
        switches = choose(exact=exact, adaptive_search=adaptive_search)
        self._is_static = bool(static_image_mode)
        variant = _checked_variant(model_complexity)
        max_hands = checked_count("max_num_hands", max_num_hands)
        min_palm_score = checked_share("min_detection_confidence", min_detection_confidence)
        min_presence = checked_share("min_tracking_confidence", min_tracking_confidence)
        detector = Detector.of(
            open_networks(variant, Wanted(precision="float32")),
            max_hands=max_hands,
            min_palm_score=min_palm_score,
            min_presence=min_presence,
            mirrored=True,
            exact=switches.exact,
        )
        self._follower = Follower(detector, switches.search)
        self._state: Followed | None = Followed()  # None if closed

    def process(self, image: NDArray[Any]) -> SolutionOutputs:
        """Find the hands in a picture: RGB uint8 (height, width, 3).

        The type allows any array, because OpenCV's functions declare no narrower one.

        Raises ValueError, TypeError, IndexError, AttributeError or RuntimeError for bad input, as
        MediaPipe does, and ValueError when closed.
        """
        pixels = checked_pixels(image)
        if self._state is None:
            raise ValueError("this Hands is closed: make a new one")
        before = Followed() if self._is_static else self._state
        self._state, hands = legacy_step(self._follower, before, pixels)
        return outputs_from_hands(hands)

    @property
    def _graph(self) -> Self | None:
        """None if closed. Programs check this private name to see whether it is closed."""
        return None if self._state is None else self

    def reset(self) -> None:
        """Forget the hands of the last picture. If closed, do nothing."""
        if self._state is not None:
            self._state = Followed()

    def close(self) -> None:
        """End the stream. Closing it twice is fine."""
        self._state = None


def outputs_from_hands(hands: Sequence[Hand]) -> SolutionOutputs:
    """Convert the hands of a picture, read as mirrored, to messages."""
    if not hands:
        return SolutionOutputs(None, None, None)
    return SolutionOutputs(
        multi_hand_landmarks=[landmarks_message(hand.landmarks) for hand in hands],
        multi_hand_world_landmarks=[
            world_landmarks_message(hand.world_landmarks) for hand in hands
        ],
        multi_handedness=[_handedness(hand) for hand in hands],
    )


def _handedness(hand: Hand) -> Any:
    label = hand.handedness.capitalize()
    message = classification_pb2.ClassificationList()
    message.classification.add(index=LABELS.index(label), score=hand.handedness_score, label=label)
    return message


def _checked_variant(model_complexity: Any) -> Variant:
    if not isinstance(model_complexity, (int, np.integer)):
        raise TypeError(f"model_complexity must be 0 or 1, not {model_complexity!r}")
    if model_complexity not in (0, 1):
        raise ValueError(f"model_complexity must be 0 or 1, not {model_complexity!r}")
    return BY_COMPLEXITY[model_complexity]
