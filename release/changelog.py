"""Version, changelog and the fragments of `changelog.d`: whether they agree, and joining them."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

from .command import ReleaseError, run

# Where the version stands. The first is its home: the build reads it from there.
VERSIONS = {
    "src/knuckle/__init__.py": re.compile(r'^__version__ = "(.+)"$', re.MULTILINE),
    "CHANGELOG.md": re.compile(r"^## (\S+)", re.MULTILINE),
    "CITATION.cff": re.compile(r"^version: (\S+)$", re.MULTILINE),
}
HOME = next(iter(VERSIONS))


def read_version(root: Path, name: str = HOME) -> str:
    """The version that a file of the repository names. Raises ReleaseError when it names none."""
    found = VERSIONS[name].search((root / name).read_text(encoding="utf-8"))
    if found is None:
        raise ReleaseError(f"{name} names no version: give it that of {HOME}")
    return found[1]


def check_version(root: Path, tag: str | None = None) -> str:
    """The version, on which all files that name one agree, and the tag if there is one.

    Raises ReleaseError naming the file or tag that differs.
    """
    version = read_version(root)
    for name in VERSIONS:
        if (other := read_version(root, name)) != version:
            raise ReleaseError(f"{name} says {other} and {HOME} says {version}: make them agree")
    if tag is not None and tag != f"v{version}":
        raise ReleaseError(f"the tag is {tag} and {HOME} says {version}: tag v{version}")
    return version


def change_types(root: Path) -> list[str]:
    """The types that a fragment's name may have, from pyproject.toml."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    return [kind["directory"] for kind in project["tool"]["towncrier"]["type"]]


def fragments(root: Path) -> list[Path]:
    """The changes that wait in `changelog.d`, sorted by name."""
    own = {"README.md", "template.md.jinja"}
    return sorted(path for path in (root / "changelog.d").iterdir() if path.name not in own)


def fragment_faults(paths: Iterable[Path], types: Iterable[str]) -> list[str]:
    """What is wrong with fragments, a sentence each: their names, or that they say nothing."""
    known = list(types)
    named = re.compile(rf"[\w-]+\.({'|'.join(known)})\.md")
    faults = []
    for path in paths:
        if not named.fullmatch(path.name):
            faults.append(
                f"changelog.d/{path.name} must be called NAME.TYPE.md, TYPE one of "
                f"{', '.join(known)}"
            )
        elif not path.read_text(encoding="utf-8").strip():
            faults.append(f"changelog.d/{path.name} is empty: say what changed for the user")
    return faults


def check_fragments(root: Path, *, may_wait: bool) -> None:
    """Raise ReleaseError for a fragment without a known type, or one that is not in CHANGELOG.md.

    may_wait: whether fragments are allowed, as they are in a draft.
    """
    waiting = fragments(root)
    if faults := fragment_faults(waiting, change_types(root)):
        raise ReleaseError("; ".join(faults))
    if waiting and not may_wait:
        raise ReleaseError(
            f"changes wait in changelog.d ({len(waiting)}): write them into CHANGELOG.md with "
            "`scripts/release --notes`, or build a draft with --draft"
        )


def write_notes(root: Path) -> int:
    """Move all fragments into the version's section of CHANGELOG.md; returns how many there were.

    A section that is not there yet is made; one that is there, a plain list, gets them at its end.
    Raises ReleaseError for a fragment without a known type, or a section that has headings.
    """
    check_fragments(root, may_wait=True)
    waiting = fragments(root)
    if not waiting:
        return 0
    path, version = root / "CHANGELOG.md", read_version(root)
    changelog, drafted = path.read_text(encoding="utf-8"), _draft(root, version)
    is_there = read_version(root, "CHANGELOG.md") == version
    path.write_text(
        joined(changelog, drafted) if is_there else preceded(changelog, drafted), encoding="utf-8"
    )
    for fragment in waiting:
        fragment.unlink()
    return len(waiting)


def preceded(changelog: str, drafted: str) -> str:
    """A changelog with a drafted section above those it has."""
    older = changelog.index("## ")
    return f"{changelog[:older]}{drafted.strip()}\n\n{changelog[older:]}"


def joined(changelog: str, drafted: str) -> str:
    """A changelog with drafted entries at the end of its newest section, without their headings.

    Raises ReleaseError where the section itself has headings, for under which is a choice to make.
    """
    top, newest, *older = re.split(r"^(?=## )", changelog, flags=re.MULTILINE)
    if re.search(r"^### ", newest, re.MULTILINE):
        raise ReleaseError(
            f"CHANGELOG.md has the section {newest.splitlines()[0]} already, with headings: "
            "move the changes of changelog.d into it by hand"
        )
    lines = [line for line in drafted.splitlines() if line and not line.startswith("#")]
    section = "\n".join([newest.rstrip("\n"), *lines]) + "\n"
    return top + "\n".join([section, *older])


def _draft(root: Path, version: str) -> str:
    """The section that towncrier makes of the fragments; it writes nothing itself."""
    command = (sys.executable, "-m", "towncrier", "build", "--draft", "--version", version)
    return run(*command, purpose="join the changes of changelog.d", cwd=root)
