"""Every engine runs every network of the table alike."""

from __future__ import annotations

import numpy as np
import pytest

from knuckle.networks.engine import ENGINES, Engine, load_engine
from knuckle.networks.models import MODELS
from knuckle.values import FloatArray, ImageArray

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


@pytest.fixture(params=[(e, m) for e in ENGINES for m in MODELS], ids="-".join)
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each network on each engine."""
    name, model = request.param
    return load_engine(MODELS[model], 1, name)


def name_of(engine: Engine) -> str:
    """The engine's row in the table."""
    return next(name for name, module in ENGINES.items() if type(engine).__module__ == module)


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
def test_golden_outputs(engine: Engine, colour: float) -> None:
    """A picture of one colour gives what the original network gives."""
    side = engine.spec.input_size
    image = np.full((1, side, side, 3), round(colour * 255), np.uint8)
    outputs = dict(engine(image))
    expected = GOLDEN[engine.spec.name, colour]

    assert expected == {c: pytest.approx(reading(outputs, c), rel=1e-3) for c in expected}


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
        np.testing.assert_allclose(array, single, rtol=1e-5, atol=1e-3)


def test_threads_change_nothing(engine: Engine) -> None:
    """Two threads give what one gives, to the order of sums."""
    images = pictures(engine, 1)
    two = load_engine(engine.spec, 2, name_of(engine))(images)

    for name, array in engine(images).items():
        np.testing.assert_allclose(array, two[name], rtol=1e-5, atol=1e-3)


def test_an_unknown_engine_is_refused() -> None:
    """The sentence names the engines there are."""
    spec = MODELS["palm_detection_lite"]

    with pytest.raises(
        ValueError, match="one of 'onnxruntime', 'litert', 'openvino', not 'abacus'"
    ):
        load_engine(spec, 1, "abacus")
