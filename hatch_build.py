"""Hatchling's build hook: puts the networks into the package before it is packed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WeightsHook(BuildHookInterface[Any]):
    """Runs the build step of `weights/`. A failure ends the build with one sentence."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build src/knuckle/weights/ for a wheel ("standard") or an editable install."""
        root = Path(self.root)
        sys.path[:0] = [str(root), str(root / "src")]
        from weights.build import build
        from weights.fetch import WeightsError

        try:
            build()
        except WeightsError as error:
            raise SystemExit(f"knuckle: {error}") from None
