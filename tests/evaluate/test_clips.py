from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from knuckle.errors import SourceError
from knuckle.evaluate.clips import evaluate_clip, frames_in_block, identity_switches, waits
from knuckle.evaluate.contestants import Knuckle, Slots
from knuckle.evaluate.datasets.readers import read_datasets
from knuckle.evaluate.report.page import page
from knuckle.evaluate.report.record import record
from knuckle.evaluate.results import Evaluation, SetResult
from knuckle.evaluate.values import Clip, Dataset, Prediction, TrueHand
from tests.conftest import SAMPLES
from tests.evaluate.hands import prediction, true_hand
from tests.evaluate.test_pictures import Fake, silent

OPTIONS = {
    "variant": "full",
    "threads": 1,
    "engine": "onnxruntime",
    "precision": "fast",
    "device": "cpu",
    "exact": False,
    "min_palm_score": 0.5,
    "min_presence": 0.5,
    "mirrored": False,
}


class Scripted(Fake):
    """A contestant that predicts frames from a list, and stops where it ends."""

    def __init__(self, frames: Sequence[list[Prediction]], name: str = "scripted") -> None:
        super().__init__({}, name=name)
        self._frames: Iterator[list[Prediction]] = iter(frames)

    def follow(self, name: str) -> object:  # type: ignore[override]
        """The next of the list."""
        return lambda frame: next(self._frames, None)


@pytest.fixture(scope="module")
def clip() -> Clip:
    """The sample clip, with its truth."""
    return next(d.clips[0] for d in read_datasets(SAMPLES) if d.clips)


def evaluated(clip: Clip, *contestants: object) -> SetResult:
    """The clip, shown to the contestants."""
    return evaluate_clip(Dataset("d"), clip, contestants, silent, lambda: True)  # type: ignore[arg-type]


def values(result: SetResult) -> dict[str, tuple[float, ...]]:
    """The figures by name."""
    return {figure.name: figure.values for figure in result.figures}


def test_the_sample_clip_is_tracked_as_is_known(clip: Clip) -> None:
    """228 of 240 true hands, in every frame one at least, without a switch of identity."""
    found = values(evaluated(clip, Knuckle(Slots(2, 2), OPTIONS)))

    assert 1.0 == found["frames with a hand"][0]
    assert found["recall"][0] > 0.9
    assert found["mean error"][0] < 0.07
    assert 0 == found["identity switches"][0]
    assert abs(found["delay"][0]) < 0.3


def test_without_truth_a_clip_has_no_accuracy(clip: Clip) -> None:
    """Steadiness is all there is to say."""
    short = [[prediction()] for _ in range(150)]
    found = values(evaluated(replace(clip, frames=None), Scripted(short)))

    assert "jitter" in found
    assert "recall" not in found
    assert "identity switches" not in found


def test_two_contestants_are_compared(clip: Clip) -> None:
    """One sees a hand in every frame, one in half of them: the difference and its interval."""
    always = Scripted([[prediction()] for _ in range(150)])
    half = Scripted([[prediction()] if i < 75 else [] for i in range(150)], name="half")
    result = evaluated(replace(clip, frames=None), always, half)
    figure = result.figures[0]

    assert ("frames with a hand", (1.0, 0.5)) == (figure.name, figure.values)
    assert 0.5 == figure.difference
    assert figure.interval is not None
    assert 0 < figure.interval[0] < 0.5 < figure.interval[1] <= 1


def test_answers_that_end_early_are_a_problem(clip: Clip) -> None:
    """Ten frames were recorded: figures are those of ten, and it is said."""
    result = evaluated(replace(clip, frames=None), Scripted([[prediction()]] * 10))

    assert 10 == result.size
    assert ["two_hands.mp4: frame 10"] == [p.where for p in result.problems]


def test_truth_that_ends_early_is_a_problem(clip: Clip) -> None:
    """The frames beyond are not judged, predictions there are not false, and it is said."""
    assert clip.frames is not None
    hands = [hand for hand in clip.frames[0] if hand.points is not None]
    right = [Prediction(hand.points) for hand in hands if hand.points is not None]
    result = evaluated(replace(clip, frames=clip.frames[:5]), Scripted([right] * 8))

    assert 1.0 == values(result)["precision"][0]
    assert "pictures with a false hand" not in values(result)
    assert "has ground truth for 5 of 8 frames" in " ".join(p.what for p in result.problems)


