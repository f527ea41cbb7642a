"""Every engine runs every network of the table alike, in each precision to its tolerance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from knuckle.geometry.rois import letterbox_roi
from knuckle.networks.engine import FORMS, Engine, Form, load_engine
from knuckle.networks.models import MODELS
from knuckle.networks.setup import Precision
from knuckle.stages.warp import crop
from knuckle.values import FloatArray, ImageArray, Roi
from tests.networks.setups import runnable, setup_of

# What the networks answer to pictures of one colour, run by XNNPACK in float32, to 1e-3 of the
# value: (network, colour from 0 to 1) -> {check: value}.
GOLDEN = {
    ("palm_detection_full", 0.0): {
        "boxes mean": 3.255592,
        "boxes 0": -0.539977,
        "boxes 1": 20.164404,
        "boxes 2": -2.797698,
        "boxes 3": -2.806829,
        "boxes 4": 97.954552,
        "boxes 5": 28.375320,
        "scores mean": -9.886846,
        "scores max": -4.897883,
    },
    ("palm_detection_full", 1.0): {"boxes mean": 4.560743, "scores max": -3.405455},
    ("palm_detection_lite", 0.0): {"boxes mean": 5.105289, "scores max": -3.661399},
    ("palm_detection_lite", 1.0): {"boxes mean": 5.187746, "scores max": -3.711687},
    ("hand_landmark_full", 0.0): {
        "landmarks 0": 104.45014,
        "landmarks 1": 178.66501,
        "landmarks 3": 108.14285,
        "presence 0": 0.00736544,
        "handedness 0": 0.56819665,
    },
    ("hand_landmark_full", 1.0): {
        "landmarks 0": 109.51253,
        "landmarks 1": 179.60907,
        "presence 0": 0.00695108,
        "handedness 0": 0.67728686,
    },
    ("hand_landmark_lite", 0.0): {
        "landmarks 0": 110.576256,
        "presence 0": 0.01428994,
        "handedness 0": 0.08596235,
    },
    ("hand_landmark_lite", 1.0): {
        "landmarks 0": 117.43978,
        "presence 0": 0.00320482,
        "handedness 0": 0.21415052,
    },
}


# What they answer to samples/open_palm.jpg, likewise: the palm networks, at the anchor that is
# surest, to the whole picture; the hand networks to the crop under HAND.
GOLDEN_HAND = {
    "palm_detection_full": {
        "scores 601": 3.07604,
        "boxes 10818": 0.31830,
        "boxes 10819": 3.14028,
        "boxes 10820": 31.13912,
        "boxes 10822": -4.17602,
        "boxes 10823": 17.72101,
    },
    "palm_detection_lite": {
        "scores 649": 2.53868,
        "boxes 11682": -0.61235,
        "boxes 11683": -3.28808,
        "boxes 11684": 29.77377,
        "boxes 11686": -5.09021,
        "boxes 11687": 10.78089,
    },
    "hand_landmark_full": {
        "landmarks 0": 99.08602,
        "landmarks 1": 192.22845,
        "landmarks 24": 148.96300,
        "landmarks 25": 56.58619,
        "landmarks 60": 37.02156,
        "landmarks 61": 94.63702,
        "presence 0": 0.99514,
        "handedness 0": 0.97730,
        "world_landmarks 60": -0.06475,
    },
    "hand_landmark_lite": {
        "landmarks 0": 103.20134,
        "landmarks 1": 193.94473,
        "landmarks 24": 146.50226,
        "landmarks 25": 59.19962,
        "landmarks 60": 37.47656,
        "landmarks 61": 96.09829,
        "presence 0": 0.99581,
        "handedness 0": 0.94242,
        "world_landmarks 60": -0.05647,
    },
}
HAND = Roi(0.528, 0.435, 0.423, 0.635, 0.075)

# How far an output may be from those values. float32: the order of the sums, and the digits above.
# bfloat16 and int8: about twice the most that was measured on the samples; decision 17 has the
# figures of real sets. In pixels of the crop, logits, probabilities and metres.
NEAR: dict[Precision, dict[str, float]] = {
    "float32": {
        "landmarks": 1e-3,
        "presence": 1e-5,
        "handedness": 1e-4,
        "world_landmarks": 1e-5,
        "boxes": 1e-3,
        "scores": 1e-4,
    },
    "bfloat16": {
        "landmarks": 1.0,
        "presence": 2e-3,
        "handedness": 0.02,
        "world_landmarks": 5e-3,
        "boxes": 0.5,
        "scores": 0.1,
    },
    "int8": {
        "landmarks": 1.5,
        "presence": 5e-3,
        "handedness": 0.04,
        "world_landmarks": 5e-3,
        "boxes": 2.0,
        "scores": 0.5,
    },
}
# How far the answers to a batch or on two threads may be from those to single pictures on one
# thread. The sums have another order; at the end of a range that moves a rounded number by a step.
ALIKE: dict[Precision, float] = {"float32": 1e-3, "bfloat16": 1e-3, "int8": 1e-3}


CASES = [(form, model) for form in FORMS for model in MODELS]
FLOAT32 = [(form, model) for form, model in CASES if form.precision == "float32"]


@pytest.fixture(params=CASES, ids=lambda p: _id(*p))
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each network in each engine and precision that this machine can run."""
    return load_engine(runnable(*request.param))


