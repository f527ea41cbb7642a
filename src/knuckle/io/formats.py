"""All output formats, one line each.

A new format is one line here and a class. Help, error messages and tests read the endings here.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ..errors import OutputError
from .sinks import PicturesSink, Sink, VideoSink
from .tables import CsvSink, JsonLinesSink, JsonSink, ParquetSink, TableSink, TsvSink

OutputKind = Literal["table", "video", "picture", "folder"]


@dataclass(frozen=True, slots=True)
class Format:
    """An output format, by the ending of its file names."""

    ending: str
    kind: OutputKind
    sink: type[Sink]
    extra: str | None  # the optional packages that it needs
    meaning: str


FORMATS = (
    Format(".json", "table", JsonSink, None, "the table, an array of JSON objects"),
    Format(".jsonl", "table", JsonLinesSink, None, "the table, a JSON object on each line"),
    Format(".csv", "table", CsvSink, None, "the table, separated by commas"),
    Format(".tsv", "table", TsvSink, None, "the table, separated by tabs"),
    Format(".parquet", "table", ParquetSink, "parquet", "the table, for pandas, Arrow and others"),
    Format(".mp4", "video", VideoSink, "video", "the annotated video"),
    Format(".jpg", "picture", PicturesSink, None, "the annotated picture"),
    Format(".jpeg", "picture", PicturesSink, None, "the annotated picture"),
    Format(".png", "picture", PicturesSink, None, "the annotated picture"),
)
TABLES = {f.ending: f.sink for f in FORMATS if issubclass(f.sink, TableSink)}
PICTURES = tuple(f.ending for f in FORMATS if f.kind == "picture")


def output_kind(path: str | os.PathLike[str]) -> OutputKind:
    """The kind of an output, by its ending: "table", "video", "picture" or "folder".

    A path that ends with a slash is a folder, whatever its name.
    Raises OutputError for an unknown ending.
    """
    name = os.fspath(path)
    suffix = Path(name).suffix.lower()
    if name == "-":
        raise OutputError("cannot write -: name a file; its ending says what to write")
    if name.endswith(("/", os.sep)) or Path(name).is_dir() or not suffix:
        return "folder"
    for known in FORMATS:
        if suffix == known.ending:
            return known.kind
    choices = " ".join(known.ending for known in FORMATS)
    raise OutputError(
        f"cannot write {name}: its ending must be one of {choices}, or / for a folder"
    )
