"""What the window costs: its frame rate beside the tracker alone, and its latency.

    python bench/windowed.py [CLIP] [--rounds 3]

Each figure is that of the least disturbed round. The rate is that of every frame of the clip, as a
recording needs them, without waiting for the clip's clock: a loop of source and tracker, and the
window with the same clip, by turns. The latency is from a camera's frame in our memory to the
picture on the screen, with the clip as a camera of 30 frames per second. Without a display, set
SDL_VIDEODRIVER=dummy: everything but the last copy to the screen is done.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import click

sys.path.insert(0, str(Path(__file__).parent.parent))
from bench.scenarios import SAMPLES
from knuckle.api import Tracker
from knuckle.io.sources import open_source
from knuckle.io.stream import Source
from knuckle.io.video import CAMERAS
from knuckle.options import TrackOptions, completed
from knuckle.window import program
from knuckle.window.saving import Files
from knuckle.window.state import Look, Place, Settings, State
from knuckle.window.update import Ended, Event, Shown, update

SECONDS = 12.0  # that the camera runs
SETTINGS = Settings(completed(TrackOptions, {}, "this benchmark"))
FASTER = 1000.0  # times the clip's own pace: the clock is never waited for


class Seen(NamedTuple):
    """An event of the window."""

    at: float  # on the monotonic clock
    work: float  # processor time of the process until then
    event: Event


@contextmanager
def watched(is_over: Callable[[Event], bool]) -> Iterator[list[Seen]]:
    """Collect the events of the window with their times, and close it after the last."""
    events: list[Seen] = []

    def update_and_watch(state: State, event: Event, now: float) -> State:
        events.append(Seen(now, time.process_time(), event))
        after = update(state, event, now)
        return replace(after, is_quitting=True) if is_over(event) else after

    program.update = update_and_watch  # type: ignore[attr-defined]
    try:
        yield events
    finally:
        program.update = update  # type: ignore[attr-defined]


def show(open_at: Callable[[float], Source], files: Files, *, is_live: bool, speed: float) -> None:
    """Run the window until it is closed."""
    for problem in program.run(
        open_at, SETTINGS, Look(), files, is_live=is_live, speed=speed, tell=lambda text: None
    ):
        raise SystemExit(problem)


class Cost(NamedTuple):
    """What a clip takes, from the second frame on."""

    rate: float  # frames per second
    work: float  # seconds of processor time per frame, all threads


def tracker_alone(clip: Path) -> Cost:
    """A loop of source and tracker."""
    tracker = Tracker(**SETTINGS.options)
    with open_source(clip) as source:
        tracker(next(source))
        began, worked, count = time.monotonic(), time.process_time(), 0
        for frame in source:
            tracker(frame)
            count += 1
    return Cost(count / (time.monotonic() - began), (time.process_time() - worked) / count)


def through_the_window(clip: Path) -> Cost:
    """Every frame tracked, recorded as a table, drawn and taken to the screen."""
    with TemporaryDirectory() as folder, watched(lambda event: isinstance(event, Ended)) as events:
        files = Files(outputs=(Path(folder) / "table.csv",))
        show(lambda at: open_source(clip, start=at), files, is_live=False, speed=FASTER)
    shown = [each for each in events if isinstance(each.event, Shown)]
    first, last = shown[0], shown[-1]
    count = _place(last).index - _place(first).index
    return Cost(count / (last.at - first.at), (last.work - first.work) / count)


def _place(seen: Seen) -> Place:
    assert isinstance(seen.event, Shown)
    return seen.event.place


def live(clip: Path) -> tuple[list[float], float, float]:
    """Latencies in seconds, pictures per second, and the share of frames dropped."""
    CAMERAS[sys.platform] = ("lavfi", f"movie={clip}:loop=0,setpts=N/30/TB,realtime")
    until = time.monotonic() + SECONDS
    with watched(lambda event: time.monotonic() > until) as events:
        show(lambda at: open_source(0), Files(), is_live=True, speed=1.0)
    shown = [(seen.at, seen.event) for seen in events if isinstance(seen.event, Shown)][10:]
    (began, first), (ended, last) = shown[0], shown[-1]
    frames = last.place.index - first.place.index
    latencies = [event.stages.latency for _, event in shown]
    return latencies, (len(shown) - 1) / (ended - began), 1 - (len(shown) - 1) / frames


@click.command()
@click.argument("clip", default=SAMPLES / "two_hands.mp4", type=click.Path(path_type=Path))
@click.option("--rounds", default=3, show_default=True)
def main(clip: Path, rounds: int) -> None:
    """Print the figures as they come."""
    alone, window = [], []
    for _ in range(rounds):
        alone.append(tracker_alone(clip))
        window.append(through_the_window(clip))
        print(f"alone {alone[-1].rate:.1f}/s, window {window[-1].rate:.1f}/s")
    rates = [max(cost.rate for cost in costs) for costs in (alone, window)]
    work = [min(cost.work for cost in costs) for costs in (alone, window)]
    print(f"rate: alone {rates[0]:.1f}/s, window {rates[1]:.1f}/s, ratio {rates[1] / rates[0]:.2f}")
    print(f"work: alone {1e3 * work[0]:.1f} ms, window {1e3 * work[1]:.1f} ms a frame")
    latencies, rate, dropped = live(clip)
    p50, p95 = (statistics.quantiles(latencies, n=20)[i] for i in (9, 18))
    print(f"camera of 30/s: {rate:.1f}/s shown, {100 * dropped:.0f}% dropped")
    print(f"latency {1e3 * p50:.0f} ms (median), {1e3 * p95:.0f} ms (95%)")


if __name__ == "__main__":
    main()
