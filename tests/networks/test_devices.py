"""Devices of ONNX Runtime: the same answers where the device is, one clear sentence elsewhere."""

from __future__ import annotations

import pickle
from typing import get_args

import numpy as np
import onnxruntime
import pytest

import knuckle
from knuckle.errors import CannotRunHere
from knuckle.networks.engine import load_engine, open_networks, setup_for
from knuckle.networks.models import MODELS, ModelSpec
from knuckle.networks.onnxruntime import PROVIDERS
from knuckle.networks.setup import Device, Wanted
from knuckle.values import ImageArray

DEVICES: tuple[Device, ...] = get_args(Device)
OTHERS = [device for device in DEVICES if device != "cpu"]
every_device = pytest.mark.parametrize("device", OTHERS)
# In pixels, logits, probabilities and metres. Other chips sum in another order; ten times what
# engines on one processor differ by.
NEAR = 1e-2


def available(device: Device) -> bool:
    """Whether the installed ONNX Runtime has the device's provider."""
    return PROVIDERS[device].name in onnxruntime.get_available_providers()


def needs(device: Device) -> None:
    """Skip the test unless the device is here and starts."""
    if not available(device):
        pytest.skip(f"this ONNX Runtime has no {PROVIDERS[device].name}")
    try:
        load_engine(setup_for(MODELS["hand_landmark_lite"], Wanted(device=device)))
    except CannotRunHere as error:
        pytest.skip(str(error))


def test_every_device_has_a_provider() -> None:
    """No device is offered that nothing drives."""
    assert set(DEVICES) == set(PROVIDERS)


@every_device
def test_a_device_without_its_package_says_which(device: Device, open_palm: ImageArray) -> None:
    """The value, the provider and the cure."""
    if available(device):
        pytest.skip("it is here")
    with pytest.raises(
        CannotRunHere, match=f"device='{device}'.*{PROVIDERS[device].name}: "
    ) as why:
        knuckle.detect(open_palm, device=device)
    assert PROVIDERS[device].cure in str(why.value)


@every_device
@pytest.mark.parametrize("spec", MODELS.values(), ids=lambda spec: spec.name)
def test_a_device_answers_as_the_processor(device: Device, spec: ModelSpec) -> None:
    """To a batch of noise and to single pictures."""
    needs(device)
    shape = (2, spec.input_size, spec.input_size, 3)
    images = np.random.default_rng(1).integers(0, 256, shape, np.uint8)
    here = load_engine(setup_for(spec, Wanted()))(images)
    there = load_engine(setup_for(spec, Wanted(device=device)))

    for name, expected in here.items():
        np.testing.assert_allclose(expected, there(images)[name], rtol=1e-3, atol=NEAR)
        np.testing.assert_allclose(expected[:1], there(images[:1])[name], rtol=1e-3, atol=NEAR)


@every_device
def test_a_device_survives_a_pickle(device: Device) -> None:
    """And is shared in the process that reads it."""
    needs(device)
    networks = open_networks("lite", Wanted(device=device))

    assert networks.hand is pickle.loads(pickle.dumps(networks.hand))
