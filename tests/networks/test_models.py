"""The table of networks says what the files hold."""

from __future__ import annotations

import hashlib
import json
from math import prod
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
import tflite
from onnx import shape_inference

from knuckle.errors import ModelDamaged, ModelMissing
from knuckle.networks.engine import ENGINES, load_engine
from knuckle.networks.models import MODELS, WEIGHTS, ModelSpec, model_for
from tests.networks.setups import setup_of
from weights.convert import onnx_from_tflite

every_model = pytest.mark.parametrize("spec", MODELS.values(), ids=lambda spec: spec.name)


@every_model
def test_the_upstream_file_is_untouched(spec: ModelSpec) -> None:
    """Its SHA-256 is the table's."""
    assert spec.sha256 == hashlib.sha256(spec.tflite.read_bytes()).hexdigest()


@every_model
def test_parameters_are_counted(spec: ModelSpec) -> None:
    """As many constants of weights in the upstream file as the table says."""
    model = tflite.Model.GetRootAsModel(spec.tflite.read_bytes(), 0)
    graph = model.Subgraphs(0)
    tensors = [graph.Tensors(i) for i in range(graph.TensorsLength())]
    count = sum(
        prod(int(n) for n in tensor.ShapeAsNumpy())
        for tensor in tensors
        if model.Buffers(tensor.Buffer()).DataLength()
        and tensor.Type() in (tflite.TensorType.FLOAT16, tflite.TensorType.FLOAT32)
    )

    assert spec.parameters == count


@every_model
def test_multiply_adds_are_counted(spec: ModelSpec) -> None:
    """Convolutions and matrix products of the original, to the 0.1 million of the table.

    The 1x1 convolutions that stand for PReLU and channel padding are ours and not counted: they
    have no bias.
    """
    names = [tensor.name for tensor in spec.outputs]
    converted = onnx_from_tflite(spec.tflite.read_bytes(), names)
    graph = shape_inference.infer_shapes(converted).graph
    shapes = {
        v.name: [d.dim_value or 1 for d in v.type.tensor_type.shape.dim]
        for v in (*graph.value_info, *graph.output)
    } | {constant.name: list(constant.dims) for constant in graph.initializer}

    def macs(node: Any) -> int:
        weight = shapes[node.input[1]]
        output = shapes[node.output[0]]
        return prod(output) * (prod(weight[1:]) if node.op_type == "Conv" else weight[1])

    counted = [n for n in graph.node if n.op_type in ("Conv", "Gemm") and len(n.input) == 3]

    assert pytest.approx(spec.macs, abs=50_000) == sum(map(macs, counted))


def test_licence_and_provenance_lie_beside_the_networks() -> None:
    """What a package carries says where it is from."""
    provenance = json.loads((WEIGHTS / "PROVENANCE.json").read_text())

    assert "Apache License" in (WEIGHTS / "LICENSE").read_text()
    assert {s.name: s.sha256 for s in MODELS.values()} == {
        name: entry["sha256"] for name, entry in provenance["files"].items()
    }


def test_each_variant_has_its_networks() -> None:
    """Task and variant find the row."""
    assert "palm_detection_lite" == model_for("palm detection", "lite").name
    assert "hand_landmark_full" == model_for("hand landmarks", "full").name


def test_a_package_without_networks_says_how_to_build_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    """A source tree on the path that was never built."""
    monkeypatch.setattr("knuckle.networks.models.WEIGHTS", tmp_path)

    with pytest.raises(ModelMissing, match=r"hand_landmark_full.onnx is not in the package.*pip"):
        load_engine(setup_of("hand_landmark_full"))


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A copy of the networks, in which a test may do damage."""
    folder = tmp_path / "weights"
    copytree(WEIGHTS, folder)
    monkeypatch.setattr("knuckle.networks.models.WEIGHTS", folder)
    return folder


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("damage", ["truncated", "another network", "empty", "a folder"])
def test_a_damaged_network_is_refused(engine: str, damage: str, copied: Path) -> None:
    """Before any engine reads it: one sentence that names the file and the cure."""
    setup = setup_of("hand_landmark_lite", engine)
    path = setup.file
    content = path.read_bytes()
    path.unlink()
    if damage == "a folder":
        path.mkdir()
    else:
        other = MODELS["hand_landmark_full"].tflite.read_bytes()
        path.write_bytes({"truncated": content[:-9], "empty": b""}.get(damage, other))

    with pytest.raises((ModelDamaged, ModelMissing)) as failure:
        load_engine(setup)
    assert path.name in str(failure.value)
    assert "install" in str(failure.value)
