"""`mp.tasks.vision.HandLandmarker`, as in mediapipe 1.2.2."""

from __future__ import annotations

import operator
import weakref
from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any, NamedTuple, Self

from knuckle.checks import checked_count, checked_share
from knuckle.closing import Closing
from knuckle.pictures.detector import Detector
from knuckle.spec import CONNECTIONS
from knuckle.streams.step import Follower
from knuckle.values import Hand, ImageArray

from .assets import networks_of
from .containers import Category, Landmark, NormalizedLandmark
from .errors import NoImage, Unusable
from .hands import HandLandmark as HandLandmark
from .image import Image, rgb_of
from .live import LiveStream
from .loops import Followed, tasks_detect, tasks_step
from .options import BaseOptions, ImageProcessingOptions
from .options import VisionTaskRunningMode as RunningMode
from .switches import Switches, choose

LABELS = ("Right", "Left")  # by index; the person's own hand


@dataclass
class HandLandmarkerResult:
    """The hands of one picture: three lists with an entry for each hand, empty without hands."""

    handedness: list[list[Category]]
    hand_landmarks: list[list[NormalizedLandmark]]
    hand_world_landmarks: list[list[Landmark]]


class HandLandmarksConnections:
    """Lines between landmarks."""

    @dataclass
    class Connection:
        """A line between two landmarks."""

        start: int
        end: int

    HAND_PALM_CONNECTIONS: list[Connection]
    HAND_THUMB_CONNECTIONS: list[Connection]
    HAND_INDEX_FINGER_CONNECTIONS: list[Connection]
    HAND_MIDDLE_FINGER_CONNECTIONS: list[Connection]
    HAND_RING_FINGER_CONNECTIONS: list[Connection]
    HAND_PINKY_FINGER_CONNECTIONS: list[Connection]
    HAND_CONNECTIONS: list[Connection]


def _connections(*parts: str) -> list[HandLandmarksConnections.Connection]:
    pairs = [pair for part in parts for pair in CONNECTIONS[part]]
    return [HandLandmarksConnections.Connection(start, end) for start, end in pairs]


HandLandmarksConnections.HAND_PALM_CONNECTIONS = _connections("palm")
HandLandmarksConnections.HAND_THUMB_CONNECTIONS = _connections("thumb")
HandLandmarksConnections.HAND_INDEX_FINGER_CONNECTIONS = _connections("index")
HandLandmarksConnections.HAND_MIDDLE_FINGER_CONNECTIONS = _connections("middle")
HandLandmarksConnections.HAND_RING_FINGER_CONNECTIONS = _connections("ring")
HandLandmarksConnections.HAND_PINKY_FINGER_CONNECTIONS = _connections("pinky")
HandLandmarksConnections.HAND_CONNECTIONS = _connections(*CONNECTIONS)

ResultCallback = Callable[[HandLandmarkerResult, Image, int], None]


@dataclass
class HandLandmarkerOptions:
    """Options of a HandLandmarker, which checks them when it is created.

    base_options: says where the networks are.
    running_mode: whether to expect single pictures, frames of a file or live frames.
    num_hands: how many hands to return at most.
    min_hand_detection_confidence: 0 to 1, least score of the palm detector.
    min_hand_presence_confidence: 0 to 1, least presence of a hand.
    min_tracking_confidence: 0 to 1, an overlap. A palm that overlaps a tracked hand by more
            counts as that hand.
    result_callback: called with each result of LIVE_STREAM, its picture and its time.
    exact: knuckle's own: repeat MediaPipe's warp bit for bit. It costs some milliseconds per hand.
    upstream_palm_angle: knuckle's own: rotate the ROI of a detected palm 26.6 degrees too far, as
            MediaPipe does. This misses some hands.
    adaptive_search: knuckle's own: look for new hands only when one may have appeared, not in
            every frame with a free slot.
        If an option of knuckle's own is None, `python -m knuckle.compat.mediapipe` decides, and
        without it the option is False.
    """

    base_options: BaseOptions
    running_mode: RunningMode = RunningMode.IMAGE
    num_hands: int = 1
    min_hand_detection_confidence: float = 0.5
    min_hand_presence_confidence: float = 0.5
    min_tracking_confidence: float = 0.5
    result_callback: ResultCallback | None = None
    _: KW_ONLY
    exact: bool | None = None
    upstream_palm_angle: bool | None = None
    adaptive_search: bool | None = None


