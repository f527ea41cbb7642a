"""Checks that a network's file is there and is the one that was built."""

from __future__ import annotations

from hashlib import file_digest
from pathlib import Path

from ..errors import ModelDamaged, ModelMissing

SUMS = "SHA256SUMS"  # beside the networks, as `sha256sum --check` reads it


def verified(path: Path) -> Path:
    """The path of a network's file, after checking its SHA-256; see `verified_digest`."""
    verified_digest(path)
    return path


def verified_digest(path: Path) -> str:
    """The SHA-256 of a network's file, which is the one that the build step recorded.

    The check takes about 0.7 ms per megabyte, once for each network that is opened.
    Raises ModelMissing when the package was not built, ModelDamaged when the file was changed.
    """
    expected = _expected(path)
    try:
        with path.open("rb") as file:
            found = file_digest(file, "sha256").hexdigest()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ModelDamaged(f"{path} cannot be read: {reason}") from error
    if found != expected:
        raise ModelDamaged(
            f"{path} is not the file that was installed ({path.stat().st_size} bytes, SHA-256 "
            f"{found[:12]} instead of {expected[:12]}): install knuckle again"
        )
    return found


def _expected(path: Path) -> str:
    """The SHA-256 that the build step recorded for a file."""
    sums = path.with_name(SUMS)
    if not (path.is_file() and sums.is_file()):
        raise ModelMissing(
            f"{path.name} is not in the package, which was not built: "
            "pip install -e . in the clone of its repository"
        )
    for line in sums.read_text(encoding="utf-8", errors="replace").splitlines():
        digest, _, name = line.partition("  ")
        if name == path.name:
            return digest
    raise ModelDamaged(f"{sums} does not list {path.name}: install knuckle again")
