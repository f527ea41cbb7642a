"""Manifests: tables that list clips, with a span, an id and a camera for each."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import posixpath
import re
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from ...checks import MOST_SECONDS
from ...errors import KnuckleError, SourceError
from ...extras import import_extra
from ...geometry.camera import Camera
from ..addresses import file_system, reason
from ..clips import Clip, is_address, shown
from .folders import absolute, check_is_file
from .found import File, Finds, Wanted, ending_of, folder_of, kind_of, picture_clips

COLUMNS = ("uri", "start", "stop", "id", "camera")
_MEANT = ("path", "file", "filename", "file_name", "video", "url", "clip")  # other names of uri
_DELIMITERS = ",;\t"
_LONGEST = 60  # characters of a cell in a message
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")  # how such a file begins
_Values = Mapping[str, Any]


class Row(NamedTuple):
    """A row. place: where it is, such as "line 3". values: by column."""

    place: str
    values: _Values


@dataclass(slots=True)
class _Listed:
    """What the rows have named so far.

    places: of the ids. folded: ids in small letters; some file systems do not tell them apart.
    missing: files that do not exist.
    """

    clips: list[Clip] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)
    folded: dict[str, str] = field(default_factory=dict)
    protocols: set[str] = field(default_factory=set)
    missing: list[str] = field(default_factory=list)


def is_manifest(text: str) -> bool:
    """Whether an input is a manifest, by its ending."""
    return ending_of(text) in READERS and (os.path.isfile(absolute(text)) or is_address(text))


def find_rows(text: str, wanted: Wanted, finds: Finds) -> None:
    """The clips that a manifest lists. Names are relative to its own folder.

    A file that does not exist is a clip that will fail, unless all are missing.
    Raises SourceError, with the row, for what makes no sense; ExtraMissing without a package.
    """
    is_remote = is_address(text) and not os.path.isfile(absolute(text))
    name = text if is_remote else absolute(text)
    columns, rows = READERS[ending_of(text)](_content(name, is_remote), shown(name))
    _check_columns(columns, shown(name), finds)
    listed, count = _Listed(), 0
    for row in rows:
        count += 1
        try:
            _list(row, folder_of(name), wanted, listed)
        except OSError as error:
            text = (error.strerror or str(error)).lower()
            raise SourceError(f"{shown(name)}, {row.place}: {text}") from error
        except (SourceError, TypeError, ValueError) as error:
            raise SourceError(f"{shown(name)}, {row.place}: {error}") from error
    if not count:
        raise SourceError(f"{shown(name)} lists no clips")
    if len(listed.missing) == len(listed.clips):
        raise SourceError(
            f"none of the {len(listed.clips)} files that {shown(name)} lists exists, such as "
            f"{shown(listed.missing[0])}: names are relative to the folder of the manifest"
        )
    finds.items += listed.clips


def _content(name: str, is_remote: bool) -> bytes:
    try:
        if not is_remote:
            return Path(name).read_bytes()
        files, path = file_system(name)
        content: bytes = files.cat_file(path)
        return content
    except (KnuckleError, ImportError, MemoryError):
        raise
    except Exception as error:  # each file system raises its own
        raise SourceError(f"{shown(name)} cannot be read: {reason(error)}") from error


def _check_columns(columns: list[str], name: str, finds: Finds) -> None:
    if twice := next((column for column in columns if columns.count(column) > 1), None):
        raise SourceError(f"{name} has two columns {twice}: rename one of them")
    if "uri" not in columns:
        close = next((column for column in columns if column in _MEANT), None)
        cure = f"rename {close} to uri" if close else "name the column of paths and addresses uri"
        raise SourceError(f"{name} has no column uri, but {', '.join(columns) or 'none'}: {cure}")
    if unknown := [column for column in columns if column and column not in COLUMNS]:
        what = "the column {} is" if len(unknown) == 1 else "the columns {} are"
        finds.notes.append(f"{name}: {what.format(', '.join(map(shown, unknown)))} not used")


def _decoded(content: bytes) -> str:
    """The text of a manifest. Names of files that are no UTF-8 stay as they are."""
    if content.startswith(_UTF_16):
        return content.decode("utf-16", "replace")
    return content.decode("utf-8-sig", "surrogateescape")


def _csv_rows(content: bytes, name: str) -> tuple[list[str], Iterator[Row]]:
    text = _decoded(content)
    head = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=head.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        columns = [column.strip().lower() for column in next(lines, [])]
    except csv.Error as error:
        raise SourceError(f"{name}, line 1: {error}") from error

    def rows() -> Iterator[Row]:
        while True:
            place = f"line {lines.line_num + 1}"
            try:
                cells = next(lines, None)
            except csv.Error as error:
                raise SourceError(f"{name}, {place}: {error}") from error
            if cells is None:
                return
            if len(cells) > len(columns):
                raise SourceError(
                    f"{name}, {place}: {len(cells)} cells for {len(columns)} columns; a camera "
                    'goes into quotes: "fx,fy,cx,cy"'
                )
            if any(cells):
                yield Row(place, dict(zip(columns, cells, strict=False)))

    return columns, rows()


def _json_rows(content: bytes, name: str) -> tuple[list[str], Iterator[Row]]:
    rows, columns = [], dict[str, None]()
    for number, line in enumerate(_decoded(content).split("\n"), 1):
        if not line.strip():
            continue
        try:
            values = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise SourceError(f"{name}, line {number}: it is no JSON ({error})") from error
        if not isinstance(values, dict):
            raise SourceError(
                f'{name}, line {number}: it must be an object such as {{"uri": "a.mp4"}}'
            )
        values = {key.strip().lower(): value for key, value in values.items()}
        columns.update(dict.fromkeys(values))
        rows.append(Row(f"line {number}", values))
    return list(columns) if rows else ["uri"], iter(rows)


def _parquet_rows(content: bytes, name: str) -> tuple[list[str], Iterator[Row]]:
    parquet = import_extra("pyarrow.parquet", purpose="reading Parquet", extra="batch")
    try:
        file = parquet.ParquetFile(io.BytesIO(content))
        names = [(column.strip().lower(), column) for column in file.schema_arrow.names]
        wanted = [column for name, column in names if name in COLUMNS]
        values = file.read(columns=wanted).to_pylist()
    except MemoryError:
        raise
    except Exception as error:  # damaged files raise many kinds
        text = " ".join(str(error).split())
        raise SourceError(f"{name} is no Parquet file that can be read: {text}") from error

    def row(number: int, found: Mapping[str, Any]) -> Row:
        return Row(f"row {number}", {key.strip().lower(): value for key, value in found.items()})

    return [name for name, _ in names], (row(i, found) for i, found in enumerate(values, 1))


READERS: Mapping[str, Callable[[bytes, str], tuple[list[str], Iterator[Row]]]] = {
    ".csv": _csv_rows,
    ".jsonl": _json_rows,
    ".parquet": _parquet_rows,
}


def _list(row: Row, folder: str, wanted: Wanted, listed: _Listed) -> None:
    """Add the clips of a row. Raises SourceError, TypeError or ValueError for what is wrong."""
    values = {key: value for key, value in row.values.items() if not _is_blank(value)}
    uri = values.get("uri")
    if not isinstance(uri, str):
        what = "it has no uri" if uri is None else f"uri must be a text, not {_short(uri)}"
        raise SourceError(what)
    if "\0" in uri:
        raise SourceError(f"uri must be a path or an address, not {_short(uri)}")
    start = _seconds("start", values["start"]) if "start" in values else None
    stop = _seconds("stop", values["stop"]) if "stop" in values else None
    if stop is not None and stop <= (start or 0.0):
        raise SourceError(f"stop must come after start ({start or 0.0:g} s), not {stop:g}")
    camera = _camera(values["camera"]) if "camera" in values else None
    make = partial(Clip, start=start, stop=stop, camera=camera)
    for clip in _clips(_resolved(uri, folder), make, _id(values.get("id")), wanted, listed):
        _check_id(clip, row.place, listed, is_given="id" in values)
        listed.clips.append(clip)


def _short(value: Any) -> str:
    """A cell for a message: it may hold megabytes."""
    try:
        text = repr(value)
    except ValueError:  # a number of too many digits
        text = "a huge number"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _is_blank(value: Any) -> bool:
    """Whether a cell says nothing. Tables of other programs have NaN there."""
    is_empty = isinstance(value, str) and not value.strip()
    return value is None or is_empty or (isinstance(value, float) and math.isnan(value))


def _seconds(name: str, value: Any) -> float:
    try:
        seconds = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        seconds = math.nan
    if not 0 <= seconds < MOST_SECONDS:
        raise SourceError(f"{name} must be 0 or more seconds, not {_short(value)}")
    return seconds


def _id(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise SourceError(f"id must be a text or a whole number, not {_short(value)}")
    return str(value).strip()


def _camera(value: Any) -> Camera:
    numbers = (
        [part for part in re.split(r"[,;\s]+", value) if part] if isinstance(value, str) else value
    )
    try:
        fx, fy, cx, cy = map(float, numbers)
    except (TypeError, ValueError, OverflowError):
        raise SourceError(f"camera must be fx,fy,cx,cy in pixels, not {_short(value)}") from None
    return Camera(fx, fy, cx, cy)


def _resolved(uri: str, folder: str) -> str:
    """The absolute path or the address that a row names."""
    uri = uri.removeprefix("file://")
    if is_address(uri):
        return uri
    if not is_address(folder):
        return absolute(os.path.join(folder, uri))
    if os.path.isabs(uri):
        return uri
    protocol, _, path = folder.partition("://")
    return f"{protocol}://{posixpath.normpath(posixpath.join(path, uri))}"


def _clips(
    uri: str, make: Callable[..., Clip], id: str, wanted: Wanted, listed: _Listed
) -> list[Clip]:
    """The clips of one row: one, but for a folder of more than 500 stills."""
    if is_address(uri):
        protocol = uri.partition("://")[0]
        if protocol not in listed.protocols:
            file_system(uri)  # says if its package is missing
            listed.protocols.add(protocol)
        size: int | None = None
    else:
        try:
            status = os.stat(uri)
        except OSError:
            listed.missing.append(uri)
            return [make(uri, id=id)]
        if stat.S_ISDIR(status.st_mode):
            return picture_clips(_pictures_in(uri, wanted), stills=wanted.stills, make=make, id=id)
        check_is_file(uri, status)
        size = status.st_size
    if kind_of(uri, stills=wanted.stills) == "picture":
        return [make(uri, id=id, pictures=(uri,), size=size)]
    if wanted.stills:
        raise SourceError(f"{shown(uri)} is no picture: leave out --stills")
    return [make(uri, id=id, size=size)]


def _pictures_in(folder: str, wanted: Wanted) -> list[File]:
    with os.scandir(folder) as entries:
        files = [
            File(entry.path, entry.stat().st_size)
            for entry in entries
            if not entry.name.startswith(".")
            and kind_of(entry.name, stills=wanted.stills) == "picture"
            and entry.is_file()
        ]
    if not files:
        raise SourceError(f"the folder {shown(folder)} holds no pictures: name each video in a row")
    return files


def _check_id(clip: Clip, place: str, listed: _Listed, *, is_given: bool) -> None:
    if clip.id in listed.places:
        what = f"it has the id {clip.id!r} of" if is_given else "it names the same clip as"
        raise SourceError(f"{what} {listed.places[clip.id]}: give each clip its own id")
    listed.places[clip.id] = place
    alike = listed.folded.setdefault(clip.id.casefold(), clip.id)
    if alike != clip.id:
        raise SourceError(
            f"its id {clip.id!r} differs from {alike!r} of {listed.places[alike]} in capitals "
            "only, and some file systems do not tell these apart"
        )
