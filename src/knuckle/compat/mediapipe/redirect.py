"""`import mediapipe` answered by knuckle, in this process only."""

from __future__ import annotations

import pkgutil
import sys
from importlib import import_module

MEDIAPIPE = "mediapipe"
_OWN = __package__


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
