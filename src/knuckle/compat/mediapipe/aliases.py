"""MediaPipe's import paths: a table, and the finder that makes a module for each row.

Each path is a module with its own name and spec. Its contents come from one of the modules in this
folder or of the messages, its home, and are the same objects under every path.
"""

from __future__ import annotations

import pkgutil
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import spec_from_loader
from types import ModuleType

from .absent import AbsentModule, refuse, refuse_import

PACKAGE = __name__.rpartition(".")[0]
NOTHING = ""  # a path that contains only the paths below it

_SOLUTIONS = {
    "python": NOTHING,
    "python._framework_bindings": NOTHING,
    "python._framework_bindings.calculator_graph": "graph",
    "python._framework_bindings.image": "image",
    "python._framework_bindings.image_frame": "image",
    "python._framework_bindings.packet": "packets",
    "python._framework_bindings.resource_util": "resource_util",
    "python._framework_bindings.timestamp": "timestamp",
    "python._framework_bindings.validated_graph_config": "graph_files",
    "python.packet_creator": "packet_creator",
    "python.packet_getter": "packet_getter",
    "python.solution_base": "solution_base",
    "python.solutions": "legacy",
    "python.solutions.drawing_styles": "drawing_styles",
    "python.solutions.drawing_utils": "drawing_utils",
    "python.solutions.hands": "hands",
    "python.solutions.hands_connections": "hands",
    "tasks": NOTHING,
    "tasks.python": "tasks_api",
    "tasks.python.components": NOTHING,
    "tasks.python.components.containers": "containers",
    "tasks.python.components.containers.bounding_box": "containers",
    "tasks.python.components.containers.category": "containers",
    "tasks.python.components.containers.detections": "containers",
    "tasks.python.components.containers.keypoint": "containers",
    "tasks.python.components.containers.landmark": "containers",
    "tasks.python.components.containers.rect": "containers",
    "tasks.python.core": NOTHING,
    "tasks.python.core.base_options": "options",
    "tasks.python.vision": "vision",
    "tasks.python.vision.core": NOTHING,
    "tasks.python.vision.core.image": "image",
    "tasks.python.vision.core.image_processing_options": "options",
    "tasks.python.vision.core.vision_task_running_mode": "options",
    "tasks.python.vision.drawing_styles": "drawing_styles",
    "tasks.python.vision.drawing_utils": "drawing_utils",
    "tasks.python.vision.hand_landmarker": "hand_landmarker",
}

# The files whose messages MediaPipe has, too. Each message knows its path.
_MESSAGES = ("formats", "graph_config", "graph_options", "tensor_options", "drawing_options")


def _message_homes() -> Iterator[tuple[str, str]]:
    """A row for each module of messages, after rows for what is above it."""
    for file in _MESSAGES:
        home = f"knuckle.messages.{file}"
        for name, module in vars(import_module(home)).items():
            if isinstance(module, ModuleType) and module.__name__.startswith(f"{PACKAGE}."):
                path = module.__name__.removeprefix(f"{PACKAGE}.")
                parts = path.split(".")
                yield from ((".".join(parts[:i]), NOTHING) for i in range(1, len(parts)))
                yield path, f"{home}:{name}"


HOMES = {**_SOLUTIONS, **dict(_message_homes())}

# These can be imported, because many programs import more than they use; see `absent.py`.
ABSENT = {
    "python.solutions": (
        "download_utils",
        "face_detection",
        "face_mesh",
        "face_mesh_connections",
        "holistic",
        "objectron",
        "pose",
        "pose_connections",
        "selfie_segmentation",
    ),
    "tasks.python": ("audio", "decision", "genai", "retrieval", "text"),
    "tasks.python.vision": (
        "face_aligner",
        "face_detector",
        "face_landmarker",
        "face_stylizer",
        "gesture_recognizer",
        "holistic_landmarker",
        "image_classifier",
        "image_embedder",
        "image_segmenter",
        "interactive_segmenter",
        "object_detector",
        "pose_landmarker",
    ),
}
_ABSENT_PATHS = {f"{path}.{name}" for path, names in ABSENT.items() for name in names}
PATHS = (*HOMES, *sorted(_ABSENT_PATHS))


class AliasModule(ModuleType):
    """A module at one of MediaPipe's paths."""

    def __getattr__(self, name: str) -> object:
        refuse(self.__name__.removeprefix(f"{PACKAGE}."), name)


class _AliasLoader(Loader):
    def __init__(self, home: str) -> None:
        self._home = home

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return AliasModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        if self._home == NOTHING:
            return
        of_ours = self._home.startswith("knuckle.")
        home = pkgutil.resolve_name(self._home if of_ours else f"{PACKAGE}.{self._home}")
        held = {name: value for name, value in vars(home).items() if not _is_own(name)}
        vars(module).update(held, __doc__=home.__doc__)
        if source := vars(home).get("__file__"):
            module.__file__ = source


def _is_own(name: str) -> bool:
    """Whether a name belongs to the module object itself, not to its contents."""
    return name.startswith("__") and name.endswith("__") and name != "__all__"


class _AbsentLoader(Loader):
    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return AbsentModule(spec.name, spec.name.removeprefix(f"{PACKAGE}."))

    def exec_module(self, module: ModuleType) -> None:
        pass


class _AliasFinder(MetaPathFinder):
    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not name.startswith(f"{PACKAGE}."):
            return None
        below = name.removeprefix(f"{PACKAGE}.")
        if below in HOMES:
            return spec_from_loader(name, _AliasLoader(HOMES[below]), is_package=True)
        if below in _ABSENT_PATHS:
            return spec_from_loader(name, _AbsentLoader(), is_package=True)
        if (spec := PathFinder.find_spec(name, path)) is None:
            refuse_path(below)
        return spec


def refuse_path(path: str) -> None:
    """Raise ImportUnavailable for a path in neither table, except for a name like `__x__`.

    Python itself looks for `__path__` and the like in many ways; the program does not.
    """
    above, _, name = path.rpartition(".")
    if not name.startswith("__"):
        refuse_import(path, is_absent=above in _ABSENT_PATHS)


def publish() -> None:
    """Make every path importable, and reachable from the paths above it."""
    sys.meta_path.insert(0, _AliasFinder())
    for path in PATHS:
        import_module(f"{PACKAGE}.{path}")
