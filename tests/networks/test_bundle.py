from __future__ import annotations

import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from knuckle.errors import ModelMissing, SourceError
from knuckle.networks.bundle import MEMBERS, read_bundle, write_bundle
from knuckle.networks.models import MODELS, Variant


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
    monkeypatch.setattr("knuckle.networks.models.WEIGHTS", tmp_path)

    with pytest.raises(ModelMissing, match="was not built"):
        write_bundle(tmp_path / "hand.task")


@pytest.mark.parametrize("variant", ["full", "lite"])
def test_what_is_written_is_read(variant: Variant, tmp_path: Path) -> None:
    """Byte for byte."""
    path = tmp_path / "hand.task"
    write_bundle(path, variant)
    palm, hand = read_bundle(path.read_bytes())

    assert MODELS["palm_detection_full"].tflite.read_bytes() == palm
    assert MODELS[f"hand_landmark_{variant}"].tflite.read_bytes() == hand


def test_a_page_of_html_is_no_bundle() -> None:
    """What a download that went wrong leaves is shown by its first bytes."""
    with pytest.raises(SourceError, match=r"not a \.task bundle.*begin with '<html><title>404'"):
        read_bundle(b"<html><title>404 Not Found")


def test_a_bundle_of_another_task_is_named(tmp_path: Path) -> None:
    """The error says what is missing and what is there."""
    path = tmp_path / "face.task"
    with zipfile.ZipFile(path, "w") as bundle:
        bundle.writestr("face_detector.tflite", b"")

    with pytest.raises(SourceError, match=r"lacks hand_detector\.tflite and .* has face_detector"):
        read_bundle(path.read_bytes())


def test_a_bundle_that_lacks_one_network_is_named(tmp_path: Path) -> None:
    """Only what is missing."""
    path = tmp_path / "half.task"
    with zipfile.ZipFile(path, "w") as bundle:
        bundle.writestr(MEMBERS["palm detection"], b"")

    with pytest.raises(SourceError, match=r"lacks hand_landmarks_detector\.tflite, it has"):
        read_bundle(path.read_bytes())
