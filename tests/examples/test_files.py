"""The examples that read files and answer requests."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import knuckle
from knuckle.values import ImageArray
from tests.conftest import SAMPLES, read_rgb

from .programs import CLIP, EXAMPLES, Run, needs_matplotlib, needs_opencv, run_program

PATIENCE = 120  # seconds, for what takes a moment


def test_a_folder_is_annotated(run: Run, tmp_path: Path) -> None:
    """Each picture under its name, with what was found drawn on it."""
    printed = run("annotate_folder", SAMPLES, tmp_path / "annotated")
    names = [path.name for path in sorted(SAMPLES.glob("*.jpg"))]
    drawn = read_rgb(tmp_path / "annotated" / "open_palm.jpg")

    assert names == [path.name for path in sorted((tmp_path / "annotated").iterdir())]
    assert f"{SAMPLES / 'two_hands.jpg'}: 2 hands" in printed.splitlines()
    assert np.abs(drawn.astype(int) - read_rgb(SAMPLES / "open_palm.jpg")).max() > 100


def test_a_picture_that_is_damaged_does_not_stop_the_others(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """It is named, and the exit status says that one failed."""
    (tmp_path / "a.jpg").write_bytes(b"no picture")
    Image.open(SAMPLES / "no_hands.jpg").save(tmp_path / "b.jpg")
    with pytest.raises(SystemExit, match="1 of 2 pictures could not be read"):
        run_program(monkeypatch, "annotate_folder", tmp_path, tmp_path / "out")

    assert str(tmp_path / "a.jpg") in capsys.readouterr().err
    assert ["b.jpg"] == [path.name for path in (tmp_path / "out").iterdir()]


@pytest.mark.parametrize("output", [".", "../pictures"])
def test_a_folder_is_not_overwritten(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, output: str
) -> None:
    """The output must be another folder."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    with pytest.raises(SystemExit):
        run_program(monkeypatch, "annotate_folder", folder, folder / output)

    assert [] == list(folder.iterdir())


@needs_matplotlib
def test_angles_are_plotted(run: Run, tmp_path: Path) -> None:
    """A picture with something on it."""
    run("joint_angle_plot", CLIP, "-o", tmp_path / "angles.png")

    assert len(np.unique(read_rgb(tmp_path / "angles.png").reshape(-1, 3), axis=0)) > 5


@needs_matplotlib
def test_fingers_bend_as_the_gestures_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """The index knuckle is bent in the fist and straight when it points."""
    from examples.joint_angle_plot import read_bends

    monkeypatch.setattr(knuckle, "open_source", partial(knuckle.open_source, stop=1.6))
    rows = read_bends(str(CLIP))
    right = rows["right hand 1"]

    assert ["right hand 1", "left hand 2"] == list(rows)
    assert right[20, 2] > 25
    assert abs(right[45, 2]) < 10


@needs_matplotlib
@pytest.mark.parametrize(
    ("name", "sentence"), [("no_hands.jpg", "shows no hands"), ("nowhere.mp4", "does not exist")]
)
def test_a_clip_without_angles_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, sentence: str
) -> None:
    """One sentence."""
    with pytest.raises(SystemExit, match=f"{name} {sentence}"):
        run_program(monkeypatch, "joint_angle_plot", SAMPLES / name)


SHIFT, FOCAL, BASELINE = 40, 700.0, 0.1  # pixels, pixels, metres
DEPTH = FOCAL * BASELINE / SHIFT


