"""Writes frames of the sample clip, and Python's hands in them, for a test in a browser.

    python -m tests.web.end_to_end FOLDER

Frames are PNG, so that both sides see the same pixels. `clip.json` has the hands of the whole clip,
for a browser that decodes the video itself. `web/browser/end_to_end.test.ts` calls it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from PIL import Image

import knuckle

CLIP = Path(__file__).parents[2] / "samples" / "two_hands.mp4"
FIRST, LAST = 45, 85  # both hands are in view


def main(folder: Path) -> None:
    """Write the frames and `frames.json` into a folder."""
    track = knuckle.Tracker(precision="float32", engine="litert")
    detect = knuckle.Detector(precision="float32", engine="litert")
    frames = []
    for frame in islice(knuckle.open_source(CLIP), FIRST, LAST):
        name = f"{frame.index}.png"
        Image.fromarray(frame.image).save(folder / name, compress_level=1)
        # `detect` puts the surest hand first, and two hands may be equally sure.
        detected = sorted(detect(frame.image), key=lambda hand: hand.points[0, 0])
        found = {"detected": _listed(detected), "tracked": _listed(track(frame))}
        frames.append({"name": name, "time": frame.time, **found})
    (folder / "frames.json").write_text(json.dumps(frames))
    (folder / "clip.json").write_text(json.dumps(_whole_clip()))


def _whole_clip() -> list[dict[str, Any]]:
    """Time and hands of every frame, from the first one on."""
    with knuckle.Tracker(precision="float32", engine="litert") as track:
        return [
            {"time": frame.time, "tracked": _listed(track(frame))}
            for frame in knuckle.open_source(CLIP)
        ]


def _listed(hands: Sequence[knuckle.Hand]) -> list[dict[str, Any]]:
    return [
        {
            "handedness": hand.handedness,
            "trackId": hand.track_id,
            "points": [{"x": x, "y": y} for x, y in hand.points.tolist()],
        }
        for hand in hands
    ]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
