"""The steps of a release: check, build, look inside, install, try."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from .changelog import check_fragments, check_version, write_notes
from .command import ReleaseError, run
from .contents import check_sdist, check_wheel, tracked_files
from .pythons import VERSIONS, find_pythons
from .trial import try_wheel, unplugged

ROOT = Path(__file__).parent.parent
PICTURE = ROOT / "samples" / "open_palm.jpg"


def main() -> int:
    """Run the steps, or say in one sentence why this cannot be released."""
    options = _parser().parse_args()
    try:
        if options.notes:
            print(f"changes written into CHANGELOG.md: {write_notes(ROOT)}")
        else:
            release(draft=options.draft, tag=options.tag)
    except ReleaseError as error:
        print(f"release: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/release",
        description="Builds sdist and wheel, looks inside, and tries the wheel without an index on "
        "every Python from 3.11 to 3.14 that this machine has, or on those in $PYTHON. "
        "What passes is put into dist/; nothing is published.",
    )
    parser.add_argument(
        "--draft", action="store_true", help="allow uncommitted changes and waiting fragments"
    )
    parser.add_argument("--tag", help="the tag that is released; must be v and the version")
    parser.add_argument(
        "--notes", action="store_true", help="only move changelog.d into CHANGELOG.md"
    )
    return parser


def release(*, draft: bool, tag: str | None) -> None:
    """Build, check and try everything, then put it into dist/. Raises ReleaseError."""
    version = check_version(ROOT, tag)
    check_fragments(ROOT, may_wait=draft)
    if not draft:
        check_committed()
    with tempfile.TemporaryDirectory(prefix="knuckle-release-") as name:
        folder = Path(name)
        sdist, wheel = build(folder / "dist", version)
        try_everywhere(wheel, folder)
        keep(sdist, wheel)


def check_committed() -> None:
    """Raise ReleaseError where the working tree is not what was committed."""
    changed = run("git", "status", "--porcelain", purpose="see what changed", cwd=ROOT)
    if changed:
        first = changed.splitlines()[0][3:]
        raise ReleaseError(f"{first} is not committed: commit it, or build a draft with --draft")


def build(folder: Path, version: str) -> tuple[Path, Path]:
    """The source distribution, and the wheel that is built from it alone, checked."""
    print(f"building knuckle {version} ...", flush=True)
    command = (sys.executable, "-m", "build", "--outdir", str(folder), str(ROOT))
    run(*command, purpose="build sdist and wheel")
    [sdist], [wheel] = folder.glob("*.tar.gz"), folder.glob("*.whl")
    tracked = tracked_files(ROOT)
    check_sdist(sdist, tracked, version)
    check_wheel(wheel, tracked, network_files(), network_hashes(), version)
    for path in (sdist, wheel):
        print(f"  {path.name}: {path.stat().st_size / 1e6:.1f} MB, whole and nothing else")
    return sdist, wheel


def network_files() -> list[str]:
    """The files of the networks in the package's table, by name."""
    return [path.name for spec in _table().values() for path in spec.files]


def network_hashes() -> dict[str, str]:
    """SHA-256 of the upstream file of each network in the package's table."""
    return {name: spec.sha256 for name, spec in _table().items()}


def _table() -> dict[str, Any]:
    sys.path.insert(0, str(ROOT / "src"))
    from knuckle.networks.models import MODELS  # standard library only, as the build needs it

    return dict(MODELS)


def try_everywhere(wheel: Path, folder: Path) -> None:
    """Try a wheel on each Python of this machine, and say on which it could not be tried."""
    pythons = find_pythons()
    if not pythons:
        raise ReleaseError(f"there is no Python {' or '.join(VERSIONS)} here: install one")
    network = "no network" if unplugged() else "the network on, for want of unshare"
    for python in pythons:
        print(f"trying it on Python {python.version}, without an index, {network} ...", flush=True)
        beside = try_wheel(python, wheel, PICTURE, folder)
        print(f"  works, with {', '.join(beside)}")
    there = {python.version for python in pythons}
    if absent := [version for version in VERSIONS if version not in there]:
        print(f"not tried, for want of the Python: {', '.join(absent)}")


def keep(*paths: Path) -> None:
    """Put what passed into dist/, in place of what was there."""
    dist = ROOT / "dist"
    shutil.rmtree(dist, ignore_errors=True)
    dist.mkdir()
    for path in paths:
        shutil.copy(path, dist)
    print(f"all passed; in dist/: {', '.join(path.name for path in paths)}")


if __name__ == "__main__":
    sys.exit(main())
