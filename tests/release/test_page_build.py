"""Whether the build takes the page that is there, or builds it anew."""

from __future__ import annotations

import os
from pathlib import Path

from hatch_build import is_current


def test_a_page_is_taken_until_a_source_is_newer(tmp_path: Path) -> None:
    """A page that was built from older sources would not fit the package."""
    web, built = tmp_path / "web", tmp_path / "index.html"
    source = web / "page/view/app.ts"
    source.parent.mkdir(parents=True)
    for file in (source, web / "package-lock.json"):
        file.write_text("x")
    assert not is_current(built, web)
    built.write_text("page")
    assert is_current(built, web)
    later = built.stat().st_mtime + 10
    os.utime(source, (later, later))
    assert not is_current(built, web)
