"""The pictures that all contestants read: the repository's samples in .npy files."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from knuckle.errors import ExtraMissing

SAMPLES = Path(__file__).parent.parent / "samples"

Size = tuple[int, int]  # width, height; pixels
SIZES: tuple[Size, ...] = ((640, 480), (1280, 720))


@dataclass(frozen=True, slots=True)
class Scenario:
    """A kind of work, and the number of hands to expect from it."""

    name: str
    sample: str  # file under samples/
    frames: range  # of the sample; a still has frame 0 only
    hands: int  # in every frame
    slots: int  # how many hands to find at most
    still: bool  # every picture on its own, not as a stream

    def indices(self) -> cycle[int]:
        """Positions in the file, endlessly back and forth, so hands never jump and stay tracked."""
        there = list(range(len(self.frames)))
        return cycle(there + there[-2:0:-1])


# With as many hands as slots, neither library looks for palms once all hands are tracked. With a
# free slot both do so in every frame. In a still with one hand and one slot both look for palms
# once and read one hand. Two slots are the default of both.
SCENARIOS = (
    Scenario("tracked, 1 hand of 1 slot", "two_hands.mp4", range(30), 1, 1, False),
    Scenario("tracked, 1 hand of 2 slots", "two_hands.mp4", range(8), 1, 2, False),
    Scenario("tracked, 2 hands of 2 slots", "two_hands.mp4", range(70, 110), 2, 2, False),
    Scenario("still, 1 hand of 1 slot", "open_palm.jpg", range(1), 1, 1, True),
    Scenario("still, 2 hands of 2 slots", "two_hands.jpg", range(1), 2, 2, True),
    Scenario("empty, 0 hands of 2 slots", "no_hands.jpg", range(1), 0, 2, False),
)
ONE_TRACKED, ONE_OF_TWO_TRACKED, TWO_TRACKED, STILL, TWO_STILL, EMPTY = SCENARIOS


def write_frames(folder: Path, scenario: Scenario, size: Size) -> Path:
    """Write the scenario's pictures, scaled, as (n, height, width, 3) RGB uint8; the path."""
    frames = f"{scenario.frames.start}-{scenario.frames.stop}"
    path = folder / f"{Path(scenario.sample).stem}-{frames}-{size[0]}x{size[1]}.npy"
    np.save(path, np.stack(pictures(scenario, size)))
    return path


def pictures(scenario: Scenario, size: Size) -> list[NDArray[np.uint8]]:
    """The scenario's pictures, scaled; (height, width, 3) RGB uint8 each."""
    return [_scaled(picture, size) for picture in _pictures(scenario)]


def _pictures(scenario: Scenario) -> list[Image.Image]:
    path = SAMPLES / scenario.sample
    if path.suffix != ".mp4":
        with Image.open(path) as picture:
            return [picture.convert("RGB")]
    try:
        import av
    except ImportError as error:
        raise ExtraMissing("reading the clip", "video") from error
    with av.open(path) as clip:
        frames = islice(clip.decode(video=0), scenario.frames.start, scenario.frames.stop)
        return [Image.fromarray(frame.to_ndarray(format="rgb24")) for frame in frames]


def _scaled(picture: Image.Image, size: Size) -> NDArray[np.uint8]:
    return np.asarray(picture.resize(size, Image.Resampling.BILINEAR))
