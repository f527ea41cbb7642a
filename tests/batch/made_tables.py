"""Tables of clips that were never tracked, for tests that need no network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from knuckle.batch.clips import Clip, shown
from knuckle.batch.jobs import Written
from knuckle.batch.ledger import log_line
from knuckle.batch.record import Record, State, footer_of
from knuckle.batch.stores.store import LocalStore
from knuckle.batch.table import TableWriter
from knuckle.values import Frame, Hand
from tests.made_hands import hand

PICTURE = np.zeros((480, 640, 3), np.uint8)
Frames = Sequence[tuple[Frame, Sequence[Hand]]]


def frame_at(index: int, rate: float = 30.0) -> Frame:
    """A black frame of a clip."""
    return Frame(PICTURE, index, index / rate, "made.mp4")


def record_of(clip: Clip, recipe: str = "recipe", **values: Any) -> Record:
    """The record of a clip that is done."""
    folder, stem = ("parts", clip.parts_stem) if clip.part else ("clips", clip.stem)
    state: State = values.pop("state", "done")
    known = {"file": f"{folder}/{stem}.parquet", "size": clip.size or 0, "rate": 30.0, **values}
    return Record(clip.id, shown(clip.uri), state, recipe, **known)


def table_bytes(
    record: Record, frames: Frames = (), made: Mapping[str, Any] | None = None
) -> bytes:
    """The bytes of a table. made: the recipe in words."""
    writer = TableWriter(record.clip)
    for frame, hands in frames:
        writer.write(frame, hands)
    writer.close_groups()
    return writer.finish(footer_of(record, {} if made is None else {"made": made}))


def write_table(
    store: LocalStore,
    clip: Clip,
    recipe: str = "recipe",
    made: Mapping[str, Any] | None = None,
    **values: Any,
) -> Written:
    """Put the table of a clip with one hand into a store."""
    record = replace(record_of(clip, recipe, **values), rows=1, frames=1)
    content = table_bytes(record, [(frame_at(0), [hand(100)])], made)
    return Written(record, store.put(record.file, content))


def write_log(store: LocalStore, number: int, *written: Written, shard: str = "1of1") -> str:
    """Put a log of a run into a store."""
    name = f"status/{number:06d}-{shard}.jsonl"
    store.append(name, "".join(log_line(w, "2026-01-01T00:00:00") for w in written))
    return name


def failed(clip: Clip, recipe: str = "recipe", **values: Any) -> Written:
    """The record of a clip that failed."""
    state: State = values.pop("state", "failed")
    reason = values.pop("reason", "broken")
    return Written(
        Record(clip.id, clip.uri, state, recipe, reason=reason, size=clip.size or 0, **values)
    )
