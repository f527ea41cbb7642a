"""Optional packages, imported when they are first needed."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from .errors import ExtraMissing


def import_extra(module: str, *, purpose: str, extra: str) -> Any:
    """Import an optional package. Raises ExtraMissing, with the line to type, if it is absent."""
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name != module.partition(".")[0]:
            raise  # the package is installed but broken
        raise ExtraMissing(purpose, extra) from error
