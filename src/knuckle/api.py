"""The ways in: `detect` for a picture, `Tracker` for a stream, `track_clip` for a whole clip."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from types import TracebackType
from typing import Self

from .geometry.camera import Camera
from .networks.engine import DEFAULT_ENGINE
from .networks.models import Variant
from .pictures import detector as pipeline
from .pictures import high_effort as thorough
from .settings import (
    SMOOTHING,
    Effort,
    Settings,
    Smoothing,
    checked_count,
    checked_engine,
    checked_image,
    checked_time,
    checked_variant,
)
from .spec import MAX_HANDS, MIN_PALM_SCORE, MIN_PRESENCE
from .streams import clips as offline
from .streams import step as tracking
from .streams.search import ADAPTIVE, SearchPolicy, checked_seconds
from .values import Frame, Hand, ImageArray

GAP_SECONDS = 0.5  # that `track_clip` fills


def detect(
    image: ImageArray,
    *,
    max_hands: int = MAX_HANDS,
    variant: Variant = "full",
    min_palm_score: float = MIN_PALM_SCORE,
    min_presence: float = MIN_PRESENCE,
    mirrored: bool = False,
    threads: int = 1,
    engine: str = DEFAULT_ENGINE,
    exact: bool = False,
    second_look: bool = True,
    effort: Effort = "normal",
    camera: Camera | None = None,
    hand_size: float | None = None,
) -> list[Hand]:
    """Find every hand in one picture; strongest presence first.

    image: RGB uint8 (height, width, 3).
    max_hands: palms are tried from the strongest on until so many hands are found.
    variant: "full", or "lite": about half the work for the landmarks, less accurate.
    min_palm_score: 0 to 1, for the palm detector.
    min_presence: 0 to 1, that a hand is where the landmarks were read.
    mirrored: the picture is a mirror image (a selfie view); swaps "left" and "right", nothing else.
    threads: for the networks.
    engine: what runs them: "onnxruntime", or "litert" or "openvino" where that is installed.
    exact: repeat MediaPipe's warp bit for bit, at some milliseconds per hand.
    second_look: search a picture without hands once more, from farther away. It finds hands that
        fill the picture, which MediaPipe misses, for the time of the palm network.
    effort: "high" searches on where it is not sure, also for hands that are small, and reads each
        hand five times: `hand.spread` is how much the readings differ. It takes three times as
        long on an easy picture and ten times on one without hands.
    camera: that took the picture; gives `hand.wrist_pose` a place before it, in metres.
    hand_size: metres, from the wrist to the tip of the straight middle finger, for that place;
        None: an average hand. Distances are wrong by the factor that it is.

    Raises TypeError or ValueError for bad input, ModelMissing when the package was not built,
    ExtraMissing when the engine is not installed.
    """
    settings = Settings(
        max_hands=max_hands,
        min_palm_score=min_palm_score,
        min_presence=min_presence,
        mirrored=mirrored,
        exact=exact,
        second_look=second_look,
        effort=effort,
        camera=camera,
        hand_size=hand_size,
    )
    networks = _load_networks(variant, threads, engine)
    find = thorough.detect if settings.effort == "high" else pipeline.detect
    return find(networks, settings, checked_image(image))


def _load_networks(variant: Variant, threads: int, engine: str) -> pipeline.Networks:
    count = checked_count("threads", threads)
    checked_engine(engine)
    return pipeline.load_networks(checked_variant(variant), count, engine)


def track_clip(
    frames: Iterable[Frame],
    *,
    gap: float = GAP_SECONDS,
    max_hands: int = MAX_HANDS,
    variant: Variant = "full",
    min_palm_score: float = MIN_PALM_SCORE,
    min_presence: float = MIN_PRESENCE,
    mirrored: bool = False,
    threads: int = 1,
    engine: str = DEFAULT_ENGINE,
    exact: bool = False,
    search: SearchPolicy = ADAPTIVE,
    smoothing: Smoothing | None = SMOOTHING,
    camera: Camera | None = None,
    hand_size: float | None = None,
) -> Iterator[tuple[Frame, list[Hand]]]:
    """Follow the hands of a clip that is there as a whole; yields each frame with its hands.

        for frame, hands in knuckle.track_clip(knuckle.open_source("clip.mp4")):

    Every frame is read forwards and backwards, at a bit more than twice the work of a Tracker: a
    hand that is found late is followed back to where it came from, and the smoothing has no delay.
    Frames come about a second late, for so far it looks ahead, and four seconds of them are held in
    memory, or 256 MB. Where reading the frames fails, those that were read come out first.

    gap: seconds, from 0 on; where a hand is away for at most so long, it is put on the way between,
        with the status "filled".
    The other options are those of Tracker.

    Raises TypeError or ValueError: for bad options at the call, for bad frames when they come.
    """
    span = checked_seconds("gap", gap)
    if not isinstance(frames, Iterable):
        raise TypeError(
            f"frames must be Frames, one by one, not {frames!r}: "
            "knuckle.open_source(path) gives them"
        )
    settings = Settings(
        max_hands=max_hands,
        min_palm_score=min_palm_score,
        min_presence=min_presence,
        mirrored=mirrored,
        exact=exact,
        search=search,
        smoothing=smoothing,
        camera=camera,
        hand_size=hand_size,
    )
    networks = _load_networks(variant, threads, engine)
    return offline.follow(networks, settings, map(_checked_frame, frames), span)


def _checked_frame(frame: Frame) -> Frame:
    if not isinstance(frame, Frame):
        raise TypeError(
            f"frames must be Frames, not {type(frame).__name__}: knuckle.open_source(path) gives "
            "them, Frame(array, index, seconds) makes one"
        )
    return replace(frame, image=checked_image(frame.image), time=checked_time(frame.time))


class Tracker:
    """Follows hands through a stream: the palm detector rests while `max_hands` are tracked.

        with knuckle.Tracker(max_hands=2) as track:
            for frame in knuckle.open_source("clip.mp4"):
                hands = track(frame)

    The options are those of `detect`, without `second_look` and `effort`, and when to look for
    palms while a slot is free, `search`: Adaptive(), which looks for one within 150 ms at 30
    frames a second; EveryFrames(count), EverySeconds(seconds); or EveryFrame(), as MediaPipe does,
    which takes twice the time. Times are those of the Frames; arrays come 1/30 s after one another.

    smoothing: of the hands in time, by default Smoothing(); with None they are as they were read.
    `hand.raw` is that reading in either case.

    Each hand has a `track_id` that stays its own through crossings, and when it is back within two
    seconds near where it was; its `age`; and a handedness that is decided over many frames. Hands
    come in the order in which they were first seen.

    A tracker serves one stream; several may run side by side, each in a thread of its own.
    """

    def __init__(
        self,
        *,
        max_hands: int = MAX_HANDS,
        variant: Variant = "full",
        min_palm_score: float = MIN_PALM_SCORE,
        min_presence: float = MIN_PRESENCE,
        mirrored: bool = False,
        threads: int = 1,
        engine: str = DEFAULT_ENGINE,
        exact: bool = False,
        search: SearchPolicy = ADAPTIVE,
        smoothing: Smoothing | None = SMOOTHING,
        camera: Camera | None = None,
        hand_size: float | None = None,
    ) -> None:
        self._settings = Settings(
            max_hands=max_hands,
            min_palm_score=min_palm_score,
            min_presence=min_presence,
            mirrored=mirrored,
            exact=exact,
            search=search,
            smoothing=smoothing,
            camera=camera,
            hand_size=hand_size,
        )
        self._networks = _load_networks(variant, threads, engine)
        self._state: tracking.TrackState | None = tracking.TrackState()

    def __call__(self, frame: Frame | ImageArray) -> list[Hand]:
        """Find the hands in the stream's next picture, the one that was first seen first.

        frame: a Frame, or RGB uint8 (height, width, 3).
        Raises TypeError or ValueError for bad input and for a tracker that is closed.
        """
        if isinstance(frame, Frame):
            picture, time = frame.image, checked_time(frame.time)
        else:
            picture, time = frame, None
        image = checked_image(picture)
        if self._state is None:
            raise ValueError("this Tracker is closed: make a new one for another stream")
        self._state, hands = tracking.step(self._networks, self._settings, self._state, image, time)
        return hands

    def reset(self) -> None:
        """Forget the hands of the last picture, as at the start of another clip."""
        if self._state is not None:
            self._state = tracking.TrackState()

    def close(self) -> None:
        """End the stream; closing again does nothing."""
        self._state = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
