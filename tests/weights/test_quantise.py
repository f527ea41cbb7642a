"""The int8 form beside the float32 network that it is made from."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest

from knuckle.networks.models import MODELS, ModelSpec
from studies.calibration import measured, with_offsets
from tests.weights.bottlenecks import bottleneck, images, landmarks
from weights.build import float32_model
from weights.calibration import FOLDER, Calibration, CalibrationError, read_calibration
from weights.graph import constants, halved
from weights.quantise import equalised, quantised

INT8 = [spec for spec in MODELS.values() if spec.has_int8]


def small(seed: int = 0) -> tuple[onnx.ModelProto, Calibration]:
    """A small network and its calibration."""
    model = bottleneck(seed=seed)
    return model, measured(model, [image[0] for image in images(40)])


@pytest.mark.parametrize("seed", range(3))
def test_equalising_changes_nothing(seed: int) -> None:
    """The factors cancel out, as long as no channel reaches the limit of relu6."""
    model, calibration = small(seed)

    same, factors = equalised(model, calibration)

    assert {"stream", "branch", "sum"} <= set(factors)
    assert any((factor != 1).any() for factor in factors.values())
    before, now = (landmarks(m, images(40)) for m in (model, same))
    np.testing.assert_allclose(now, before, rtol=0, atol=2e-4)


@pytest.mark.parametrize("seed", range(3))
def test_rounding_costs_little(seed: int) -> None:
    """The int8 form is close to float32."""
    model, calibration = small(seed)

    exact, rounded = (landmarks(m, images(40)) for m in (model, quantised(model, calibration)))

    assert np.abs(rounded - exact).mean() < 0.03 * exact.std()


def test_a_constant_channel_keeps_its_value() -> None:
    """A channel without weights has its bias left; it must not be lost in the rounding."""
    model, _ = small()
    for initializer in model.graph.initializer:
        if initializer.name == "expand":
            kernel = constants(model)["expand"].copy()
            kernel[:20] = 0
            initializer.raw_data = kernel.tobytes()
        if initializer.name == "expand_bias":
            initializer.raw_data = np.full(40, 2, np.float32).tobytes()
    calibration = measured(model, [image[0] for image in images(40)])

    exact, rounded = (landmarks(m, images(8)) for m in (model, quantised(model, calibration)))

    assert np.abs(rounded - exact).mean() < 0.03 * exact.std()


def test_offsets_take_back_what_is_off_on_average() -> None:
    """After the correction, the mean over the calibration pictures is that of float32."""
    model, ranges = small()
    pictures = [image[0] for image in images(40)]

    calibration = with_offsets(model, ranges, pictures, ["landmarks"])

    exact, rounded = (landmarks(m, images(40)) for m in (model, quantised(model, calibration)))
    np.testing.assert_allclose(rounded.mean(axis=0), exact.mean(axis=0), rtol=0, atol=1e-4)


def test_a_calibration_of_another_conversion_is_refused() -> None:
    """Tensors that the network lacks are no small matter."""
    model, calibration = small()
    other = Calibration(
        **{
            part: {f"{name}_": value for name, value in getattr(calibration, part).items()}
            for part in ("low", "high", "mean", "peak", "offsets")
        }
    )

    with pytest.raises(CalibrationError, match=r"studies\.calibration"):
        quantised(model, other)


@pytest.mark.parametrize("spec", INT8, ids=lambda spec: spec.name)
def test_build_repeats(spec: ModelSpec) -> None:
    """The file in the package is what the build makes of the original today."""
    model = float32_model(spec, spec.tflite.read_bytes())
    again = halved(quantised(model, read_calibration(FOLDER / f"{spec.name}.npz")))

    assert spec.int8_onnx.read_bytes() == again.SerializeToString()


@pytest.mark.parametrize("spec", INT8, ids=lambda spec: spec.name)
def test_runtime_fuses_every_rounded_convolution(spec: ModelSpec, tmp_path: Path) -> None:
    """All convolutions but three run on 8-bit numbers; one that is not fused would be slow."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(tmp_path / "optimized.onnx")

    onnxruntime.InferenceSession(spec.int8_onnx, options, providers=["CPUExecutionProvider"])

    before, after = (
        Counter(node.op_type for node in onnx.load(path).graph.node)
        for path in (spec.int8_onnx, tmp_path / "optimized.onnx")
    )
    assert before["Conv"] - 3 == after["QLinearConv"]
