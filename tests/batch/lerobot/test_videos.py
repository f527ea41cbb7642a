"""The videos of a data set."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from knuckle.batch.clips import Clip
from knuckle.batch.jobs import Order, Track, Written
from knuckle.batch.lerobot.assemble import Assembled, Wanted, assemble
from knuckle.batch.lerobot.folder import claim, store_of
from knuckle.batch.lerobot.layout import Sizes
from knuckle.batch.lerobot.videos import KEY, Stopped
from knuckle.batch.recipe import Recipe
from knuckle.batch.stores.store import LocalStore
from knuckle.batch.worker import Worker
from knuckle.errors import BatchError
from tests.batch.lerobot.made_tables import content_of, episodes_of
from tests.io.files import colour_distance, greys, write_clip

TOLERANCE = 1e-4  # seconds, LeRobot's
RECIPE = Recipe()


@dataclass
class Tracked:
    """Clips of grey pictures that were tracked, each with its levels."""

    output: Path
    clips: list[Clip]
    ledger: dict[str, Written]

    def assemble(self, wanted: Wanted, **options: object) -> Assembled:
        """Make the data set."""
        store = LocalStore(Path(store_of(str(self.output))))
        known = (self.clips, self.ledger, RECIPE, store, self.output)
        return assemble(*known, wanted, **options)  # type: ignore[arg-type]

    def videos(self) -> list[Path]:
        """The videos of the data set, in the order of the episodes."""
        return sorted((self.output / "videos" / KEY).glob("*/*.mp4"))


def tracked(output: Path, *clips: Clip) -> Tracked:
    """Track clips into the store of a data set."""
    claim(output)
    worker = Worker(Order(RECIPE, store_of(str(output))))
    return Tracked(output, list(clips), {c.id: worker(Track((c,)))[0] for c in clips})


@pytest.fixture
def two(tmp_path: Path) -> Tracked:
    """Two clips, of 8 and 5 pictures."""
    paths = [write_clip(tmp_path / f"{name}.mp4", greys(n)) for name, n in (("a", 8), ("b", 5))]
    return tracked(tmp_path / "set", *(Clip(str(path), path.stem) for path in paths))


def shown(path: Path) -> tuple[NDArray[np.float64], list[int]]:
    """The times of the frames of a video, seconds, and their grey levels."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        frames = list(container.decode(stream))
        times = [float(frame.pts * stream.time_base) for frame in frames]  # type: ignore[operator]
        return np.array(times), [int(frame.to_ndarray(format="rgb24").mean()) for frame in frames]


def assert_levels(expected: list[int], found: list[int]) -> None:
    """Compare grey levels; encoding changes them a little."""
    assert len(expected) == len(found)
    for level, other in zip(expected, found, strict=True):
        assert colour_distance(np.array([level]), np.array([other])) < 8


LEVELS = [int(picture.mean()) for picture in greys(8)]


def test_each_frame_is_at_its_time(two: Tracked) -> None:
    """An episode is a video of its own, and the list says where."""
    two.assemble(Wanted(has_videos=True))

    assert 2 == len(two.videos())
    for path, length in zip(two.videos(), (8, 5), strict=True):
        times, levels = shown(path)
        assert np.abs(times - np.arange(length) / 30).max() < TOLERANCE
        assert_levels(LEVELS[:length], levels)
    for i, episode in enumerate(episodes_of(two.output)):
        place = [episode[f"videos/{KEY}/{name}_index"] for name in ("chunk", "file")]
        span = [episode[f"videos/{KEY}/{name}_timestamp"] for name in ("from", "to")]
        assert [0, i] == place
        assert [0.0, episode["length"] / 30] == span


def test_the_header_says_the_rate(two: Tracked) -> None:
    """LeRobot's decoder counts frames by it, and its tools join videos by their lengths."""
    two.assemble(Wanted(has_videos=True))

    with av.open(str(two.videos()[0])) as container:
        stream = container.streams.video[0]
        assert 30 == stream.average_rate
        assert stream.duration is not None
        assert stream.time_base is not None
        assert 8 / 30 == pytest.approx(float(stream.duration * stream.time_base), abs=1e-9)
        keys = [packet.is_keyframe for packet in container.demux(stream) if packet.size]
    assert all(any(keys[i : i + 10]) for i in range(len(keys) - 9))


