"""Evaluation of a clip that every contestant reads as a stream."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ..errors import SourceError
from ..io.sources import open_source
from .contestants import Contestant
from .metrics.bootstrap import interval, resamples
from .metrics.distances import weighted_mean, weighted_median
from .metrics.figures import picture_figures
from .metrics.scores import match_hands, score_pictures
from .metrics.steadiness import (
    Accelerations,
    Speeds,
    accelerations,
    delay,
    dropouts,
    handedness_flips,
    identity_changes,
)
from .metrics.tracklets import Tracklet, link
from .pictures import GoOn, Progress
from .results import Better, Figure, SetResult
from .values import Array, Clip, Dataset, Prediction, Problem, TrueHand, TruePicture

BLOCK_SECONDS = 1.0  # frames this near are alike, so a resample draws them together


@dataclass(slots=True)
class Shown:
    """The frames that every contestant has read."""

    times: list[float] = field(default_factory=list)
    predictions: list[list[list[Prediction]]] = field(default_factory=list)  # by contestant, frame
    raw: list[list[Prediction]] = field(
        default_factory=list
    )  # by frame: the first contestant's, from each frame by itself
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Steadiness:
    """How steady one contestant is on one clip."""

    tracklets: list[Tracklet]
    shown: Array  # (n,) 1 where a hand was predicted
    bends: Accelerations
    delay: float
    switches: int | None  # of identity, along true hands; None without ground truth
    waits: Array | None = None  # (n,) seconds until each true hand was found; None without truth


def evaluate_clip(
    dataset: Dataset,
    clip: Clip,
    contestants: Sequence[Contestant],
    progress: Progress,
    go_on: GoOn,
) -> SetResult:
    """Steadiness of every contestant, and accuracy if there is ground truth beside the clip.

    Raises SourceError when the clip cannot be opened, ExtraMissing without PyAV.
    """
    shown = show(clip, contestants, progress, go_on)
    count = len(shown.times)
    truth = clip.frames
    if truth is not None and len(truth) < count:
        what = f"has ground truth for {len(truth)} of {count} frames; the rest is not judged"
        shown.problems.append(Problem(clip.name, what))
        truth = (*truth, *(() for _ in range(count - len(truth))))
    speeds = Speeds(raw := link(shown.raw, shown.times), shown.times)
    steady = [
        _steadiness(predictions, truth, raw, speeds, shown.times)
        for predictions in shown.predictions
    ]
    block = frames_in_block(shown.times)
    figures = _accuracy(clip, truth, shown, block) if truth is not None else ()
    return SetResult(
        name=clip.name,
        kind="clip",
        size=count,
        figures=(*steadiness_figures(steady, block), *figures) if count else (),
        problems=(*dataset.problems, *shown.problems),
    )


def show(clip: Clip, contestants: Sequence[Contestant], progress: Progress, go_on: GoOn) -> Shown:
    """Show every frame to all contestants as a stream, and by itself to the first."""
    shown = Shown(predictions=[[] for _ in contestants])
    follow = [contestant.follow(clip.name) for contestant in contestants]
    with (
        open_source(clip.path) as frames,
        progress(frames.frame_count, f"{clip.name}: frames") as advance,
    ):
        while go_on():
            try:
                frame = next(frames, None)
            except SourceError as error:
                shown.problems.append(Problem(clip.name, str(error)))
                break
            if frame is None:
                break
            predictions = [one(frame) for one in follow]
            missing = [c.name for c, a in zip(contestants, predictions, strict=True) if a is None]
            if missing:
                what = f"{missing[0]} has no prediction from here on"
                shown.problems.append(Problem(f"{clip.name}: frame {frame.index}", what))
                break
            for mine, prediction in zip(shown.predictions, predictions, strict=True):
                mine.append(prediction or [])
            shown.raw.append(contestants[0].read(clip.name, frame.image) or [])
            shown.times.append(frame.time)
            advance()
    return shown


def frames_in_block(times: Sequence[float]) -> int:
    """The number of frames in a block of BLOCK_SECONDS, at least 1."""
    if len(times) < 2 or times[-1] <= times[0]:
        return 1
    return max(1, round(BLOCK_SECONDS * (len(times) - 1) / (times[-1] - times[0])))


def _steadiness(
    predictions: Sequence[Sequence[Prediction]],
    truth: Sequence[Sequence[TrueHand]] | None,
    raw: Sequence[Tracklet],
    speeds: Speeds,
    times: Sequence[float],
) -> Steadiness:
    tracklets = link(predictions, times)
    return Steadiness(
        tracklets=tracklets,
        shown=np.array([bool(hands) for hands in predictions], np.float64),
        bends=accelerations(tracklets, speeds),
        delay=delay(tracklets, raw, speeds),
        switches=None if truth is None else identity_switches(truth, predictions),
        waits=None if truth is None else waits(truth, predictions, times),
    )


def identity_switches(
    truth: Sequence[Sequence[TrueHand]], predictions: Sequence[Sequence[Prediction]]
) -> int:
    """How often a true hand is found under another identity than the time before.

    Without identities the place in the frame's list counts, which is all that a caller has.
    Source: mismatches of CLEAR MOT (Bernardin & Stiefelhagen 2008).
    """
    last: dict[int, int] = {}
    switches = 0
    for hands, theirs in zip(truth, predictions, strict=False):
        for k, (hand, j) in enumerate(zip(hands, match_hands(hands, theirs), strict=True)):
            if j < 0:
                continue
            key = k if hand.id is None else hand.id
            given = theirs[j].id
            now = j if given is None else given
            switches += last.get(key, now) != now
            last[key] = now
    return switches


def waits(
    truth: Sequence[Sequence[TrueHand]],
    predictions: Sequence[Sequence[Prediction]],
    times: Sequence[float],
) -> Array:
    """The seconds from when a true hand comes into view until it is found, for each coming; (n,).

    A hand comes in a frame in which it is annotated, after one in which it is not. If it is never
    found, it has waited until it goes. Without identities the place in the annotation counts.
    """
    came: dict[int, float] = {}  # of the hands that wait to be found
    seen: set[int] = set()  # the hands of the last frame
    waited: list[float] = []
    for hands, theirs, time in zip(truth, predictions, times, strict=False):
        keys = [k if hand.id is None else hand.id for k, hand in enumerate(hands)]
        waited += [time - came.pop(key) for key in set(came) - set(keys)]
        came |= {key: time for key in keys if key not in seen}
        found = [key for key, j in zip(keys, match_hands(hands, theirs), strict=True) if j >= 0]
        waited += [time - came.pop(key) for key in found if key in came]
        seen = set(keys)
    end = 2 * times[-1] - times[-2] if len(times) > 1 else 0.0  # when the frame after would come
    return np.array([*waited, *(end - since for since in came.values())], np.float64)


@dataclass(frozen=True, slots=True)
class Definition:
    """How a figure of a clip is computed. It takes a weight per frame, for resampling."""

    name: str
    meaning: str
    better: Better | None
    digits: int
    measure: Callable[[Steadiness, Array], Array | float]
    is_resampled: bool = True  # False for a count or a fit over the whole clip


def _jitter(only_still: bool) -> Callable[[Steadiness, Array], Array | float]:
    def measure(steady: Steadiness, weights: Array) -> Array | float:
        bends = steady.bends
        chosen = bends.still if only_still else np.ones(len(bends.value), np.bool_)
        return weighted_median(bends.value[chosen], weights[..., bends.frame[chosen]])

    return measure


def _wait(measure: Callable[[Array], float]) -> Callable[[Steadiness, Array], float]:
    return lambda steady, weights: (
        np.nan if steady.waits is None or not steady.waits.size else float(measure(steady.waits))
    )


def _whole(measure: Callable[[Steadiness], float]) -> Callable[[Steadiness, Array], float]:
    return lambda steady, weights: measure(steady)


DEFINITIONS = (
    Definition(
        "frames with a hand",
        "frames with a predicted hand / all frames",
        "higher",
        3,
        lambda steady, weights: weighted_mean(steady.shown, weights),
    ),
    Definition(
        "dropouts",
        "how often a hand was lost and found again within a second",
        "lower",
        0,
        _whole(lambda steady: dropouts(steady.tracklets)),
        is_resampled=False,
    ),
    Definition(
        "handedness flips",
        "how often the handedness of a hand changed",
        "lower",
        0,
        _whole(lambda steady: handedness_flips(steady.tracklets)),
        is_resampled=False,
    ),
    Definition(
        "identity changes",
        "how often the identity of a hand changed, or without identities its place in the list",
        "lower",
        0,
        _whole(lambda steady: identity_changes(steady.tracklets)),
        is_resampled=False,
    ),
    Definition(
        "jitter",
        "median over hands and frames of the landmarks' mean acceleration, palm lengths / frame^2",
        "lower",
        4,
        _jitter(only_still=False),
    ),
    Definition(
        "jitter, still",
        "the same while the raw signal stays below 0.5 palm lengths / s for 0.2 s before and after",
        "lower",
        4,
        _jitter(only_still=True),
    ),
    Definition(
        "delay",
        "frames behind the raw signal in fast motion, more than 1 palm length / s",
        "lower",
        2,
        _whole(lambda steady: steady.delay),
        is_resampled=False,
    ),
    Definition(
        "identity switches",
        "how often a true hand was found under another identity than before",
        "lower",
        0,
        _whole(lambda steady: np.nan if steady.switches is None else steady.switches),
        is_resampled=False,
    ),
    Definition(
        "time until found, median",
        "seconds from when a true hand comes into view until it is found, or goes",
        "lower",
        2,
        _wait(np.median),
        is_resampled=False,
    ),
    Definition(
        "time until found, longest",
        "the same for the hand that waited longest",
        "lower",
        2,
        _wait(np.max),
        is_resampled=False,
    ),
)


def steadiness_figures(steady: Sequence[Steadiness], block: int) -> tuple[Figure, ...]:
    """The figures defined for the clip, with the difference between the first two contestants."""
    figures = (_figure(definition, steady, block) for definition in DEFINITIONS)
    return tuple(figure for figure in figures if not np.isnan(figure.values).all())


def _figure(definition: Definition, steady: Sequence[Steadiness], block: int) -> Figure:
    frames = len(steady[0].shown)
    unit = np.ones(frames)
    values = tuple(float(definition.measure(one, unit)) for one in steady)
    figure = Figure(
        definition.name,
        definition.meaning,
        definition.better,
        definition.digits,
        values,
        frames,
    )
    if len(steady) < 2:
        return figure
    figure = replace(figure, difference=values[0] - values[1])
    if not definition.is_resampled:
        return figure
    weights = resamples(frames, block=block)
    first, second = (np.asarray(definition.measure(one, weights)) for one in steady[:2])
    return replace(figure, interval=interval(first - second), pieces=-(-frames // block))


def _accuracy(
    clip: Clip, truth: Sequence[Sequence[TrueHand]], shown: Shown, block: int
) -> tuple[Figure, ...]:
    """The figures for pictures, over the frames with ground truth."""
    known = len(clip.frames or ())
    frames = [
        TruePicture(f"frame {i}", clip.path, tuple(hands), len(hands) if i < known else None)
        for i, hands in enumerate(truth[: len(shown.times)])
    ]
    palms = [None] * len(frames)
    return picture_figures(
        [score_pictures(frames, mine, palms) for mine in shown.predictions], block
    )
