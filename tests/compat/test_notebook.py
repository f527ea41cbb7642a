"""A notebook written for MediaPipe, whose kernel is a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import SAMPLES

SETUP = """
from pathlib import Path
from mediapipe import solutions
from mediapipe.framework.formats import landmark_pb2
import numpy as np

def annotate(rgb, result):
    canvas = rgb.copy()
    for hand in result.hand_landmarks:
        message = landmark_pb2.NormalizedLandmarkList()
        message.landmark.extend(
            landmark_pb2.NormalizedLandmark(x=point.x, y=point.y, z=point.z) for point in hand)
        solutions.drawing_utils.draw_landmarks(
            canvas, message, solutions.hands.HAND_CONNECTIONS,
            solutions.drawing_styles.get_default_hand_landmarks_style(),
            solutions.drawing_styles.get_default_hand_connections_style())
    return canvas
"""
DETECTION = """
import mediapipe as mp
from mediapipe.tasks import python
from mediapipe.tasks.python import vision

options = vision.HandLandmarkerOptions(
    base_options=python.BaseOptions(model_asset_path="hand_landmarker.task"), num_hands=2)
detector = vision.HandLandmarker.create_from_options(options)
image = mp.Image.create_from_file("picture.jpg")
result = detector.detect(image)
annotated = annotate(image.numpy_view(), result)
"""
OUTPUT = """
print(mp.__name__, sorted(hand[0].category_name for hand in result.handedness))
print(bool((annotated != image.numpy_view()).any()), detector._stream.follower.detector.palms.exact)
"""
REDIRECT = """
from knuckle.compat.mediapipe.redirect import redirect_imports
redirect_imports()
"""


def notebook(*cells: str) -> dict[str, Any]:
    """A notebook as it is saved, with a cell for each piece of a program."""
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {},
        "cells": [
            {
                "cell_type": "code",
                "id": f"cell-{number}",
                "metadata": {},
                "execution_count": None,
                "outputs": [],
                "source": cell.strip().splitlines(keepends=True),
            }
            for number, cell in enumerate(cells)
        ],
    }


def printed_by(runner: list[str], folder: Path, *cells: str) -> str:
    """What a notebook prints that nbconvert runs in a folder, which is its home, too."""
    for package in ("nbconvert", "ipykernel"):
        pytest.importorskip(package, reason=f"{package} is not installed")
    (folder / "program.ipynb").write_text(json.dumps(notebook(*cells)))
    home = {name: str(folder) for name in ("HOME", "IPYTHONDIR", "JUPYTER_RUNTIME_DIR")}
    done = subprocess.run(
        [
            *(sys.executable, "-m", *runner, "--to", "notebook", "--execute", "--stdout"),
            *("--log-level", "ERROR", "--ExecutePreprocessor.startup_timeout=600", "program.ipynb"),
        ],
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
        cwd=folder,
        env=os.environ | home,
    )

    assert 0 == done.returncode, done.stderr
    outputs = [output for cell in json.loads(done.stdout)["cells"] for output in cell["outputs"]]
    return "".join("".join(output["text"]) for output in outputs)


@pytest.fixture
def folder(tmp_path: Path, bundle: str) -> Path:
    """A folder with a picture and a model, as notebooks download them."""
    (tmp_path / "hand_landmarker.task").write_bytes(Path(bundle).read_bytes())
    (tmp_path / "picture.jpg").write_bytes((SAMPLES / "two_hands.jpg").read_bytes())
    return tmp_path


def test_a_notebook_runs_without_an_edit(folder: Path) -> None:
    """By `-m nbconvert`, with the switches."""
    runner = ["knuckle.compat.mediapipe", "--exact", "-m", "nbconvert"]
    printed = printed_by(runner, folder, SETUP, DETECTION, OUTPUT)

    assert "knuckle.compat.mediapipe ['Left', 'Right']\nTrue True\n" == printed


def test_a_first_cell_redirects_a_notebook(folder: Path) -> None:
    """Where the program that starts the kernel is not ours to choose."""
    printed = printed_by(["nbconvert"], folder, REDIRECT, SETUP, DETECTION, OUTPUT)

    assert "knuckle.compat.mediapipe ['Left', 'Right']\nTrue False\n" == printed
