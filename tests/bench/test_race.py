from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from bench.contestants import Entry
from bench.measurement import Work, measure_memory, measure_pictures, measure_throughput
from bench.race import main
from bench.scenarios import EMPTY, SCENARIOS, STILL, write_frames
from bench.stages import Clock, staged
from knuckle.evaluate.peers.process import Contestant
from knuckle.geometry.rois import roi_from_landmarks
from knuckle.pictures import detector as pipeline
from knuckle.values import ImageArray
from tests.detectors import a_detector

SMALL = (320, 240)


@pytest.fixture
def racers() -> list[Entry]:
    """Knuckle against itself."""
    contestant = Contestant("knuckle", sys.executable)
    return [Entry("one", contestant, "two"), Entry("two", contestant, None)]


def work(folder: Path, index: int) -> Work:
    """A scenario, small."""
    scenario = SCENARIOS[index]
    return Work(scenario, SMALL, write_frames(folder, scenario, SMALL))


def test_a_race_measures_everybody(tmp_path: Path, racers: list[Entry]) -> None:
    """Two rounds of a still: times, CPU times and ratios for each."""
    [row] = measure_pictures(racers, [work(tmp_path, SCENARIOS.index(STILL))], 2)

    assert [None, None] == [side.fault for side in row.sides.values()]
    assert all(2 == len(side.values) == len(side.cpu) for side in row.sides.values())
    assert 0.2 < min(row.ratios(racers[0])) <= max(row.ratios(racers[0])) < 5


def test_wrong_hands_are_a_fault_and_not_the_end(tmp_path: Path, racers: list[Entry]) -> None:
    """A picture with a hand where none is expected."""
    odd = work(tmp_path, SCENARIOS.index(EMPTY))
    path = write_frames(tmp_path, STILL, SMALL)
    odd = Work(EMPTY, SMALL, path)
    [row] = measure_pictures(racers, [odd], 2)

    assert ["found 1 of 0"] * 2 == [side.fault for side in row.sides.values()]


def test_throughput_and_memory(tmp_path: Path, racers: list[Entry]) -> None:
    """Pictures per second of all processes together; megabytes of one."""
    still = work(tmp_path, SCENARIOS.index(STILL))
    [rate] = measure_throughput(racers[:1], still, 1)
    [memory] = measure_memory(racers[:1], still, 1)

    assert rate.more_is_better
    assert rate.sides["one"].values[0] > 1
    assert 30 < memory.sides["one"].values[0] < 2000


def test_the_stages_are_those_of_the_pipeline(open_palm: ImageArray) -> None:
    """Taken apart and put together again: the same next ROI, to the last bit."""
    detector, clock = a_detector(max_hands=1), Clock()
    next_place = staged(clock, detector, open_palm)
    [hand] = pipeline.detect(detector, open_palm)
    size = (open_palm.shape[1], open_palm.shape[0])

    assert roi_from_landmarks(hand.landmarks, size) == next_place.roi
    assert all(len(ms) == 1 for ms in clock.ms.values())


def test_frames_are_those_of_the_samples(tmp_path: Path) -> None:
    """So many, at the size asked for."""
    frames = np.load(write_frames(tmp_path, SCENARIOS[0], SMALL), mmap_mode="r")

    assert (30, 240, 320, 3) == frames.shape


def test_an_interpreter_for_nobody_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """The peers that there are are named."""
    with pytest.raises(SystemExit):
        main(["--python", "other=/usr/bin/python3"])

    assert "mediapipe-0.10.21" in capsys.readouterr().err
