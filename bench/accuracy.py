"""Recall, error and steadiness of every contestant, to stand beside their times."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.contestants import Entry
from bench.scenarios import SAMPLES
from knuckle.evaluate.contestants import PeerContestant, Slots
from knuckle.evaluate.datasets.readers import read_datasets
from knuckle.evaluate.evaluation import evaluate
from knuckle.evaluate.peers.process import Process

SLOTS = Slots(picture=4, clip=2)
# In a folder of data, where there is one. The videos have hands at rest.
SETS = ("hgc_realworld", "videos/asl_hand.25fps.mp4", "videos/thumb_up_woman.mp4")
FIGURES = ("recall", "mean error", "jitter, still")  # of `knuckle evaluate`


@dataclass(frozen=True, slots=True)
class Accuracy:
    """One figure of one set."""

    set: str
    figure: str
    digits: int  # to show after the decimal point
    values: dict[str, float]  # by the entry's name; NaN where it is not defined


def measure_accuracy(racers: Sequence[Entry], data: Path | None, folder: Path) -> list[Accuracy]:
    """What every contestant finds on the samples, and on the sets of a folder of data.

    folder: where the contestants' pictures are written.
    """
    places = [SAMPLES, *(data / name for name in SETS if data and (data / name).exists())]
    found = []
    with ExitStack() as stack:
        contestants = []
        for number, entry in enumerate(racers):
            own = folder / f"accuracy-{number}"
            own.mkdir()
            process = stack.enter_context(Process(entry.contestant))
            contestants.append(PeerContestant(entry.name, process, own, SLOTS))
        datasets = [dataset for place in places for dataset in read_datasets(place)]
        result = evaluate([(dataset, contestants) for dataset in datasets], robustness=0)
    names = [entry.name for entry in racers]
    for part in result.sets:
        for figure in part.figures:
            values = dict(zip(names, figure.values, strict=True))
            if figure.name in FIGURES and not all(map(math.isnan, values.values())):
                found.append(Accuracy(part.name, figure.name, figure.digits, values))
    return found


def shown(value: float, digits: int) -> str:
    """A figure, or a dash where it is not defined."""
    return "-" if np.isnan(value) else f"{value:.{digits}f}"
