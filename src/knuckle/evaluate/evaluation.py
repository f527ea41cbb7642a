"""The whole evaluation: every contestant reads every set and clip."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

from ..errors import SourceError
from .clips import evaluate_clip
from .contestants import Contestant
from .pictures import GoOn, Progress, evaluate_pictures
from .results import Evaluation, SetResult
from .values import Clip, Dataset, Problem

ROBUSTNESS = 20  # how many pictures are changed for the robustness curves by default


def _silent(total: int | None, title: str) -> nullcontext[object]:
    return nullcontext(lambda: None)


def evaluate(
    entries: Iterable[tuple[Dataset, Sequence[Contestant]]],
    *,
    robustness: int = ROBUSTNESS,
    progress: Progress = _silent,  # type: ignore[assignment]
    go_on: GoOn = lambda: True,
) -> Evaluation:
    """Figures, curves and worst cases of every data set. The first contestant is judged.

    entries: data sets, each with its contestants.
    robustness: how many pictures of each set are changed for the curves; 0 for none.
    go_on: asked before every picture. After it says no, the result covers what was done so far.
    Raises PeerError when a peer ends, SourceError when recorded predictions cannot be read,
    ExtraMissing for clips without PyAV.
    """
    results: list[SetResult] = []
    names: tuple[str, ...] = ()
    for dataset, contestants in entries:
        names = tuple(contestant.name for contestant in contestants)
        if dataset.pictures or not dataset.clips:
            results.append(
                evaluate_pictures(
                    dataset, contestants, robustness=robustness, progress=progress, go_on=go_on
                )
            )
        results += [
            _evaluate_clip(dataset, clip, contestants, progress, go_on) for clip in dataset.clips
        ]
        if not go_on():
            break
    return Evaluation(
        contestants=names,
        sets=tuple(results),
        when=datetime.now(UTC).isoformat(timespec="seconds"),
        machine=machine(),
    )


def _evaluate_clip(
    dataset: Dataset,
    clip: Clip,
    contestants: Sequence[Contestant],
    progress: Progress,
    go_on: GoOn,
) -> SetResult:
    """Evaluate a clip. If it cannot be read, the result says so and the run goes on."""
    try:
        return evaluate_clip(dataset, clip, contestants, progress, go_on)
    except SourceError as error:
        problems = (*dataset.problems, Problem(clip.name, str(error)))
        return SetResult(clip.name, "clip", 0, (), problems=problems)


def machine() -> str:
    """The machine's processor, cores, operating system and Python."""
    python = f"Python {platform.python_version()}"
    return f"{_processor()}, {os.cpu_count()} cores, {platform.platform(terse=True)}, {python}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if "model name" in line)
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
