"""Constants that a study fitted to data, kept as data: a JSON file for each model.

A study writes its file; nobody edits one by hand. This is the one place that reads them, once, when
the module that needs them is imported.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any


def read_fitted(name: str) -> dict[str, Any]:
    """The content of `name`.json in this folder."""
    content: dict[str, Any] = json.loads(
        files(__package__).joinpath(f"{name}.json").read_text(encoding="utf-8")
    )
    return content
