"""What can go wrong outside a caller's control. Every message is one sentence with its cure.

    KnuckleError
    ├── ExtraMissing      an optional package is needed; the message is the line to type
    ├── ModelMissing      the package was not built, so its networks are not there
    ├── ModelDamaged      a network's file is not the one that was installed
    ├── PeerError         another tracker cannot be set up or does not answer
    ├── SourceError       a picture, video or camera cannot be read
    └── OutputError       a result cannot be written

A caller's own mistake (a wrong type, a value out of range) is a TypeError or a ValueError.
"""

from __future__ import annotations


class KnuckleError(Exception):
    """The root of knuckle's own errors."""


class ExtraMissing(KnuckleError):
    """An optional package is not installed; the message has the line to type."""

    def __init__(self, purpose: str, extra: str) -> None:
        super().__init__(purpose, extra)  # so that a copy or a pickle is made of both
        self.purpose = purpose
        self.extra = extra

    def __str__(self) -> str:
        return f"{self.purpose} needs an optional package: {install_command(self.extra)}"


class ModelMissing(KnuckleError):
    """A network's file is not in the package."""


class ModelDamaged(KnuckleError):
    """A network's file is not the one that was installed."""


class PeerError(KnuckleError):
    """Another tracker, to compare with, cannot be set up or does not answer."""


class SourceError(KnuckleError):
    """A picture, video or camera cannot be read."""


class OutputError(KnuckleError):
    """A result cannot be written."""


def install_command(extra: str) -> str:
    """The line that installs an extra's packages, by their own names.

    It is right for a clone of the repository as for a release, whatever the index has.
    """
    import re  # here, for these take longer than all else that `import knuckle` does
    from importlib.metadata import PackageNotFoundError, requires

    try:
        requirements = requires("knuckle") or []
    except PackageNotFoundError:  # run from its source
        requirements = []
    is_meant = re.compile(rf"extra\s*==\s*['\"]{re.escape(extra)}['\"]")
    names = [line.partition(";")[0].strip() for line in requirements if is_meant.search(line)]
    quoted = [name if re.fullmatch(r"[\w.-]+", name) else f'"{name}"' for name in names]
    return " ".join(("pip install", *(quoted or [f'".[{extra}]" in a clone of knuckle'])))