def _id(form: Form, model: str) -> str:
    return f"{form.engine}-{form.precision}-{model}"


def pictures(engine: Engine, count: int) -> ImageArray:
    """Noise of the engine's input size."""
    side = engine.spec.input_size
    shape = (count, side, side, 3)
    return np.random.default_rng(1).integers(0, 256, shape, np.uint8)


def reading(outputs: dict[str, FloatArray], check: str) -> float:
    """The number a golden check such as "boxes mean" or "boxes 3" speaks of."""
    name, what = check.split()
    values = outputs[name].ravel()
    return float(getattr(values, what)() if what in ("mean", "max") else values[int(what)])


@pytest.mark.parametrize("colour", [0.0, 1.0])
@pytest.mark.parametrize("engine", FLOAT32, ids=lambda p: _id(*p), indirect=True)
def test_golden_outputs(engine: Engine, colour: float) -> None:
    """A picture of one colour gives what the original network gives.

    In float32 only: where there is no hand, other roundings add up to pixels.
    """
    side = engine.spec.input_size
    image = np.full((1, side, side, 3), round(colour * 255), np.uint8)
    outputs = dict(engine(image))
    expected = GOLDEN[engine.spec.name, colour]

    assert expected == {c: pytest.approx(reading(outputs, c), rel=1e-3) for c in expected}


def test_golden_hand(engine: Engine, open_palm: ImageArray) -> None:
    """A real hand gives what the original network gives."""
    side, height, width = engine.spec.input_size, *open_palm.shape[:2]
    if engine.spec.task == "palm detection":
        image = crop(open_palm, letterbox_roi((width, height)), side, border="zero", exact=True)
    else:
        image = crop(open_palm, HAND, side, border="replicate", exact=True)
    outputs = dict(engine(image[None]))
    near = NEAR[engine.setup.precision]
    expected = GOLDEN_HAND[engine.spec.name]

    assert expected == {
        check: pytest.approx(reading(outputs, check), rel=1e-5, abs=near[check.split()[0]])
        for check in expected
    }


def test_outputs_are_those_of_the_table(engine: Engine) -> None:
    """Names, order and shapes are as `MODELS` says."""
    outputs = engine(pictures(engine, 1))

    assert [(t.name, t.shape) for t in engine.spec.outputs] == [
        (name, array.shape) for name, array in outputs.items()
    ]
    assert {np.dtype(np.float32)} == {array.dtype for array in outputs.values()}


def test_batch_equals_single(engine: Engine) -> None:
    """Pictures do not see one another in a batch.

    Tolerance: the order of float32 sums may differ with the batch; 1e-3 px is ten times that.
    """
    images = pictures(engine, 3)
    together = engine(images)
    apart = [engine(image[None]) for image in images]

    for name, array in together.items():
        single = np.concatenate([outputs[name] for outputs in apart])
        np.testing.assert_allclose(array, single, rtol=1e-5, atol=ALIKE[engine.setup.precision])


def test_threads_change_nothing(engine: Engine) -> None:
    """Two threads give what one gives, to the order of sums."""
    images = pictures(engine, 1)
    two = load_engine(replace(engine.setup, threads=2))(images)

    for name, array in engine(images).items():
        np.testing.assert_allclose(array, two[name], rtol=1e-5, atol=ALIKE[engine.setup.precision])


def test_an_unknown_engine_is_refused() -> None:
    """The sentence names the engines there are."""
    with pytest.raises(
        ValueError, match="one of 'onnxruntime', 'litert', 'openvino', 'auto', not 'abacus'"
    ):
        setup_of("palm_detection_lite", "abacus")
