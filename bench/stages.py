"""The time of each stage, and how close the networks come to the speed of a core."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

import numpy as np

from bench.scenarios import SAMPLES
from bench.throughput import CLIP, Throughput, measure_throughput
from bench.tracked import TrackedFrame, measure_tracked
from knuckle.geometry.rois import letterbox_roi, roi_from_landmarks
from knuckle.io.pictures import read_picture
from knuckle.networks.engine import Networks, open_networks
from knuckle.pictures import detector as pipeline
from knuckle.stages.candidates import candidates_from_palms, later_of_overlapping
from knuckle.stages.landmarks import picture_from_crops
from knuckle.stages.nms import weighted_nms
from knuckle.stages.palms import decode_palms, image_from_letterbox
from knuckle.stages.warp import crop
from knuckle.values import Candidate, ImageArray

PICTURE = SAMPLES / "open_palm.jpg"
ROUNDS = 60
WARM_UP = 5
SIZES = (512, 768, 1024)  # of the matrices that measure the core; the fastest counts

Result = TypeVar("Result")

# In its own process, because a library's number of threads is fixed when it is loaded.
MEASURE_CORE = f"""
import time, json, numpy
best = 0.0
for size in {SIZES}:
    a = numpy.random.default_rng(0).random((size, size), numpy.float32)
    for _ in range(30):
        start = time.perf_counter()
        a @ a
        best = max(best, 2 * size**3 / (time.perf_counter() - start))
print(json.dumps(best / 1e9))
"""


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of reading a still with one hand."""

    name: str
    ms: float  # median
    share: float  # of the whole time without decoding the file


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """The arithmetic speed of one network on one core."""

    network: str
    gflops: float  # billion operations per second; a multiply-add counts as two
    share: float  # of the core's speed in matrix products


@dataclass(frozen=True, slots=True)
class Stages:
    """All measurements."""

    stages: list[Stage]
    whole_ms: float  # `pipeline.detect`, median, in the same rounds
    core_gflops: float
    arithmetic: list[Arithmetic]
    tracked: list[TrackedFrame]
    throughput: Throughput


class Clock:
    """Collects times by stage."""

    def __init__(self) -> None:
        self.ms: dict[str, list[float]] = {}

    def __call__(self, name: str, work: Callable[[], Result]) -> Result:
        """Do some work, note its time under a name, and return its result."""
        started = time.perf_counter()
        result = work()
        self.ms.setdefault(name, []).append(1000 * (time.perf_counter() - started))
        return result


def measure_stages(rounds: int = ROUNDS) -> Stages:
    """Measure a still with one hand, with full networks and one thread."""
    image = read_picture(PICTURE)
    networks = open_networks("full")
    detector = pipeline.Detector.of(networks, max_hands=1)
    clock = Clock()
    for i in range(rounds + WARM_UP):
        if i == WARM_UP:
            clock.ms.clear()
        clock("decode the file", lambda: read_picture(PICTURE))
        staged(clock, detector, image)
        clock("whole", lambda: pipeline.detect(detector, image))
    times = {name: median(ms) for name, ms in clock.ms.items()}
    whole = times.pop("whole")
    core = core_gflops()
    stages = [Stage(name, ms, ms / whole) for name, ms in times.items()]
    return Stages(
        stages,
        whole,
        core,
        _arithmetic(networks, times, core),
        tracked=measure_tracked(networks),
        throughput=measure_throughput(CLIP),
    )


def staged(clock: Clock, detector: pipeline.Detector, image: ImageArray) -> Candidate:
    """Run the stages of `pipeline.detect` one by one; return where the hand is read next.

    It calls the same functions in the same order. A test compares the result with the pipeline's.
    """
    size = (image.shape[1], image.shape[0])
    letterbox = letterbox_roi(size)
    palm_network, hand_network = detector.palms.network, detector.landmarks.network
    side = palm_network.spec.input_size
    pixels = clock("letterbox", lambda: crop(image, letterbox, side, border="zero", exact=False))
    outputs = clock("palm network", lambda: palm_network(pixels[None]))
    palms = clock(
        "decode and suppress palms",
        lambda: image_from_letterbox(
            weighted_nms(
                decode_palms(
                    outputs["boxes"][0], outputs["scores"][0], side, detector.palms.min_score
                )
            ),
            letterbox,
        ),
    )
    [candidate] = clock(
        "associate, ROI",
        lambda: later_of_overlapping(candidates_from_palms(palms, size)),
    )
    side = hand_network.spec.input_size
    roi = candidate.roi
    pixels = clock("warp", lambda: crop(image, roi, side, border="replicate", exact=False))
    outputs = clock("hand network", lambda: hand_network(pixels[None]))
    landmarks = clock(
        "landmarks to the picture",
        lambda: picture_from_crops(
            outputs["landmarks"].reshape(1, 21, 3),
            outputs["world_landmarks"].reshape(1, 21, 3),
            [roi],
            side,
        ),
    )[0][0]
    return clock("next ROI", lambda: Candidate(roi_from_landmarks(landmarks, size)))


def _arithmetic(networks: Networks, times: dict[str, float], core: float) -> list[Arithmetic]:
    return [
        Arithmetic(
            network.spec.name, rate := 2 * network.spec.macs / times[stage] / 1e6, rate / core
        )
        for stage, network in (("palm network", networks.palm), ("hand network", networks.hand))
    ]


def core_gflops() -> float:
    """Billion operations per second in float32 matrix products, best of many."""
    single = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    done = subprocess.run(
        [sys.executable, "-c", MEASURE_CORE],
        env={**os.environ, **single},
        capture_output=True,
        text=True,
        check=True,
    )
    return float(np.float64(json.loads(done.stdout)))
