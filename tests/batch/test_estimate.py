"""Guesses at what a batch is going to be, from some headers and a short trial."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from knuckle.batch import estimate
from knuckle.batch.clips import Clip
from knuckle.batch.estimate import Length, length_of, lengths_of, spread, tried
from knuckle.batch.recipe import Recipe
from knuckle.batch.tracking import clip_to_parquet
from knuckle.values import ImageArray
from tests.batch.made_clips import moving_hand
from tests.io.files import write_clip

LITE = Recipe({"variant": "lite", "precision": "float32"})


@pytest.mark.parametrize(
    ("recipe", "frames", "seconds"),
    [
        (Recipe(), 20, 20 / 30),
        (Recipe(every=2), 10, 20 / 30),
        (Recipe(stop=0.3), 9, 0.3),
        (Recipe(start=0.5), 5, 5 / 30),
    ],
    ids=["whole", "every second", "stop", "start"],
)
def test_headers_say_how_long_a_video_is(
    recipe: Recipe, frames: float, seconds: float, tiny_clips: list[Path]
) -> None:
    """As far as it is to be tracked."""
    length = length_of(Clip(str(tiny_clips[5])), recipe)

    assert length is not None
    assert (frames, seconds) == pytest.approx((length.frames, length.seconds))


def test_headers_at_addresses_count_too(tiny_clips: list[Path], bucket: str) -> None:
    """Only they are fetched."""
    import fsspec

    fsspec.filesystem("s3").put(str(tiny_clips[1]), f"{bucket}/a.mp4")
    clips = [Clip(f"{bucket}/a.mp4"), Clip(f"{bucket}/nowhere.mp4"), Clip(str(tiny_clips[0]))]

    assert [12, None, 10] == [length and length.frames for length in lengths_of(clips, Recipe())]


def test_a_span_of_the_clip_counts(tiny_clips: list[Path]) -> None:
    """More than that of the recipe."""
    length = length_of(Clip(str(tiny_clips[5]), stop=0.2), Recipe(stop=0.4))

    assert length is not None
    assert 6 == length.frames


def test_pictures_are_counted() -> None:
    """Thirty make a second, unless each is on its own."""
    clip = Clip("/in", pictures=tuple(map(str, range(90))))

    assert Length(90, 3) == length_of(clip, Recipe())
    assert Length(45, 3) == length_of(clip, Recipe(every=2))
    assert Length(15, 0.5) == length_of(clip, Recipe(start=1.0, stop=1.5))
    assert Length(90, 0) == length_of(clip, Recipe(stills=True))


def test_what_cannot_be_read_has_no_length(tmp_path: Path) -> None:
    """It fails later, and is not waited for."""
    (tmp_path / "broken.mp4").write_bytes(b"no video")

    assert length_of(Clip(str(tmp_path / "broken.mp4")), Recipe()) is None
    assert length_of(Clip(str(tmp_path / "nowhere.mp4")), Recipe()) is None


@pytest.mark.parametrize(
    ("count", "chosen"),
    [(1, [0]), (2, [0, 9]), (4, [0, 3, 6, 9]), (10, list(range(10))), (50, list(range(10)))],
)
def test_a_sample_is_spread(count: int, chosen: list[int]) -> None:
    """From the first to the last."""
    assert chosen == spread(range(10), count)


def test_a_trial_tracks_and_writes_into_memory(tiny_clips: list[Path], tmp_path: Path) -> None:
    """All frames if there is time; bytes of tables follow from those of the trial."""
    clips = [Clip(str(path)) for path in tiny_clips[:3]]
    trial = tried(clips, LITE, 60)
    real = sum(len(clip_to_parquet(clip.uri, **LITE.options)) for clip in clips)

    assert (3, 36, "") == (trial.clips, trial.frames, trial.reason)
    assert trial.seconds > 0
    assert real == pytest.approx(3 * trial.per_clip + 36 * trial.per_frame, rel=0.02)


def test_a_trial_ends_in_time(
    tmp_path: Path, open_palm: ImageArray, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the middle of a clip, and after half of the time, so that another clip is tried, too."""
    paths = [
        write_clip(tmp_path / f"{i}.mp4", moving_hand(open_palm, 40, i), key_frames_every=5)
        for i in range(3)
    ]
    now = iter(range(10_000))  # a second each time that somebody looks
    monkeypatch.setattr(estimate, "time", SimpleNamespace(monotonic=lambda: float(next(now))))
    trial = tried([Clip(str(path)) for path in paths], LITE, 20)

    assert 2 == trial.clips
    assert 15 < trial.frames < 25


def test_a_trial_passes_over_what_cannot_be_read(tiny_clips: list[Path], tmp_path: Path) -> None:
    """And says why, if nothing else is there."""
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no video")
    both = tried([Clip(str(broken)), Clip(str(tiny_clips[0]))], LITE, 60)
    none = tried([Clip(str(broken))], LITE, 60)

    assert (1, 10) == (both.clips, both.frames)
    assert (0, 0) == (none.clips, none.frames)
    assert "broken.mp4 cannot be opened" in none.reason
