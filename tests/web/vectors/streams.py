"""Streams: assignment, motion, search policies, smoothing, tracks, and whole clips.

The clips are replayed from the recording that `tests/web/stream_recording.py` writes.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from knuckle.geometry.assignment import assign
from knuckle.streams.motion import has_changed, least_change
from knuckle.streams.search import (
    NEVER_SEARCHED,
    Adaptive,
    EveryFrame,
    EveryFrames,
    EverySeconds,
    SearchPolicy,
    after_frame,
    is_due,
    is_second_look_due,
    noticed,
)
from knuckle.streams.smoothing import SMOOTHING, Smoothing, follow_share, landmark_shares
from knuckle.streams.step import Follower, TrackState, step
from knuckle.streams.tracks import Track, advance, begin, match, resume
from knuckle.values import Hand, Handedness, Roi

from ...made_hands import hand
from ..recording import replaying_detector
from ..stream_recording import picture_of, recorded
from . import hand_of, plain, points_of


def vectors() -> dict[str, Any]:
    """One value per file. The recording itself is one of them, as it stands."""
    recording = recorded()
    return {
        "recording": recording,
        "clips": {name: _clip(clip) for name, clip in recording.items()},
        "assignment": [_assignment(seed) for seed in range(24)],
        "motion": [_motion(seed) for seed in range(12)],
        "search": [_search(policy) for policy in POLICIES],
        "smoothing": [_shares(seed) for seed in range(6)],
        "tracks": [_track(0, SMOOTHING, 20), _track(1, None, 8)],
        "identity": [_identity(seed) for seed in range(5)],
    }


def _clip(clip: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The hands of each frame of a recorded clip, and whether it was searched."""
    turns = [turn for frame in clip["frames"] for turn in frame["turns"]]
    follower = Follower(replaying_detector(turns, {}))
    state, found = TrackState(), []
    for frame in clip["frames"]:
        state, hands = step(follower, state, picture_of(frame["scene"]), frame["time"])
        found.append({"hands": [*map(_outline, hands)], "isSearched": state.search.frames == 0})
    return found


def _outline(found: Hand) -> dict[str, Any]:
    """What the step adds to a reading; not all that a hand has, so that the file stays small."""
    return {
        "trackId": found.track_id,
        "status": found.status,
        "age": found.age,
        "handedness": found.handedness,
        "handednessScore": found.handedness_score,
        "points": found.points.ravel(),
        "worldTip": found.world_landmarks[8],
        "confidence": found.confidence,
    }


def _assignment(seed: int) -> dict[str, Any]:
    generator = np.random.default_rng(seed)
    rows, columns = generator.integers(1, 6, 2).tolist()
    costs = generator.uniform(0, 1.6, (rows, columns)).round(2)
    pairs = assign(costs.tolist(), 1.0)
    return {"costs": costs, "most": 1.0, "pairs": pairs}


def _motion(seed: int) -> dict[str, Any]:
    """Two noisy thumbnails of which some differ, with ROIs over some of the change."""
    generator = np.random.default_rng(seed)
    size = (12, 18) if seed % 2 else (11, 17)
    bright = (20, 70, 200)[seed % 3]
    before = np.clip(generator.normal(bright, 1.5, (*size, 3)), 0, 255).astype(np.uint8)
    now = np.clip(before + generator.normal(0, 1.5, before.shape), 0, 255).astype(np.uint8)
    if seed % 4 != 3:
        now[3:6, 4:8] = np.clip(now[3:6, 4:8] + generator.integers(6, 60), 0, 255)
    rois = [Roi(5 / 17, 4 / 11, 0.3, 0.45, seed / 3)] if seed % 2 else []
    difference = np.abs(now.astype(np.int16) - before).max(axis=2)
    return {
        "size": {"width": size[1], "height": size[0]},
        "now": base64.b64encode(now.tobytes()).decode(),
        "before": base64.b64encode(before.tobytes()).decode(),
        "rois": rois,
        "leastChange": least_change(now, difference),
        "hasChanged": has_changed(now, before, rois),
    }


POLICIES: tuple[SearchPolicy, ...] = (
    EveryFrame(),
    EveryFrames(3),
    EverySeconds(0.25),
    Adaptive(),
    Adaptive(watch=0.1, moving=0.3, still=1.0, empty=0.5, second_look=0.2),
)
KINDS = {
    EveryFrame: "everyFrame",
    EveryFrames: "everyFrames",
    EverySeconds: "everySeconds",
    Adaptive: "adaptive",
}


