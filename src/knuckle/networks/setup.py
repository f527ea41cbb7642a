"""How networks are run: what a caller wants, and what that comes to for one network."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from .models import ModelSpec

Precision = Literal["fast", "float32", "bfloat16", "int8"]
Device = Literal["cpu", "cuda", "coreml", "directml"]

AUTO = "auto"  # the quickest engine that is installed
DEFAULT_ENGINE = "onnxruntime"
DEFAULT_PRECISION: Precision = "fast"
DEFAULT_DEVICE: Device = "cpu"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a caller wants. "auto" and "fast" leave the choice to this machine."""

    engine: str = DEFAULT_ENGINE
    precision: Precision = DEFAULT_PRECISION
    device: Device = DEFAULT_DEVICE
    threads: int = 1


@dataclass(frozen=True, slots=True)
class Setup:
    """How one network is run, with everything decided. Networks with equal setups are shared."""

    spec: ModelSpec
    engine: str
    precision: Precision
    device: Device
    threads: int

    @property
    def file(self) -> Path:
        """The file that the engine reads."""
        if self.engine == "litert":
            return self.spec.tflite
        return self.spec.int8_onnx if self.precision == "int8" else self.spec.onnx

    def __str__(self) -> str:
        return (
            f"{self.spec.name}: {self.engine}, {self.precision}, on {self.device}, "
            f"from {self.file.name}"
        )
