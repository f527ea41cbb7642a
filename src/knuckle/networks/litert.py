"""The LiteRT engine, which runs the upstream files untouched, as MediaPipe does."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from importlib import import_module
from typing import Any

import numpy as np

from ..extras import import_extra
from ..values import FloatArray, ImageArray
from .files import verified
from .local import PerThread
from .models import ModelSpec
from .setup import DEFAULT_DEVICE, Device, Precision, Setup
from .single import run_one_by_one

_FULL_SCALE = np.float32(255)


class LiteRtEngine:
    """A network with an interpreter for each calling thread, because threads cannot share one."""

    def __init__(self, setup: Setup, content: bytes | None = None) -> None:
        self.setup = setup
        self.spec = setup.spec
        self._content = verified(setup.file).read_bytes() if content is None else content
        self._module = import_module("ai_edge_litert.interpreter")
        self._interpreters: PerThread[Any] = PerThread(self._open)
        self._interpreters.get()

    def _open(self) -> Any:
        interpreter = self._module.Interpreter(
            model_content=self._content, num_threads=self.setup.threads
        )
        interpreter.allocate_tensors()
        return interpreter

    def __reduce__(self) -> tuple[type[LiteRtEngine], tuple[Setup, bytes]]:
        return LiteRtEngine, (self.setup, self._content)

    def shapes(self) -> list[tuple[int, ...]]:
        """The shapes of the input and then of the outputs."""
        interpreter = self._interpreters.get()
        details = [*interpreter.get_input_details(), *interpreter.get_output_details()]
        return [tuple(int(side) for side in detail["shape"]) for detail in details]

    def __call__(self, images: ImageArray) -> dict[str, FloatArray]:
        """Outputs by name for RGB images (batch, input_size, input_size, 3)."""
        return run_one_by_one(self.spec, images, self._run)

    def _run(self, image: ImageArray) -> list[FloatArray]:
        interpreter = self._interpreters.get()
        [source] = interpreter.get_input_details()
        interpreter.set_tensor(source["index"], image / _FULL_SCALE)
        interpreter.invoke()
        return [interpreter.get_tensor(d["index"]) for d in interpreter.get_output_details()]


def require(precision: Precision, device: Device) -> None:
    """Raise ExtraMissing without ai-edge-litert. Its one precision runs on every machine."""
    import_extra("ai_edge_litert", purpose="LiteRT", extra="litert")


def load(setup: Setup) -> LiteRtEngine:
    """Open a network."""
    return LiteRtEngine(setup)


def load_like(spec: ModelSpec, content: bytes, threads: int) -> LiteRtEngine:
    """Open a network that `MODELS` does not list but that has the same tensors as `spec`.

    content: a .tflite file whose input is RGB from 0 to 1.
    Raises ExtraMissing without ai-edge-litert, ValueError when its tensors differ from those of
    `spec`.
    """
    digest = sha256(content).hexdigest()
    other = replace(spec, name=f"{spec.task} {digest[:12]}", sha256=digest)
    require("float32", DEFAULT_DEVICE)
    setup = Setup(other, "litert", "float32", DEFAULT_DEVICE, threads)
    try:
        engine = LiteRtEngine(setup, content)
    except (ValueError, RuntimeError) as error:
        raise ValueError(f"LiteRT cannot read the network for {spec.task}: {error}") from error
    side = spec.input_size
    wanted = [(1, side, side, 3), *(tensor.shape for tensor in spec.outputs)]
    if engine.shapes() != wanted:
        raise ValueError(
            f"a network for {spec.task} has tensors of the shapes {wanted}, not {engine.shapes()}"
        )
    return engine
