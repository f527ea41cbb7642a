"""The ledger: what is known of the clips in an output.

The footer of a table is the truth. The index and the status logs hold the same records, so that a
run need not open ten thousand files before it can go on: a record counts if its file still has the
same stamp. What the logs alone know are the clips that failed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, fields
from typing import Any

from ..errors import SourceError
from ..extras import import_extra
from .jobs import Written
from .record import Record
from .store import CLIPS, INDEX, STATUS, Stamp, Store
from .table import footer_in

READERS = 16  # footers that are read at once; each waits for the disk or the network
_STAMP = ("file_size", "file_version")  # columns of the index after those of the record


def read_ledger(store: Store) -> dict[str, Written]:
    """What is known of each clip, by its id."""
    remembered = [*_from_index(store), *_from_logs(store)]
    stamps = store.stamps(CLIPS)
    by_stamp = {(w.record.file, w.stamp): w for w in remembered if w.stamp is not None}
    known = {name: by_stamp.get((name, stamp)) for name, stamp in stamps.items()}
    forgotten = [name for name, written in known.items() if written is None]
    with ThreadPoolExecutor(READERS) as pool:
        read = pool.map(lambda name: _from_footer(store, name, stamps[name]), forgotten)
    found = {w.record.clip: w for w in remembered if not w.record.is_finished}
    for written in (*known.values(), *read):
        if written is not None:
            found[written.record.clip] = written
    return found


def _from_footer(store: Store, name: str, stamp: Stamp) -> Written | None:
    """The record in a file; None if it is no table of a batch."""
    with suppress(OSError, ValueError, KeyError, SourceError), store.open(name) as file:
        return Written(Record.from_json(footer_in(file)), stamp)
    return None


def _from_logs(store: Store) -> Iterator[Written]:
    """The records in the logs, in the order of the runs. A line that broke off is left out."""
    for name in sorted(store.stamps(STATUS)):
        with store.open(name) as file:
            for line in file:
                with suppress(ValueError, TypeError, KeyError, SourceError):
                    words = json.loads(line)
                    stamp = words["stamp"] and Stamp(*words["stamp"])
                    yield Written(Record.from_json(json.dumps(words["record"])), stamp)


def log_line(written: Written, now: str) -> str:
    """A line of a log. now: when it was written, for people."""
    words = {"when": now, "record": asdict(written.record), "stamp": written.stamp}
    return json.dumps(words) + "\n"


def next_log(store: Store, shard: str) -> str:
    """The name of a new log. Runs are numbered: a clock may be set back."""
    numbers = [name.rpartition("/")[2].partition("-")[0] for name in store.stamps(STATUS)]
    last = max((int(number) for number in numbers if number.isdecimal()), default=0)
    return f"{STATUS}/{last + 1:06d}-{shard}.jsonl"


def _from_index(store: Store) -> list[Written]:
    parquet = import_extra("pyarrow.parquet", purpose="reading Parquet", extra="batch")
    with suppress(OSError, ValueError, KeyError, TypeError), store.open(INDEX) as file:
        rows = parquet.read_table(file).to_pylist()
        return [_written(row) for row in rows]
    return []


def _written(row: dict[str, Any]) -> Written:
    size, version = (row.pop(name) for name in _STAMP)
    return Written(Record(**row), None if size is None else Stamp(size, version))


def write_index(store: Store, ledger: Iterable[Written]) -> None:
    """Write the list of all clips, sorted by id. Raises OutputError."""
    arrow = import_extra("pyarrow", purpose="writing Parquet", extra="batch")
    parquet = import_extra("pyarrow.parquet", purpose="writing Parquet", extra="batch")
    kinds = {"str": "string", "State": "string", "int": "int64"}
    columns = [(f.name, kinds.get(str(f.type), "float64")) for f in fields(Record)]
    schema = arrow.schema([*columns, (_STAMP[0], "int64"), (_STAMP[1], "string")])
    rows = [
        asdict(w.record) | dict(zip(_STAMP, w.stamp or (None, None), strict=True))
        for w in sorted(ledger, key=lambda written: written.record.clip)
    ]
    sink = arrow.BufferOutputStream()
    parquet.write_table(arrow.Table.from_pylist(rows, schema=schema), sink, compression="zstd")
    store.put(INDEX, sink.getvalue().to_pybytes())
