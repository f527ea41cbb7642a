"""The table of networks: one row each, with its tensors, size, licence, origin and hash.

It uses the standard library only. The build step reads this table to know what to fetch and
convert, before it can import anything else of the package.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Task = Literal["palm detection", "hand landmarks"]
Variant = Literal["full", "lite"]
BY_COMPLEXITY: tuple[Variant, ...] = ("lite", "full")  # by MediaPipe's model_complexity

WEIGHTS = Path(__file__).parents[1] / "weights"
ORIGIN = "mediapipe==0.10.21"


@dataclass(frozen=True, slots=True)
class Tensor:
    """One output of a network: our name for it, and its shape for a batch of one."""

    name: str
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """One network.

    The input is always RGB uint8 (batch, input_size, input_size, 3); the division by 255 that the
    network expects is part of its graph.
    """

    name: str
    task: Task
    variant: Variant
    input_size: int  # pixels, square
    outputs: tuple[Tensor, ...]  # in the order of the upstream file, which identifies them
    parameters: int  # constants, counted in the upstream file
    macs: int  # multiply-adds for one input
    member: str  # path inside the wheel that ORIGIN names
    sha256: str  # of the upstream file
    has_int8: bool = False  # whether there is a file for int8 beside the converted network
    is_prunable: bool = False  # whether the network has channels that never change
    twin: str = ""  # SHA-256 of another upstream file: the same network with other metadata
    licence: str = "Apache-2.0"

    @property
    def onnx(self) -> Path:
        """The converted network, for ONNX Runtime."""
        return WEIGHTS / f"{self.name}.onnx"

    @property
    def int8_onnx(self) -> Path:
        """The converted network with 8-bit weights and activations, where `has_int8`."""
        return WEIGHTS / f"{self.name}.int8.onnx"

    @property
    def files(self) -> tuple[Path, ...]:
        """All files of the network."""
        int8 = (self.int8_onnx,) if self.has_int8 else ()
        pruned = (self.pruned_tflite,) if self.is_prunable else ()
        return (self.tflite, *pruned, self.onnx, *int8)

    @property
    def tflite(self) -> Path:
        """The upstream file, untouched, for engines that read it."""
        return WEIGHTS / f"{self.name}.tflite"

    @property
    def pruned_tflite(self) -> Path:
        """The upstream file without channels that never change, for browsers; if `is_prunable`."""
        return WEIGHTS / f"{self.name}.pruned.tflite"


_PALM_OUTPUTS = (Tensor("boxes", (1, 2016, 18)), Tensor("scores", (1, 2016, 1)))
_HAND_OUTPUTS = (
    Tensor("landmarks", (1, 63)),
    Tensor("presence", (1, 1)),
    Tensor("handedness", (1, 1)),
    Tensor("world_landmarks", (1, 63)),
)

MODELS = {
    spec.name: spec
    for spec in (
        ModelSpec(
            name="palm_detection_full",
            task="palm detection",
            variant="full",
            input_size=192,
            outputs=_PALM_OUTPUTS,
            parameters=1_132_536,
            macs=337_300_000,
            member="mediapipe/modules/palm_detection/palm_detection_full.tflite",
            sha256="1b14e9422c6ad006cde6581a46c8b90dd573c07ab7f3934b5589e7cea3f89a54",
            twin="945f713bc23570bd4ed60f848c401dc8eaf95713183d43ba14cf12e467d27a7d",
        ),
        ModelSpec(
            name="palm_detection_lite",
            task="palm detection",
            variant="lite",
            input_size=192,
            outputs=_PALM_OUTPUTS,
            parameters=960_088,
            macs=283_200_000,
            member="mediapipe/modules/palm_detection/palm_detection_lite.tflite",
            sha256="e9a4aaddf90dda56a87235303cf00e4c2d3fb28725f68fd88772997dac905c18",
        ),
        ModelSpec(
            name="hand_landmark_full",
            task="hand landmarks",
            variant="full",
            input_size=224,
            outputs=_HAND_OUTPUTS,
            parameters=2_715_680,
            macs=331_000_000,
            has_int8=True,
            is_prunable=True,
            member="mediapipe/modules/hand_landmark/hand_landmark_full.tflite",
            sha256="11c272b891e1a99ab034208e23937a8008388cf11ed2a9d776ed3d01d0ba00e3",
            twin="6acda74af3fbf40e68265c20c7394b2bad81a16a481dcd79ad7a081887c3d6b9",
        ),
        ModelSpec(
            name="hand_landmark_lite",
            task="hand landmarks",
            variant="lite",
            input_size=224,
            outputs=_HAND_OUTPUTS,
            parameters=1_011_712,
            macs=145_600_000,
            has_int8=True,
            is_prunable=True,
            member="mediapipe/modules/hand_landmark/hand_landmark_lite.tflite",
            sha256="048edd3645c9bf7397d19a9f6e3a42957d6e414c9bea6598030a2e9b624156e6",
        ),
    )
}


def model_for(task: Task, variant: Variant) -> ModelSpec:
    """The row for a task and a variant."""
    return next(m for m in MODELS.values() if (m.task, m.variant) == (task, variant))
