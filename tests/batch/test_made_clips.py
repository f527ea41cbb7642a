"""The clips that the tests make."""

from __future__ import annotations

from pathlib import Path

import knuckle


def test_a_hand_is_seen_in_the_tiny_clips(tiny_clips: list[Path]) -> None:
    """Or else the tests of the batch would compare empty tables."""
    with knuckle.Tracker() as tracker, knuckle.open_source(tiny_clips[0]) as frames:
        counts = [len(tracker(frame)) for frame in frames]

    assert [1] * 10 == counts


def test_the_tiny_clips_differ(tiny_clips: list[Path]) -> None:
    """Or else a table under another clip's name would not be noticed."""
    assert len(tiny_clips) == len({path.read_bytes() for path in tiny_clips})
