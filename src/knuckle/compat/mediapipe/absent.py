"""The parts of MediaPipe that knuckle lacks. Most of them are not about hands.

Programs can import the modules of `aliases.ABSENT`, because many do so without using them. Using
one of them, or importing any other part, raises an error with one sentence. Looking a name up
raises an AttributeError and importing it an ImportError, so programs with an optional part go on
without it.
"""

from __future__ import annotations

from types import ModuleType
from typing import NoReturn

from .errors import ImportUnavailable, NameUnavailable

# path -> prefixes of names that MediaPipe has there and knuckle lacks
_NAMES = {
    "": ("Matrix", "model_ckpt_util"),
    "python.solutions.drawing_styles": ("PoseLandmark", "face_mesh_connections", "get_default_"),
    "tasks.python.components": ("processors", "utils"),
    "tasks.python.components.containers": ("AudioData", "Classification", "Embedding"),
    "tasks.python.core": ("optional_dependencies", "task_info"),
    "tasks.python.vision": (
        "FaceAligner",
        "FaceDetector",
        "FaceLandmark",
        "FaceStylizer",
        "HolisticLandmarker",
        "ImageClassifier",
        "ImageEmbedder",
        "ImageSegmenter",
        "InteractiveSegmenter",
        "ObjectDetector",
        "PoseLandmark",
    ),
    "tasks.python.vision.drawing_styles": ("get_default_",),
}
_GESTURES = ("GestureRecognizer", "gesture_recognizer")
_SHORT = {"python.solutions": "mp.solutions", "tasks.python": "mp.tasks"}


class AbsentModule(ModuleType):
    """A module of MediaPipe whose names cannot be used. path: its path below `mediapipe`."""

    def __init__(self, name: str, path: str) -> None:
        super().__init__(name, f"{part_of(path)} of MediaPipe, which knuckle does not have.")
        self._path = path

    def __getattr__(self, name: str) -> object:
        if name.startswith("_"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        raise NameUnavailable(_sentence(self._path, name))


def refuse(path: str, name: str) -> NoReturn:
    """Raise the error for a name that the module at a path lacks.

    Raises NameUnavailable if MediaPipe has the name, and else a plain AttributeError.
    """
    if _is_known(path, name):
        raise NameUnavailable(_sentence(path, name))
    raise AttributeError(f"module {part_of(path)!r} has no attribute {name!r}")


def refuse_import(path: str, *, is_absent: bool) -> NoReturn:
    """Raise the error for a path that cannot be imported.

    is_absent: whether the path is below a module of `ABSENT`. Raises ImportUnavailable.
    """
    above, _, name = path.rpartition(".")
    sentence = (
        _sentence(above, name)
        if is_absent or _is_known(above, name)
        else f"knuckle has no {part_of(path)}: it has the parts for hands, and the rest needs "
        "mediapipe itself"
    )
    raise ImportUnavailable(sentence, name=f"mediapipe.{path}")


def _is_known(path: str, name: str) -> bool:
    return name.startswith((*_NAMES.get(path, ()), *_GESTURES))


def _sentence(path: str, name: str) -> str:
    part = f"{part_of(path)}.{name}"
    if any(gesture in part for gesture in _GESTURES):
        return (
            f"knuckle does not recognise gestures, so it has no {part}: tell them by the landmarks "
            "of HandLandmarker, or use mediapipe itself for its named gestures"
        )
    return (
        f"knuckle finds hands only, and {part} does something else: "
        "that part of the program needs mediapipe itself"
    )


def part_of(path: str) -> str:
    """A path as programs write it."""
    for start, short in _SHORT.items():
        if path == start or path.startswith(f"{start}."):
            return short + path.removeprefix(start)
    return f"mediapipe.{path}" if path else "mp"
