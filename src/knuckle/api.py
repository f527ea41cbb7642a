"""The ways in: a `Detector` for pictures, a `Tracker` for a stream, `track_clip` for a clip.

`track_many` is for several streams at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Unpack

from .checks import checked_image, checked_time
from .closing import Closing
from .networks.engine import Networks, open_networks
from .networks.models import Variant
from .networks.setup import Wanted
from .options import (
    ClipOptions,
    DetectOptions,
    HandOptions,
    TrackOptions,
    completed,
    described,
    wanted,
)
from .pictures import detector as pictures
from .pictures import high_effort
from .stages.landmark_stage import ONCE
from .streams import clips, side_by_side
from .streams.smoothing import widened
from .streams.step import Follower, TrackState, step
from .values import Frame, Hand, ImageArray, Picture


@described(DetectOptions)
def detect(image: Picture, **options: Unpack[DetectOptions]) -> list[Hand]:
    """Find every hand in one picture; highest presence first.

    image: RGB uint8 (height, width, 3).
    {options}

    It keeps the networks of the last call open, so that the next call with the same `variant`,
    `engine`, `precision`, `device` and `threads` finds them ready. In a
    program that calls it often, use a `Detector`.

    Raises TypeError or ValueError for bad input, ModelMissing when the package was not built,
    ModelDamaged when a network's file was changed, ExtraMissing when the engine is not installed,
    CannotRunHere when this machine cannot run the precision or the device.
    """
    chosen = completed(DetectOptions, options, "knuckle.detect")
    networks = _networks_of_detect(chosen["variant"], wanted(chosen))
    detector = _stages(networks, chosen, second_look=chosen["second_look"])
    return _find(detector, checked_image(image))


@lru_cache(maxsize=1)
def _networks_of_detect(variant: Variant, how: Wanted) -> Networks:
    """The networks that `detect` used last."""
    return open_networks(variant, how)


def _find(detector: pictures.Detector, image: ImageArray) -> list[Hand]:
    find = high_effort.detect if detector.effort == "high" else pictures.detect
    return find(detector, image)


@described(DetectOptions)
class Detector:
    """Finds hands in pictures, one by one, with networks that are opened once.

        detector = knuckle.Detector(max_hands=4)
        hands = detector(rgb)

    {options}

    A detector has no state. Several threads may call it, it can be pickled, and it works after a
    fork. In a forked process, landmarks may differ by up to 0.1 px if the parent had found hands
    before, because the fast image warp does not survive a fork. A spawned process has no such
    difference.

    Raises TypeError or ValueError for bad options, ModelMissing when the package was not built,
    ModelDamaged when a network's file was changed, ExtraMissing when the engine is not installed,
    CannotRunHere when this machine cannot run the precision or the device.
    """

    def __init__(self, **options: Unpack[DetectOptions]) -> None:
        chosen = completed(DetectOptions, options, "knuckle.Detector")
        networks = open_networks(chosen["variant"], wanted(chosen))
        self._detector = _stages(networks, chosen, second_look=chosen["second_look"])

    def __call__(self, image: Picture) -> list[Hand]:
        """Find every hand in a picture; highest presence first.

        image: RGB uint8 (height, width, 3).
        Raises TypeError or ValueError for anything else.
        """
        return _find(self._detector, checked_image(image))


def _stages(
    networks: Networks, chosen: HandOptions, *, second_look: bool = False
) -> pictures.Detector:
    return pictures.Detector.of(
        networks,
        min_palm_score=chosen["min_palm_score"],
        exact=chosen["exact"],
        effort=chosen["effort"],
        max_hands=chosen["max_hands"],
        min_presence=chosen["min_presence"],
        mirrored=chosen["mirrored"],
        second_look=second_look,
    )


def _follower(chosen: TrackOptions, *, is_live: bool) -> Follower:
    """is_live: read the hands that are followed once in each frame, also at high effort."""
    networks = open_networks(chosen["variant"], wanted(chosen))
    smoothing = widened(chosen["smoothing"], networks.hand.setup.precision)
    detector = _stages(networks, chosen)
    if is_live:
        detector = replace(detector, landmarks=replace(detector.landmarks, moves=ONCE))
    return Follower(detector, chosen["search"], smoothing, is_live)


@described(ClipOptions)
def track_clip(
    frames: Iterable[Frame], **options: Unpack[ClipOptions]
) -> Iterator[tuple[Frame, list[Hand]]]:
    """Follow the hands of a recorded clip; yields each frame with its hands.

        for frame, hands in knuckle.track_clip(knuckle.open_source("clip.mp4")):

    This is offline tracking: every frame is read in a forward and a backward pass, at a little more
    than twice the work of a Tracker. A hand that is found late is followed back to where it came
    from, and the smoothing is zero-phase: it has no delay. Frames come out about a second late,
    because it looks that far ahead; four seconds of frames are held in memory, or 256 MB. If the
    source fails, the frames before the failure come out first.

    frames: the clip's Frames, in order.
    {options}

    Raises TypeError or ValueError: for bad options at the call, for bad frames when they come.
    """
    chosen = completed(ClipOptions, options, "knuckle.track_clip")
    if not isinstance(frames, Iterable):
        raise TypeError(
            f"frames must be Frames, one by one, not {frames!r}: "
            "knuckle.open_source(path) gives them"
        )
    return clips.follow(
        _follower(chosen, is_live=False), map(_checked_frame, frames), chosen["gap"]
    )


@described(TrackOptions)
def track_many(
    streams: Iterable[Iterable[Frame]], **options: Unpack[TrackOptions]
) -> Iterator[tuple[int, Frame, list[Hand]]]:
    """Follow the hands of several streams at once; yields index, frame and hands.

        clips = [knuckle.open_source(path) for path in paths]
        for index, frame, hands in knuckle.track_many(clips, device="cuda"):
            print(paths[index], frame.time, hands)

    Each stream gets what a Tracker of its own would give, in its order. The streams take turns,
    frame by frame, and each network reads all of them in one batch. That is for graphics cards; on
    a processor it takes as long as one stream after another.

    All streams are open and followed at the same time, each with its own size, times and length. A
    stream that fails ends alone: the others go on, and when they have ended, a SourceError says
    which failed and why. Its `__cause__` is an ExceptionGroup of their exceptions.

    streams: each gives Frames, in order.
    {options}

    Raises TypeError or ValueError: for bad options at the call, for bad frames when they come.
    SourceError in the end, if a stream failed.
    """
    chosen = completed(TrackOptions, options, "knuckle.track_many")
    listed = _listed(streams)
    return side_by_side.follow_many(_follower(chosen, is_live=True), listed, _checked_frame)


def _listed(streams: Iterable[Iterable[Frame]]) -> list[Iterable[Frame]]:
    if not isinstance(streams, Iterable):
        raise TypeError(
            f"streams must be several streams of Frames, not {streams!r}: "
            "[knuckle.open_source(path) for path in paths] gives them"
        )
    found = []
    for stream in streams:
        if not isinstance(stream, Iterable):
            raise TypeError(
                f"each stream must give Frames, not be a {type(stream).__name__}: "
                "knuckle.open_source(path) gives them; for one stream there is knuckle.Tracker"
            )
        found.append(stream)
    return found


def _checked_frame(frame: Frame) -> Frame:
    if not isinstance(frame, Frame):
        raise TypeError(
            f"frames must be Frames, not {type(frame).__name__}: knuckle.open_source(path) gives "
            "them, Frame(array, index, seconds) makes one"
        )
    return replace(frame, image=checked_image(frame.image), time=checked_time(frame.time))


@described(TrackOptions)
class Tracker(Closing):
    """Follows hands through a stream. The palm detector rests while `max_hands` are tracked.

        with knuckle.Tracker(max_hands=2) as track:
            for frame in knuckle.open_source("clip.mp4"):
                hands = track(frame)

    Each hand has a `track_id` that it keeps through crossings, and when it comes back within two
    seconds near the place where it was lost; its `age`; and a handedness that is decided over many
    frames. Hands come in the order in which they were first seen.

    {options}

    The search policies are Adaptive(), the default, which searches the frames in which a hand could
    have appeared; EveryFrames(count); EverySeconds(seconds); and EveryFrame(), which is what
    MediaPipe does and takes twice the time with one hand at rest.

    A tracker serves one stream. Several may run side by side, each in a thread of its own. A
    tracker can be pickled in the middle of a stream, and goes on exactly where it was.

    Raises TypeError or ValueError for bad options, ModelMissing when the package was not built,
    ModelDamaged when a network's file was changed, ExtraMissing when the engine is not installed,
    CannotRunHere when this machine cannot run the precision or the device.
    """

    def __init__(self, **options: Unpack[TrackOptions]) -> None:
        chosen = completed(TrackOptions, options, "knuckle.Tracker")
        self._follower = _follower(chosen, is_live=True)
        self._state: TrackState | None = TrackState()

    def __call__(self, frame: Frame | Picture) -> list[Hand]:
        """Find the hands in the stream's next picture; the one that was seen first comes first.

        frame: a Frame, whose time counts, or RGB uint8 (height, width, 3), which is taken to be
            1/30 s after the last one.
        Raises TypeError or ValueError for bad input, and when the tracker is closed.
        """
        if isinstance(frame, Frame):
            picture: Picture = frame.image
            time = checked_time(frame.time)
        else:
            picture, time = frame, None
        image = checked_image(picture)
        if self._state is None:
            raise ValueError("this Tracker is closed: make a new one for another stream")
        self._state, hands = step(self._follower, self._state, image, time)
        return hands

    def reset(self) -> None:
        """Forget all hands, as at the start of another clip."""
        if self._state is not None:
            self._state = TrackState()

    def close(self) -> None:
        """End the stream. Closing again does nothing."""
        self._state = None
