"""Tracks: what is known about each hand of a stream, and which reading belongs to which track."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp, expm1, log
from typing import Any

import numpy as np

from ..geometry.assignment import assign
from ..geometry.palm_lengths import hand_distance, palm_length, palm_size
from ..geometry.rois import roi_between, roi_from_landmarks, roi_offset
from ..stages.confidence import with_residual
from ..values import FloatArray, Hand, Handedness, Roi, Size
from .smoothing import Smoothing, follow_share, landmark_shares

# Re-identification: a hand that returns within this time, near where it was, is the same hand.
REFIND_SECONDS = 2.0

# How far from its expected place a hand may be, palm sizes, mean over its landmarks.
REACH = 1.5
REACH_PER_SECOND = 1.0  # added for each second since it was seen
WRONG_HAND = 1.0  # palm sizes added to the distance of a reading of the other handedness
FORESIGHT = 0.1  # seconds for which we extrapolate a hand's motion

VELOCITY_SECONDS = 0.05  # time constant over which a hand's velocity is averaged

# How the next ROI follows the hand; the same filter as for the hand, with the tolerance in sides.
ROI_SMOOTHING = Smoothing(tolerance=0.03)

# Handedness, in log-odds of a right hand.
SUREST_READING = 3.0  # the most that one frame counts: 95%, whatever the network says
SUREST_TRACK = 12.0
EVIDENCE_PER_SECOND = 10.0  # readings that count, because neighbouring frames are alike
CHANGES_AT = 3.0  # the evidence for the other hand at which a track changes its label


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """A hand of a stream, as it was when it was last seen."""

    id: int
    born: float  # when it was first seen, seconds
    seen: float  # when it was last seen, seconds
    hand: Hand  # as it was returned
    velocity: FloatArray  # (21, 2) of the landmarks, normalised image frame per second
    log_odds: float  # of a right hand, from all readings
    roi: Roi  # where to read it in the next frame

    def points_at(self, time: float, size: Size) -> FloatArray:
        """Where the landmarks are expected, (21, 2), pixels of a picture of `size`."""
        ahead = np.float32(min(time - self.seen, FORESIGHT))
        return (self.hand.landmarks[:, :2] + ahead * self.velocity) * np.array(size, np.float32)


def begin(hand: Hand, track_id: int, time: float) -> Track:
    """A new track, for a hand that is seen for the first time."""
    return Track(
        id=track_id,
        born=time,
        seen=time,
        hand=replace(hand, track_id=track_id, raw=hand),
        velocity=np.zeros((21, 2), np.float32),
        log_odds=_reading_log_odds(hand),
        roi=roi_from_landmarks(hand.landmarks, hand.image_size),
    )


def resume(track: Track, hand: Hand, time: float) -> Track:
    """The track of a hand that has come back: it keeps its identity, and its motion starts anew."""
    log_odds = _evidence(track, hand, time)
    new = replace(begin(hand, track.id, time), born=track.born, log_odds=log_odds)
    return replace(new, hand=replace(new.hand, **_named(track, log_odds, time)))


def advance(track: Track, hand: Hand, time: float, smoothing: Smoothing | None) -> Track:
    """The track of a hand that was read again in the next frame."""
    seconds = time - track.seen
    log_odds = _evidence(track, hand, time)
    smoothed = replace(
        hand,
        **(_drawn(track.hand, hand, seconds, smoothing) if smoothing else {}),
        **_named(track, log_odds, time),
        confidence=_confidence(track, hand, time),
        raw=hand,
    )
    roi = roi_from_landmarks(smoothed.landmarks, hand.image_size)
    return replace(
        track,
        seen=time,
        hand=smoothed,
        velocity=_velocity(track, smoothed, seconds),
        log_odds=log_odds,
        roi=_steady_roi(track.roi, roi, seconds) if smoothing else roi,
    )


def _confidence(track: Track, hand: Hand, time: float) -> FloatArray:
    """The confidence of a reading, lowered where landmarks are not where they were expected."""
    away = hand.points - track.points_at(time, hand.image_size)
    palm = max(palm_length(hand.points), 1.0)
    residual = np.hypot(away[:, 0], away[:, 1]) / np.float32(palm)
    return with_residual(hand.confidence, residual, is_mean=hand.spread is not None)


def _velocity(track: Track, hand: Hand, seconds: float) -> FloatArray:
    """The velocity of each landmark, averaged over a short time."""
    step = hand.landmarks[:, :2] - track.hand.landmarks[:, :2]
    share = np.float32(-expm1(-seconds / VELOCITY_SECONDS))
    return np.asarray(track.velocity + share * (step / np.float32(seconds) - track.velocity))


def smooth(before: Hand, hand: Hand, seconds: float, smoothing: Smoothing) -> Hand:
    """A reading, smoothed with the hand as it was `seconds` ago.

    Landmarks, z and world landmarks all move by the same share, so they still agree.
    """
    return replace(hand, **_drawn(before, hand, seconds, smoothing))


def _drawn(before: Hand, hand: Hand, seconds: float, smoothing: Smoothing) -> dict[str, Any]:
    """The fields that smoothing changes."""
    last = before.points_in(hand.image_size)  # the resolution of a stream may change
    offsets = (hand.points - last) / np.float32(max(palm_size(last), 1.0))
    shares = landmark_shares(offsets, seconds, smoothing)
    landmarks = before.landmarks + shares * (hand.landmarks - before.landmarks)
    world = before.world_landmarks + shares * (hand.world_landmarks - before.world_landmarks)
    points = landmarks[:, :2] * np.array(hand.image_size, np.float32)
    return {"landmarks": landmarks, "points": points, "world_landmarks": world}


def _steady_roi(last: Roi, roi: Roi, seconds: float) -> Roi:
    """The next ROI, smoothed with the last one, so that a hand at rest is read in the same place.

    The network's answer changes a little with every move of the crop, and the crop follows the
    answer. Without smoothing, the two never come to rest.
    """
    return roi_between(last, roi, follow_share(roi_offset(last, roi), seconds, ROI_SMOOTHING))


def match(tracks: Sequence[Track], hands: Sequence[Hand], time: float) -> list[tuple[int, int]]:
    """Pairs of a track and its hand, by index: as many as possible, at the least total distance."""
    if not tracks or not hands:
        return []
    costs = []
    for track in tracks:
        expected = track.points_at(time, hands[0].image_size)
        costs.append([_cost(track, expected, hand, time) for hand in hands])
    return assign(costs, 1.0)


def _cost(track: Track, expected: FloatArray, hand: Hand, time: float) -> float:
    """How far a hand is from where a track expects its own, as a share of how far it may be.

    expected: (21, 2), image pixels.
    """
    doubt = abs(_probability(track.log_odds) - _right(hand))
    reach = REACH + REACH_PER_SECOND * (time - track.seen)
    return (hand_distance(expected, hand.points) + WRONG_HAND * doubt) / reach


def _right(hand: Hand) -> float:
    """The probability of a right hand, from one reading."""
    score = hand.handedness_score
    return score if hand.handedness == "right" else 1 - score


def _probability(log_odds: float) -> float:
    return 1 / (1 + exp(-log_odds))


def _reading_log_odds(hand: Hand) -> float:
    most = _probability(SUREST_READING)
    right = min(max(_right(hand), 1 - most), most)
    return log(right / (1 - right))


def _evidence(track: Track, hand: Hand, time: float) -> float:
    """A track's log-odds of a right hand, updated with one more reading."""
    share = min((time - track.seen) * EVIDENCE_PER_SECOND, 1.0)
    log_odds = track.log_odds + share * _reading_log_odds(hand)
    return min(max(log_odds, -SUREST_TRACK), SUREST_TRACK)


def _named(track: Track, log_odds: float, time: float) -> dict[str, Any]:
    """The fields that a hand gets from its track: identity, age and handedness."""
    is_right = track.hand.handedness == "right"
    against = -log_odds if is_right else log_odds
    if against > CHANGES_AT:
        is_right, against = not is_right, -against
    handedness: Handedness = "right" if is_right else "left"
    return {
        "track_id": track.id,
        "age": time - track.born,
        "handedness": handedness,
        "handedness_score": max(_probability(-against), 0.5),
    }
