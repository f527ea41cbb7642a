"""The plan of a run: which clips are to be tracked, and why the others are not."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from ..errors import BatchError, SourceError
from .clips import Clip, shown
from .jobs import Order, Written
from .recipe import Recipe, differences
from .record import camera_in_words
from .sources.reading import span_of
from .stores.store import ANNOTATED, Store
from .table import footer_in

MOST_DIFFERENCES = 3  # options that a message names


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a run is to do with clips that an earlier one had.

    again: track them anew. If the output holds tables of another recipe, only those clips: the
        others have what they would get. So a run with new options that broke off goes on.
    retry_failed: try those again that failed.
    shard: (i, n): the i-th of n shares of the clips, from 1. A clip is always in the same share,
        whatever others there are. Shares are about alike, not equal.
    """

    again: bool = False
    retry_failed: bool = False
    shard: tuple[int, int] = (1, 1)

    @property
    def shard_name(self) -> str:
        """The shard in the name of a log."""
        return f"{self.shard[0]}of{self.shard[1]}"


@dataclass(slots=True)
class Plan:
    """The clips of a run by what becomes of them. `todo` are tracked."""

    todo: list[Clip] = field(default_factory=list)
    finished: list[Clip] = field(default_factory=list)
    failed: list[Clip] = field(default_factory=list)  # in an earlier run
    changed: int = 0  # of those to do: how many have another size, span or camera than before


def planned(
    clips: Iterable[Clip], order: Order, ledger: Mapping[str, Written], store: Store, wishes: Wishes
) -> Plan:
    """Compare the clips with what is known of them.

    Raises BatchError when two clips have one id, the output holds tables of another recipe, or
    clips are to be split into parts that are shorter than what is read before each.
    """
    _check_split(order.recipe)
    mine = [clip for clip in _distinct(clips) if _is_of_shard(clip, wishes.shard)]
    others = [w for w in ledger.values() if w.stamp and w.record.recipe != order.recipe.hash]
    if others and not wishes.again:
        raise BatchError(_refusal(order, others, store))
    old = {written.record.clip for written in others}
    is_all_anew = wishes.again and not any(clip.id in old for clip in mine)
    videos = store.stamps(ANNOTATED) if order.annotated else {}
    plan = Plan()
    for clip in mine:
        known = ledger.get(clip.id)
        if known is None or is_all_anew or known.record.recipe != order.recipe.hash:
            plan.todo.append(clip)
        elif _has_changed(clip, known, order.recipe):
            plan.changed += 1
            plan.todo.append(clip)
        elif not known.record.is_finished:
            is_tried = wishes.again or wishes.retry_failed
            (plan.todo if is_tried else plan.failed).append(clip)
        elif order.annotated and f"{ANNOTATED}/{clip.stem}.mp4" not in videos:
            plan.todo.append(clip)
        else:
            plan.finished.append(clip)
    return plan


def _check_split(recipe: Recipe) -> None:
    if recipe.split is not None and recipe.split < recipe.overlap:
        raise BatchError(
            f"parts of {recipe.split:g} s are too short, for each is read from "
            f"{recipe.overlap:g} s before its start: split clips after more seconds"
        )


def _has_changed(clip: Clip, known: Written, recipe: Recipe) -> bool:
    """Whether a clip is another one than when it was tracked, as far as one can see from here."""
    record = known.record
    if clip.size is not None and clip.size != record.size:
        return True
    if not record.is_finished:
        return False
    with suppress(SourceError):  # a span that makes no sense is not that of a table
        span = span_of(clip, recipe)
        now = (span.start, span.stop, camera_in_words(clip.camera or recipe.camera))
        return now != (record.start, record.stop, record.camera)
    return True


def _distinct(clips: Iterable[Clip]) -> list[Clip]:
    by_id: dict[str, Clip] = {}
    by_file: dict[str, Clip] = {}
    for clip in clips:
        other = by_id.setdefault(clip.id, clip)
        if other is not clip and other != clip:
            raise BatchError(
                f"two clips have the id {clip.id!r}, {shown(other.uri)} and {shown(clip.uri)}: "
                "give each its own id in the manifest"
            )
        namesake = by_file.setdefault(clip.stem, other)
        if namesake is not other:
            raise BatchError(
                f"the ids {namesake.id!r} and {clip.id!r} would give one file, {clip.stem}: "
                "give one of them another id in the manifest"
            )
    return list(by_id.values())


def _is_of_shard(clip: Clip, shard: tuple[int, int]) -> bool:
    index, count = shard
    if count == 1:
        return True
    digest = hashlib.sha256(clip.id.encode("utf-8", "surrogateescape")).digest()
    return int.from_bytes(digest[:8]) % count == index - 1


def _refusal(order: Order, others: Sequence[Written], store: Store) -> str:
    """Why tables of another recipe are in the way, in a sentence."""
    first = min(others, key=lambda written: written.record.file).record.file
    found = differences(_made(store, first), order.recipe.described)
    how = "made with other options or networks"
    if found:
        more = len(found) - MOST_DIFFERENCES
        how = "made with other options: " + "; ".join(found[:MOST_DIFFERENCES])
        how += f"; and {more} more" if more > 0 else ""
    count = f"{len(others)} table{'s' * (len(others) != 1)}"
    return (
        f"{order.output} holds {count}, such as {first}, {how}. Name another output, or track "
        "these clips again with --again"
    )


def _made(store: Store, name: str) -> Mapping[str, Any]:
    """The recipe in the footer of a table, in words; empty if there is none."""
    with suppress(OSError, ValueError, KeyError, TypeError, SourceError), store.open(name) as file:
        made = json.loads(footer_in(file))["made"]
        return made if isinstance(made, dict) else {}
    return {}
