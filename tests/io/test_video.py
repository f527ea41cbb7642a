"""Videos and cameras as frames, and frames as videos that play anywhere."""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

import knuckle
from knuckle.errors import ExtraMissing, OutputError, SourceError
from knuckle.io.stream import Source
from knuckle.io.video import CAMERAS, VideoEncoder, _Newest
from knuckle.values import Frame, ImageArray
from tests.io.files import (
    BLUE,
    GREEN,
    RED,
    WHITE,
    FakeCamera,
    colour_distance,
    damage,
    greys,
    quadrants,
    set_display_matrix,
    write_clip,
    write_sound,
)

# Ending -> how such a clip is made. B-frames make packets come in another order than frames.
CONTAINERS: dict[str, dict[str, Any]] = {
    "mp4": {},
    "mov": {},
    "mkv": {},
    "flv": {},
    "ts": {},
    "h264": {"file_format": "h264"},
    "avi": {"codec": "mpeg4"},
    "mpg": {"codec": "mpeg2video", "file_format": "mpeg"},
    "webm": {"codec": "libvpx"},
}
OPEN_GOP = {"x264-params": "open-gop=1:bframes=3:keyint=30:min-keyint=30:scenecut=0"}
UNEVEN = (np.cumsum([0.02, 0.4, 0.033, 0.1, 0.0171] * 20) - 0.02).tolist()  # seconds


def write_video(path: Path, images: Sequence[ImageArray], times: Sequence[float]) -> Path:
    """A clip written by our own encoder."""
    encoder = VideoEncoder(path, Fraction(30))
    for image, time in zip(images, times, strict=True):
        encoder.write(image, time)
    encoder.close()
    return path


def thirtieths(count: int) -> list[float]:
    """Times of frames at 30 per second."""
    return [i / 30 for i in range(count)]


def collect(frames: Iterator[Frame]) -> tuple[list[Frame], str]:
    """All frames that come, and why no more do, if that is said."""
    shown: list[Frame] = []
    try:
        shown.extend(frames)
    except SourceError as error:
        return shown, str(error)
    return shown, ""


def facts(frames: Iterator[Frame]) -> list[tuple[int, float, int]]:
    """Index, time and grey level of frames: together they identify one."""
    return [(frame.index, frame.time, round(float(frame.image.mean()))) for frame in frames]


@pytest.fixture(scope="module", params=CONTAINERS)
def container(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[tuple[int, float, int]]]:
    """A clip of ninety frames in each container, and all its frames."""
    path = tmp_path_factory.mktemp("container") / f"a.{request.param}"
    write_clip(path, greys(90), key_frames_every=25, **CONTAINERS[request.param])
    return path, facts(knuckle.open_source(path))


@pytest.fixture(scope="module", params=["mp4", "mkv"])
def uneven(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[tuple[int, float, int]]]:
    """A clip of a hundred frames whose rate varies, and all its frames."""
    path = tmp_path_factory.mktemp("uneven") / f"a.{request.param}"
    write_clip(path, greys(100), times=UNEVEN, key_frames_every=40)
    return path, facts(knuckle.open_source(path))


@pytest.fixture(scope="module")
def open_groups(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, list[tuple[int, float, int]]]:
    """A clip in which some frames are made from the group before, and all its frames."""
    path = tmp_path_factory.mktemp("open") / "a.mp4"
    write_clip(path, greys(90), codec_options=OPEN_GOP)
    return path, facts(knuckle.open_source(path))


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten frames at 30 per second, written by our own encoder."""
    path = tmp_path_factory.mktemp("written") / "a.mp4"
    return write_video(path, [quadrants()] * 10, thirtieths(10))


@pytest.fixture
def stream(written: Path) -> Iterator[Any]:
    """What FFmpeg finds in it."""
    with av.open(str(written)) as opened:
        yield opened.streams.video[0]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ninety frames with few key frames."""
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    return write_clip(path, greys(90), key_frames_every=40, file_options={"movflags": "faststart"})


