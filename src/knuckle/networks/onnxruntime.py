"""The ONNX Runtime engine, on its CPU provider."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from weakref import WeakSet

# ONNX Runtime 1.29 and later report usage unless this is set before the import.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import onnxruntime

from ..values import FloatArray, ImageArray
from .engine import Engine, open_network
from .files import verified
from .models import ModelSpec

_ONLY_ERRORS = 3


class OnnxRuntimeEngine:
    """A network with a session. A forked child has no threads, so it reopens a threaded session."""

    def __init__(self, spec: ModelSpec, threads: int) -> None:
        self.spec = spec
        self._threads = threads
        self._outputs = [tensor.name for tensor in spec.outputs]
        self._session = self._open()
        if threads > 1:
            _threaded.add(self)

    def _open(self) -> onnxruntime.InferenceSession:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.inter_op_num_threads = 1
        options.log_severity_level = _ONLY_ERRORS
        # Threads that spin while waiting slow down everything else on a busy machine.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        return onnxruntime.InferenceSession(
            verified(self.spec.onnx), options, providers=["CPUExecutionProvider"]
        )

    def abandon(self) -> None:
        """Leave the session of the parent process alone: closing it would wait for its threads."""
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(self._session))
        self._session = None

    def __reduce__(self) -> tuple[Callable[..., Engine], tuple[ModelSpec, int, str]]:
        return open_network, (self.spec, self._threads, "onnxruntime")

    def __call__(self, images: ImageArray) -> dict[str, FloatArray]:
        """Outputs by name for RGB images (batch, input_size, input_size, 3)."""
        if self._session is None:
            self._session = self._open()
        values = self._session.run(self._outputs, {"image": images})
        return dict(zip(self._outputs, values, strict=True))


_threaded: WeakSet[OnnxRuntimeEngine] = WeakSet()


def _after_fork_in_child() -> None:
    for engine in _threaded:
        engine.abandon()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)


def load(spec: ModelSpec, threads: int) -> OnnxRuntimeEngine:
    """Open a network on `threads` threads."""
    return OnnxRuntimeEngine(spec, threads)