class _Look(NamedTuple):
    """A picture of a live stream, with its time and rotation."""

    image: Image
    pixels: ImageArray
    rotation_degrees: int
    timestamp_ms: int


class HandLandmarker(Closing):
    """Finds hands in pictures, or tracks them through a stream of pictures.

    Create it with `create_from_options` or `create_from_model_path`. In IMAGE mode threads can
    share one. In the other modes each serves one stream. It need not be closed.
    """

    def __init__(self, options: HandLandmarkerOptions) -> None:
        self._options = options
        self._stream = _Stream(options)
        self._last_timestamp: int | None = None
        self._closed = False
        self._live: LiveStream[_Look] | None = None
        if options.running_mode is RunningMode.LIVE_STREAM:
            assert options.result_callback is not None  # checked above
            self._live = LiveStream(_LiveWork(self._stream, options.result_callback))
            # Runs when this object is no longer used, and at the program's exit.
            weakref.finalize(self, self._live.end)

    @classmethod
    def create_from_model_path(cls, model_path: str) -> Self:
        """Make a HandLandmarker for single pictures, with the networks of a `.task` file.

        Raises FileNotFoundError or RuntimeError when the file has none.
        """
        return cls.create_from_options(
            HandLandmarkerOptions(base_options=BaseOptions(model_asset_path=model_path))
        )

    @classmethod
    def create_from_options(cls, options: HandLandmarkerOptions) -> Self:
        """Make a HandLandmarker with the given options.

        Raises TypeError or ValueError for invalid options.
        Raises FileNotFoundError or RuntimeError when the networks cannot be found.
        """
        return cls(options)

    def detect(
        self, image: Image, image_processing_options: ImageProcessingOptions | None = None
    ) -> HandLandmarkerResult:
        """Find the hands in a picture, in IMAGE mode.

        Raises ValueError in another mode, when closed, and for bad input.
        """
        self._check(RunningMode.IMAGE)
        pixels, degrees = _checked_look(image, image_processing_options)
        return result_from_hands(self._stream.detect(pixels, degrees))

    def detect_for_video(
        self,
        image: Image,
        timestamp_ms: int,
        image_processing_options: ImageProcessingOptions | None = None,
    ) -> HandLandmarkerResult:
        """Find the hands in the next frame of a file, in VIDEO mode.

        Raises ValueError in another mode, when closed, for a time that is not after the last one,
        and for bad input.
        """
        self._check(RunningMode.VIDEO)
        pixels, degrees = _checked_look(image, image_processing_options)
        time = self._check_time(timestamp_ms)
        return result_from_hands(self._stream.step(pixels, degrees, time))

    def detect_async(
        self,
        image: Image,
        timestamp_ms: int,
        image_processing_options: ImageProcessingOptions | None = None,
    ) -> None:
        """Find the hands in a frame in another thread, in LIVE_STREAM mode.

        It returns at once. The other thread calls `result_callback` with the result, unless a newer
        frame comes before it starts.
        Raises the same as `detect_for_video`.
        """
        self._check(RunningMode.LIVE_STREAM)
        pixels, degrees = _checked_look(image, image_processing_options)
        time = self._check_time(timestamp_ms)
        assert self._live is not None
        self._live.put(_Look(image, pixels, degrees, time))

    def close(self) -> None:
        """End the stream after its waiting frames. Closing it twice is fine."""
        self._closed = True
        if self._live is not None:
            self._live.end()

    def _check(self, mode: RunningMode) -> None:
        if self._closed:
            raise ValueError("this HandLandmarker is closed: make a new one")
        if self._options.running_mode is not mode:
            raise ValueError(
                f"this method is for the {mode.name} mode, and this HandLandmarker is in the "
                f"{self._options.running_mode.name} mode"
            )

    def _check_time(self, timestamp_ms: Any) -> int:
        try:
            time = operator.index(timestamp_ms)
        except TypeError:
            raise TypeError(
                f"timestamp_ms must be a whole number of milliseconds, not {timestamp_ms!r}: "
                "int(timestamp_ms) makes it one"
            ) from None
        if self._last_timestamp is not None and time <= self._last_timestamp:
            raise ValueError(
                "timestamp_ms must be greater than the last one "
                f"({self._last_timestamp}), not {time}"
            )
        self._last_timestamp = time
        return time

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle only the options. The copy begins its own stream."""
        return type(self), (self._options,)


class _Stream:
    """The loop and its state, apart from the object that the program holds and drops."""

    def __init__(self, options: HandLandmarkerOptions) -> None:
        switches = choose(
            exact=options.exact,
            upstream_palm_angle=options.upstream_palm_angle,
            adaptive_search=options.adaptive_search,
        )
        self.upstream_palm_angle = switches.upstream_palm_angle
        self.follower = _follower(options, switches)
        self.max_overlap = _share(options, "min_tracking_confidence")
        self.state = Followed()

    def detect(self, pixels: ImageArray, rotation_degrees: int) -> list[Hand]:
        return tasks_detect(
            self.follower.detector,
            pixels,
            rotation_degrees=rotation_degrees,
            upstream_palm_angle=self.upstream_palm_angle,
        )

    def step(self, pixels: ImageArray, rotation_degrees: int, timestamp_ms: int) -> list[Hand]:
        self.state, hands = tasks_step(
            self.follower,
            self.state,
            pixels,
            timestamp_ms / 1000,
            max_overlap=self.max_overlap,
            rotation_degrees=rotation_degrees,
            upstream_palm_angle=self.upstream_palm_angle,
        )
        return hands


@dataclass(frozen=True, slots=True)
class _LiveWork:
    """Finds the hands in a picture of a live stream and calls the callback."""

    stream: _Stream
    callback: ResultCallback

    def __call__(self, look: _Look) -> None:
        hands = self.stream.step(look.pixels, look.rotation_degrees, look.timestamp_ms)
        self.callback(result_from_hands(hands), look.image, look.timestamp_ms)


def result_from_hands(hands: Sequence[Hand]) -> HandLandmarkerResult:
    """Convert the hands of a picture that is not mirrored to a result of the Tasks API."""
    return HandLandmarkerResult(
        handedness=[[_category(hand)] for hand in hands],
        hand_landmarks=[
            [NormalizedLandmark(x, y, z) for x, y, z in hand.landmarks.tolist()] for hand in hands
        ],
        hand_world_landmarks=[
            [Landmark(x, y, z) for x, y, z in hand.world_landmarks.tolist()] for hand in hands
        ],
    )


def _category(hand: Hand) -> Category:
    label = hand.handedness.capitalize()
    return Category(
        index=LABELS.index(label),
        score=hand.handedness_score,
        display_name=label,
        category_name=label,
    )


def _follower(options: HandLandmarkerOptions, switches: Switches) -> Follower:
    """Make the Follower. Raises TypeError, ValueError or RuntimeError for bad options."""
    if not isinstance(options.base_options, BaseOptions):
        raise TypeError(f"base_options must be BaseOptions, not {options.base_options!r}")
    if not isinstance(options.running_mode, RunningMode):
        raise TypeError(f"running_mode must be a RunningMode, not {options.running_mode!r}")
    is_live = options.running_mode is RunningMode.LIVE_STREAM
    if is_live and not callable(options.result_callback):
        raise ValueError("result_callback must be given in the LIVE_STREAM mode")
    if not is_live and options.result_callback is not None:
        raise ValueError(
            f"result_callback must not be given in the {options.running_mode.name} mode, whose "
            "results are returned"
        )
    try:
        count = checked_count("num_hands", options.num_hands)
    except ValueError as error:
        raise Unusable(str(error)) from None
    min_palm_score = _share(options, "min_hand_detection_confidence")
    min_presence = _share(options, "min_hand_presence_confidence")
    _share(options, "min_tracking_confidence")  # checked before files are read
    detector = Detector.of(
        networks_of(options.base_options),
        max_hands=count,
        min_palm_score=min_palm_score,
        min_presence=min_presence,
        exact=switches.exact,
    )
    return Follower(detector, switches.search)


def _share(options: HandLandmarkerOptions, name: str) -> float:
    return checked_share(name, getattr(options, name))


def _checked_look(image: Any, options: ImageProcessingOptions | None) -> tuple[ImageArray, int]:
    """The pixels, and how far to rotate them."""
    if not isinstance(image, Image):
        raise NoImage(
            f"image must be an mp.Image, not {type(image).__name__}: "
            "mp.Image(image_format=mp.ImageFormat.SRGB, data=array) makes one of an RGB array"
        )
    if image.is_empty():
        raise ValueError("image must have pixels, but it is empty")
    if options is None:
        return rgb_of(image), 0
    if options.region_of_interest is not None:
        raise ValueError("region_of_interest is not supported for hands: crop the picture instead")
    degrees = options.rotation_degrees
    if degrees % 90:
        raise ValueError(f"rotation_degrees must be a multiple of 90, not {degrees!r}")
    return rgb_of(image), int(degrees)
