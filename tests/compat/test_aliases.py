"""MediaPipe's import paths: modules of their own that hold what ours hold."""

from __future__ import annotations

import importlib
import inspect
import pickle
import subprocess
import sys
from importlib.util import find_spec
from typing import Any

import pytest

import knuckle.compat.mediapipe as mp
from knuckle.compat.mediapipe import aliases
from tests.compat.conftest import OURS


@pytest.mark.parametrize("path", aliases.PATHS)
def test_a_path_is_a_module(path: str) -> None:
    """With its own name and spec, and an attribute of the one above it."""
    name = f"{OURS}.{path}"
    module = importlib.import_module(name)
    spec = find_spec(name)

    assert name == module.__name__
    assert spec is module.__spec__
    assert (name, name) == (spec.name if spec else None, module.__package__)
    above, _, last = name.rpartition(".")
    if above != OURS:  # `mp.tasks` itself is what upstream has there: `tasks.python`
        assert module is getattr(sys.modules[above], last)


@pytest.mark.parametrize(
    "path",
    [
        "python.solutions.hands",
        "tasks.python.vision.pose_landmarker",
        "tasks.python.components.containers.landmark",
        "framework.formats.annotation.rasterization_pb2",
    ],
)
def test_a_path_is_imported_first(path: str) -> None:
    """By a process that has imported nothing of knuckle."""
    program = f"import {OURS}.{path}\nfrom {OURS}.{path.rpartition('.')[0]} import *"

    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True, timeout=60)


@pytest.mark.parametrize(
    "value",
    [
        mp.tasks.vision.HandLandmarkerResult([], [], []),
        mp.tasks.vision.RunningMode.VIDEO,
        mp.tasks.BaseOptions(model_asset_path="a.task"),
        mp.tasks.components.containers.Category(score=0.5),
        mp.tasks.components.containers.NormalizedLandmark(x=1.0),
        mp.solutions.hands.HandLandmark.WRIST,
        mp.solutions.drawing_utils.DrawingSpec(),
        mp.ImageFormat.SRGB,
    ],
    ids=lambda value: type(value).__name__,
)
def test_classes_are_pickled(value: Any) -> None:
    """By a name that a fresh process can import."""
    content = pickle.dumps(value)
    program = f"import pickle; print(pickle.loads({content!r}))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )

    assert f"{value}\n" == done.stdout


def test_sources_are_found() -> None:
    """By tools that show them."""
    module = importlib.import_module(f"{OURS}.python.solutions.hands")

    assert "class Hands" in inspect.getsource(module)
    assert inspect.getsource(mp.solutions.hands.Hands).startswith("class Hands")
