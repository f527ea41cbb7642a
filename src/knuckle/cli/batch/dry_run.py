"""What a batch would do, how long that takes and how large it gets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.table import Table

from ...batch.clips import Clip
from ...batch.estimate import Length, lengths_of, spread, tried
from ...batch.jobs import Order, Written
from ...batch.plan import Plan
from ...batch.recipe import Recipe
from ..report import Report, count, print_table
from .summary import FAILED_BEFORE, FINISHED_BEFORE, summed
from .tally import work_of
from .wording import duration, size, speed, video

PROBED = 200  # clips whose headers are read
TRIED = 4.0  # seconds of tracking


def tell_plan(
    plan: Plan, order: Order, workers: int, ledger: Mapping[str, Written], report: Report
) -> None:
    """Print the plan of a run and an estimate. Nothing is written."""
    length, is_exact = total_length(plan.todo, order.recipe)
    about = "" if is_exact else "about "
    table = Table("plan")
    for name in ("clips", "frames", "video"):
        table.add_column(name, justify="right", no_wrap=True)
    known = (
        (f"{about}{length.frames:,.0f}", f"{about}{video(length.seconds)}")
        if length
        else ("?",) * 2
    )
    table.add_row("to do", f"{len(plan.todo):,}", *known)
    if plan.changed:
        table.add_row("  of them changed", f"{plan.changed:,}", "", "")
    for name, clips in ((FINISHED_BEFORE, plan.finished), (FAILED_BEFORE, plan.failed)):
        if clips:
            sums = summed(clips, ledger)
            known = (f"{sums.frames:,}", video(sums.seconds)) if sums.frames else ("",) * 2
            table.add_row(name, f"{sums.clips:,}", *known)
    print_table(table)
    if plan.todo:
        _tell_estimate(plan.todo, order.recipe, workers, length, report)


def total_length(clips: Sequence[Clip], recipe: Recipe) -> tuple[Length | None, bool]:
    """The length of all clips, and whether each header was read. None if none says anything."""
    work = work_of(clips)
    chosen = spread(clips, PROBED)
    lengths = zip(chosen, lengths_of(chosen, recipe), strict=True)
    found = [(clip, length) for clip, length in lengths if length is not None]
    weight = sum(work.weights[clip.id] for clip, _ in found)
    if not weight:
        return None, False
    factor = work.total / weight
    frames = sum(length.frames for _, length in found) * factor
    seconds = sum(length.seconds for _, length in found) * factor
    return Length(frames, seconds), len(found) == len(clips)


def _tell_estimate(
    clips: Sequence[Clip], recipe: Recipe, workers: int, length: Length | None, report: Report
) -> None:
    trial = tried(clips, recipe, TRIED)
    if not trial.frames:
        report.note(f"no estimate, since the first clips cannot be tracked: {trial.reason}")
        return
    each = trial.frames / trial.seconds
    report.note(
        f"tried {count(trial.frames, 'frame')} of {count(trial.clips, 'clip')}: {speed(each)} for "
        "one worker"
    )
    if length is None:
        report.note(
            "no estimate of the whole: how long the clips are is not known before they are read"
        )
        return
    jobs = max(len(clips), int(length.seconds / recipe.split) if recipe.split else 0)
    busy = min(workers, jobs)
    report.note(
        f"about {duration(length.frames / each / busy)} with {count(busy, 'worker')}, and about "
        f"{size(length.frames * trial.per_frame + len(clips) * trial.per_clip)} of tables"
    )
