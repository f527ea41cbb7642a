"""Makes `import mediapipe` import knuckle, in this process and optionally in its children."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder
from importlib.metadata import Distribution, DistributionFinder
from os import PathLike
from pathlib import Path
from types import ModuleType
from typing import Any

from google.protobuf import descriptor_pool

from .aliases import PACKAGE as _OWN
from .aliases import PATHS, refuse_path

MEDIAPIPE = "mediapipe"
_ON_PATH = str(Path(__file__).parent / "on_path")


class _Mediapipe(Distribution):
    """The metadata of mediapipe for programs that check its version with `importlib.metadata`."""

    def read_text(self, filename: str) -> str | None:
        if filename != "METADATA":
            return None
        version = import_module(_OWN).__version__
        return f"Metadata-Version: 2.1\nName: {MEDIAPIPE}\nVersion: {version}\n"

    def locate_file(self, path: str | PathLike[str]) -> Path:
        return Path(__file__).parent / path


_PACKAGES = "pkg_resources"
_ANY = DistributionFinder.Context()


class _Finder(DistributionFinder):
    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find nothing: our modules are in `sys.modules`. Raises ImportUnavailable for others."""
        if name.startswith(f"{MEDIAPIPE}."):
            refuse_path(name.removeprefix(f"{MEDIAPIPE}."))
        return _spec_of_packages() if name == _PACKAGES else None

    def find_distributions(
        self, context: DistributionFinder.Context = _ANY
    ) -> Iterator[Distribution]:
        if context.name == MEDIAPIPE:
            yield _Mediapipe()


def _spec_of_packages() -> ModuleSpec | None:
    """The spec of `pkg_resources`, which lists installed packages only when it is imported."""
    spec = PathFinder.find_spec(_PACKAGES)
    if spec is not None and spec.loader is not None:
        execute = spec.loader.exec_module

        def execute_and_add(module: ModuleType) -> None:
            execute(module)
            _add_to(module)

        vars(spec.loader)["exec_module"] = execute_and_add
    return spec


def _add_to(packages: ModuleType) -> None:
    version = import_module(_OWN).__version__
    found = packages.Distribution(project_name=MEDIAPIPE, version=version)
    packages.working_set.add(found, replace=True)


def _share_options() -> None:
    """Put the messages of options into protobuf's default pool, where its text parser looks.

    Programs read graphs by `text_format.Parse(text, CalculatorGraphConfig())`. Where a real
    mediapipe has put its own there before, they stay.
    """
    pool = descriptor_pool.Default()
    for path in PATHS:
        if path.startswith("calculators.") and path.endswith("_pb2"):
            _share(sys.modules[f"{_OWN}.{path}"].DESCRIPTOR, pool)


def _share(file: Any, pool: Any) -> None:
    for other in file.dependencies:
        _share(other, pool)
    with suppress(TypeError):  # of another file with this name
        pool.AddSerializedFile(file.serialized_pb)


def redirect_imports() -> None:
    """Make `import mediapipe` import knuckle's modules in this process.

    The modules are the same under both names, and so are their classes. A real mediapipe that was
    imported before can no longer be imported by its name.
    """
    import_module(_OWN)
    for name in [n for n in sys.modules if n.partition(".")[0] == MEDIAPIPE]:
        del sys.modules[name]
    sys.modules[MEDIAPIPE] = sys.modules[_OWN]
    for path in PATHS:
        sys.modules[f"{MEDIAPIPE}.{path}"] = sys.modules[f"{_OWN}.{path}"]
    if any(isinstance(finder, _Finder) for finder in sys.meta_path):
        return
    _share_options()
    if _PACKAGES in sys.modules:
        _add_to(sys.modules[_PACKAGES])
    sys.meta_path.insert(0, _Finder())


def redirect_children() -> None:
    """Make `import mediapipe` import knuckle in processes that this one starts, too."""
    paths = [_ON_PATH, *filter(None, [os.environ.get("PYTHONPATH")])]
    os.environ["PYTHONPATH"] = os.pathsep.join(paths)
    sys.path.insert(1, _ON_PATH)  # multiprocessing passes it on to spawned processes
