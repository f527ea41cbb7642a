"""Tracklets: the hands of consecutive frames, linked by the same rule for every contestant.

A tracker's own identities are judged, so they must not decide the links.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ...values import Handedness
from ..values import Array, Prediction
from .distances import palm_length

GAP_SECONDS = 1.0  # a hand that comes back within this time is the same hand
REACH = 1.0  # palm lengths that a hand may move between two frames
RECENT = 25  # hands whose median palm is the unit: one that points at the camera has none


@dataclass(slots=True)
class Tracklet:
    """One hand through a clip; a row per frame in which it was predicted."""

    frames: list[int] = field(default_factory=list)
    points: list[Array] = field(default_factory=list)  # (21, 2) pixels
    handedness: list[Handedness | None] = field(default_factory=list)
    identity: list[int] = field(default_factory=list)  # as predicted, or the place in the list

    @property
    def palm(self) -> float:
        """The median palm length, pixels."""
        return median_palm(self.points)

    def add(self, frame: int, place: int, prediction: Prediction) -> None:
        """Add the prediction of a frame."""
        self.frames.append(frame)
        self.points.append(prediction.points)
        self.handedness.append(prediction.handedness)
        self.identity.append(place if prediction.id is None else prediction.id)


def median_palm(hands: Sequence[Array]) -> float:
    """The median palm length of hands, pixels; infinite if none has one."""
    lengths = [length for length in map(palm_length, hands) if length > 0]
    return float(np.median(lengths)) if lengths else np.inf


def distance(points: Array, others: Array, palm: float) -> float:
    """The mean distance between the joints of two hands, palm lengths."""
    return float(np.linalg.norm(points - others, axis=1).mean() / palm)


def link(frames: Sequence[Sequence[Prediction]], times: Sequence[float]) -> list[Tracklet]:
    """The tracklets of a clip, in the order of their starts.

    A hand continues the tracklet whose last hand was at most one palm length away, on average over
    the joints, and at most a second ago. Tracklets seen last choose first, so one that has ended
    does not take the hand of one that goes on. Among equals the nearest pair comes first.
    """
    tracklets: list[Tracklet] = []
    for i, predictions in enumerate(frames):
        open_tracklets = [t for t in tracklets if times[i] - times[t.frames[-1]] <= GAP_SECONDS]
        pairs = sorted(
            (-tracklet.frames[-1], distance(tracklet.points[-1], prediction.points, palm), k, place)
            for k, tracklet in enumerate(open_tracklets)
            for palm in [median_palm(tracklet.points[-RECENT:])]
            for place, prediction in enumerate(predictions)
        )
        left = dict(enumerate(predictions))
        for _, away, k, place in pairs:
            if away <= REACH and place in left and open_tracklets[k].frames[-1] < i:
                open_tracklets[k].add(i, place, left.pop(place))
        for place, prediction in left.items():
            tracklets.append(Tracklet())
            tracklets[-1].add(i, place, prediction)
    return tracklets
