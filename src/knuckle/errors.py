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
    """An optional package is not installed."""

    def __init__(self, purpose: str, extra: str) -> None:
        super().__init__(f"{purpose} needs an optional package: pip install 'knuckle[{extra}]'")


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
