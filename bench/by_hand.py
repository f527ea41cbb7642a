"""What `knuckle batch` is compared with: the same clips, one after the other in one process.

    python -m bench.by_hand track|loop [--lite] CLIP...

`track` calls `knuckle track` for each clip, when Python, the package and the networks are loaded
already, and prints the seconds. `loop` decodes and tracks as a worker does, but writes nothing.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence

from knuckle.api import Tracker
from knuckle.cli import main as knuckle
from knuckle.io.stream import ONE_THREAD, Span
from knuckle.io.video import open_video
from knuckle.networks.models import Variant


def track(clips: Sequence[str], variant: Variant) -> float:
    """Seconds of `knuckle track` over all clips, without starting up."""
    words = ["--quiet", "--variant", variant]
    with Tracker(variant=variant):  # keeps the networks open; others with its options share them
        knuckle(["track", clips[0], "--stop", "1", *words])
        began = time.perf_counter()
        for clip in clips:
            if status := knuckle(["track", clip, *words]):
                raise SystemExit(status)
        return time.perf_counter() - began


def loop(clips: Sequence[str], variant: Variant) -> float:
    """Seconds of a loop over the clips that keeps nothing of what it finds."""
    began = time.perf_counter()
    with Tracker(variant=variant):
        for clip in clips:
            with (
                open_video(clip, clip, Span(), ONE_THREAD) as frames,
                Tracker(variant=variant) as tracker,
            ):
                for frame in frames:
                    tracker(frame)
    return time.perf_counter() - began


WAYS: dict[str, Callable[[Sequence[str], Variant], float]] = {"track": track, "loop": loop}


def main(words: Sequence[str]) -> None:
    """Print the seconds."""
    way, *clips = [word for word in words if word != "--lite"]
    print(WAYS[way](clips, "lite" if "--lite" in words else "full"))


if __name__ == "__main__":
    main(sys.argv[1:])
