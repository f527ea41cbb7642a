"""The converted and pruned networks beside LiteRT on the original files."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from knuckle.geometry.rois import letterbox_roi
from knuckle.networks.engine import load_engine, setup_for
from knuckle.networks.models import MODELS, ModelSpec
from knuckle.networks.setup import Wanted
from knuckle.pictures import detector as pipeline
from knuckle.stages.warp import crop
from knuckle.values import ImageArray
from tests.conftest import DATA, SAMPLES, Say, read_rgb
from tests.detectors import a_detector
from weights.build import float32_model
from weights.convert import ConversionError, onnx_from_tflite, same_padding
from weights.graph import halved


@cache
def real_crops(task: str) -> list[ImageArray]:
    """What the networks see of the samples and, where there are any, of real pictures."""
    paths = sorted(SAMPLES.glob("*.jpg")) + sorted(DATA.glob("hgc_realworld/images/*.jpg"))[:20]
    detector = a_detector()
    crops = []
    for path in paths:
        image = read_rgb(path)
        if task == "palm detection":
            roi = letterbox_roi((image.shape[1], image.shape[0]))
            crops.append(crop(image, roi, 192, border="zero"))
        else:
            hands = pipeline.detect(detector, image)
            crops += [crop(image, hand.roi, 224, border="replicate") for hand in hands]
    return crops


def run_litert(path: Path, image: ImageArray) -> list[Any]:
    """Outputs of a .tflite file, in its order."""
    litert = pytest.importorskip("ai_edge_litert.interpreter", reason="needs ai-edge-litert")
    interpreter = litert.Interpreter(str(path), num_threads=1)
    interpreter.allocate_tensors()
    values = image[None].astype(np.float32) / np.float32(255)
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], values)
    interpreter.invoke()
    return [interpreter.get_tensor(o["index"]) for o in interpreter.get_output_details()]


@pytest.mark.parametrize("spec", MODELS.values(), ids=lambda spec: spec.name)
def test_conversion_is_exact(spec: ModelSpec, say: Say) -> None:
    """Landmarks and boxes within 1e-3 px, scores within 1e-4, over real crops.

    Palm scores are compared as probabilities, as they are used; so are the network's own.
    """
    engine = load_engine(setup_for(spec, Wanted(precision="float32")))
    largest: dict[str, float] = {}
    for image in real_crops(spec.task):
        outputs = engine(image[None])
        for tensor, theirs in zip(spec.outputs, run_litert(spec.tflite, image), strict=True):
            ours = outputs[tensor.name]
            values = np.stack([ours, theirs]).astype(np.float64)
            if tensor.name == "scores":
                values = 1 / (1 + np.exp(-values))
            deviation = float(np.abs(values[0] - values[1]).max())
            largest[tensor.name] = max(largest.get(tensor.name, 0), deviation)
    say(f"{spec.name}: " + ", ".join(f"{n} within {d:.0e}" for n, d in largest.items()))

    scores = {"scores", "presence", "handedness"}
    limits = {t.name: 1e-4 if t.name in scores else 1e-3 for t in spec.outputs}
    assert {} == {name: d for name, d in largest.items() if d > limits[name]}


@pytest.mark.parametrize("spec", MODELS.values(), ids=lambda spec: spec.name)
def test_constants_take_half_of_the_space(spec: ModelSpec) -> None:
    """Nearly all weights are stored as the float16 numbers that they are in the original."""
    sizes = {np.dtype(np.float16): 0, np.dtype(np.float32): 0, np.dtype(np.int64): 0}
    for constant in onnx.load(spec.onnx).graph.initializer:
        array = numpy_helper.to_array(constant)
        sizes[array.dtype] += array.size

    assert sizes[np.dtype(np.float32)] < 0.02 * sizes[np.dtype(np.float16)]


@pytest.mark.parametrize("spec", MODELS.values(), ids=lambda spec: spec.name)
def test_build_repeats(spec: ModelSpec) -> None:
    """The file in the package is what the build makes of the original today."""
    again = halved(float32_model(spec, spec.tflite.read_bytes()))

    assert spec.onnx.read_bytes() == again.SerializeToString()


def test_another_number_of_outputs_is_refused() -> None:
    """A file with other outputs than the table's is not converted."""
    spec = MODELS["hand_landmark_lite"]

    with pytest.raises(ConversionError, match="4 outputs where 1 are expected"):
        onnx_from_tflite(spec.tflite.read_bytes(), ["landmarks"])


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "expected"),
    [(192, 5, 2, (1, 2)), (24, 5, 1, (2, 2)), (224, 3, 2, (0, 1)), (48, 2, 2, (0, 0))],
)
def test_same_padding(size: int, kernel: int, stride: int, expected: tuple[int, int]) -> None:
    """TensorFlow puts the odd zero behind."""
    assert expected == same_padding(size, kernel, stride)
