"""The documentation site, built once."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from docs.website.__main__ import build
from tests.conftest import ROOT


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built pages; the repository's own `site/` is left alone."""
    root = tmp_path_factory.mktemp("documentation")
    for name in ("zensical.toml", "CHANGELOG.md"):
        shutil.copy(ROOT / name, root)
    shutil.copytree(ROOT / "docs", root / "docs")
    (root / "src" / "knuckle").mkdir(parents=True)  # that the configuration watches

    with pytest.MonkeyPatch.context() as patch:  # the package that is tested, wherever we are
        patch.setenv("PYTHONPATH", os.pathsep.join(map(os.path.abspath, sys.path)))
        assert [] == build(root)
    return root / "site"
