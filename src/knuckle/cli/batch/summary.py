"""What is said when a run has ended."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from rich.table import Table

from ...batch.clips import Clip
from ...batch.jobs import Written
from ...batch.plan import Plan
from ...batch.record import STATES, Record
from ...batch.stores.store import INDEX
from ..report import Report, count, print_table
from .tally import SHOWN, Sums, Tally
from .wording import size, video

_DERIVED = re.compile(r".*-[0-9a-f]{12}")  # ids that knuckle made
FINISHED_BEFORE = "finished before"
FAILED_BEFORE = "failed before"


def summed(clips: Iterable[Clip], ledger: Mapping[str, Written]) -> Sums:
    """What is known of clips."""
    sums = Sums()
    for clip in clips:
        sums.add(ledger[clip.id])
    return sums


def _clips(sums: Sums) -> str:
    return f"{sums.clips:,}"


def _frames(sums: Sums) -> str:
    return f"{sums.frames:,}"


def _size(sums: Sums) -> str:
    return size(sums.size)


# The columns of the table: how each is made of the sums of a state.
COLUMNS: dict[str, Callable[[Sums], str]] = {
    "clips": _clips,
    "frames": _frames,
    "video": lambda sums: video(sums.seconds),
    "hands": lambda sums: f"{sums.hands:,}",
    "tables": _size,
}
STILLS_COLUMNS = {"clips": _clips, "pictures": _frames, "tables": _size}


def print_summary(
    tally: Tally, plan: Plan, ledger: Mapping[str, Written], *, is_stills: bool
) -> None:
    """Print a line for each state, and one for all."""
    rows: dict[str, Sums] = {
        state: tally.by_state[state] for state in STATES if state in tally.by_state
    }
    if plan.finished:
        rows[FINISHED_BEFORE] = summed(plan.finished, ledger)
    if plan.failed:
        rows[FAILED_BEFORE] = summed(plan.failed, ledger)
    if len(rows) > 1:
        rows["all"] = sum(rows.values(), Sums())
    columns = STILLS_COLUMNS if is_stills else COLUMNS
    table = Table("state")
    for name in columns:
        table.add_column(name, justify="right", no_wrap=True)
    for state, sums in rows.items():
        has_tables = sums.frames or sums.size
        cells = [cell(sums) if has_tables or cell is _clips else "" for cell in columns.values()]
        table.add_row(state, *cells)
    print_table(table)


def told(record: Record) -> str:
    """A clip, its state and the reason of it. An id from a manifest stands before it."""
    state = record.state if _DERIVED.fullmatch(record.clip) else f"{record.state}: {record.clip}"
    if record.uri in record.reason:
        return f"{state}: {record.reason}"
    return f"{state}: {record.uri}: {record.reason}"


def report_unfinished(report: Report, records: Sequence[Record], total: int, output: str) -> None:
    """Report clips without a table, the first ones with their reasons.

    total: how many there are.
    """
    for record in records[:SHOWN]:
        report.problem(told(record))
    if more := total - len(records[:SHOWN]):
        report.problem(
            f"{count(more, 'more clip')} without a table: {output}/{INDEX} has the reasons"
        )


def note_partial(report: Report, records: Sequence[Record], total: int, output: str) -> None:
    """Say which clips could not be read as a whole."""
    for record in records:
        report.note(told(record))
    if more := total - len(records):
        report.note(f"{count(more, 'more clip')} in part: {output}/{INDEX} has the reasons")
