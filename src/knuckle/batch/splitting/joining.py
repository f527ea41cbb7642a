"""The table of a clip from those of its parts."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from ...errors import SourceError
from ...extras import import_extra
from ...io.read_tables import read_table
from ...values import Frame, Hand
from ..clips import Clip, shown
from ..recipe import Recipe
from ..record import Record, State, footer_of
from ..sources.reading import span_of
from ..stores.store import CLIPS, PARTS, Store
from ..table import TableWriter, footer_in
from ..tracking import Tell, details_of
from .seams import Joined, with_part


def name_of_part(clip: Clip) -> str:
    """The name of the table of a part."""
    return f"{PARTS}/{clip.parts_stem}.parquet"


def joined_table(
    parts: Sequence[Clip], recipe: Recipe, store: Store, tell: Tell = lambda frames: None
) -> tuple[Record, bytes]:
    """Join the tables of all parts of a clip: its record, and the bytes of its table.

    The frames are those of the clip, none twice; what they hold is never quite what the unsplit
    clip gives. Of a damaged clip there may be fewer frames: a decoder that begins within the damage
    cannot go on from the frames before. One part at a time is in memory.
    tell: is called now and then, with 0: joining reads no frames.
    Raises SourceError when a table is gone, when the clip was changed between two of its parts, or
    when no frame of it could be read.
    """
    writer, joined = TableWriter(parts[0].id), Joined()
    records: list[Record] = []
    frames = 0
    for clip in parts:
        assert clip.part is not None
        record, table = _read(clip, store)
        if records and record.sha256 != records[0].sha256:
            raise SourceError(f"{shown(clip.uri)} was changed while it was tracked: track it again")
        records.append(record)
        joined, rows = with_part(joined, table, clip.part.start)
        frames += len(np.unique(rows["frame"].to_numpy()))
        writer.write_rows(rows)
        tell(0)
    record = _record(parts[0].whole(), recipe, records, frames, joined.count)
    if record.reason and not frames:
        raise SourceError(record.reason)
    record = replace(record, rows=writer.close_groups())
    return record, writer.finish(footer_of(record, details_of(recipe)))


def _read(clip: Clip, store: Store) -> tuple[Record, Any]:
    """The record and the Arrow table of a part."""
    parquet = import_extra("pyarrow.parquet", purpose="joining parts", extra="batch")
    try:
        with store.open(name_of_part(clip)) as file:
            content = io.BytesIO(file.read())
        return Record.from_json(footer_in(content)), parquet.read_table(content)
    except (OSError, ValueError, KeyError) as error:
        raise SourceError(f"the table of {clip.parts_stem} cannot be read: {error}") from error


def _record(
    clip: Clip, recipe: Recipe, records: Sequence[Record], frames: int, hands: int
) -> Record:
    """The record of a clip by those of its parts."""
    span = span_of(clip, recipe)
    broken = [record.reason for record in records if record.state == "partial"]
    state: State = "partial" if broken else "done" if frames else "empty"
    first = next((record for record in records if record.frames), records[0])
    reason = broken[0] if broken else ""
    more = f"; {len(broken) - 1} more parts like it" if len(broken) > 1 else ""
    return replace(
        first,
        state=state,
        file=f"{CLIPS}/{clip.stem}.parquet",
        reason=reason + more,
        frames=frames,
        hands=hands,
        seconds=round(frames / first.rate, 6) if first.rate else 0.0,
        start=span.start,
        stop=span.stop,
        parts=len(records),
    )


def with_hands(frames: Iterable[Frame], content: bytes) -> Iterator[tuple[Frame, Sequence[Hand]]]:
    """Frames of a clip with the hands that a table has of them.

    content: the bytes of the table. Frames that it does not have are left out.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / "joined.parquet"
        path.write_bytes(content)
        rows = read_table(path)
        row = next(rows, None)
        for frame in frames:
            while row is not None and row.index < frame.index:
                row = next(rows, None)
            if row is not None and row.index == frame.index:
                yield frame, row.hands
