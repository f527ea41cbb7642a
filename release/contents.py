"""What is in the files that are released: all of the package, and nothing else."""

from __future__ import annotations

import hashlib
import json
import tarfile
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from .command import ReleaseError, run

FORMS = (".onnx", ".tflite")  # the endings of networks
WEIGHTS = "knuckle/weights/"
# What `knuckle serve` shows, and what draws graphs: folders that are built, with files they have.
PAGES = {
    "knuckle/serve/page/": ("index.html",),
    "knuckle/graph/page/": ("viewer.html", "viewer.js", "editor.html", "editor.js", "LICENSES.txt"),
}
# Beside the package's sources, what a wheel must have and what a source distribution is built from.
INFO = ("METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE", "licenses/NOTICE")
BUILD = ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE", "NOTICE", "CHANGELOG.md")
SHOWN = 5  # names in a message


def tracked_files(root: Path) -> set[str]:
    """Every file that git knows in a repository, by its path with slashes."""
    listed = run("git", "ls-files", "-z", purpose="list the repository's files", cwd=root)
    return {name for name in listed.split("\0") if name}


def wheel_names(tracked: Iterable[str], networks: Iterable[str], version: str) -> set[str]:
    """What a wheel must hold: the package, its networks, the pages, and what pip needs to know.

    tracked: files of the repository; networks: files of the networks.
    """
    sources = {name.removeprefix("src/") for name in tracked if name.startswith("src/knuckle/")}
    weights = {f"{WEIGHTS}{name}" for name in networks}
    papers = {f"{WEIGHTS}{name}" for name in ("LICENSE", "PROVENANCE.json", "SHA256SUMS")}
    papers |= {"knuckle/py.typed"} | _page_names()
    info = {f"knuckle-{version}.dist-info/{name}" for name in INFO}
    return sources | weights | papers | info


def _page_names() -> set[str]:
    """The files that the pages have, whatever names the build gives to others."""
    return {f"{folder}{name}" for folder, names in PAGES.items() for name in names}


def wheel_faults(found: Iterable[str], expected: Iterable[str]) -> list[str]:
    """What a wheel lacks and what it has too many, a sentence each."""
    wanted, needed = set(expected), _page_names()
    there = {n for n in found if not n.startswith(tuple(PAGES)) or n in needed}
    lacking, strays = sorted(wanted - there), sorted(there - wanted)
    faults = [f"the wheel lacks {_some(lacking)}"] if lacking else []
    if strays:
        faults.append(
            f"the wheel holds {_some(strays)}, which git does not know: add it or move it away"
        )
    return faults


def hash_faults(hashes: Mapping[str, str], files: Mapping[str, bytes]) -> list[str]:
    """Which networks are not those of the table, a sentence each.

    hashes: network -> SHA-256 of its .tflite; files: by their name in the wheel.
    """
    names = {network: f"{WEIGHTS}{network}.tflite" for network in hashes}
    wrong = [
        name
        for network, name in names.items()
        if hashlib.sha256(files[name]).hexdigest() != hashes[network]
    ]
    return [f"{_some(wrong)} is not the pinned network: remove src/{WEIGHTS}"] if wrong else []


def provenance_faults(text: str, hashes: Mapping[str, str]) -> list[str]:
    """What the provenance file says otherwise than the table of networks, as one sentence."""
    recorded = {name: row["sha256"] for name, row in json.loads(text)["files"].items()}
    if recorded == dict(hashes):
        return []
    return [f"PROVENANCE.json does not name the pinned networks: remove src/{WEIGHTS}"]


def sdist_faults(found: Iterable[str], tracked: Iterable[str], version: str) -> list[str]:
    """What a source distribution lacks and what it must not have, a sentence each."""
    folder, known = f"knuckle-{version}/", set(tracked)
    names = {name.removeprefix(folder) for name in found} - {"PKG-INFO"}
    weights = sorted(n for n in names if n.endswith(FORMS) or n.startswith(f"src/{WEIGHTS}"))
    needed = {n for n in known if n.startswith(("src/knuckle/", "weights/"))} | set(BUILD)
    strays, lacking = sorted(names - known - set(weights)), sorted(needed - names)
    faults = [f"the sdist holds networks: {_some(weights)}"] if weights else []
    faults += [f"the sdist lacks {_some(lacking)}"] if lacking else []
    if strays:
        faults.append(
            f"the sdist holds {_some(strays)}, which git does not know: add it or move it away"
        )
    return faults


def check_wheel(
    wheel: Path,
    tracked: Iterable[str],
    networks: Iterable[str],
    hashes: Mapping[str, str],
    version: str,
) -> None:
    """Raise ReleaseError unless a wheel holds the package, its networks, and nothing else.

    networks: files of the networks. hashes: network -> SHA-256 of its .tflite.
    """
    with zipfile.ZipFile(wheel) as archive:
        _refuse(wheel_faults(archive.namelist(), wheel_names(tracked, networks, version)))
        files = {n: archive.read(n) for n in archive.namelist() if n.endswith(".tflite")}
        provenance = archive.read(f"{WEIGHTS}PROVENANCE.json").decode()
    _refuse(hash_faults(hashes, files) + provenance_faults(provenance, hashes))


def check_sdist(sdist: Path, tracked: Iterable[str], version: str) -> None:
    """Raise ReleaseError unless a source distribution is whole and holds no network."""
    with tarfile.open(sdist) as archive:
        names = [member.name for member in archive if not member.isdir()]
    _refuse(sdist_faults(names, tracked, version))


def _refuse(faults: list[str]) -> None:
    if faults:
        raise ReleaseError("; ".join(faults))


def _some(names: list[str]) -> str:
    """The first few names, and how many more there are."""
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
