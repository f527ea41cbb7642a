"""Inference engines: a network is a callable from pictures to named arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol
from weakref import WeakValueDictionary

from ..values import FloatArray, ImageArray
from .models import ModelSpec, Variant, model_for

ENGINES = {
    "onnxruntime": "knuckle.networks.onnxruntime",
    "litert": "knuckle.networks.litert",
    "openvino": "knuckle.networks.openvino",
}
DEFAULT_ENGINE = "onnxruntime"


class Engine(Protocol):
    """An open network. It can be called from several threads and after a fork, and pickled."""

    spec: ModelSpec

    def __call__(self, images: ImageArray) -> Mapping[str, FloatArray]:
        """Outputs by name for RGB images (batch, input_size, input_size, 3)."""
        ...


@dataclass(frozen=True, slots=True)
class Networks:
    """The two networks of one variant."""

    palm: Engine
    hand: Engine


# The networks in use. A hundred trackers share one copy, and it goes with the last of them.
_open: WeakValueDictionary[tuple[ModelSpec, int, str], Engine] = WeakValueDictionary()


def open_networks(variant: Variant, threads: int = 1, engine: str = DEFAULT_ENGINE) -> Networks:
    """The networks of a variant. Those that are open already are shared.

    Raises ModelMissing when the package holds no networks, ExtraMissing when the runtime is not
    installed, ModelDamaged when a file is not the one that was built, ValueError for an unknown
    engine.
    """
    return Networks(
        palm=open_network(model_for("palm detection", variant), threads, engine),
        hand=open_network(model_for("hand landmarks", variant), threads, engine),
    )


def open_network(spec: ModelSpec, threads: int = 1, engine: str = DEFAULT_ENGINE) -> Engine:
    """One network, shared if it is open already; see `open_networks`."""
    key = (spec, threads, engine)
    network = _open.get(key)
    if network is None:
        network = _open[key] = load_engine(spec, threads, engine)
    return network


def load_engine(spec: ModelSpec, threads: int, name: str = DEFAULT_ENGINE) -> Engine:
    """Open a network with the named engine. It is never shared.

    Raises what `open_networks` raises.
    """
    if name not in ENGINES:
        raise ValueError(f"engine must be one of {', '.join(map(repr, ENGINES))}, not {name!r}")
    engine: Engine = import_module(ENGINES[name]).load(spec, threads)
    return engine
