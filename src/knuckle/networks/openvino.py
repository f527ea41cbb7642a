"""The OpenVINO engine, which runs the upstream files on its CPU device."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from ..extras import import_extra
from ..values import FloatArray, ImageArray
from .engine import Engine, open_network
from .files import verified
from .local import PerProcess, PerThread
from .models import ModelSpec
from .single import run_one_by_one

_FULL_SCALE = 255.0
_TELEMETRY = "openvino_telemetry"


def _import_openvino() -> Any:
    """OpenVINO without its telemetry, which would create an identity and report it when imported.

    OpenVINO works without its telemetry package. None in the package's place says that it is
    missing.
    """
    absent = object()
    telemetry = sys.modules.get(_TELEMETRY, absent)
    if telemetry is absent:
        sys.modules[_TELEMETRY] = None  # type: ignore[assignment]
    try:
        return import_extra("openvino", purpose="OpenVINO", extra="openvino")
    finally:
        if telemetry is absent:
            del sys.modules[_TELEMETRY]


class OpenVinoEngine:
    """A compiled network with an inference request for each calling thread."""

    def __init__(self, spec: ModelSpec, threads: int) -> None:
        self.spec = spec
        self._threads = threads
        self._module = _import_openvino()
        self._compiled: PerProcess[Any] = PerProcess(self._compile)
        self._requests: PerThread[Any] = PerThread(
            lambda: self._compiled.get().create_infer_request()
        )

    def _compile(self) -> Any:
        """The network with 8-bit input; the division by 255 becomes part of it."""
        core = self._module.Core()
        steps = self._module.preprocess.PrePostProcessor(
            core.read_model(str(verified(self.spec.tflite)))
        )
        steps.input().tensor().set_element_type(self._module.Type.u8)
        steps.input().preprocess().convert_element_type(self._module.Type.f32).scale(_FULL_SCALE)
        # float32 throughout, because on some processors OpenVINO would choose bfloat16, which is
        # off by pixels. No pinning, because every process would pin its thread to the same core.
        settings = {
            "ENABLE_CPU_PINNING": False,
            "INFERENCE_NUM_THREADS": self._threads,
            "INFERENCE_PRECISION_HINT": "f32",
            "PERFORMANCE_HINT": "LATENCY",
        }
        return core.compile_model(steps.build(), "CPU", settings)

    def __reduce__(self) -> tuple[Callable[..., Engine], tuple[ModelSpec, int, str]]:
        return open_network, (self.spec, self._threads, "openvino")

    def __call__(self, images: ImageArray) -> dict[str, FloatArray]:
        """Outputs by name for RGB images (batch, input_size, input_size, 3)."""
        return run_one_by_one(self.spec, images, self._run)

    def _run(self, image: ImageArray) -> list[FloatArray]:
        request = self._requests.get()
        request.infer([image])
        # Copy, because the request writes its next answer into the same memory.
        return [np.array(tensor.data) for tensor in request.output_tensors]


def load(spec: ModelSpec, threads: int) -> OpenVinoEngine:
    """Open a network on `threads` threads. Raises ExtraMissing without openvino."""
    return OpenVinoEngine(spec, threads)
