"""Channels that hold a constant go, and the outputs stay."""

from __future__ import annotations

import numpy as np
import pytest

from knuckle.networks.models import MODELS
from tests.weights.bottlenecks import CHANNELS, bottleneck, images, landmarks
from weights.build import float32_model
from weights.graph import constants
from weights.prune import BLOCK, pruned


@pytest.mark.parametrize(("dead", "left"), [(0, 40), (3, 40), (9, 32), (24, 16), (30, 16)])
def test_dead_channels_go_in_blocks(dead: int, left: int) -> None:
    """As many go as leave a multiple of the block; the sums are the same but for rounding."""
    model = bottleneck(dead)

    after = pruned(model)

    assert left == len(constants(after)["expand"])
    assert left == constants(after)["project"].shape[1]
    assert left == CHANNELS or left % BLOCK == 0
    before, now = (landmarks(m, images(4)) for m in (model, after))
    np.testing.assert_allclose(now, before, rtol=0, atol=1e-5)


def test_a_channel_that_changes_at_the_edges_stays() -> None:
    """A constant above 0 before the depthwise convolution meets the zeros around the picture."""
    model = bottleneck()
    values = constants(model)
    for initializer in model.graph.initializer:
        if initializer.name == "expand":
            kernel = values["expand"].copy()
            kernel[:24] = 0
            initializer.raw_data = kernel.tobytes()
        if initializer.name == "expand_bias":
            initializer.raw_data = np.ones(CHANNELS, np.float32).tobytes()

    assert CHANNELS == len(constants(pruned(model))["expand"])


def test_the_model_that_is_pruned_stays_as_it_was() -> None:
    """A pass returns a new model."""
    model = bottleneck(24)
    before = model.SerializeToString()

    pruned(model)

    assert before == model.SerializeToString()


def test_what_it_removes_from_the_real_networks() -> None:
    """Only the landmark networks have such channels; the last stage of full loses half of its."""
    removed = {}
    for spec in MODELS.values():
        model = float32_model(spec, spec.tflite.read_bytes())
        values = constants(model)
        removed[spec.name] = sum(value.size for value in values.values()) / spec.parameters

    assert removed["hand_landmark_full"] == pytest.approx(0.62, abs=0.01)
    assert removed["hand_landmark_lite"] == pytest.approx(0.88, abs=0.01)
    assert removed["palm_detection_full"] >= 1
    assert removed["palm_detection_lite"] >= 1
