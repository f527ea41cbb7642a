"""`import mediapipe` answered by knuckle, in this process only."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import Distribution, DistributionFinder
from os import PathLike
from pathlib import Path

from .aliases import PACKAGE as _OWN
from .aliases import PATHS, refuse_path

MEDIAPIPE = "mediapipe"


class _Mediapipe(Distribution):
    """What `importlib.metadata` says of mediapipe to a program that asks for its version."""

    def read_text(self, filename: str) -> str | None:
        if filename != "METADATA":
            return None
        version = import_module(_OWN).__version__
        return f"Metadata-Version: 2.1\nName: {MEDIAPIPE}\nVersion: {version}\n"

    def locate_file(self, path: str | PathLike[str]) -> Path:
        return Path(__file__).parent / path


_ANY = DistributionFinder.Context()


class _Finder(DistributionFinder):
    def find_spec(self, name: str, *rest: object) -> None:
        """Nothing, as modules are in `sys.modules`. Raises ImportUnavailable for another one."""
        if name.startswith(f"{MEDIAPIPE}."):
            refuse_path(name.removeprefix(f"{MEDIAPIPE}."))

    def find_distributions(
        self, context: DistributionFinder.Context = _ANY
    ) -> Iterator[Distribution]:
        if context.name == MEDIAPIPE:
            yield _Mediapipe()


def redirect_imports() -> None:
    """Put knuckle's modules where Python looks for those of mediapipe.

    They are the same modules under both names, so that a class of one is that of the other. A
    mediapipe that was imported before is no longer found by its name.
    """
    import_module(_OWN)
    for name in [n for n in sys.modules if n.partition(".")[0] == MEDIAPIPE]:
        del sys.modules[name]
    sys.modules[MEDIAPIPE] = sys.modules[_OWN]
    for path in PATHS:
        sys.modules[f"{MEDIAPIPE}.{path}"] = sys.modules[f"{_OWN}.{path}"]
    sys.meta_path.insert(0, _Finder())
