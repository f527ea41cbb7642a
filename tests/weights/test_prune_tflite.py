"""A pruned TensorFlow Lite network answers as the one that it was made from."""

from __future__ import annotations

import zlib

import numpy as np
import pytest

from knuckle.networks.models import MODELS, ModelSpec
from tests.conftest import Say
from tests.weights.test_convert import real_crops, run_litert
from weights.prune_tflite import pruned_tflite

PRUNABLE = [spec for spec in MODELS.values() if spec.is_prunable]


@pytest.mark.parametrize("spec", PRUNABLE, ids=lambda spec: spec.name)
def test_the_answers_stay(spec: ModelSpec, say: Say) -> None:
    """Landmarks within 0.01 px, as changed biases are rounded to float16; scores within 1e-4."""
    largest: dict[str, float] = {}
    for image in real_crops(spec.task)[:12]:
        ours, theirs = (run_litert(p, image) for p in (spec.pruned_tflite, spec.tflite))
        for tensor, a, b in zip(spec.outputs, ours, theirs, strict=True):
            largest[tensor.name] = max(largest.get(tensor.name, 0), float(np.abs(a - b).max()))
    say(f"{spec.name}: " + ", ".join(f"{n} within {d:.0e}" for n, d in largest.items()))

    assert largest.pop("landmarks") < 0.01
    assert max(largest.values()) < 1e-4


@pytest.mark.parametrize(("name", "share"), [("full", 0.85), ("lite", 0.95)])
def test_it_is_smaller_where_files_are_compressed(name: str, share: float) -> None:
    """The file keeps its length; zeros take the place of what is removed."""
    spec = MODELS[f"hand_landmark_{name}"]
    before, after = spec.tflite.read_bytes(), spec.pruned_tflite.read_bytes()

    assert len(before) == len(after)
    assert len(zlib.compress(after)) < share * len(zlib.compress(before))


@pytest.mark.parametrize("name", ["palm_detection_full", "palm_detection_lite"])
def test_a_network_without_such_channels_stays_as_it_is(name: str) -> None:
    """The palm networks have none."""
    data = MODELS[name].tflite.read_bytes()

    assert data == pruned_tflite(data)
