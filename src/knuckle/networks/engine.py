"""Inference engines: a network is a callable from pictures to named arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from typing import Protocol
from weakref import WeakValueDictionary

from ..errors import KnuckleError
from ..values import FloatArray, ImageArray
from .models import ModelSpec, Variant, model_for
from .setup import AUTO, DEFAULT_DEVICE, Precision, Setup, Wanted

ENGINES = {
    "onnxruntime": "knuckle.networks.onnxruntime",
    "litert": "knuckle.networks.litert",
    "openvino": "knuckle.networks.openvino",
}


@dataclass(frozen=True, slots=True)
class Form:
    """A precision that an engine offers."""

    engine: str
    precision: Precision
    is_fast: bool  # whether "fast" may choose it: measured, and as accurate as decision 17 asks


# From the quickest to the slowest, as measured in docs/decisions/0017-precision.md. "auto" and
# "fast" take the first row that this machine can run.
FORMS = (
    Form("onnxruntime", "int8", is_fast=True),
    Form("openvino", "bfloat16", is_fast=True),
    Form("openvino", "int8", is_fast=True),
    Form("onnxruntime", "float32", is_fast=True),
    Form("openvino", "float32", is_fast=True),
    Form("litert", "float32", is_fast=True),
    Form("onnxruntime", "bfloat16", is_fast=False),
)


class Engine(Protocol):
    """An open network. It can be called from several threads and after a fork, and pickled."""

    spec: ModelSpec
    setup: Setup

    def __call__(self, images: ImageArray) -> Mapping[str, FloatArray]:
        """Outputs by name for RGB images (batch, input_size, input_size, 3)."""
        ...


@dataclass(frozen=True, slots=True)
class Networks:
    """The two networks of one variant."""

    palm: Engine
    hand: Engine


# The networks in use. A hundred trackers share one copy, and it goes with the last of them.
_open: WeakValueDictionary[Setup, Engine] = WeakValueDictionary()


def open_networks(variant: Variant, wanted: Wanted | None = None) -> Networks:
    """The networks of a variant. Those that are open already are shared.

    wanted: how to run them; by default as `Wanted()` says.
    Raises ModelMissing when the package holds no networks, ExtraMissing when the runtime is not
    installed, ModelDamaged when a file is not the one that was built, CannotRunHere when this
    machine lacks what was wanted, ValueError for an engine without that precision or device.
    """
    palm, hand = (open_network(setup) for setup in setups(variant, wanted or Wanted()))
    return Networks(palm, hand)


def setups(variant: Variant, wanted: Wanted) -> tuple[Setup, Setup]:
    """How the palm network and the hand network of a variant are run on this machine.

    "auto" is the engine that is quickest for the hand network, which runs more often. A second
    engine for the palm network would double the time to start.
    """
    hand = setup_for(model_for("hand landmarks", variant), wanted)
    palm = setup_for(model_for("palm detection", variant), replace(wanted, engine=hand.engine))
    return palm, hand


def open_network(setup: Setup) -> Engine:
    """One network, shared if it is open already; see `open_networks`."""
    network = _open.get(setup)
    if network is None:
        network = _open[setup] = load_engine(setup)
    return network


def load_engine(setup: Setup) -> Engine:
    """Open a network. It is never shared. Raises what `open_networks` raises."""
    check_runnable(setup)
    engine: Engine = import_module(ENGINES[setup.engine]).load(setup)
    return engine


def check_runnable(setup: Setup) -> None:
    """Raise ExtraMissing or CannotRunHere when this machine lacks what a network needs to run."""
    import_module(ENGINES[setup.engine]).require(setup.precision, setup.device)


def setup_for(spec: ModelSpec, wanted: Wanted) -> Setup:
    """How to run a network: what was wanted, with "auto" and "fast" decided by this machine.

    A network without a file for int8 runs in float32.
    Raises ValueError for an engine that has not the precision or the device. Opening the network
    tells whether this machine can run it.
    """
    if wanted.engine not in (*ENGINES, AUTO):
        names = ", ".join(map(repr, (*ENGINES, AUTO)))
        raise ValueError(f"engine must be one of {names}, not {wanted.engine!r}")
    if wanted.device != DEFAULT_DEVICE:
        _check_device(wanted)
        return Setup(spec, "onnxruntime", "float32", wanted.device, wanted.threads)
    form = _form(spec, wanted.engine, wanted.precision)
    return Setup(spec, form.engine, form.precision, wanted.device, wanted.threads)


def _form(spec: ModelSpec, engine: str, precision: Precision) -> Form:
    """The quickest form of an engine, or of any if it is "auto", that this machine can run."""
    offered = [form for form in FORMS if engine in (form.engine, AUTO)]
    forms = [f for f in offered if (f.is_fast if precision == "fast" else f.precision == precision)]
    if not forms:
        names = " and ".join(form.precision for form in offered)
        others = " or ".join(repr(f.engine) for f in FORMS if f.precision == precision)
        raise ValueError(
            f"engine={engine!r} has no precision={precision!r}, it has {names}: "
            f"engine={others} has it"
        )
    if not spec.has_int8:
        forms = [f for f in forms if f.precision != "int8"] or [
            f for f in offered if f.precision == "float32"
        ]
    runnable = (form for form in forms if can_run(form))
    return next(runnable, forms[0])


@cache
def can_run(form: Form) -> bool:
    """Whether this machine can run an engine in a precision on its processor."""
    try:
        import_module(ENGINES[form.engine]).require(form.precision, DEFAULT_DEVICE)
    except KnuckleError:
        return False
    return True


def _check_device(wanted: Wanted) -> None:
    """Raise ValueError unless the device can be had with the engine and the precision."""
    if wanted.engine not in ("onnxruntime", AUTO):
        raise ValueError(
            f"device={wanted.device!r} needs engine='onnxruntime', not {wanted.engine!r}"
        )
    if wanted.precision not in ("fast", "float32"):
        raise ValueError(
            f"device={wanted.device!r} needs precision='float32', not {wanted.precision!r}"
        )
