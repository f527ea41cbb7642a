"""Hatchling's build hook: puts the networks and the page into the package before it is packed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PackageHook(BuildHookInterface[Any]):
    """Builds what git does not hold: the networks, without fail, and the page, where it can."""

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
        if version == "standard":
            build_page(root)


def build_page(root: Path) -> None:
    """Build the page of `knuckle serve`, unless it is built from the sources as they are.

    Without Node the wheel has no page, and `knuckle serve` says how to build one.
    """
    page, npm = root / "src/knuckle/serve/page", shutil.which("npm")
    if npm is None or is_current(page / "index.html", root / "web"):
        return
    for command in (("ci",), ("run", "build:page")):
        done = subprocess.run(
            [npm, "--silent", *command], cwd=root / "web", capture_output=True, check=False
        )
        if done.returncode:
            print(f"knuckle: the wheel has no page, because npm {' '.join(command)} failed")
            return
    shutil.rmtree(page, ignore_errors=True)
    shutil.copytree(root / "web/dist-page", page)


def is_current(built: Path, web: Path) -> bool:
    """Whether a page exists and no source of it is newer."""
    if not built.exists():
        return False
    sources = [web / "package-lock.json", *web.glob("page/**/*"), *web.glob("src/**/*")]
    return max(path.stat().st_mtime for path in sources) <= built.stat().st_mtime
