"""Builds the site into `site/` and checks it: `python -m docs.website`, from the repository."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from . import drawings
from .links import problems
from .reference import undocumented

ROOT = Path(__file__).parent.parent.parent


def main() -> int:
    """Build; print what is wrong, one line each; return the exit status."""
    if not drawings.is_built():
        print(f"docs: {drawings.MISSING}", file=sys.stderr)
    found = [f"{name} has no docstring" for name in undocumented()] or build(ROOT)
    for problem in found:
        print(f"docs: {problem}", file=sys.stderr)
    return int(bool(found))


def build(root: Path) -> list[str]:
    """Build the site of the folder `root` into its `site/`; what is wrong with it."""
    # Strict: a link to a page or a section that does not exist is an error. Clean: the pages of the
    # reference depend on the code, which the cache does not know.
    command = [sys.executable, "-m", "zensical", "build", "--strict", "--clean"]
    built = subprocess.run(
        command, cwd=root, text=True, encoding="utf-8", capture_output=True, check=False
    )
    if built.returncode:
        return [f"{built.stdout}\n{built.stderr}"]
    if (root / "docs" / drawings.SHOWN).is_file():
        drawings.write_drawings(root / "site")
    return problems(root / "site")


if __name__ == "__main__":
    sys.exit(main())
