"""`import mediapipe` answered by knuckle, in this process only."""

from __future__ import annotations

import pkgutil
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import Distribution, DistributionFinder
from os import PathLike
from pathlib import Path

MEDIAPIPE = "mediapipe"
_OWN = __package__


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
    def find_spec(self, *arguments: object) -> None:
        """None: modules are found in `sys.modules`."""

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
    folders = import_module(_OWN).__path__
    for module in pkgutil.walk_packages(folders, f"{_OWN}."):
        if not module.name.endswith(".__main__"):
            import_module(module.name)
    imported = {n: m for n, m in sys.modules.items() if n == _OWN or n.startswith(f"{_OWN}.")}
    for name in [n for n in sys.modules if n.partition(".")[0] == MEDIAPIPE]:
        del sys.modules[name]
    for name, found in imported.items():
        sys.modules[MEDIAPIPE + name.removeprefix(_OWN)] = found
    sys.meta_path.insert(0, _Finder())
