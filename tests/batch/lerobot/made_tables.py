"""Tables of clips that nobody had to track."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from knuckle.batch.clips import Clip
from knuckle.batch.jobs import Written
from knuckle.batch.lerobot.assemble import Assembled, Wanted, assemble
from knuckle.batch.lerobot.folder import STORE, claim
from knuckle.batch.recipe import Recipe
from knuckle.batch.record import Record, State, footer_of
from knuckle.batch.stores.store import LocalStore
from knuckle.batch.table import TableWriter
from knuckle.geometry.camera import Camera
from knuckle.values import Frame, Hand, Handedness
from tests.io.files import make_hand

RECIPE = Recipe({"max_hands": 2})
BLANK = np.zeros((2, 2, 3), np.uint8)


def hand(track: int, side: Handedness = "right", seed: int = 0) -> Hand:
    """A hand with a number and a side; another seed gives other landmarks."""
    return replace(make_hand(seed), track_id=track, handedness=side)


class MadeClips:
    """Tables in the store of a data set, and what is known of them."""

    def __init__(self, output: Path, recipe: Recipe = RECIPE) -> None:
        self.output = output
        self.recipe = recipe
        self.store = LocalStore(output / STORE)
        self.clips: list[Clip] = []
        self.ledger: dict[str, Written] = {}
        claim(output)

    def add(
        self,
        name: str,
        frames: Sequence[Sequence[Hand]],
        *,
        rate: float = 30.0,
        times: Sequence[float] | None = None,
        state: State = "done",
        reason: str = "",
        camera: Camera | None = None,
    ) -> None:
        """Write the table of a clip. times: of the frames, seconds; None: at its rate."""
        clip = Clip(f"/clips/{name}.mp4", name)
        writer = TableWriter(name, camera=camera)
        for i, hands in enumerate(frames):
            time = i / rate if times is None else times[i]
            writer.write(Frame(BLANK, i, time, clip.uri), hands)
        file = f"clips/{clip.stem}.parquet"
        record = Record(
            *(name, clip.uri, state, self.recipe.hash, file, reason),
            frames=len(frames),
            rows=writer.close_groups(),
            rate=rate,
            width=64,
            height=48,
            sha256=f"{name}-{len(frames)}",
        )
        stamp = self.store.put(file, writer.finish(footer_of(record, {})))
        self.clips.append(clip)
        self.ledger[name] = Written(record, stamp)

    def fail(self, name: str, reason: str) -> None:
        """Add a clip that could not be read."""
        clip = Clip(f"/clips/{name}.mp4", name)
        record = Record(name, clip.uri, "failed", self.recipe.hash, reason=reason)
        self.clips.append(clip)
        self.ledger[name] = Written(record)

    def assemble(self, wanted: Wanted | None = None, **options: Any) -> Assembled:
        """Make the data set."""
        known = (self.clips, self.ledger, self.recipe, self.store, self.output)
        return assemble(*known, wanted or Wanted(), **options)


def wandering(count: int, *tracks: int, seed: int = 0) -> list[list[Hand]]:
    """Frames with the same hands, which look different in each."""
    return [[hand(t, seed=seed + 7 * i + t) for t in tracks] for i in range(count)]


def rows_of(output: Path) -> list[dict[str, Any]]:
    """All frames of a data set."""
    paths = sorted((output / "data").glob("*/*.parquet"))
    return [row for path in paths for row in pq.read_table(path).to_pylist()]


def episodes_of(output: Path) -> list[dict[str, Any]]:
    """The list of the episodes."""
    paths = sorted((output / "meta" / "episodes").glob("*/*.parquet"))
    return [row for path in paths for row in pq.read_table(path).to_pylist()]


def content_of(output: Path) -> Mapping[str, bytes]:
    """The files of a data set without its store, by their names."""
    return {
        str(path.relative_to(output)): path.read_bytes()
        for path in sorted(output.rglob("*"))
        if path.is_file() and path.relative_to(output).parts[0] != STORE
    }
