"""Writes both forms of every network, their licence and provenance to the weights folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import onnx

from knuckle.networks.files import SUMS
from knuckle.networks.models import MODELS, ORIGIN, WEIGHTS

from .convert import onnx_from_tflite
from .fetch import LICENCE_MEMBER, WeightsError, fetch, write_whole

PROVENANCE = "PROVENANCE.json"
CONVERTER = Path(__file__).with_name("convert.py")


def provenance() -> str:
    """What the folder is made from, as JSON. If it is unchanged, nothing is built again."""
    record = {
        "origin": ORIGIN,
        "licence": "Apache-2.0 (LICENSE beside this file)",
        "changes": "*.tflite: none; *.onnx: converted, float16 constants unchanged",
        "converter_sha256": hashlib.sha256(CONVERTER.read_bytes()).hexdigest(),
        "onnx": onnx.__version__,
        "files": {s.name: {"member": s.member, "sha256": s.sha256} for s in MODELS.values()},
    }
    return json.dumps(record, indent=2) + "\n"


def is_built(folder: Path) -> bool:
    """Whether the folder was built by this version of the build step."""
    made = folder / PROVENANCE
    return (
        made.is_file()
        and (folder / SUMS).is_file()
        and made.read_text() == provenance()
        and all(
            (folder / f"{name}{suffix}").is_file()
            for name in MODELS
            for suffix in (".onnx", ".tflite")
        )
    )


def write_models(files: Mapping[str, bytes], folder: Path) -> None:
    """Write every network in both forms, or none, because the provenance covers them all."""
    contents = {"LICENSE": files[LICENCE_MEMBER], PROVENANCE: provenance().encode()}
    for spec in MODELS.values():
        data = files[spec.member]
        converted = onnx_from_tflite(data, [tensor.name for tensor in spec.outputs])
        contents[f"{spec.name}.tflite"] = data
        contents[f"{spec.name}.onnx"] = converted.SerializeToString()
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