@pytest.fixture
def copy(clip: Path, tmp_path: Path) -> Path:
    """The same clip, to be damaged."""
    path = tmp_path / "copy.mp4"
    path.write_bytes(clip.read_bytes())
    return path


class TestReading:
    """Frames of a file."""

    def test_frames_have_index_time_and_source(self, clip: Path) -> None:
        """From 0 on, seconds, the name as given."""
        frames = list(knuckle.open_source(clip))

        assert [(i, i / 30) for i in range(90)] == [(f.index, f.time) for f in frames]
        assert {str(clip)} == {frame.source for frame in frames}

    def test_pictures_are_contiguous_uint8_rgb(self, clip: Path) -> None:
        """What the pipeline takes without a copy."""
        image = next(knuckle.open_source(clip)).image

        assert (np.dtype(np.uint8), (48, 64, 3)) == (image.dtype, image.shape)
        assert image.flags.c_contiguous

    @pytest.mark.parametrize("size", [(46, 62), (50, 34), (98, 130)])
    def test_rows_that_the_decoder_pads_are_cut(
        self, size: tuple[int, int], tmp_path: Path
    ) -> None:
        """Decoders align rows to 16 or 32 bytes; the picture has its own width."""
        path = write_clip(tmp_path / "a.mp4", [quadrants(*size)] * 2)
        image = next(knuckle.open_source(path)).image

        assert (*size, 3) == image.shape
        assert colour_distance(quadrants(*size)[:8, :8], image[:8, :8]) < 25
        assert colour_distance(quadrants(*size)[-8:, -8:], image[-8:, -8:]) < 25

    def test_a_clip_knows_its_rate_and_length(self, clip: Path) -> None:
        """As the file says."""
        frames = knuckle.open_source(clip)

        assert (Fraction(30), 90) == (frames.rate, frames.frame_count)

    @pytest.mark.parametrize(
        "span",
        [{}, {"start": 1.0}, {"stop": 1.0}, {"every": 7}, {"start": 0.5, "stop": 2, "every": 4}],
    )
    def test_the_frame_count_is_what_comes(self, span: dict[str, Any], clip: Path) -> None:
        """For the progress bar, right to a frame."""
        frames = knuckle.open_source(clip, **span)

        assert frames.frame_count == pytest.approx(len(list(frames)), abs=1)

    def test_every_lowers_the_rate(self, clip: Path) -> None:
        """What is written from these frames lasts as long as the source."""
        assert Fraction(10) == knuckle.open_source(clip, every=3).rate

    @pytest.mark.parametrize("colour", [RED, GREEN, BLUE, WHITE, (128, 128, 128), (0, 0, 0)])
    def test_colours_are_those_of_the_matrix_in_the_file(
        self, colour: tuple[int, int, int], tmp_path: Path
    ) -> None:
        """BT.709, as the file says, and not BT.601, which FFmpeg assumes."""
        image = np.full((48, 64, 3), colour, np.uint8)
        path = write_video(tmp_path / "a.mp4", [image] * 2, thirtieths(2))

        assert colour_distance(image, next(knuckle.open_source(path)).image) <= 4

    def test_colours_without_a_matrix_are_bt601(self, tmp_path: Path) -> None:
        """As FFmpeg wrote it without a note of the matrix."""
        path = write_clip(tmp_path / "a.mp4", [quadrants()] * 2)
        image = next(knuckle.open_source(path)).image

        assert colour_distance(quadrants()[:16, :24], image[:16, :24]) <= 6

    def test_a_varying_rate_keeps_its_times(
        self, uneven: tuple[Path, list[tuple[int, float, int]]]
    ) -> None:
        """To a millisecond, which is all that Matroska stores."""
        assert pytest.approx(UNEVEN, abs=0.001) == [time for _, time, _ in uneven[1]]

    def test_every_container_shows_all_frames_in_order(
        self, container: tuple[Path, list[tuple[int, float, int]]]
    ) -> None:
        """Indices one after the other, and the right pictures."""
        _, frames = container

        assert list(range(90)) == [index for index, _, _ in frames]
        assert pytest.approx([g.mean() for g in greys(90)], abs=8) == [g for _, _, g in frames]

    def test_times_go_up_in_every_container(
        self, container: tuple[Path, list[tuple[int, float, int]]]
    ) -> None:
        """From about 0; no two frames at the same time."""
        times = [time for _, time, _ in container[1]]

        assert sorted(set(times)) == times
        assert times[0] < 0.05

    def test_times_go_up_where_the_file_stores_none(self, tmp_path: Path) -> None:
        """AVI has no presentation times; with B-frames FFmpeg passes on those of the packets."""
        path = write_clip(tmp_path / "a.avi", greys(40))
        times = [frame.time for frame in knuckle.open_source(path)]

        assert pytest.approx(thirtieths(40), abs=0.05) == times

    def test_the_first_frame_is_at_zero(self, tmp_path: Path) -> None:
        """Time counts from the start of the source, whatever stamp that has (MPEG-TS: 1.4 s)."""
        path = write_clip(tmp_path / "a.ts", greys(10))

        assert next(knuckle.open_source(path)).time == 0.0

    def test_a_closed_clip_shows_nothing(self, clip: Path) -> None:
        """After `with` nothing more comes."""
        with knuckle.open_source(clip) as frames:
            next(frames)

        assert [] == list(frames)

    def test_a_clip_is_closed_twice(self, clip: Path) -> None:
        """Closing again does nothing."""
        frames = knuckle.open_source(clip)
        frames.close()
        frames.close()

        assert [] == list(frames)

    @pytest.mark.parametrize("name", ["a.MP4", "clip", "a b [1].mp4", "ü.mp4", "100%d.mp4"])
    def test_any_name_is_a_name(self, name: str, clip: Path, tmp_path: Path) -> None:
        """FFmpeg gives some signs in names a meaning; we do not."""
        path = tmp_path / name
        path.write_bytes(clip.read_bytes())

        assert 90 == len(list(knuckle.open_source(path)))

    @pytest.mark.parametrize("name", ["2024-05-01T12:30:05.mp4", "file:a.mp4", "pipe:0.mp4"])
    def test_a_name_with_a_colon_is_a_name(
        self, name: str, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A relative name that looks like one of FFmpeg's protocols is a file all the same."""
        monkeypatch.chdir(tmp_path)
        Path(name).write_bytes(clip.read_bytes())

        assert 90 == len(list(knuckle.open_source(name)))


class TestTurning:
    """Phones store pictures lying and note how to show them."""

    @pytest.mark.parametrize(
        ("matrix", "upright_from_stored"),
        [
            ((1, 0, 0, 1), lambda stored: stored),
            ((0, 1, -1, 0), lambda stored: np.rot90(stored, -1)),
            ((-1, 0, 0, -1), lambda stored: np.rot90(stored, 2)),
            ((0, -1, 1, 0), lambda stored: np.rot90(stored, 1)),
            ((-1, 0, 0, 1), np.fliplr),
            ((1, 0, 0, -1), np.flipud),
        ],
        ids=["as stored", "90", "180", "270", "mirrored", "upside down"],
    )
    def test_pictures_are_upright(
        self,
        matrix: tuple[int, int, int, int],
        upright_from_stored: Callable[[NDArray[Any]], NDArray[Any]],
        tmp_path: Path,
    ) -> None:
        """The display matrix of an MP4 is applied."""
        path = write_video(tmp_path / "a.mp4", [quadrants()] * 3, thirtieths(3))
        set_display_matrix(path, matrix)
        image = next(knuckle.open_source(path)).image
        expected = upright_from_stored(quadrants())
        height, width = expected.shape[:2]
        rows, columns = np.ix_([height // 4, 3 * height // 4], [width // 4, 3 * width // 4])

        assert expected.shape == image.shape
        assert colour_distance(expected[rows, columns], image[rows, columns]) <= 8

    def test_turned_pictures_are_contiguous(self, tmp_path: Path) -> None:
        """A view that is turned is not what kornia-rs takes."""
        path = write_video(tmp_path / "a.mp4", [quadrants()] * 3, thirtieths(3))
        set_display_matrix(path, (0, 1, -1, 0))

        assert next(knuckle.open_source(path)).image.flags.c_contiguous


class TestSpans:
    """Parts of a clip: the same frames, indices and times as in the whole."""

    @pytest.mark.parametrize("start", [0.2, 1.0, 2.45])
    def test_a_later_start_shows_the_same_frames(
        self, start: float, container: tuple[Path, list[tuple[int, float, int]]]
    ) -> None:
        """Going to a key frame saves work and changes nothing."""
        path, whole = container

        assert [f for f in whole if f[1] >= start] == facts(knuckle.open_source(path, start=start))

    @pytest.mark.parametrize("start", [0.3, 1.0, 4.4, 9.0])
    def test_a_varying_rate_keeps_indices_and_times(
        self, start: float, uneven: tuple[Path, list[tuple[int, float, int]]]
    ) -> None:
        """Indices are counted, not computed from the rate."""
        path, whole = uneven

        assert [f for f in whole if f[1] >= start] == facts(knuckle.open_source(path, start=start))

    @pytest.mark.parametrize("start", [0.9, 1.0, 1.1, 2.0])
    def test_frames_that_need_an_earlier_group_are_there(
        self, start: float, open_groups: tuple[Path, list[tuple[int, float, int]]]
    ) -> None:
        """Frames before the key frame are made from it and from the group before."""
        path, whole = open_groups

        assert [f for f in whole if f[1] >= start] == facts(knuckle.open_source(path, start=start))

    def test_frames_that_the_file_hides_are_not_counted(self, tmp_path: Path) -> None:
        """An editor cuts without encoding anew: the file holds frames that are not to be shown."""
        path = write_clip(tmp_path / "a.mp4", greys(60), first_stamp=-5)
        whole = facts(knuckle.open_source(path))

        assert [f for f in whole if f[1] >= 1] == facts(knuckle.open_source(path, start=1))

    @pytest.mark.parametrize(
        ("span", "indices"),
        [
            ({"stop": 0.1}, [0, 1, 2]),
            ({"start": 1.0, "stop": 1.1}, [30, 31, 32]),
            ({"every": 40}, [0, 40, 80]),
            ({"start": 0.5, "every": 30}, [15, 45, 75]),
            ({"start": 0.5, "stop": 1.5, "every": 10}, [15, 25, 35]),
            ({"start": 2.95}, [89]),
            ({"start": 50}, []),
            ({"stop": float("inf"), "every": 80}, [0, 80]),
        ],
    )
    def test_a_span_keeps_index_and_time(
        self, span: dict[str, Any], indices: list[int], clip: Path
    ) -> None:
        """Frames have the index and time that they have in the whole clip."""
        frames = list(knuckle.open_source(clip, **span))

        assert [(i, i / 30) for i in indices] == [(f.index, f.time) for f in frames]

    @pytest.mark.parametrize(
        "span", [{"start": float("inf")}, {"start": -1}, {"stop": 0}, {"every": 0}]
    )
    def test_a_span_that_makes_no_sense_is_a_value_error(
        self, span: dict[str, Any], clip: Path
    ) -> None:
        """As for pictures."""
        with pytest.raises(ValueError, match=r"must"):
            knuckle.open_source(clip, **span)

    def test_the_video_is_not_opened_for_nonsense(self, tmp_path: Path) -> None:
        """The span is checked first."""
        (tmp_path / "a.mp4").touch()

        with pytest.raises(ValueError, match="every"):
            knuckle.open_source(tmp_path / "a.mp4", every=0)


class TestDamage:
    """Files that are not whole, or no videos at all."""

    def test_frames_around_damage_are_shown_and_it_is_said(self, copy: Path) -> None:
        """All that can be decoded comes, then the error."""
        damage(copy)
        frames, sentence = collect(knuckle.open_source(copy))

        assert 30 < len(frames) < 90
        assert f"{copy} is damaged" in sentence

    def test_frames_after_damage_keep_their_index(self, copy: Path) -> None:
        """The index is the position in the source; lost frames count."""
        damage(copy)
        frames, _ = collect(knuckle.open_source(copy))

        assert [round(f.time * 30) for f in frames] == [f.index for f in frames]

    def test_a_span_of_a_damaged_clip_keeps_its_indices(self, copy: Path) -> None:
        """Started in the middle, the same frames have the same indices.

        There may be fewer: a group whose start is lost is patched up from the group before it,
        which is not decoded then.
        """
        damage(copy)
        whole, _ = collect(knuckle.open_source(copy))
        later, _ = collect(knuckle.open_source(copy, start=2))

        assert later
        assert {(f.index, f.time) for f in later} <= {(f.index, f.time) for f in whole}

    def test_damage_after_the_span_does_not_matter(self, copy: Path) -> None:
        """What is not looked at cannot be wrong."""
        damage(copy, share=0.8)

        assert 15 == len(list(knuckle.open_source(copy, stop=0.5)))

    def test_a_clip_that_was_cut_off_is_reported(self, copy: Path) -> None:
        """The file says how many frames it has; half of them are missing."""
        content = copy.read_bytes()
        copy.write_bytes(content[: len(content) * 2 // 3])
        frames, sentence = collect(knuckle.open_source(copy))

        assert 10 < len(frames) < 90
        assert str(copy) in sentence

    def test_a_clip_without_its_index_cannot_be_opened(self, tmp_path: Path) -> None:
        """A recording that was never completed: its index would come last."""
        path = write_clip(tmp_path / "a.mp4", greys(60))
        path.write_bytes(path.read_bytes()[:-200])

        with pytest.raises(SourceError, match=f"^{path} cannot be opened: "):
            knuckle.open_source(path)

    @pytest.mark.parametrize("content", [b"", b"just some words\n" * 50, bytes(1000)])
    def test_what_is_no_video_cannot_be_opened(self, content: bytes, tmp_path: Path) -> None:
        """Nothing, text and zeros, named .mp4."""
        path = tmp_path / "a.mp4"
        path.write_bytes(content)

        with pytest.raises(SourceError, match=f"^{path} cannot be opened: "):
            knuckle.open_source(path)

    @pytest.mark.parametrize("name", ["notes.txt", "table.csv", "README.md", "page.html", "x.nfo"])
    def test_a_text_is_no_video(self, name: str, tmp_path: Path) -> None:
        """FFmpeg would play text files as the screen of a terminal."""
        path = tmp_path / name
        path.write_text("just some words\n" * 50)

        with pytest.raises(SourceError, match=str(path)):
            list(knuckle.open_source(path))

    def test_sound_alone_is_no_video(self, tmp_path: Path) -> None:
        """A file with sound and no pictures."""
        path = write_sound(tmp_path / "a.wav")

        with pytest.raises(SourceError, match=f"^{path} holds no pictures$"):
            knuckle.open_source(path)

    @pytest.mark.parametrize("start", [0.0, 1.0])
    def test_every_error_is_one_sentence_of_ours(self, start: float, copy: Path) -> None:
        """Wherever a file is damaged, FFmpeg's own errors never escape."""
        whole = copy.read_bytes()
        rng = np.random.default_rng(0)
        for _ in range(15):
            content = bytearray(whole)
            for position in rng.integers(0, len(content), 12):
                content[position] = int(rng.integers(256))
            copy.write_bytes(content)
            try:
                sentence = collect(knuckle.open_source(copy, start=start))[1]
            except SourceError as error:
                sentence = str(error)

            assert "\n" not in sentence

    def test_an_address_that_is_not_there_is_one_sentence(self) -> None:
        """Nobody listens at this port of this machine."""
        with pytest.raises(SourceError, match=r"^tcp://127\.0\.0\.1:9 cannot be opened: "):
            knuckle.open_source("tcp://127.0.0.1:9")

    def test_a_missing_package_is_named(self, clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The sentence has the line to type."""
        monkeypatch.setitem(sys.modules, "av", None)

        with pytest.raises(ExtraMissing, match=r'pip install "av>=\d+"$'):
            knuckle.open_source(clip)

    def test_a_camera_needs_the_package_too(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The sentence has the line to type."""
        monkeypatch.setitem(sys.modules, "av", None)

        with pytest.raises(ExtraMissing, match=r'pip install "av>=\d+"$'):
            knuckle.open_source(0)


class TestWriting:
    """Files that browsers and phones play."""

    def test_the_codec_is_h264(self, stream: Any) -> None:
        """Which everything plays."""
        assert "h264" == stream.codec_context.name

    def test_colour_is_subsampled(self, stream: Any) -> None:
        """Browsers play 4:2:0 only."""
        assert "yuv420p" == stream.codec_context.pix_fmt

    def test_size_rate_and_length_are_kept(self, stream: Any) -> None:
        """A third of a second at 30 per second, 64 by 48."""
        assert (64, 48) == (stream.width, stream.height)
        assert (Fraction(30), 10) == (stream.average_rate, stream.frames)
        assert Fraction(1, 3) == stream.duration * stream.time_base

    def test_the_colour_matrix_is_named(self, stream: Any) -> None:
        """BT.709 of limited range, in all four fields."""
        context = stream.codec_context
        named = (context.colorspace, context.color_primaries, context.color_trc)

        assert (1, 1, 1) == tuple(map(int, named))
        assert 1 == int(context.color_range)

    def test_playing_starts_before_all_is_loaded(self, written: Path) -> None:
        """The index comes before the pictures."""
        content = written.read_bytes()

        assert 0 < content.find(b"moov") < content.find(b"mdat")

    @pytest.mark.parametrize("rate", [Fraction(30_000, 1001), Fraction(25), Fraction(7, 2)])
    def test_rates_are_kept(self, rate: Fraction, tmp_path: Path) -> None:
        """Of television, of Europe, and odd ones."""
        encoder = VideoEncoder(tmp_path / "a.mp4", rate)
        for i in range(20):
            encoder.write(quadrants(), float(i / rate))
        encoder.close()

        assert float(rate) == pytest.approx(
            float(knuckle.open_source(tmp_path / "a.mp4").rate), rel=1e-3
        )

    def test_times_are_kept(self, tmp_path: Path) -> None:
        """A varying rate, to a millisecond."""
        path = write_video(tmp_path / "a.mp4", greys(100), UNEVEN)
        times = [frame.time for frame in knuckle.open_source(path)]

        assert pytest.approx(UNEVEN, abs=0.001) == times

    def test_frames_are_kept_in_order(self, tmp_path: Path) -> None:
        """Every one of them."""
        path = write_video(tmp_path / "a.mp4", greys(40), thirtieths(40))
        levels = [frame.image.mean() for frame in knuckle.open_source(path)]

        assert pytest.approx([image.mean() for image in greys(40)], abs=2) == levels

    def test_a_video_starts_with_its_first_frame(self, tmp_path: Path) -> None:
        """A part of a clip does not start with a pause."""
        path = write_video(tmp_path / "a.mp4", greys(3), [5.0, 5.1, 5.3])
        times = [frame.time for frame in knuckle.open_source(path)]

        assert pytest.approx([0, 0.1, 0.3], abs=0.001) == times

    def test_times_that_do_not_go_up_are_moved(self, tmp_path: Path) -> None:
        """H.264 wants them to; no frame is lost."""
        path = write_video(tmp_path / "a.mp4", greys(4), [0.0, 0.1, 0.1, 0.05])
        times = [frame.time for frame in knuckle.open_source(path)]

        assert 4 == len(times)
        assert sorted(set(times)) == times

    @pytest.mark.parametrize("size", [(47, 63), (47, 64), (48, 63), (1, 1), (3, 5)])
    def test_odd_sizes_are_padded_by_one_pixel(self, size: tuple[int, int], tmp_path: Path) -> None:
        """H.264 wants even ones; the picture stays in its corner, in its size."""
        height, width = size
        image = np.full((*size, 3), (40, 160, 90), np.uint8)
        path = write_video(tmp_path / "a.mp4", [image] * 3, thirtieths(3))
        read = next(knuckle.open_source(path)).image

        assert (height + height % 2, width + width % 2, 3) == read.shape
        assert colour_distance(image, read[:height, :width]) <= 4

    def test_the_padding_repeats_the_edge(self, tmp_path: Path) -> None:
        """A black line at the edge would be seen."""
        image = np.full((47, 63, 3), WHITE, np.uint8)
        path = write_video(tmp_path / "a.mp4", [image] * 3, thirtieths(3))
        read = next(knuckle.open_source(path)).image

        assert 245 < read[-1].min()
        assert 245 < read[:, -1].min()

    def test_details_are_kept(self, tmp_path: Path) -> None:
        """Lines of a drawing are not washed out: within a few levels of the picture on average."""
        image = np.full((96, 128, 3), 200, np.uint8)
        image[::8] = 60
        path = write_video(tmp_path / "a.mp4", [image] * 3, thirtieths(3))
        read = next(knuckle.open_source(path)).image

        assert np.abs(image.astype(int) - read).mean() < 6

    def test_another_size_is_refused(self, tmp_path: Path) -> None:
        """The sentence has both sizes and the way out."""
        encoder = VideoEncoder(tmp_path / "a.mp4", Fraction(30))
        encoder.write(quadrants(48, 64), 0)

        with pytest.raises(OutputError, match="but 32x20 follows 64x48: write them to a folder"):
            encoder.write(quadrants(20, 32), 1 / 30)
        encoder.close()

    def test_a_size_that_h264_lacks_is_refused(self, tmp_path: Path) -> None:
        """H.264 ends at 16,384 pixels; the error is one of ours."""
        encoder = VideoEncoder(tmp_path / "a.mp4", Fraction(30))

        with pytest.raises(OutputError, match="17000x16"):
            encoder.write(np.zeros((16, 17_000, 3), np.uint8), 0)

    def test_the_callers_picture_is_not_changed(self, tmp_path: Path) -> None:
        """It is read only."""
        image = quadrants()
        image.flags.writeable = False
        write_video(tmp_path / "a.mp4", [image], [0.0])

        assert np.array_equal(quadrants(), image)


class TestCameras:
    """Cameras, without one."""

    @pytest.fixture
    def open_camera(self, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Source]:
        """Open FFmpeg's test picture in the place of a camera."""

        def open_one(picture: str = "testsrc=size=320x240:rate=30", **span: Any) -> Source:
            monkeypatch.setitem(CAMERAS, sys.platform, ("lavfi", picture))
            return knuckle.open_source(0, **span)

        return open_one

    def test_a_camera_shows_frames(self, open_camera: Callable[..., Source]) -> None:
        """RGB, with the camera's name."""
        with open_camera() as frames:
            frame = next(frames)

        assert ((240, 320, 3), "camera 0") == (frame.image.shape, frame.source)
        assert frame.time >= 0

    def test_a_camera_knows_its_rate_and_no_end(self, open_camera: Callable[..., Source]) -> None:
        """A camera goes on for ever."""
        with open_camera() as frames:
            assert (Fraction(30), None) == (frames.rate, frames.frame_count)

    def test_index_and_time_go_up(self, open_camera: Callable[..., Source]) -> None:
        """Every frame is a new one."""
        with open_camera() as frames:
            shown = [next(frames) for _ in range(5)]
        indices, times = [f.index for f in shown], [f.time for f in shown]

        assert sorted(set(indices)) == indices
        assert sorted(times) == times

    def test_a_slow_reader_gets_the_newest_frame(self) -> None:
        """Ten pictures were taken meanwhile: the last one is shown, and none waits behind it."""
        camera = FakeCamera(10)
        frames = _Newest(camera, None, "camera 0")
        assert camera.sent.wait(10)
        first = next(frames)
        camera.going_on.set()
        second = next(frames)
        camera.ending.set()
        frames.close()

        assert (9, 10) == (first.index, second.index)
        assert (9, 10) == (first.image[0, 0, 0], second.image[0, 0, 0])

    def test_a_camera_that_is_closed_is_given_back(self) -> None:
        """The device is free for others as soon as the next picture is there."""
        camera = FakeCamera(3)
        frames = _Newest(camera, None, "camera 0")
        assert camera.sent.wait(10)
        camera.going_on.set()
        frames.close()

        assert camera.closed.is_set()

    def test_closing_ends_the_thread(self, open_camera: Callable[..., Source]) -> None:
        """Also while pictures wait to be read."""
        before = set(threading.enumerate())
        frames = open_camera()
        next(frames)
        frames.close()
        frames.close()

        assert set() == set(threading.enumerate()) - before

    def test_a_closed_camera_shows_nothing(self, open_camera: Callable[..., Source]) -> None:
        """As any source."""
        with open_camera() as frames:
            next(frames)

        assert [] == list(frames)

    def test_a_camera_that_is_unplugged_is_an_error(self) -> None:
        """The sentence has the camera and the reason."""
        camera = FakeCamera(1, fails=True)
        frames = _Newest(camera, None, "camera 0")
        next(frames)
        camera.going_on.set()

        with pytest.raises(SourceError, match=r"^camera 0 failed: .*no such device"):
            next(frames)
        frames.close()

    def test_the_error_comes_again(self) -> None:
        """Asking once more does not hang."""
        camera = FakeCamera(0, fails=True)
        camera.going_on.set()
        frames = _Newest(camera, None, "camera 0")
        with pytest.raises(SourceError):
            next(frames)

        with pytest.raises(SourceError):
            next(frames)
        frames.close()

    def test_a_camera_that_stops_is_an_error(self, open_camera: Callable[..., Source]) -> None:
        """A camera has no end, so this one is gone."""
        with open_camera("testsrc=size=64x48:rate=30:duration=0.1") as frames:
            _, sentence = collect(frames)

        assert "camera 0 stopped sending pictures" == sentence

    def test_a_span_of_a_camera_ends(self, open_camera: Callable[..., Source]) -> None:
        """Seconds count from its first picture."""
        with open_camera(stop=0.05) as frames:
            times = [frame.time for frame in frames]

        assert times
        assert max(times) < 0.05

    def test_a_missing_camera_is_named(self) -> None:
        """The sentence has its number and a question."""
        with pytest.raises(SourceError, match=r"^camera 87 cannot be opened \(.*\): is it plugged"):
            knuckle.open_source(87)

    def test_a_negative_camera_is_an_error(self) -> None:
        """Cameras count from 0."""
        with pytest.raises((SourceError, ValueError), match=re.escape("-1")):
            knuckle.open_source(-1)

    def test_a_camera_of_numpy_is_a_camera(self) -> None:
        """A whole number of numpy's is a whole number."""
        index: Any = np.int64(87)

        with pytest.raises(SourceError, match=r"^camera 87 cannot be opened"):
            knuckle.open_source(index)

    def test_true_is_no_camera(self) -> None:
        """A flag is not a number."""
        with pytest.raises(TypeError):
            knuckle.open_source(True)

    @pytest.mark.parametrize(("number", "exists"), [(1, True), (2, False)])
    def test_windows_cameras_go_by_name(
        self, number: int, exists: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Number 1 is the second device that sends pictures."""
        devices = [
            SimpleNamespace(name="Microphone", media_types=["audio"]),
            SimpleNamespace(name="Front", media_types=["video"]),
            SimpleNamespace(name="Back", media_types=["video"]),
        ]
        monkeypatch.setattr(av, "enumerate_input_devices", lambda kind: devices, raising=False)
        monkeypatch.setattr(sys, "platform", "win32")
        expected = "video=Back" if exists else "there are 2 cameras"

        with pytest.raises(SourceError, match=expected):
            knuckle.open_source(number)
