"""What is seen of a batch while it runs: how much is done, how fast, how long it still takes."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from knuckle.batch.clips import Clip, Part
from knuckle.batch.jobs import Ended, Join, Lost, Moved, Track, Waited, Written
from knuckle.batch.recipe import Recipe
from knuckle.batch.record import Record, State
from knuckle.batch.stores.store import Stamp
from knuckle.cli.batch.progress import figures, fitting, shown
from knuckle.cli.batch.tally import SHOWN, Sample, Sums, Tally, expected, work_of
from knuckle.cli.batch.wording import duration, size, speed, video
from knuckle.cli.report import Report
from knuckle.values import ImageArray
from tests.batch.made_clips import write_hand_clips
from tests.cli.conftest import run_on_terminal

CLIPS = tuple(Clip(f"/{i}.mp4", size=1000) for i in range(10))


def written(clip: Clip, state: State = "done", frames: int = 100) -> Written:
    """A clip of 25 frames per second with two hands, and its table of 5 kB."""
    if state not in ("done", "partial", "empty"):
        return Written(Record(clip.id, clip.uri, state, "recipe", reason="broken"))
    record = Record(clip.id, clip.uri, state, "recipe", frames=frames, seconds=frames / 25, hands=2)
    return Written(record, Stamp(5000, "1"))


def ended(*clips: Clip, state: State = "done", frames: int = 100) -> Ended:
    """These clips at once."""
    return Ended(Track(clips), tuple(written(clip, state, frames) for clip in clips))


def take(tally: Tally, event: Ended, now: float) -> None:
    """A clip has ended and is not tried again."""
    tally.see(event, now)
    for each in event.results:
        tally.end(each)


@pytest.fixture
def tally() -> Tally:
    """Of ten clips with the same number of bytes, before the first event."""
    return Tally(work_of(CLIPS))


def test_nothing_is_known_before_the_first_frame(tally: Tally) -> None:
    """And nothing is said of it."""
    tally.see(Waited(), 0)

    assert (None, None, 0) == (tally.speed(), tally.seconds_left(), tally.share())
    assert ["0 of 10 clips", "no frames yet"] == figures(tally, 10)


def test_frames_of_clips_in_work_count(tally: Tally) -> None:
    """All workers together."""
    for second in range(1, 11):
        tally.see(Moved(Track(CLIPS[:1]), 30 * second), second)
        tally.see(Moved(Track(CLIPS[1:2]), 20 * second), second)

    assert 500 == tally.frames
    assert 50 == pytest.approx(tally.speed(), abs=5)


def test_the_time_follows_from_the_headers_at_first(tally: Tally) -> None:
    """Before a clip is done."""
    tally.expected = Sample(frames=200, weight=2000)
    tally.see(Moved(Track(CLIPS[:1]), 0), 0)
    tally.see(Moved(Track(CLIPS[:1]), 10), 1)
    tally.see(Moved(Track(CLIPS[:1]), 60), 2)

    assert 940 / 50 == tally.seconds_left()
    assert 0.06 == pytest.approx(tally.share())


def test_the_time_follows_from_the_clips_that_are_done(tally: Tally) -> None:
    """Clips count by their bytes: one of ten times the size takes ten times as long."""
    tally = Tally(work_of((*CLIPS[:2], replace(CLIPS[2], size=10_000))))
    take(tally, ended(CLIPS[0]), 1)
    take(tally, ended(CLIPS[1]), 2)

    assert 1000 / 100 == tally.seconds_left()
    assert 200 / 1200 == pytest.approx(tally.share())


def test_pictures_count_one_by_one() -> None:
    """Their number is known."""
    many = Clip("/many", pictures=tuple(map(str, range(90))))
    few = Clip("/few", pictures=tuple(map(str, range(10))))

    assert {many.id: 90, few.id: 10} == work_of((many, few)).weights


def test_clips_of_unknown_size_count_alike() -> None:
    """And so do spans of them: their bytes say nothing of their length."""
    assert 2 == work_of((CLIPS[0], Clip("s3://a/b.mp4"))).total
    assert 2 == work_of((CLIPS[0], replace(CLIPS[1], stop=4.0))).total


def test_a_lost_clip_gives_its_frames_back(tally: Tally) -> None:
    """It is done once more from the start."""
    tally.see(Moved(Track(CLIPS[:1]), 70), 1)
    tally.see(Lost(Track(CLIPS[:1]), "crashed", "gone"), 2)

    assert (0, 0) == (tally.frames, tally.failed)


def test_a_clip_that_is_given_up_is_done_with(tally: Tally) -> None:
    """Nobody waits for its frames."""
    take(tally, ended(*CLIPS[:8]), 1)
    take(tally, ended(CLIPS[8], frames=100), 2)
    tally.see(Lost(Track(CLIPS[9:]), "timeout", "slow"), 3)
    tally.end(written(CLIPS[9], "timeout"))

    assert 1 == tally.failed
    assert 0 == tally.seconds_left()


def test_parts_count_as_parts_of_their_clip() -> None:
    """And their joining as no frames."""
    clip = Clip("/long.mp4", size=1000)
    parts = [replace(clip, part=Part(i, 2, i * 10.0, None)) for i in range(2)]
    tally = Tally(work_of((clip,)))
    tally.see(ended(parts[0]), 1)
    tally.see(Moved(Track((parts[1],)), 50), 2)

    assert 0.75 == tally.share()

    tally.see(ended(parts[1]), 3)
    take(tally, Ended(Join(tuple(parts)), (written(clip, frames=200),)), 4)

    assert (200, 1, 1) == (tally.frames, tally.sums.clips, tally.share())


def test_the_speed_is_that_of_the_last_minute(tally: Tally) -> None:
    """A slow start is forgotten."""
    frames = 0
    for second in range(300):
        frames += 1 if second < 200 else 100
        tally.see(Moved(Track(CLIPS[:1]), frames), second)

    assert 100 == tally.speed()


def test_a_tally_of_many_clips_stays_small() -> None:
    """It keeps sums, and the first few of those that failed."""
    clips = [Clip(f"/{i}.mp4", size=1) for i in range(5000)]
    tally = Tally(work_of(clips))
    for i, clip in enumerate(clips):
        take(tally, ended(clip, state="failed" if i % 2 else "partial"), i / 1000)

    assert (2500, 2500) == (tally.failed, tally.count("partial"))
    assert (SHOWN, SHOWN) == (len(tally.unfinished), len(tally.partial))
    assert Sums(2500, 250_000, 10_000, 5000, 12_500_000) == tally.by_state["partial"]
    assert len(tally._steps) < 20


def test_headers_say_how_long_clips_are(tmp_path: Path, open_palm: ImageArray) -> None:
    """Those of some; what cannot be read says nothing."""
    paths = write_hand_clips(tmp_path, open_palm, 3)
    (tmp_path / "broken.mp4").write_bytes(b"no video")
    clips = [Clip(str(path)) for path in (*paths, tmp_path / "broken.mp4")]
    work = work_of(clips)

    assert Sample(36, 3) == expected(clips, work, Recipe(), 10)
    assert Sample(10, 1) == expected(clips, work, Recipe(), 2)
    assert Sample(18, 3) == expected(clips, work, Recipe(every=2), 10)


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (80, "1 of 2 clips, 4 s left, 9 frames/s"),
        (25, "1 of 2 clips, 4 s left"),
        (5, "1 of 2 clips"),
    ],
)
def test_what_does_not_fit_is_left_out(width: int, line: str) -> None:
    """The most important comes first."""
    assert line == fitting(["1 of 2 clips", "4 s left", "9 frames/s"], width)


def test_failures_are_in_front(tally: Tally) -> None:
    """They are what one looks for."""
    take(tally, ended(CLIPS[0]), 1)
    take(tally, ended(CLIPS[1], state="failed"), 2)
    take(tally, ended(CLIPS[2]), 3)
    expected_figures = ["3 of 10 clips", "1 failed", "14 s left", "50.0 frames/s", "8.0 s of video"]

    assert expected_figures == figures(tally, 10)


def test_a_log_has_a_line_now_and_then(tally: Tally, capsys: pytest.CaptureFixture[str]) -> None:
    """Each minute, and the headers are asked only then."""
    times = deque([0.0, 30.0, 59.0, 61.0, 90.0, 122.0])
    asked: list[float] = []

    def expect() -> Sample:
        asked.append(times[0])
        return Sample(100, 1000)

    with shown(Report(quiet=False, verbose=False), tally, 10, expect, times.popleft) as show:
        take(tally, ended(CLIPS[0]), 1)
        while times:
            show()

    assert (
        2 * ["1 of 10 clips, no frames yet, 4.0 s of video"] == capsys.readouterr().err.splitlines()
    )
    assert [90.0] == asked


@pytest.mark.skipif(sys.platform == "win32", reason="terminals of POSIX")
@pytest.mark.parametrize("columns", [30, 120])
def test_a_terminal_shows_a_bar(columns: int, tmp_path: Path, open_palm: ImageArray) -> None:
    """With what is done, at any width."""
    paths = write_hand_clips(tmp_path / "clips", open_palm, 2)
    status, text = run_on_terminal("batch", *paths, "-o", tmp_path / "out", columns=columns)

    assert (0, True) == (status, "2 clips in" in text), text
    drawn = [line for line in text.split("\x1b[2K") if " of 2 clips" in line]
    assert drawn
    assert {columns == 120} == {"━" in line.partition(" of 2 clips")[0] for line in drawn}


@pytest.mark.parametrize(
    ("words", "value", "text"),
    [
        (duration, 0.04, "0.0 s"),
        (duration, 9.94, "9.9 s"),
        (duration, 59.9, "60 s"),
        (duration, 119, "119 s"),
        (duration, 125, "2 min"),
        (duration, 3570, "1 h 00 min"),
        (duration, 3540, "59 min"),
        (duration, 12_000, "3 h 20 min"),
        (duration, 183_600, "2 d 3 h"),
        (video, 600, "10 min"),
        (video, 5400, "1.5 h"),
        (video, 3_600_000, "1,000 h"),
        (size, 0, "0.0 kB"),
        (size, 5000, "5.0 kB"),
        (size, 123_456, "123 kB"),
        (size, 1_234_567, "1.2 MB"),
        (size, 999_600, "1.0 MB"),
        (size, 86e9, "86.0 GB"),
        (size, 1.5e12, "1.5 TB"),
        (speed, None, "no frames yet"),
        (speed, 67.14, "67.1 frames/s"),
        (speed, 12_345.6, "12,346 frames/s"),
    ],
)
def test_numbers_are_said_shortly(
    words: Callable[[float | None], str], value: float | None, text: str
) -> None:
    """With two or three figures, and the unit that fits."""
    assert text == words(value)
