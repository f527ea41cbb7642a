"""The seam to inference runtimes: a network is a callable from pictures to named arrays."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Protocol

from ..errors import ModelMissing
from ..values import FloatArray, ImageArray
from .models import ModelSpec

ENGINES = {
    "onnxruntime": "knuckle.networks.onnxruntime",
    "litert": "knuckle.networks.litert",
    "openvino": "knuckle.networks.openvino",
}
DEFAULT_ENGINE = "onnxruntime"


class Engine(Protocol):
    """An opened network. Safe to call from several threads and after a fork."""

    spec: ModelSpec

    def __call__(self, images: ImageArray) -> Mapping[str, FloatArray]:
        """Outputs by name for RGB images (batch, input_size, input_size, 3)."""
        ...


def load_engine(spec: ModelSpec, threads: int, name: str = DEFAULT_ENGINE) -> Engine:
    """Open a network with the named runtime.

    Raises ModelMissing when the package holds no networks, ExtraMissing when the runtime is not
    installed, ValueError for an unknown one.
    """
    if name not in ENGINES:
        raise ValueError(f"engine must be one of {', '.join(map(repr, ENGINES))}, not {name!r}")
    if not spec.onnx.is_file():
        raise ModelMissing(
            f"{spec.onnx.name} is not in the package, which was not built: "
            "pip install -e . in the clone of its repository"
        )
    engine: Engine = import_module(ENGINES[name]).load(spec, threads)
    return engine
