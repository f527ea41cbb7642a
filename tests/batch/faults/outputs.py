"""Runs of a batch, and what they leave."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from knuckle.batch.clips import Clip
from knuckle.batch.engines.local import LocalEngine
from knuckle.batch.engines.watching import MakeWorker
from knuckle.batch.jobs import Event, Order
from knuckle.batch.ledger import read_ledger
from knuckle.batch.recipe import Recipe
from knuckle.batch.record import Record
from knuckle.batch.run import Limits, run
from knuckle.batch.stores.store import CLIPS, LocalStore, open_store
from knuckle.batch.worker import Worker


def track(
    paths: Sequence[Path],
    output: Path,
    *,
    make_worker: MakeWorker = Worker,
    timeout: float | None = None,
    attempts: int = 2,
    listen: Callable[[Event], None] = lambda event: None,
) -> dict[str, Record]:
    """Track clips with two workers; returns the records of this run by the stem of the file."""
    order = Order(Recipe(), str(output))
    engine = LocalEngine(2, timeout, make_worker=make_worker)
    clips = [Clip(str(path), size=path.stat().st_size) for path in paths]
    store = open_store(str(output))
    records = run(clips, order, store, engine, limits=Limits(attempts), listen=listen)
    return {Path(record.uri).stem: record for record in records}


def tables_in(output: Path) -> dict[str, bytes]:
    """The tables by name."""
    return {path.name: path.read_bytes() for path in (output / CLIPS).glob("*.parquet")}


def known_in(output: Path) -> dict[str, str]:
    """The state of each clip that is known, by the stem of its file."""
    ledger = read_ledger(LocalStore(output))
    return {Path(w.record.uri).stem: w.record.state for w in ledger.values()}


def left_in(output: Path) -> list[str]:
    """What unfinished files and locks there are."""
    return sorted(str(path.relative_to(output)) for path in output.rglob(".*"))
