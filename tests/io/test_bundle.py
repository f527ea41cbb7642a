from __future__ import annotations

import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from knuckle.errors import ModelMissing
from knuckle.io.bundle import write_bundle
from knuckle.models import MODELS, Variant


@pytest.mark.parametrize("variant", ["full", "lite"])
def test_a_bundle_holds_the_untouched_networks(variant: Variant, tmp_path: Path) -> None:
    """Its two members are the upstream files, by their hashes, and are not compressed."""
    path = tmp_path / "hand.task"
    write_bundle(path, variant)
    with zipfile.ZipFile(path) as bundle:
        found = {i.filename: sha256(bundle.read(i)).hexdigest() for i in bundle.infolist()}
        kinds = {i.compress_type for i in bundle.infolist()}

    assert {
        "hand_detector.tflite": MODELS["palm_detection_full"].sha256,
        "hand_landmarks_detector.tflite": MODELS[f"hand_landmark_{variant}"].sha256,
    } == found
    assert {zipfile.ZIP_STORED} == kinds


def test_a_package_without_networks_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error says that the package was not built."""
    monkeypatch.setattr("knuckle.models.WEIGHTS", tmp_path)

    with pytest.raises(ModelMissing, match="was not built"):
        write_bundle(tmp_path / "hand.task")
