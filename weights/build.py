"""Writes the forms of every network, their licence and provenance to the weights folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import onnx

from knuckle.networks.files import SUMS
from knuckle.networks.models import MODELS, ORIGIN, WEIGHTS, ModelSpec

from .calibration import FOLDER, read_calibration
from .convert import onnx_from_tflite
from .fetch import LICENCE_MEMBER, WeightsError, fetch, write_whole
from .graph import halved
from .prune import pruned
from .prune_tflite import pruned_tflite
from .quantise import quantised

PROVENANCE = "PROVENANCE.json"
STEPS = (
    "convert.py",
    "graph.py",
    "prune.py",
    "prune_tflite.py",
    "calibration.py",
    "quantise.py",
)


def provenance() -> str:
    """What the folder is made from, as JSON. If it is unchanged, nothing is built again."""
    record = {
        "origin": ORIGIN,
        "licence": "Apache-2.0 (LICENSE beside this file)",
        "changes": "*.tflite: none; *.pruned.tflite: without channels that never change; "
        "*.onnx: the same, converted; "
        "*.int8.onnx: the same with 8-bit weights and activations",
        "steps_sha256": _digest_of_steps(),
        "onnx": onnx.__version__,
        "files": {s.name: {"member": s.member, "sha256": s.sha256} for s in MODELS.values()},
    }
    return json.dumps(record, indent=2) + "\n"


def _digest_of_steps() -> str:
    """The SHA-256 of what the passes and their calibrations are."""
    paths = [Path(__file__).with_name(name) for name in STEPS] + sorted(FOLDER.glob("*.npz"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()


def file_names() -> list[str]:
    """The files of all networks."""
    return [path.name for spec in MODELS.values() for path in spec.files]


def is_built(folder: Path) -> bool:
    """Whether the folder was built by this version of the build step."""
    made = folder / PROVENANCE
    return (
        made.is_file()
        and (folder / SUMS).is_file()
        and made.read_text() == provenance()
        and all((folder / name).is_file() for name in file_names())
    )


def float32_model(spec: ModelSpec, data: bytes) -> onnx.ModelProto:
    """A network as ONNX, pruned. data: its .tflite file."""
    return pruned(onnx_from_tflite(data, [tensor.name for tensor in spec.outputs]))


def write_models(files: Mapping[str, bytes], folder: Path) -> None:
    """Write every network in all its forms, or none, because the provenance covers them all."""
    contents = {"LICENSE": files[LICENCE_MEMBER], PROVENANCE: provenance().encode()}
    for spec in MODELS.values():
        data = files[spec.member]
        model = float32_model(spec, data)
        contents[spec.tflite.name] = data
        if spec.is_prunable:
            contents[spec.pruned_tflite.name] = pruned_tflite(data)
        contents[spec.onnx.name] = halved(model).SerializeToString()
        if spec.has_int8:
            int8 = quantised(model, read_calibration(FOLDER / f"{spec.name}.npz"))
            contents[spec.int8_onnx.name] = halved(int8).SerializeToString()
    contents[SUMS] = "".join(
        f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in contents.items()
    ).encode()
    try:
        for name, data in contents.items():
            write_whole(folder / name, data)
    except WeightsError:
        for name in contents:
            (folder / name).unlink(missing_ok=True)
        raise


def build(folder: Path = WEIGHTS) -> None:
    """Build the weights folder if it is missing or outdated. Raises WeightsError."""
    if not is_built(folder):
        write_models(fetch(), folder)
