"""The plan of a run: which clips are to be tracked, and why the others are not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..errors import BatchError
from .clips import Clip
from .jobs import Order, Written
from .store import ANNOTATED, Store


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a run is to do with clips that an earlier one had.

    again: track them anew. retry_failed: try those again that failed.
    shard: (i, n): only every n-th clip, beginning with the i-th, from 1.
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
    changed: int = 0  # of those to do: how many have other bytes than before


def planned(
    clips: Iterable[Clip], order: Order, ledger: Mapping[str, Written], store: Store, wishes: Wishes
) -> Plan:
    """Compare the clips with what is known of them.

    Raises BatchError when two clips have one id, or the output holds tables of another recipe.
    """
    mine = _shard(_distinct(clips), wishes.shard)
    videos = store.stamps(ANNOTATED) if order.annotated else {}
    plan = Plan()
    for clip in mine:
        known = ledger.get(clip.id)
        if known is None or wishes.again:
            plan.todo.append(clip)
        elif not known.record.is_finished:
            (plan.todo if wishes.retry_failed else plan.failed).append(clip)
        elif clip.size is not None and clip.size != known.record.size:
            plan.changed += 1
            plan.todo.append(clip)
        elif known.record.recipe != order.recipe.hash:
            raise BatchError(
                f"{order.output} holds tables that were made with other options or networks: "
                "name another output, or track all clips anew with --again"
            )
        elif order.annotated and f"{ANNOTATED}/{clip.stem}.mp4" not in videos:
            plan.todo.append(clip)
        else:
            plan.finished.append(clip)
    return plan


def _distinct(clips: Iterable[Clip]) -> list[Clip]:
    by_id: dict[str, Clip] = {}
    for clip in clips:
        other = by_id.setdefault(clip.id, clip)
        if other != clip:
            raise BatchError(
                f"two clips have the id {clip.id!r}, {other.uri} and {clip.uri}: "
                "give each its own id in the manifest"
            )
    return list(by_id.values())


def _shard(clips: Sequence[Clip], shard: tuple[int, int]) -> Sequence[Clip]:
    index, count = shard
    return sorted(clips, key=lambda clip: clip.id)[index - 1 :: count] if count > 1 else clips
