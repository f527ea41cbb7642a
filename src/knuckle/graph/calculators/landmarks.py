"""Calculators from the landmark network's tensors to landmarks in the picture.

Source: mediapipe/calculators/tensor/tensors_to_landmarks_calculator.cc,
mediapipe/calculators/util/{landmark_letterbox_removal,landmark_projection,
world_landmark_projection}_calculator.cc (behaviour)
"""

from __future__ import annotations

from dataclasses import replace

from ...stages.landmarks import picture_from_units, picture_from_world, unit_landmarks
from ...values import Roi
from ..calculator import Calculator, Context
from ..contracts import Contract, Port
from ..types import (
    LANDMARKS,
    LETTERBOX,
    RECT,
    TENSORS,
    WORLD_LANDMARKS,
)
from .demands import demand
from .palms import relative


class TensorsToLandmarksCalculator(Calculator):
    """Reads landmarks from a tensor: LANDMARKS as they are, NORM_LANDMARKS in sides of the tensor.

    Its option normalize_z divides z of NORM_LANDMARKS.
    """

    contract = Contract(
        inputs=(Port("TENSORS", TENSORS),),
        outputs=(
            Port("LANDMARKS", WORLD_LANDMARKS, optional=True),
            Port("NORM_LANDMARKS", LANDMARKS, optional=True),
        ),
        options="mediapipe.TensorsToLandmarksCalculatorOptions",
    )

    def open(self, context: Context) -> None:
        """Read the options. Raises ValueError for a tensor of unknown size."""
        options = context.options
        demand(options, flip_vertically=False, flip_horizontally=False)
        self._count: int = options.num_landmarks
        self._side: int = options.input_image_width
        self._z_scale: float = options.normalize_z
        self._is_normalised = context.has_output("NORM_LANDMARKS")
        if self._is_normalised and (self._side <= 0 or options.input_image_height != self._side):
            raise ValueError(
                f"options input_image_width and input_image_height are {self._side} and "
                f"{options.input_image_height}: set both to the side of the tensor in pixels"
            )

    def process(self, context: Context) -> None:
        """Read one tensor. Raises ValueError if it has not three numbers for each landmark."""
        tensors = context.get("TENSORS")
        if tensors is None:
            return
        if tensors[0].size != 3 * self._count:
            raise ValueError(
                f"the tensor has {tensors[0].size} numbers: set num_landmarks to a third of it, "
                f"not to {self._count}"
            )
        landmarks = tensors[0].reshape(-1, 3)
        context.emit("LANDMARKS", landmarks)
        if self._is_normalised:
            unit = unit_landmarks(landmarks, self._side, z_scale=self._z_scale)
            context.emit("NORM_LANDMARKS", unit)


class TfLiteTensorsToLandmarksCalculator(TensorsToLandmarksCalculator):
    """Reads landmarks from a tensor; in graphs of 2019 and 2020."""

    contract = replace(
        TensorsToLandmarksCalculator.contract,
        options="mediapipe.TfLiteTensorsToLandmarksCalculatorOptions",
    )


class LandmarkLetterboxRemovalCalculator(Calculator):
    """Maps landmarks from a tensor to the region that it shows."""

    contract = Contract(
        inputs=(Port("LANDMARKS", LANDMARKS, repeated=True), Port("LETTERBOX_PADDING", LETTERBOX)),
        outputs=(Port("LANDMARKS", LANDMARKS, repeated=True),),
    )

    def open(self, context: Context) -> None:
        """Count the inputs."""
        self._count = sum(tag == "LANDMARKS" for tag, _ in context.inputs)

    def process(self, context: Context) -> None:
        """Map the landmarks of one hand."""
        letterbox = context.get("LETTERBOX_PADDING")
        if letterbox is None:
            return
        is_padded = letterbox.roi != letterbox.within
        for index in range(self._count):
            unit = context.get("LANDMARKS", index)
            if unit is not None:
                if is_padded:
                    [unit] = picture_from_units(unit[None], [relative(letterbox)])
                context.emit("LANDMARKS", unit, index=index)


class LandmarkProjectionCalculator(Calculator):
    """Maps landmarks from a region, NORM_RECT, to the picture; z is scaled as x."""

    contract = Contract(
        inputs=(Port("NORM_LANDMARKS", LANDMARKS, repeated=True), Port("NORM_RECT", RECT)),
        outputs=(Port("NORM_LANDMARKS", LANDMARKS, repeated=True),),
        options="mediapipe.LandmarkProjectionCalculatorOptions",
    )

    def open(self, context: Context) -> None:
        """Read the options."""
        self._is_rotated = not context.options.ignore_rotation
        self._count = sum(tag == "NORM_LANDMARKS" for tag, _ in context.inputs)

    def process(self, context: Context) -> None:
        """Map the landmarks of one hand."""
        region: Roi | None = context.get("NORM_RECT")
        if region is None:
            return
        if not self._is_rotated:
            region = region._replace(rotation=0.0)
        for index in range(self._count):
            unit = context.get("NORM_LANDMARKS", index)
            if unit is not None:
                [placed] = picture_from_units(unit[None], (region,))
                context.emit("NORM_LANDMARKS", placed, index=index)


class WorldLandmarkProjectionCalculator(Calculator):
    """Turns world landmarks from the axes of a region, NORM_RECT, to those of the picture."""

    contract = Contract(
        inputs=(Port("LANDMARKS", WORLD_LANDMARKS), Port("NORM_RECT", RECT, optional=True)),
        outputs=(Port("LANDMARKS", WORLD_LANDMARKS),),
    )

    def process(self, context: Context) -> None:
        """Turn the landmarks of one hand."""
        landmarks, region = context.get("LANDMARKS"), context.get("NORM_RECT")
        if landmarks is None or (region is None and context.has("NORM_RECT")):
            return
        if region is not None:
            [landmarks] = picture_from_world(landmarks[None], (region,))
        context.emit("LANDMARKS", landmarks)
