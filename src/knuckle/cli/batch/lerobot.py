"""`knuckle batch --format lerobot`: the options, and the data set after the tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...batch.lerobot.dataset import is_dataset
from ...batch.lerobot.folder import check, claim
from ...errors import BatchError, KnuckleError
from ..options import cores
from ..report import Interrupt, Report, count

if TYPE_CHECKING:
    from ...batch.jobs import Written
    from ...batch.plan import Plan
    from ...batch.recipe import Recipe
    from ...batch.stores.store import Store
    from .asked import Asked

LEROBOT = (
    click.option(
        "--fps",
        type=click.IntRange(min=1),
        metavar="N",
        help="With --format lerobot: resample all clips to N frames per second.  [default: the "
        "clips' own rate, if it is one whole number]",
    ),
    click.option("--videos", is_flag=True, help="With --format lerobot: put the videos in, too."),
    click.option(
        "--task",
        metavar="TEXT",
        help="With --format lerobot: what the hands do, in a sentence.  [default: hand tracking]",
    ),
)
SHOWN = 20  # clips that are left out and named one by one


def check_dataset(asked: Asked) -> None:
    """Find out before any work whether the data set may be written. Raises KnuckleError."""
    output, source = Path(asked.output), _source(asked)
    if source is not None:
        _check_source(asked, source)
    if asked.dry_run:
        check(output)
    else:
        claim(output)


def _source(asked: Asked) -> Path | None:
    """The data set among the inputs, if there is one."""
    return next((Path(text) for text in asked.inputs if is_dataset(Path(text))), None)


def _check_source(asked: Asked, source: Path) -> None:
    """Raise BatchError if the data set cannot be extended as it was asked."""
    if len(asked.inputs) > 1:
        raise BatchError(
            f"{source} is a LeRobot data set, which is extended on its own: name no other input, "
            "or leave out --format lerobot to get tables of all"
        )
    if Path(asked.output).resolve() == source.resolve():
        raise BatchError(f"{source} stays as it is: name another folder with -o")
    if asked.fps is not None or asked.task is not None:
        raise BatchError(f"{source} keeps its rate and its tasks: leave out --fps and --task")
    if asked.start or asked.stop is not None or asked.every != 1:
        raise BatchError(
            f"every frame of {source} has a row: leave out --start, --stop and --every"
        )


def make_dataset(
    asked: Asked, plan: Plan, recipe: Recipe, store: Store, report: Report, interrupt: Interrupt
) -> None:
    """Make the data set once there is a table of each clip that can be read."""
    from ...batch.ledger import read_ledger
    from ...batch.lerobot.assemble import TASK, Wanted, assemble
    from ...batch.lerobot.dataset import read_dataset
    from ...batch.lerobot.extend import extend
    from ...batch.lerobot.videos import Stopped

    clips = [*plan.todo, *plan.finished, *plan.failed]
    ledger = read_ledger(store)
    if interrupt.signal or not all(_is_ended(ledger.get(clip.id), recipe) for clip in clips):
        return  # the same command goes on, and makes it in the end
    if asked.shard[1] > 1:
        report.note("When all shards are done, run it without --shard to make the data set")
        return
    known = (ledger, recipe, store, Path(asked.output))
    source = _source(asked)
    try:
        with _progress(report) as tell:
            if source is None:
                task, workers = asked.task or TASK, asked.workers or cores()
                wanted = Wanted(asked.fps, asked.videos, task, workers)
                make = partial(assemble, clips, *known, wanted)
            else:
                make = partial(extend, read_dataset(source), *known)
            made = make(tell=tell, is_stopped=lambda: bool(interrupt.signal))
    except Stopped:
        report.note("interrupted, finished work is kept. To go on:")
        report.note(asked.command(without=["--again"]))
        return
    except KnuckleError as error:
        report.problem(error)
        return
    for reason in made.left_out[:SHOWN]:
        report.note(f"left out: {reason}")
    if more := len(made.left_out[SHOWN:]):
        report.note(f"{count(more, 'more clip')} left out")
    state = "" if made.is_new else ", as before"
    sums = f"{count(made.episodes, 'episode')}, {count(made.frames, 'frame')}"
    report.note(f"LeRobot data set {asked.output}: {sums}{state}")


def _is_ended(written: Written | None, recipe: Recipe) -> bool:
    """Whether a clip has a table of this recipe, or can have none."""
    if written is None:
        return False
    return not written.record.is_finished or written.record.recipe == recipe.hash


@contextmanager
def _progress(report: Report) -> Iterator[Callable[[str, int], None]]:
    """Show one bar after another; call the function it gives when something is done."""
    seen = ""
    advance: Callable[[], None] = lambda: None  # noqa: E731
    with ExitStack() as bar:

        def tell(what: str, total: int) -> None:
            nonlocal seen, advance
            if what != seen:
                bar.close()
                seen, advance = what, bar.enter_context(report.progress(total, what))
            advance()

        yield tell
