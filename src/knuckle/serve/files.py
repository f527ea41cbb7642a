"""Files of the page: which one an address means, and with what headers it is sent."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from ..networks.models import MODELS
from .problem import Problem

# By ending, because the tables of operating systems differ.
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".gif": "image/gif",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".mp4": "video/mp4",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".tflite": "application/octet-stream",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webm": "video/webm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
NETWORK = ".tflite"
ENCODINGS = {"br": ".br", "gzip": ".gz"}  # the best first
HASHED = re.compile(
    r"/assets/(?:.*[-.])[0-9A-Za-z_-]{8,}\.\w+$"
)  # the name changes with the content
FOREVER = "public, max-age=31536000, immutable"
CHECKED = "no-cache"  # kept, and asked for again with its ETag


@dataclass(frozen=True, slots=True)
class Found:
    """A file to send, and whether it is compressed."""

    path: Path
    media_type: str
    status: os.stat_result
    encoding: str | None = None

    @property
    def etag(self) -> str:
        """Changes with the file."""
        parts = f"{self.status.st_mtime_ns} {self.status.st_size} {self.encoding}"
        return f'"{hashlib.sha256(parts.encode()).hexdigest()[:20]}"'


def find(folder: Path, address: str) -> Path | None:
    """The file that an address means in a folder; None if there is none, or it is not in there.

    An address that ends in a slash means the index.html there.
    """
    if address.endswith("/"):
        address += "index.html"
    parts = address.removeprefix("/").split("/")
    if any(part.startswith(".") or not part or set(part) & set("\\:\0") for part in parts):
        return None
    path = folder.joinpath(*parts)
    try:
        is_inside = path.resolve(strict=True).is_relative_to(folder.resolve())
    except (OSError, ValueError):
        return None
    return path if is_inside and path.is_file() else None


def accepted(header: str) -> set[str]:
    """The encodings that a client takes, by its Accept-Encoding."""
    taken = set()
    for part in header.split(","):
        name, _, weight = part.partition(";")
        if not re.fullmatch(r"\s*q=0(\.0*)?\s*", weight):
            taken.add(name.strip().lower())
    return taken


def variant_for(path: Path, encodings: set[str]) -> Found | None:
    """The best compressed form of a file that lies beside it, or the file itself."""
    media_type = TYPES.get(path.suffix.lower(), "application/octet-stream")
    for encoding, ending in ENCODINGS.items():
        if encoding in encodings and (found := _stat(path.with_name(path.name + ending))):
            return Found(path.with_name(path.name + ending), media_type, found, encoding)
    found = _stat(path)
    return None if found is None else Found(path, media_type, found)


def _stat(path: Path) -> os.stat_result | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status if stat.S_ISREG(status.st_mode) else None


def caching(address: str) -> str:
    """How long a file may be kept."""
    return FOREVER if HASHED.search(address) else CHECKED


async def answer(request: Request, path: Path, address: str) -> Response:
    """Send a file, or say that the client's copy is still right. Raises Problem 404."""
    headers = request.headers
    # A range counts the bytes of the file itself.
    encodings = set() if "range" in headers else accepted(headers.get("accept-encoding", ""))
    found = variant_for(path, encodings)
    if found is None:
        raise nothing_at(address)
    is_zipped = path.suffix == NETWORK and not found.encoding and "gzip" in encodings
    if is_zipped:
        found = replace(found, encoding="gzip")
    sent = {"etag": found.etag, "cache-control": caching(address), "vary": "Accept-Encoding"}
    if _has(headers, found.etag):
        return Response(status_code=304, headers=sent)
    if found.encoding:
        sent["content-encoding"] = found.encoding
    if is_zipped:
        data = await run_in_threadpool(_zipped, path, found.status.st_mtime_ns)
        return Response(data, headers=sent, media_type=found.media_type)
    return FileResponse(
        found.path, headers=sent, media_type=found.media_type, stat_result=found.status
    )


@lru_cache(maxsize=len(MODELS))
def _zipped(path: Path, changed: int) -> bytes:
    """A network, compressed: it has no compressed form on disk. changed: its time of change."""
    return gzip.compress(path.read_bytes())


def _has(headers: Mapping[str, str], etag: str) -> bool:
    known = [tag.strip().removeprefix("W/") for tag in headers.get("if-none-match", "").split(",")]
    return etag in known or "*" in known


def nothing_at(address: str) -> Problem:
    """The problem that there is no such file."""
    return Problem(404, f"there is nothing at {address}")


def models() -> dict[str, Path]:
    """The networks that the page loads, by file name: those of the package."""
    folders = {spec.tflite.parent for spec in MODELS.values()}
    return {path.name: path for folder in folders for path in folder.glob("*.tflite")}