def test_identities_switch_along_true_hands() -> None:
    """Given identities that swap are two switches; a hand not found in between is none."""
    truth = [[true_hand(id=1), true_hand((300, 0), id=2)]] * 3
    here, there = prediction(id=8), prediction((300, 0), id=9)
    swapped = [[here, there], [prediction(id=9), prediction((300, 0), id=8)], [prediction(id=9)]]

    assert 0 == identity_switches(truth, [[here, there], [there, here], [there]])
    assert 2 == identity_switches(truth, swapped)


def test_a_true_hand_waits_to_be_found() -> None:
    """From the frame in which it comes; until it goes, if it is never found; each time it comes."""
    here, there = true_hand(id=1), true_hand((300, 0), id=2)
    truth = [[here], [here, there], [here, there], [here], [], [here], [here]]
    found = [[], [], [prediction()], [], [], [], []]
    times = [i / 10 for i in range(7)]

    np.testing.assert_allclose([0.2, 0.2, 0.2], waits(truth, found, times))
    np.testing.assert_allclose([0.0], waits([[here]], [[prediction()]], [3.0]))
    assert 0 == waits([[]], [[]], [0.0]).size


def tipped(folder: Path, hands: Sequence[Sequence[TrueHand]]) -> Clip:
    """The sample clip with the finger tips of its first hand in a clips.json."""
    frames = []
    for first, *_ in hands:
        assert first.points is not None
        (x0, y0), (x1, y1) = first.points.min(axis=0), first.points.max(axis=0)
        thumb, index = first.points[[4, 8]].tolist()
        frames.append({"bbox": [x0, y0, x1 - x0, y1 - y0], "thumb_tip": thumb, "index_tip": index})
    content = {"clips": [{"video": "two_hands.mp4", "frames": frames}]}
    (folder / "clips.json").write_text(json.dumps(content))
    (folder / "two_hands.mp4").write_bytes((SAMPLES / "two_hands.mp4").read_bytes())
    [dataset] = read_datasets(folder)
    return dataset.clips[0]


def test_a_clip_with_finger_tips_is_judged_by_them(clip: Clip, tmp_path: Path) -> None:
    """Found from the fourth frame on, each time 5 pixels to the right."""
    assert clip.frames is not None
    short = tipped(tmp_path, clip.frames[:20])
    hands = [frame[0] for frame in clip.frames[:20]]
    right = [[Prediction(h.points + np.array([5, 0]))] for h in hands if h.points is not None]
    sides = [max(h.box[2] - h.box[0], h.box[3] - h.box[1]) for h in hands]
    result = evaluated(short, Scripted([[]] * 3 + right[3:]))
    found = values(result)

    assert pytest.approx(17 / 20) == found["recall"][0]
    assert pytest.approx(0.1) == found["time until found, longest"][0]
    for finger in ("thumb", "index"):
        assert pytest.approx(np.mean([5 / s for s in sides[3:]])) == found[f"{finger} tip error"][0]
    assert not {"mean error", "ring tip error"} & set(found)
    written = record(Evaluation(("scripted",), (result,), "now", "here"))
    assert "thumb tip error" in json.dumps(written)
    assert "time until found, median" in page(Evaluation(("scripted",), (result,), "now", "here"))


@pytest.mark.data
def test_the_real_clips_with_finger_tips(data: Path) -> None:
    """Two of them: one hand that is there from the start, one that is found late."""
    found = {}
    for name in ("scale_1.mp4", "translation_2.mp4"):
        [dataset] = read_datasets(data / "ti1k" / name)
        found[name] = values(evaluated(dataset.clips[0], Knuckle(Slots(2, 2), OPTIONS)))

    assert 1.0 == found["scale_1.mp4"]["recall"][0]
    assert 0.0 == found["scale_1.mp4"]["time until found, longest"][0]
    assert found["scale_1.mp4"]["thumb tip error"][0] < 0.06
    assert found["translation_2.mp4"]["recall"][0] > 0.5
    assert found["translation_2.mp4"]["time until found, longest"][0] <= 2.0


@pytest.mark.parametrize(
    ("times", "expected"),
    [([], 1), ([0.0], 1), ([0.0, 0.0], 1), (np.arange(50) / 25, 25), (np.arange(3) * 2.0, 1)],
)
def test_a_block_is_a_second(times: Sequence[float], expected: int) -> None:
    """As many frames as a second has, and at least one."""
    assert expected == frames_in_block(times)


def test_a_clip_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    """The error says which file."""
    path = tmp_path / "broken.mp4"
    path.write_bytes(b"nothing")

    with pytest.raises(SourceError, match=r"broken\.mp4"):
        evaluated(Clip("broken.mp4", path), Scripted([]))
