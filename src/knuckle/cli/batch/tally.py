"""What a run has done so far, added up: it stays small however many clips there are."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ...batch.clips import Clip
from ...batch.estimate import lengths_of, spread
from ...batch.jobs import Ended, Event, Job, Lost, Moved, Track, Written
from ...batch.recipe import Recipe
from ...batch.record import UNFINISHED, Record, State

SHOWN = 20  # clips that are named one by one
LOST = ("timeout", "crashed")  # states of clips whose worker was lost
STEP = 0.5  # seconds between two measurements of the speed
WINDOW = 60.0  # seconds over which the speed is averaged


@dataclass(slots=True)
class Sums:
    """Clips and what is in them. seconds: of video. size: bytes of the tables."""

    clips: int = 0
    frames: int = 0
    seconds: float = 0.0
    hands: int = 0
    size: int = 0

    def add(self, written: Written) -> None:
        """Add a clip."""
        record = written.record
        self.clips += 1
        self.frames += record.frames
        self.seconds += record.seconds
        self.hands += record.hands
        if record.is_finished and written.stamp is not None:  # others may have that of an old table
            self.size += written.stamp.size

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.clips + other.clips,
            self.frames + other.frames,
            self.seconds + other.seconds,
            self.hands + other.hands,
            self.size + other.size,
        )


@dataclass(frozen=True, slots=True)
class Sample:
    """Clips whose length is known. weight: of them, in the unit of `Work`."""

    frames: float = 0.0
    weight: float = 0.0

    @property
    def density(self) -> float | None:
        """Frames for each unit of weight; None while nothing is known."""
        return self.frames / self.weight if self.weight else None


@dataclass(frozen=True, slots=True)
class Work:
    """What there is to do. A clip weighs as much as its share of the whole is likely to be.

    weights: of each clip, by its id. total: of all.
    """

    weights: Mapping[str, float]
    total: float


def work_of(clips: Sequence[Clip]) -> Work:
    """The clips of a run: they weigh their pictures, or bytes, or all the same."""
    if all(clip.pictures for clip in clips):
        weights = {clip.id: float(len(clip.pictures)) for clip in clips}
    elif all(clip.size and not clip.start and clip.stop is None for clip in clips):
        weights = {clip.id: float(clip.size or 0) for clip in clips}
    else:
        weights = {clip.id: 1.0 for clip in clips}
    return Work(weights, sum(weights.values()))


def expected(clips: Sequence[Clip], work: Work, recipe: Recipe, count: int) -> Sample:
    """What the headers of some clips say of the lengths of all."""
    frames = weight = 0.0
    chosen = spread(clips, count)
    for clip, length in zip(chosen, lengths_of(chosen, recipe), strict=True):
        if length is not None:
            frames += length.frames
            weight += work.weights[clip.id]
    return Sample(frames, weight)


@dataclass(slots=True)
class Tally:
    """The course of a run."""

    work: Work
    expected: Sample = Sample()  # by the headers of some clips
    by_state: dict[State, Sums] = field(default_factory=dict)
    unfinished: list[Record] = field(default_factory=list)  # the first SHOWN
    partial: list[Record] = field(default_factory=list)  # the first SHOWN
    frames: int = 0  # that were tracked, with those of clips in work
    _moving_frames: int = 0
    _done_weight: float = 0.0
    _measured: Sample = Sample()
    _moving: dict[tuple[str, int], int] = field(default_factory=dict)
    _steps: deque[tuple[float, int]] = field(default_factory=deque)

    @property
    def sums(self) -> Sums:
        """Of all clips that have ended."""
        return sum(self.by_state.values(), Sums())

    @property
    def failed(self) -> int:
        """How many clips have no table."""
        return sum(sums.clips for state, sums in self.by_state.items() if state in UNFINISHED)

    def count(self, state: State) -> int:
        """How many clips have ended so."""
        return self.by_state[state].clips if state in self.by_state else 0

    def see(self, event: Event, now: float) -> None:
        """Take in what an engine says. now: seconds of a clock, whatever its zero."""
        if isinstance(event, Moved):
            self._move(event.job, event.frames)
        elif isinstance(event, (Ended, Lost)):
            self._move(event.job, None)
        if isinstance(event, Ended) and isinstance(event.job, Track):
            self._measure(event)
        if self.frames and (not self._steps or self._steps[-1][0] <= now - STEP):
            self._steps.append((now, self.frames))
        while len(self._steps) > 2 and self._steps[1][0] < now - WINDOW:
            self._steps.popleft()

    def _move(self, job: Job, frames: int | None) -> None:
        """Note how far a job is; None: it is not in work any more."""
        key = _key(job)
        change = (frames or 0) - self._moving.pop(key, 0)
        if frames is not None:
            self._moving[key] = frames
        self._moving_frames += change
        self.frames += change

    def _measure(self, ended: Ended) -> None:
        """Note how long clips were that are read."""
        for clip, written in zip(ended.job.clips, ended.results, strict=True):
            frames, weight = written.record.frames, self._weight(clip)
            self.frames += frames
            self._done_weight += weight
            if written.record.is_finished:
                measured = self._measured
                self._measured = Sample(measured.frames + frames, measured.weight + weight)

    def _weight(self, clip: Clip) -> float:
        whole = self.work.weights.get(clip.id, 0.0)
        return whole / clip.part.count if clip.part else whole

    def end(self, written: Written) -> None:
        """Take in a clip that is not tried again."""
        record = written.record
        self.by_state.setdefault(record.state, Sums()).add(written)
        if record.state in LOST:
            self._done_weight += self.work.weights.get(record.clip, 0.0)
        if record.state == "partial" and len(self.partial) < SHOWN:
            self.partial.append(record)
        if not record.is_finished and len(self.unfinished) < SHOWN:
            self.unfinished.append(record)

    def speed(self) -> float | None:
        """Frames per second lately, over all workers; None while it is unknown."""
        if len(self._steps) < 2:
            return None
        (since, before), (now, frames) = self._steps[0], self._steps[-1]
        return (frames - before) / (now - since) if now > since and frames > before else None

    def seconds_left(self) -> float | None:
        """How long the run is going to take; None while nobody knows."""
        speed, left = self.speed(), self._frames_left()
        return None if speed is None or left is None else left / speed

    def share(self) -> float:
        """How much of the work is done, 0 to 1."""
        left = self._frames_left()
        if left is None:
            return 0.0
        return self.frames / (self.frames + left) if self.frames + left else 1.0

    def _frames_left(self) -> float | None:
        """Frames in the clips that have not ended, as far as they are not tracked."""
        known, expected = self._measured, self.expected
        density = Sample(known.frames + expected.frames, known.weight + expected.weight).density
        if density is None:
            return None
        left = (self.work.total - self._done_weight) * density - self._moving_frames
        return max(left, 0.0)


def _key(job: Job) -> tuple[str, int]:
    """What tells a job from the others in work."""
    first = job.clips[0]
    return first.id, first.part.index if isinstance(job, Track) and first.part else -1
