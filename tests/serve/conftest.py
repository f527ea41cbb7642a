"""Fixtures for the server. Its tests are skipped where the extra `serve` is not installed."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .serving import Server

NEEDED = ("cryptography", "prometheus_client", "segno", "starlette", "uvicorn", "websockets")
collect_ignore_glob = [] if all(map(find_spec, NEEDED)) else ["test_*.py"]


@pytest.fixture(scope="session")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a tiny page, with all kinds of files that the real one has."""
    folder = tmp_path_factory.mktemp("page")
    files = {
        "index.html": b"<!doctype html><title>tiny</title>",
        "sw.js": b"// worker",
        "manifest.webmanifest": b"{}",
        "assets/main-Ab3_x9-Z.js": b"console.log(1)",
        "assets/main-Ab3_x9-Z.js.br": b"brotli",
        "assets/plain.js": b"console.log(2)",
        "assets/plain.js.gz": b"gzip",
        "icons/icon.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        "wasm/litert.wasm": b"\\0asm",
        "clip.mp4": bytes(range(256)) * 4,
        ".hidden": b"secret",
    }
    for name, data in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
    (folder.parent / "outside.txt").write_text("outside")
    (folder / "link.txt").symlink_to(folder.parent / "outside.txt")
    return folder


@pytest.fixture(scope="session")
def server(page: Path) -> Iterator[Server]:
    """A server with two workers, the tiny page, and limits that no test here reaches."""
    from .serving import serving

    with serving(workers=2, folder=page) as running:
        yield running
