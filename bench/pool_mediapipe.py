"""Tracks a folder of clips with mediapipe and a pool of processes, as people write it today.

    PYTHON bench/pool_mediapipe.py OUT CLIP... [--static] [--lite] [--processes N]

It runs on a Python that has mediapipe 0.10.21, and imports nothing of knuckle. OpenCV decodes. A
process has one `Hands` for all pictures (--static), or a new one for each clip. It writes
OUT/NAME.npy for each clip: a row for every hand, with the frame, the score of the label (below 0
for "Left"), and 21 x (x, y) in pixels. It prints the number of frames.
"""

from __future__ import annotations

import argparse
import multiprocessing
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

COLUMNS = 2 + 2 * 21  # of a row


@dataclass(frozen=True)
class Plan:
    """What every process does."""

    output: Path
    static: bool  # look for hands in each picture anew, as mediapipe's examples for pictures do
    complexity: int  # 1, or 0 for the lite networks
    slots: int = 2  # hands at most


class Tracker:
    """The clips of one process."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._hands = self._open() if plan.static else None
        self._cv2 = import_module("cv2")
        self._numpy = import_module("numpy")

    def _open(self) -> Any:
        return import_module("mediapipe").solutions.hands.Hands(
            static_image_mode=self._plan.static,
            max_num_hands=self._plan.slots,
            model_complexity=self._plan.complexity,
        )

    def __call__(self, clip: Path) -> int:
        """Track a clip and write its hands. Returns the number of frames."""
        hands = self._hands or self._open()
        video, rows, frames = self._cv2.VideoCapture(str(clip)), [], 0
        while True:
            is_read, picture = video.read()
            if not is_read:
                break
            picture = self._cv2.cvtColor(picture, self._cv2.COLOR_BGR2RGB)
            picture.flags.writeable = False  # so mediapipe need not copy it
            rows += rows_of(hands.process(picture), frames, picture.shape[1], picture.shape[0])
            frames += 1
        video.release()
        if hands is not self._hands:
            hands.close()
        table = self._numpy.array(rows, self._numpy.float32).reshape(len(rows), COLUMNS)
        self._numpy.save(self._plan.output / f"{clip.stem}.npy", table)
        return frames


def rows_of(result: Any, frame: int, width: int, height: int) -> list[list[float]]:
    """The hands that mediapipe found in a frame."""
    if not result.multi_hand_landmarks:
        return []
    found = zip(result.multi_hand_landmarks, result.multi_handedness, strict=True)
    rows = []
    for hand, handedness in found:
        label = handedness.classification[0]
        score = -label.score if label.label == "Left" else label.score
        points = [v for p in hand.landmark for v in (p.x * width, p.y * height)]
        rows.append([frame, score, *points])
    return rows


_tracker: Tracker | None = None


def _begin(plan: Plan) -> None:
    global _tracker
    _tracker = Tracker(plan)


def _track(clip: Path) -> int:
    assert _tracker
    return _tracker(clip)


def main(arguments: Sequence[str] | None = None) -> None:
    """Track the clips and print the number of frames."""
    parser = argparse.ArgumentParser()
    parser.add_argument("output", type=Path)
    parser.add_argument("clips", type=Path, nargs="+")
    parser.add_argument("--static", action="store_true")
    parser.add_argument("--lite", action="store_true")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args(arguments)
    options.output.mkdir(parents=True, exist_ok=True)
    plan = Plan(options.output, options.static, 0 if options.lite else 1)
    with multiprocessing.Pool(options.processes, _begin, (plan,)) as pool:
        print(sum(pool.imap_unordered(_track, options.clips)))


if __name__ == "__main__":
    main()