@pytest.mark.parametrize(
    ("fps", "frames"),
    [(7, [0, 4]), (25, [0, 1, 2, 4, 5, 6, 7]), (60, [i // 2 for i in range(16)])],
)
def test_resampled_pictures_are_those_of_their_rows(
    two: Tracked, fps: int, frames: list[int]
) -> None:
    """A row and its picture are of one frame of the clip, the nearest in time."""
    two.assemble(Wanted(fps=fps, has_videos=True))

    times, levels = shown(two.videos()[0])
    assert np.abs(times - np.arange(len(frames)) / fps).max() < TOLERANCE
    assert_levels([LEVELS[i] for i in frames], levels)
    assert len(frames) == episodes_of(two.output)[0]["length"]


def test_it_is_described(two: Tracked) -> None:
    """With its size, its rate, and the statistics of its colours, each in lists of their own."""
    two.assemble(Wanted(has_videos=True))

    info = json.loads((two.output / "meta/info.json").read_text())
    feature = info["features"][KEY]
    assert ("video", [48, 64, 3]) == (feature["dtype"], feature["shape"])
    assert 30 == feature["info"]["video.fps"]
    assert info["video_path"].startswith("videos/{video_key}/chunk-")
    statistics = json.loads((two.output / "meta/stats.json").read_text())[KEY]
    assert [13] == statistics["count"]
    mean = np.array(statistics["mean"])
    assert (3, 1, 1) == mean.shape
    assert np.allclose((sum(LEVELS) + sum(LEVELS[:5])) / 13 / 255, mean, atol=0.01)


def test_folders_of_videos_are_full_at_their_limit(two: Tracked) -> None:
    """The second video stands in the second folder if one holds one."""
    two.assemble(Wanted(has_videos=True, sizes=Sizes(chunk=1)))

    names = [str(path.relative_to(two.output / "videos" / KEY)) for path in two.videos()]
    assert ["chunk-000/file-000.mp4", "chunk-001/file-000.mp4"] == names


def test_the_same_clips_give_the_same_bytes(two: Tracked, tmp_path: Path) -> None:
    """However many videos are encoded at once."""
    other = tracked(tmp_path / "other", *two.clips)

    two.assemble(Wanted(has_videos=True, workers=1))
    other.assemble(Wanted(has_videos=True, workers=2))

    assert content_of(two.output) == content_of(other.output)


def test_finished_videos_are_not_encoded_again(
    two: Tracked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that was interrupted goes on with the second; other tasks change no picture."""
    told: list[str] = []
    with pytest.raises(Stopped):
        two.assemble(
            Wanted(has_videos=True),
            tell=lambda what, count: told.append(what),
            is_stopped=lambda: "videos encoded" in told,
        )
    assert ["videos encoded"] == told[2:]
    assert not (two.output / "meta").exists()
    told.clear()

    two.assemble(Wanted(has_videos=True), tell=lambda what, count: told.append(what))

    assert 1 == told.count("videos encoded")
    monkeypatch.setattr("knuckle.batch.lerobot.videos.VideoEncoder", None)
    assert two.assemble(Wanted(has_videos=True, task="wave")).is_new


def test_videos_of_other_rates_are_deleted(two: Tracked) -> None:
    """The store has only what the data set has, and each video takes its room once."""
    two.assemble(Wanted(fps=15, has_videos=True))
    two.assemble(Wanted(has_videos=True))

    kept = sorted((Path(store_of(str(two.output))) / "videos").glob("*.mp4"))
    assert 2 == len(kept)
    assert all(any(path.samefile(video) for video in two.videos()) for path in kept)


def test_a_clip_that_has_changed(two: Tracked) -> None:
    """Its table is of other pictures."""
    write_clip(Path(two.clips[1].uri), greys(6)[1:])

    with pytest.raises(BatchError, match="is not what it was when it was tracked: track it anew"):
        two.assemble(Wanted(has_videos=True))
    assert not (two.output / "meta").exists()


def test_clips_of_two_sizes(two: Tracked, tmp_path: Path) -> None:
    """LeRobot wants one, so the difference is said before anything is encoded."""
    path = write_clip(tmp_path / "c.mp4", greys(4, 24, 32))
    both = tracked(tmp_path / "other", *two.clips, Clip(str(path), "c"))

    with pytest.raises(BatchError) as caught:
        both.assemble(Wanted(has_videos=True))

    assert str(caught.value) == (
        f"{path} has 32x24 pixels, and {two.clips[0].uri} 64x48: LeRobot wants one size, so make a "
        "data set of each, or leave out --videos"
    )
    assert 3 == both.assemble(Wanted()).episodes


def test_a_part_of_a_clip(tmp_path: Path) -> None:
    """Its video begins where the part begins."""
    path = write_clip(tmp_path / "a.mp4", greys(8))
    part = tracked(tmp_path / "set", Clip(str(path), "a", start=2 / 30, stop=6.5 / 30))

    part.assemble(Wanted(has_videos=True))

    times, levels = shown(part.videos()[0])
    assert np.abs(times - np.arange(5) / 30).max() < TOLERANCE
    assert_levels(LEVELS[2:7], levels)


def test_pictures_of_an_odd_size(tmp_path: Path) -> None:
    """H.264 wants it even, and the description says how large they are then."""
    paths = [tmp_path / "wave" / f"{i}.png" for i in range(4)]
    paths[0].parent.mkdir()
    for path, picture in zip(paths, greys(4, 31, 45), strict=True):
        Image.fromarray(picture).save(path)
    clip = Clip(str(paths[0].parent), "wave", pictures=tuple(map(str, paths)))
    odd = tracked(tmp_path / "set", clip)

    odd.assemble(Wanted(has_videos=True))

    info = json.loads((odd.output / "meta/info.json").read_text())
    assert [32, 46, 3] == info["features"][KEY]["shape"]
    assert_levels(LEVELS[:4], shown(odd.videos()[0])[1])


def test_a_missing_clip(two: Tracked) -> None:
    """Its reason is one sentence, and the first is the one that is told."""
    gone = replace(two.clips[0], uri=two.clips[0].uri + ".gone")
    two.clips[0] = gone

    with pytest.raises(Exception, match=r"a\.mp4\.gone"):
        two.assemble(Wanted(has_videos=True))
