"""The ledger: what is known of the clips in an output.

The footer of a table is the truth. The index and the status logs hold the same records, so that a
run need not open ten thousand files before it can go on: a record counts if its file still has the
same stamp. What the logs and the index alone know are the clips that failed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from ..errors import SourceError
from ..extras import import_extra
from .clips import Clip
from .jobs import Written
from .record import Record
from .stores.store import CLIPS, INDEX, STATUS, Stamp, Store
from .table import footer_in

READERS = 16  # footers that are read at once; each waits for the disk or the network
ROUNDS = 4  # shares of each reader; some files take longer than others
TABLE = ".parquet"

_STAMP = ("file_size", "file_version")  # columns of the index after those of the record
_DEFAULTS = {f.name: f.default for f in fields(Record)}
_KINDS = {"str": "string", "State": "string", "int": "int64"}  # all others: float64
# What damaged files raise, in pyarrow and elsewhere; a RecursionError is a RuntimeError.
_UNREADABLE = (
    *(OSError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError),
    *(RuntimeError, SourceError),
)


@dataclass(slots=True)
class _Memory:
    """What the index and the logs say.

    tables: what was written of each version of a file. last: the last word on each clip.
    surpassed: the version of its table that a clip had when it failed later.
    """

    tables: dict[tuple[str, Stamp], Written] = field(default_factory=dict)
    last: dict[str, Written] = field(default_factory=dict)
    surpassed: dict[str, tuple[str, Stamp]] = field(default_factory=dict)

    def note(self, written: Written) -> None:
        """Take a line of a log, in the order in which they were written."""
        record, stamp = written.record, written.stamp
        before = self.last.get(record.clip)
        self.last[record.clip] = written
        if record.is_finished:
            self.surpassed.pop(record.clip, None)
            if stamp is not None:
                self.tables[record.file, stamp] = written
        elif before is not None and before.stamp is not None and before.record.is_finished:
            self.surpassed[record.clip] = (before.record.file, before.stamp)

    def begin_with(self, index: Iterable[Written]) -> None:
        """Take the rows of the index. A clip that failed has the stamp of the table it had then."""
        for written in index:
            record, stamp = written.record, written.stamp
            if record.is_finished and stamp is not None:
                self.tables[record.file, stamp] = written
            elif not record.is_finished:
                self.last[record.clip] = replace(written, stamp=None)
                if stamp is not None:
                    self.surpassed[record.clip] = (record.file, stamp)


def read_ledger(store: Store) -> dict[str, Written]:
    """What is known of each clip, by its id.

    A clip whose last attempt failed counts as failed, also if a table of an earlier attempt is
    there: then the record names that table, and has its stamp. Other files in the folder of the
    tables are left alone. If two files hold the table of one clip, the one with its own name
    counts.
    """
    memory = _remembered(store)
    stamps = {n: s for n, s in store.stamps(CLIPS).items() if n.endswith(TABLE)}
    forgotten = [name for name, stamp in stamps.items() if (name, stamp) not in memory.tables]
    tables = [memory.tables[key] for key in stamps.items() if key in memory.tables]
    tables += _from_footers(store, {name: stamps[name] for name in forgotten})
    found = {w.record.clip: w for w in memory.last.values() if not w.record.is_finished}
    for clip, written in _by_clip(tables).items():
        place = (written.record.file, written.stamp)
        if clip in found and memory.surpassed.get(clip) == place:
            failed = replace(found[clip].record, file=written.record.file)
            found[clip] = Written(failed, written.stamp)
        else:
            found[clip] = written
    return found


def _remembered(store: Store) -> _Memory:
    memory = _Memory()
    memory.begin_with(_from_index(store))
    for written in _from_logs(store):
        memory.note(written)
    return memory


def _by_clip(tables: Sequence[Written]) -> dict[str, Written]:
    """One table for each clip."""
    found: dict[str, Written] = {}
    for written in sorted(tables, key=lambda written: written.record.file):
        clip = written.record.clip
        if clip not in found or written.record.file == _own_name(clip):
            found[clip] = written
    return found


def _own_name(clip: str) -> str:
    return f"{CLIPS}/{Clip('', id=clip).stem}{TABLE}"


def _from_footers(store: Store, stamps: Mapping[str, Stamp]) -> list[Written]:
    """The records in files. Each reader takes several in turn: to hand one over takes as long."""
    names = list(stamps)
    count = -(-len(names) // (READERS * ROUNDS)) or 1
    shares = [names[i : i + count] for i in range(0, len(names), count)]

    def read(share: Sequence[str]) -> list[Written]:
        found = (_from_footer(store, name, stamps[name]) for name in share)
        return [written for written in found if written is not None]

    with ThreadPoolExecutor(READERS) as pool:
        return [written for share in pool.map(read, shares) for written in share]


def _from_footer(store: Store, name: str, stamp: Stamp) -> Written | None:
    """The record in a file, under the name that it has now; None if it is no table of a batch."""
    with suppress(*_UNREADABLE), store.open(name) as file:
        record = Record.from_json(footer_in(file))
        return Written(replace(record, file=name), stamp) if record.is_finished else None
    return None


def _from_logs(store: Store) -> Iterator[Written]:
    """The records in the logs, in the order of the runs. A line that broke off is left out."""
    for name in sorted(store.stamps(STATUS), key=lambda name: (_number(name), name)):
        with suppress(OSError), store.open(name) as file:
            for line in file:
                with suppress(*_UNREADABLE):
                    words = json.loads(line)
                    record = Record.from_words(words["record"])
                    yield Written(record, _stamp(words["stamp"]) if record.is_finished else None)


def _stamp(words: Any) -> Stamp | None:
    """The stamp in a line of a log. Raises TypeError or ValueError."""
    if words is None:
        return None
    size, version = words
    if not isinstance(size, int) or not isinstance(version, str):
        raise TypeError(words)
    return Stamp(size, version)


def log_line(written: Written, now: str) -> str:
    """A line of a log. now: when it was written, for people."""
    words = {"when": now, "record": asdict(written.record), "stamp": written.stamp}
    return json.dumps(words) + "\n"


def next_log(store: Store, shard: str) -> str:
    """The name of a new log. Runs are numbered: a clock may be set back."""
    last = max(map(_number, store.stamps(STATUS)), default=0)
    return f"{STATUS}/{last + 1:06d}-{shard}.jsonl"


def _number(name: str) -> int:
    """The number of the run whose log has this name; 0 for another file."""
    number = name.rpartition("/")[2].partition("-")[0]
    return int(number) if number.isascii() and number.isdecimal() else 0


def _from_index(store: Store) -> list[Written]:
    """The rows of the index. Columns of another version are left out or have their defaults."""
    parquet = import_extra("pyarrow.parquet", purpose="reading Parquet", extra="batch")
    with suppress(*_UNREADABLE), store.open(INDEX) as file:
        table = parquet.read_table(file)
        names = [name for name in _DEFAULTS if name in table.column_names]
        columns = [table[name].to_pylist() for name in (*names, *_STAMP)]
        return [w for row in zip(*columns, strict=True) if (w := _written(names, row)) is not None]
    return []


def _written(names: Sequence[str], row: Sequence[Any]) -> Written | None:
    """A row of the index; None if it is of a kind that is not known here."""
    *values, size, version = row
    known = {n: v for n, v in zip(names, values, strict=True) if v is not None}
    with suppress(*_UNREADABLE):
        stamp = None if size is None or version is None else _stamp((size, version))
        return Written(Record.from_words(known), stamp)
    return None


def _text(words: str) -> str:
    return words.encode("utf-8", "replace").decode()  # JSON may hold half surrogates, Arrow not


def write_index(store: Store, ledger: Iterable[Written]) -> None:
    """Write the list of all clips, sorted by id. The same ledger gives the same bytes.

    Raises OutputError.
    """
    arrow = import_extra("pyarrow", purpose="writing Parquet", extra="batch")
    parquet = import_extra("pyarrow.parquet", purpose="writing Parquet", extra="batch")
    rows = sorted(ledger, key=lambda written: written.record.clip)
    arrays, schema = [], []
    for f in fields(Record):
        kind = _KINDS.get(str(f.type), "float64")
        values = [getattr(written.record, f.name) for written in rows]
        arrays.append(arrow.array(map(_text, values) if kind == "string" else values, kind))
        schema.append((f.name, kind))
    for i, (name, kind) in enumerate(zip(_STAMP, ("int64", "string"), strict=True)):
        arrays.append(arrow.array([w.stamp and w.stamp[i] for w in rows], kind))
        schema.append((name, kind))
    sink = arrow.BufferOutputStream()
    table = arrow.Table.from_arrays(arrays, schema=arrow.schema(schema))
    parquet.write_table(table, sink, compression="zstd")
    store.put(INDEX, sink.getvalue().to_pybytes())