def _search(policy: SearchPolicy) -> dict[str, Any]:
    """The decisions of a policy in a stream with motions, losses and a new beginning."""
    state, frames, time = NEVER_SEARCHED, [], 0.0
    generator = np.random.default_rng(5)
    for i in range(120):
        time = 0.5 if i == 100 else time + (1 / 30 if i % 40 < 25 else 0.2)
        moved = bool(generator.random() < (0.8 if i % 30 < 10 else 0.05))
        lost, empty = bool(generator.random() < 0.04), bool(i // 20 % 2)
        state = noticed(policy, state, time, moved=moved)
        due = is_due(policy, state, time, is_empty=empty)
        second = due and empty and is_second_look_due(policy, state, time)
        state = after_frame(
            state, time, None, is_searched=due or lost, is_lost=lost, is_second=second
        )
        frames.append(
            {"time": time, "moved": moved, "isLost": lost, "isEmpty": empty}
            | {"isDue": due, "isSecond": second}
        )
    return {"policy": {"kind": KINDS[type(policy)], **plain(policy)}, "frames": frames}


def _shares(seed: int) -> dict[str, Any]:
    generator = np.random.default_rng(seed)
    offsets = generator.normal(0, 0.01 * 4 ** (seed % 3), (21, 2)).astype(np.float32)
    smoothing = Smoothing(0.5 + seed, 0.02 + seed / 100, 5.0)
    seconds = 1 / (10 + 10 * seed)
    offset = float(generator.uniform(0, 0.2))
    return {
        "offsets": points_of(offsets),
        "seconds": seconds,
        "smoothing": smoothing,
        "shares": landmark_shares(offsets, seconds, smoothing).ravel(),
        "offset": offset,
        "share": follow_share(offset, seconds, smoothing),
    }


def _shaken(generator: np.random.Generator, seen: Hand, pixels: float) -> Hand:
    """The hand with noise on its points, as the network reads it."""
    size = np.array(seen.image_size, np.float32)
    points = seen.points + generator.normal(0, pixels, (21, 2)).astype(np.float32)
    depths = generator.normal(0, 0.01, (21, 1)).astype(np.float32)
    return replace(seen, points=points, landmarks=np.concatenate([points / size, depths], axis=1))


def _track(seed: int, smoothing: Smoothing | None, count: int) -> list[dict[str, Any]]:
    """A track, reading by reading: at rest, in motion, with a wrong label, gone and back."""
    generator = np.random.default_rng(seed)
    right: Handedness = "right"
    left: Handedness = "left"
    labels = [right] * 6 + [left] * 14
    x, time, track, turns = 200.0, 0.0, None, []
    for i, label in enumerate(labels[:count]):
        is_back = i == 12
        time += 0.9 if is_back else 1 / 30
        x += 0.0 if i < 4 else 6.0
        score = float(generator.uniform(0.6, 1.0))
        reading = _shaken(generator, hand(x, handedness=label, score=score), 0.6)
        if track is None:
            track = begin(reading, 4, time)
        elif is_back:
            track = resume(track, reading, time)
        else:
            track = advance(track, reading, time, smoothing)
        turns.append({"time": time, "reading": hand_of(reading), "track": _track_of(track)})
    return turns


def _track_of(track: Track) -> dict[str, Any]:
    return {
        "hand": _outline(track.hand),
        "velocity": points_of(track.velocity),
        "logOdds": track.log_odds,
        "roi": track.roi,
        "born": track.born,
    }


def _identity(seed: int) -> dict[str, Any]:
    """Hands that move and cross, and which reading belongs to which of their tracks."""
    generator = np.random.default_rng(seed)
    speeds = generator.uniform(-900, 900, 3)
    starts = generator.uniform(150, 500, 3)
    labels: list[Handedness] = ["left", "right", "right"]
    tracks = []
    for i, (start, speed, label) in enumerate(zip(starts, speeds, labels, strict=True)):
        track = begin(hand(start, handedness=label), i + 1, 0.0)
        for time in (1 / 30, 2 / 30):
            moved = hand(start + speed * time, handedness=label, score=0.9)
            track = advance(track, moved, time, SMOOTHING)
        tracks.append(track)
    time = 0.1 + 0.2 * (seed % 3)
    order = generator.permutation(3)[: 2 + seed % 2]
    hands = [
        hand(starts[i] + speeds[i] * min(time, 0.15), handedness=labels[i], score=0.7)
        for i in order
    ]
    cells = [
        {"id": t.id, "born": t.born, "seen": t.seen, "hand": hand_of(t.hand), **_motion_of(t)}
        for t in tracks
    ]
    return {
        "time": time,
        "tracks": cells,
        "hands": [*map(hand_of, hands)],
        "pairs": match(tracks, hands, time),
    }


def _motion_of(track: Track) -> dict[str, Any]:
    return {
        "velocity": points_of(track.velocity),
        "logOdds": track.log_odds,
        "roi": plain(track.roi),
    }
