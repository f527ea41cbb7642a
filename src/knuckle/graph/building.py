"""Nodes as Python programs write them: options without the name of their message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .calculators import CALCULATORS
from .config import Options
from .options.node_options import is_known, options


def options_for(calculator: str, fields: Mapping[str, Any]) -> Options:
    """The options of a calculator, whose fields are as in `options`.

    Raises ValueError for a calculator or a field that there is not, or a value of another type.
    """
    found = CALCULATORS[calculator].contract.options if calculator in CALCULATORS else ""
    names = [found, *(f"{package}.{calculator}Options" for package in ("mediapipe", "knuckle"))]
    known = [name for name in names if name and is_known(name)]
    if not known:
        raise ValueError(f"{calculator} has no options")
    return options(known[0], fields)
