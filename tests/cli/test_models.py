"""`knuckle models`."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest

from knuckle.networks.bundle import read_bundle
from knuckle.networks.models import MODELS, WEIGHTS, ModelSpec
from tests.cli.conftest import Run

SPECS = pytest.mark.parametrize("spec", MODELS.values(), ids=lambda spec: spec.name)


def entry_of(spec: ModelSpec, text: str) -> str:
    """The lines about one network."""
    _, _, rest = text.partition(f"{spec.name}\n")
    lines = rest.splitlines()
    length = next((i for i, line in enumerate(lines) if not line.startswith(" ")), len(lines))
    return "\n".join(lines[:length])


def test_every_network_is_listed(run: Run) -> None:
    """In the order of the table, and nothing is complained about."""
    result = run("models")
    names = [line for line in result.out.splitlines() if not line.startswith(" ")]

    assert (0, "") == (result.status, result.err)
    assert list(MODELS) == names


@SPECS
def test_a_network_is_described(spec: ModelSpec, run: Run) -> None:
    """Task, variant, input, outputs, parameters, MACs, licence, origin, hash."""
    entry = entry_of(spec, run("models").out)
    facts = [
        *(spec.task, spec.variant, f"{spec.input_size} x {spec.input_size} x 3"),
        *(f"{tensor.name} {'x'.join(map(str, tensor.shape))}" for tensor in spec.outputs),
        *(f"{spec.parameters:,}", f"{spec.macs / 1e6:.1f} million", spec.licence),
        *("mediapipe==0.10.21", spec.member, spec.sha256),
    ]

    assert [] == [fact for fact in facts if fact not in entry]


def test_a_pipe_gets_no_colours(run: Run) -> None:
    """Plain text for grep."""
    assert "\x1b" not in run("models").out


@pytest.mark.parametrize("variant", ["full", "lite"])
def test_a_bundle_is_exported(variant: str, run: Run, tmp_path: Path) -> None:
    """The networks of the variant, in a folder that was not there; nothing is printed."""
    path = tmp_path / "new" / "hand_landmarker.task"
    result = run("models", "--export", path, "--variant", variant)

    assert (0, "", "") == (result.status, result.out, result.err)
    assert (
        MODELS[f"hand_landmark_{variant}"].tflite.read_bytes()
        == read_bundle(path.read_bytes()).hand
    )
    assert [path] == list(path.parent.iterdir())


def test_a_bundle_is_replaced_only_by_force(run: Run, tmp_path: Path) -> None:
    """What was there stays, in one sentence."""
    path = tmp_path / "hand_landmarker.task"
    path.write_bytes(b"precious")
    refused = run("models", "--export", path)
    kept = path.read_bytes()
    forced = run("models", "--export", path, "--force")

    assert (1, f"knuckle: {path} exists: --force replaces it\n") == (refused.status, refused.err)
    assert b"precious" == kept
    assert 0 == forced.status
    assert path.stat().st_size > 7_000_000


def test_a_bundle_that_cannot_be_written_is_one_sentence(run: Run, tmp_path: Path) -> None:
    """Its folder is a file."""
    (tmp_path / "file").touch()
    result = run("models", "--export", tmp_path / "file" / "hand.task")

    assert 1 == result.status
    assert (
        f"knuckle: cannot write {tmp_path}/file/hand.task: {tmp_path}/file is a file\n"
        == result.err
    )


def test_a_bundle_has_its_ending(run: Run) -> None:
    """Another one is refused before anything is written."""
    done = run("models", "--export", "hand.txt")

    assert 1 == done.status
    assert "hand.txt must end in .task" in done.err
    assert not Path("hand.txt").exists()


@SPECS
def test_it_says_how_a_network_runs(spec: ModelSpec, run: Run) -> None:
    """Engine, precision and device, and the hash of the very file."""
    entry = entry_of(spec, run("models", "--engine", "litert").out)
    upstream = f"{spec.tflite.name}, SHA-256 {spec.sha256}"

    assert "litert, float32, on cpu" in entry
    assert 2 == entry.count(upstream)  # LiteRT runs the upstream file


def test_what_no_engine_has_is_a_wrong_command(run: Run) -> None:
    """With the cure."""
    result = run("models", "--engine", "litert", "--precision", "int8")

    assert 2 == result.status
    assert "engine='onnxruntime' or 'openvino' has it" in result.err


def test_a_damaged_file_is_reported(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others are listed all the same."""
    folder = tmp_path / "weights"
    copytree(WEIGHTS, folder)
    monkeypatch.setattr("knuckle.networks.models.WEIGHTS", folder)
    (folder / "palm_detection_full.onnx").write_bytes(b"damaged")
    result = run("models")

    assert 1 == result.status
    assert 1 == len(result.err.splitlines())
    assert "palm_detection_full.onnx is not the file that was installed (7 bytes" in result.err
    assert 7 == result.out.count("SHA-256")
