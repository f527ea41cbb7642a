"""Trace files: ours and others in the Chrome format, and MediaPipe's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ...errors import GraphError
from ...io.whole import write_whole
from .chrome import chrome_text, chrome_trace
from .trace import Trace

_BLANK = b"\xef\xbb\xbf \r\n\t"


def read_trace(path: str | Path, *others: str | Path) -> Trace:
    """The trace in a file: the Chrome format, or what MediaPipe writes, mediapipe_trace_0.binarypb.

    others: further files of MediaPipe, of the same run.
    Raises GraphError if a file cannot be read or is no trace.
    """
    contents = [(str(one), _content(Path(one))) for one in (path, *others)]
    chrome = [
        name for name, content in contents if content.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in b"{["
    ]
    if chrome and len(contents) > 1:
        raise GraphError(f"{chrome[0]} is whole: only files of MediaPipe are read together")
    if not chrome:
        return _of_mediapipe(contents)
    try:
        return _named(chrome_trace(contents[0][1]), chrome[0])
    except GraphError as error:
        raise GraphError(f"{chrome[0]} is no trace: {error}") from error


def _content(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise GraphError(f"cannot read {path}: {(error.strerror or str(error)).lower()}") from error
    if not content:
        raise GraphError(f"{path} is empty")
    return content


def _of_mediapipe(contents: Sequence[tuple[str, bytes]]) -> Trace:
    from .profiles import profile_trace  # needs protobuf

    return profile_trace(contents)


def _named(trace: Trace, name: str) -> Trace:
    return replace(trace, notes=tuple(f"{name}: {note}" for note in trace.notes))


def write_trace(trace: Trace, path: str | Path) -> None:
    """Write a trace in the Chrome format, which Perfetto opens. Raises OutputError."""
    with write_whole(Path(path)) as partial, partial.open("w", encoding="utf-8") as file:
        file.writelines(chrome_text(trace))