@pytest.fixture(scope="module")
def stereo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures of two parallel cameras: all that is seen is at one distance, DEPTH."""
    folder = tmp_path_factory.mktemp("stereo")
    for frame in knuckle.open_source(CLIP, start=1.5, stop=2.0):
        shifted = np.pad(frame.image[:, SHIFT:], ((0, 0), (0, SHIFT), (0, 0)), mode="edge")
        _save(folder / "left" / f"{frame.index}.bmp", frame.image)
        _save(folder / "right" / f"{frame.index}.bmp", shifted)
    matrix = np.array([[FOCAL, 0, 426.5], [0, FOCAL, 239.5], [0, 0, 1]])
    lens, turn, move = np.zeros(5), np.eye(3), np.array([[-BASELINE], [0], [0]])
    np.savez(folder / "stereo.npz", K1=matrix, D1=lens, K2=matrix, D2=lens, R=turn, T=move)
    return folder


def _save(path: Path, image: ImageArray) -> None:
    path.parent.mkdir(exist_ok=True)
    Image.fromarray(image).save(path)


@needs_opencv
def test_two_cameras_measure_the_distance(run: Run, stereo: Path) -> None:
    """Both hands, once they are found, all at the distance that the shift stands for."""
    printed = run("two_cameras", stereo / "left", stereo / "right", stereo / "stereo.npz")
    header, *lines = [line.split(",") for line in printed.splitlines()]
    z = np.array([float(line[5]) for line in lines])

    assert ["time", "handedness", "landmark", "x", "y", "z"] == header
    assert ["left", "right"] == sorted(line[1] for line in lines[-42::21])
    assert len(lines) >= 12 * 2 * 21
    assert DEPTH == pytest.approx(np.median(z), rel=0.01)
    assert np.quantile(np.abs(z / DEPTH - 1), 0.95) < 0.05


@needs_opencv
def test_two_cameras_measure_the_place(run: Run, stereo: Path) -> None:
    """Before the left camera, where the truth of the clip's pixels is at that distance."""
    printed = run("two_cameras", stereo / "left", stereo / "right", stereo / "stereo.npz")
    wrists = [line.split(",") for line in printed.splitlines() if ",right,0," in line]
    frames = json.loads((SAMPLES / "two_hands.json").read_text())["frames"]
    seen = [frames[45 + round(float(line[0]) * 30)] for line in wrists]
    pixels = np.array([frame["hands"][0]["points"][0] for frame in seen])
    truth = (pixels - (426.5, 239.5)) / FOCAL * DEPTH
    places = np.array([[float(x), float(y)] for *_, x, y, _ in wrists])

    assert np.abs(places - truth).max() < 0.04


@needs_opencv
def test_a_calibration_that_is_missing_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """One sentence."""
    with pytest.raises(SystemExit, match=r"No such file or directory: .*stereo\.npz"):
        run_program(monkeypatch, "two_cameras", CLIP, CLIP, tmp_path / "stereo.npz")


@needs_opencv
def test_a_calibration_that_lacks_a_matrix_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With the name of what it lacks."""
    np.savez(tmp_path / "stereo.npz", K2=np.eye(3))
    with pytest.raises(SystemExit, match="K1"):
        run_program(monkeypatch, "two_cameras", CLIP, CLIP, tmp_path / "stereo.npz")


def test_a_pool_tracks_clips(tmp_path: Path) -> None:
    """A line for each hand; a clip that is missing is named and the others go on."""
    palm, missing, thumb = (tmp_path / name for name in ("open_palm.jpg", "no.mp4", "thumb_up.jpg"))
    for path in (palm, thumb):
        shutil.copy(SAMPLES / path.name, path)
    program = [sys.executable, str(EXAMPLES / "process_pool.py")]
    done = subprocess.run(
        [*program, palm, missing, thumb, "--workers", "2"],
        capture_output=True,
        text=True,
        check=False,
    )
    hand = json.loads((tmp_path / "open_palm.jpg.jsonl").read_text())

    assert {f"{palm}: 1 line(s)", f"{thumb}: 1 line(s)"} == set(done.stdout.splitlines())
    assert [f"{missing} does not exist", "1 of 3 clips could not be tracked"] == (
        done.stderr.splitlines()
    )
    assert 1 == done.returncode
    assert (0.0, "right") == (hand["time"], hand["handedness"])
