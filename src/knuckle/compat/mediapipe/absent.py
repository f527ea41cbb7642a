"""Stand-ins for the parts of MediaPipe that are not about hands.

A program may import them, as most do at their top; whoever uses one is told in one sentence.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from types import ModuleType
from typing import NoReturn

from .errors import Unavailable


def refuse(part: str, name: str) -> NoReturn:
    """Say that a name of a part of MediaPipe is not here.

    Raises AttributeError for a private name, by which tools look into any module, else Unavailable.
    """
    if name.startswith("_"):
        raise AttributeError(f"module {part!r} has no attribute {name!r}")
    raise Unavailable(
        f"knuckle finds hands only, and {part}.{name} does something else: "
        "that part of the program needs mediapipe itself"
    )


class AbsentModule(ModuleType):
    """A module of MediaPipe whose names cannot be used."""

    def __init__(self, name: str, part: str) -> None:
        super().__init__(name, f"{part} of MediaPipe, which knuckle does not have.")
        self.__path__: list[str] = []  # a package, so that what is below it is looked for in it
        self._part = part

    def __getattr__(self, name: str) -> object:
        refuse(self._part, name)


def add_absent_modules(package: str, part: str, names: Iterable[str]) -> None:
    """Make modules of a package importable that are not there.

    package: its `__name__` here. part: what programs call it.
    """
    for name in names:
        module = AbsentModule(f"{package}.{name}", f"{part}.{name}")
        sys.modules[module.__name__] = module
        setattr(sys.modules[package], name, module)
