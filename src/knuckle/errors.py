"""Exceptions for what goes wrong outside the caller's control.

    KnuckleError
    ├── ExtraMissing      an optional package is needed; the message is the line to type
    ├── CannotRunHere     this machine cannot run the engine, precision or device asked for
    ├── ModelMissing      the package was not built, so it has no networks
    ├── ModelDamaged      a network's file is not the one that was installed
    ├── PeerError         another tracker cannot be set up or does not answer
    ├── SourceError       a picture, video or camera cannot be read
    ├── OutputError       a result cannot be written
    ├── ServeError        the server cannot start
    ├── BatchError        a batch of clips cannot start or go on
    └── GraphError        a graph cannot be read or run

Every message is one sentence that says what to do. A caller's own mistake (a wrong type, a value
out of range) is a TypeError or a ValueError.
"""

from __future__ import annotations


class KnuckleError(Exception):
    """The base class of knuckle's own errors."""


class ExtraMissing(KnuckleError):
    """An optional package is not installed; the message has the line to type."""

    def __init__(self, purpose: str, extra: str) -> None:
        super().__init__(purpose, extra)  # copies and pickles are made from these arguments
        self.purpose = purpose
        self.extra = extra

    def __str__(self) -> str:
        return f"{self.purpose} needs an optional package: {install_command(self.extra)}"


class CannotRunHere(KnuckleError):
    """The machine lacks what an engine, a precision or a device needs."""


class ModelMissing(KnuckleError):
    """A network's file is not in the package."""


class ModelDamaged(KnuckleError):
    """A network's file is not the one that was installed."""


class PeerError(KnuckleError):
    """A tracker to compare with cannot be set up or does not answer."""


class SourceError(KnuckleError):
    """A picture, video or camera cannot be read."""


class OutputError(KnuckleError):
    """A result cannot be written."""


class ServeError(KnuckleError):
    """The server cannot start."""


class BatchError(KnuckleError):
    """A batch of clips cannot start or go on. What is finished stays."""


class GraphError(KnuckleError):
    """A graph cannot be read or run.

    node: the name of the node that failed; "" if it was no node.
    timestamp: of the packets that it processed, microseconds; None if it was not processing.
    file, line: where a file is wrong; "" and 0 if no place in a file is meant.
    """

    def __init__(
        self,
        message: str,
        *,
        node: str = "",
        timestamp: int | None = None,
        file: str = "",
        line: int = 0,
    ) -> None:
        super().__init__(message)
        self.node = node
        self.timestamp = timestamp
        self.file = file
        self.line = line


def install_command(extra: str) -> str:
    """The command that installs the packages of an extra by their own names.

    It works for a clone of the repository and for a release, and needs no knuckle on an index.
    """
    import re  # here, because these take longer than the rest of `import knuckle`
    from importlib.metadata import PackageNotFoundError, requires

    try:
        requirements = requires("knuckle") or []
    except PackageNotFoundError:  # run from its source
        requirements = []
    is_meant = re.compile(rf"extra\s*==\s*['\"]{re.escape(extra)}['\"]")
    names = [line.partition(";")[0].strip() for line in requirements if is_meant.search(line)]
    quoted = [name if re.fullmatch(r"[\w.-]+", name) else f'"{name}"' for name in names]
    return " ".join(("pip install", *(quoted or [f'".[{extra}]" in a clone of knuckle'])))
