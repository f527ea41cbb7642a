"""The ONNX Runtime engine, on the processor or on a device that one of its providers drives."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from contextlib import nullcontext
from threading import Lock
from typing import Any, NamedTuple
from weakref import WeakSet

# ONNX Runtime 1.29 and later report usage unless this is set before the import.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import onnxruntime

from ..errors import CannotRunHere
from ..values import FloatArray, ImageArray
from .engine import Engine, open_network
from .files import verified
from .processor import has_arm_bfloat16, sums_bytes_quickly
from .setup import Device, Precision, Setup

_ONLY_ERRORS = 3
_CPU = "CPUExecutionProvider"


class Provider(NamedTuple):
    """What runs networks on a device, and how to get it."""

    name: str
    options: dict[str, str]
    cure: str


PROVIDERS: dict[Device, Provider] = {
    "cpu": Provider(_CPU, {}, ""),
    "cuda": Provider(
        "CUDAExecutionProvider",
        {"use_tf32": "0"},  # TF32 keeps 10 bits of each number; float32 keeps 23
        'pip uninstall onnxruntime, then pip install "onnxruntime-gpu[cuda,cudnn]"',
    ),
    "coreml": Provider(
        "CoreMLExecutionProvider",
        {"ModelFormat": "MLProgram"},  # the older format computes in float16
        "only onnxruntime for macOS has it",
    ),
    "directml": Provider(
        "DmlExecutionProvider",
        {},
        "on Windows, pip uninstall onnxruntime, then pip install onnxruntime-directml",
    ),
}


def require(precision: Precision, device: Device) -> None:
    """Raise CannotRunHere unless this machine can run networks so."""
    provider = PROVIDERS[device]
    if provider.name not in onnxruntime.get_available_providers():
        raise CannotRunHere(
            f"device={device!r} needs an ONNX Runtime with {provider.name}: {provider.cure}"
        )
    if precision == "int8" and not sums_bytes_quickly(onnxruntime):
        raise CannotRunHere(
            "precision='int8' needs a processor that sums products of 8-bit numbers (VNNI on x86, "
            "dot product on ARM), and this one does not: use precision='float32'"
        )
    if precision == "bfloat16" and not has_arm_bfloat16():
        raise CannotRunHere(
            "precision='bfloat16' with engine='onnxruntime' needs Linux on an ARM processor with "
            "bfloat16: use engine='openvino' or precision='float32'"
        )


class OnnxRuntimeEngine:
    """A network with a session.

    A forked child has no threads and no device, so it reopens a session that uses them.
    """

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.spec = setup.spec
        self._outputs = [tensor.name for tensor in self.spec.outputs]
        # DirectML allows one call at a time.
        self._turn: Any = Lock() if setup.device == "directml" else nullcontext()
        self._session = self._open()
        if setup.threads > 1 or setup.device != "cpu":
            _reopened.add(self)

    def _open(self) -> onnxruntime.InferenceSession:
        provider = PROVIDERS[self.setup.device]
        if self.setup.device == "cuda":
            onnxruntime.preload_dlls()  # CUDA's libraries, where pip installed them
        session = onnxruntime.InferenceSession(
            verified(self.setup.file),
            _session_options(self.setup),
            providers=[(provider.name, provider.options)],
        )
        if session.get_providers()[0] != provider.name:  # it takes the processor then
            raise CannotRunHere(
                f"device={self.setup.device!r} did not start: is there such a device, with its "
                "driver? A forked process cannot use its parent's: start it with spawn"
            )
        return session

    def abandon(self) -> None:
        """Leave the session of the parent process alone: closing it would wait for its threads."""
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(self._session))
        self._session = None

    def __reduce__(self) -> tuple[Callable[..., Engine], tuple[Setup]]:
        return open_network, (self.setup,)

    def __call__(self, images: ImageArray) -> dict[str, FloatArray]:
        """Outputs by name for RGB images (batch, input_size, input_size, 3)."""
        with self._turn:
            if self._session is None:
                self._session = self._open()
            values = self._session.run(self._outputs, {"image": images})
        return dict(zip(self._outputs, values, strict=True))


def _session_options(setup: Setup) -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = setup.threads
    options.inter_op_num_threads = 1
    options.log_severity_level = _ONLY_ERRORS
    # Threads that spin while waiting slow down everything else on a busy machine.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    if setup.precision == "bfloat16":
        options.add_session_config_entry("mlas.enable_gemm_fastmath_arm64_bfloat16", "1")
    if setup.device == "directml":
        options.enable_mem_pattern = False  # DirectML needs that
    return options


_reopened: WeakSet[OnnxRuntimeEngine] = WeakSet()


def _after_fork_in_child() -> None:
    for engine in _reopened:
        engine.abandon()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)


def load(setup: Setup) -> OnnxRuntimeEngine:
    """Open a network. Raises CannotRunHere when a device does not start."""
    return OnnxRuntimeEngine(setup)
