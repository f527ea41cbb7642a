"""Hatchling's build hook: puts the networks and the pages into the package before it is packed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Page(NamedTuple):
    """Something of `web/` that is built for the package."""

    command: str  # of npm
    output: str  # folder of web/ that it builds
    place: str  # folder of the package that it goes to
    first: str  # a file that it always has
    purpose: str


PAGES = (
    Page("build:page", "dist-page", "serve/page", "index.html", "the page of knuckle serve"),
    Page("build:graph", "dist-graph", "graph/page", "viewer.js", "what draws graphs"),
)
SOURCES = ("page/**/*", "src/**/*", "graph/**/*", "*.config.ts")


class PackageHook(BuildHookInterface[Any]):
    """Builds what git does not hold: the networks, without fail, and the pages, where it can."""

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
            build_pages(root)


def build_pages(root: Path) -> None:
    """Build the pages, unless they are built from the sources as they are.

    Without Node the wheel has none, and the commands that need one say how to build it.
    """
    npm, package = shutil.which("npm"), root / "src/knuckle"
    old = [
        page for page in PAGES if not is_current(package / page.place / page.first, root / "web")
    ]
    if npm is None or not old:
        return
    if not _runs(npm, "ci", cwd=root / "web"):
        print("knuckle: the wheel has no pages, because npm ci failed")
        return
    for page in old:
        if not _runs(npm, "run", page.command, cwd=root / "web"):
            print(f"knuckle: the wheel lacks {page.purpose}, because npm run {page.command} failed")
            continue
        shutil.rmtree(package / page.place, ignore_errors=True)
        shutil.copytree(root / "web" / page.output, package / page.place)


def _runs(npm: str, *command: str, cwd: Path) -> bool:
    """Whether a command of npm succeeds."""
    done = subprocess.run([npm, "--silent", *command], cwd=cwd, capture_output=True, check=False)
    return done.returncode == 0


def is_current(built: Path, web: Path) -> bool:
    """Whether a page exists and no source of it is newer."""
    if not built.exists():
        return False
    sources = [path for pattern in SOURCES for path in web.glob(pattern)]
    newest = max(path.stat().st_mtime for path in (web / "package-lock.json", *sources))
    return newest <= built.stat().st_mtime
