"""Our networks as MediaPipe's Tasks API takes them."""

from __future__ import annotations

import zipfile
from pathlib import Path

from ..errors import ModelMissing
from ..models import ModelSpec, Variant, model_for


def write_bundle(path: Path, variant: Variant = "full") -> None:
    """Write a `.task` file: the full palm network and the hand network of a variant.

    Upstream refuses its lite palm network in a bundle, and a bundle that is compressed.
    Raises ModelMissing when the package was not built.
    """
    members: dict[str, ModelSpec] = {
        "hand_detector.tflite": model_for("palm detection", "full"),
        "hand_landmarks_detector.tflite": model_for("hand landmarks", variant),
    }
    for spec in members.values():
        if not spec.tflite.is_file():
            raise ModelMissing(f"{spec.tflite.name} is not in the package, which was not built")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as bundle:
        for member, spec in members.items():
            bundle.write(spec.tflite, member)
