"""Video files at both ends of a graph."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import knuckle
from knuckle.errors import ExtraMissing, GraphError, SourceError
from knuckle.graph.calculator import Calculator, Context
from knuckle.graph.config import GraphConfig, Node
from knuckle.graph.contracts import Contract, Port
from knuckle.graph.library import load
from knuckle.graph.options.node_options import options
from knuckle.graph.packets import PRE_STREAM, Packet
from knuckle.graph.running.graph import CalculatorGraph
from knuckle.graph.types import IMAGE, VideoHeader
from knuckle.values import ImageArray
from tests.conftest import SAMPLES
from tests.io.files import damage, greys, write_clip

from .small import graph, node, run

RED, GREEN = (255, 0, 0), (0, 255, 0)

DECODER = node(
    "OpenCvVideoDecoderCalculator",
    "",
    "VIDEO:video VIDEO_PRESTREAM:header",
    side_inputs="INPUT_FILE_PATH:input",
)
DECODING = graph("", DECODER, side_inputs="input")


class FailsLater(Calculator):
    """Passes five pictures on, then fails."""

    contract = Contract(inputs=(Port("", IMAGE),), outputs=(Port("", IMAGE),))

    def open(self, context: Context) -> None:
        """Start to count."""
        self.left = 5

    def process(self, context: Context) -> None:
        """Pass a picture on, or fail."""
        if not self.left:
            raise ArithmeticError("five are enough")
        self.left -= 1
        context.emit("", context.get())


def encoder(inputs: str, *, more_sides: str = "", **fields: Any) -> Node:
    """A node that writes a video. fields: its options."""
    given = (options("OpenCvVideoEncoderCalculatorOptions", fields),)
    sides = f"OUTPUT_FILE_PATH:output {more_sides}"
    return node("OpenCvVideoEncoderCalculator", inputs, side_inputs=sides, options=given)


def encoding(*, sides: str = "", **fields: Any) -> GraphConfig:
    """A graph that writes pictures from outside. fields: the writer's options."""
    more = " ".join(f"{name.upper()}:{name}" for name in sides.split())
    writer = encoder("VIDEO:video", more_sides=more, **fields)
    return graph("video", writer, side_inputs=f"output {sides}")


def write(config: GraphConfig, images: list[ImageArray], **sides: Any) -> tuple[str, ...]:
    """Send pictures, 40 ms apart; return what the nodes tell their user."""
    with CalculatorGraph(config) as running:
        running.start(sides)
        for index, image in enumerate(images):
            running.add_packet("video", image, index * 40_000)
    return running.notes


def levels(path: Path) -> list[int]:
    """The mean grey of each picture of a clip."""
    with knuckle.open_source(path) as frames:
        return [round(float(frame.image.mean())) for frame in frames]


def test_pictures_come_at_their_times(tmp_path: Path) -> None:
    """The times are those in the file, in whole microseconds."""
    images = greys(4)
    path = write_clip(tmp_path / "a.mp4", images, times=[0, 0.04, 0.1, 0.2])
    found = run(DECODING, [], "video", sides={"input": str(path)})

    assert [0, 40_000, 100_000, 200_000] == [packet.timestamp for packet in found]
    assert [(48, 64, 3)] * 4 == [packet.value.shape for packet in found]
    assert [round(image.mean()) for image in images] == pytest.approx(
        [packet.value.mean() for packet in found], abs=3
    )


def test_the_header_comes_before_all_pictures(tmp_path: Path) -> None:
    """It has the size, the frame rate and the length of the video."""
    path = write_clip(tmp_path / "a.mp4", greys(15))
    found = run(DECODING, [], "header", sides={"input": str(path)})

    assert [Packet(VideoHeader(64, 48, 30.0, 0.5), PRE_STREAM)] == found


def test_a_path_may_be_bytes(tmp_path: Path) -> None:
    """Strings of MediaPipe are bytes."""
    path = write_clip(tmp_path / "a.mp4", greys(2))

    assert 2 == len(run(DECODING, [], "video", sides={"input": str(path).encode()}))


def test_a_missing_file_is_a_graph_error() -> None:
    """The error names the node and the file."""
    with pytest.raises(GraphError, match=r"OpenCvVideoDecoderCalculator.*missing.mp4") as error:
        run(DECODING, [], "video", sides={"input": "missing.mp4"})

    assert isinstance(error.value.__cause__, SourceError)


def test_a_video_passes_through_a_graph(tmp_path: Path) -> None:
    """All pictures of a file are written to another one, with their times."""
    images = greys(12)
    source = write_clip(tmp_path / "a.mp4", images, times=[i * 0.05 for i in range(12)])
    config = graph(
        "",
        DECODER,
        encoder("VIDEO:video VIDEO_PRESTREAM:header", codec="avc1", video_format="mp4"),
        side_inputs="input output",
        max_queue_size=1,
    )
    target = tmp_path / "b.mp4"
    with CalculatorGraph(config) as running:
        running.start({"input": str(source), "output": str(target)})
    with knuckle.open_source(target) as frames:
        found = [round(frame.time * 1e6) for frame in frames]

    assert [i * 50_000 for i in range(12)] == found
    assert levels(source) == pytest.approx(levels(target), abs=4)
    assert () == running.notes


def test_a_graph_that_fails_keeps_what_was_finished(tmp_path: Path) -> None:
    """The video has the pictures that came before the failure."""
    source, target = write_clip(tmp_path / "a.mp4", greys(12)), tmp_path / "b.mp4"
    config = graph(
        "",
        DECODER,
        node("FailsLater", "video", "passed"),
        encoder("VIDEO:passed VIDEO_PRESTREAM:header"),
        side_inputs="input output",
    )
    with (
        pytest.raises(GraphError, match="five are enough"),
        CalculatorGraph(config, calculators={"FailsLater": FailsLater}) as running,
    ):
        running.start({"input": str(source), "output": str(target)})

    assert 5 == len(levels(target))


def test_of_a_damaged_video_the_good_pictures_are_written(tmp_path: Path) -> None:
    """What can be decoded is in the output; then the damage is told."""
    source, target = write_clip(tmp_path / "a.mp4", greys(40)), tmp_path / "b.mp4"
    damage(source, length=200)
    config = graph(
        "", DECODER, encoder("VIDEO:video VIDEO_PRESTREAM:header"), side_inputs="input output"
    )
    with (
        pytest.raises(GraphError, match=r"at \d+: .* is damaged"),
        CalculatorGraph(config) as running,
    ):
        running.start({"input": str(source), "output": str(target)})

    assert len(levels(target)) > 5


def test_the_frame_rate_may_be_an_option(tmp_path: Path) -> None:
    """Without a header, the option fps gives the frame rate."""
    path = tmp_path / "a.mp4"
    write(encoding(fps=25), greys(3), output=str(path))
    with knuckle.open_source(path) as frames:
        assert 25 == frames.rate

    assert 3 == len(levels(path))


def test_an_old_file_is_replaced_when_the_new_one_is_complete(tmp_path: Path) -> None:
    """Nothing else is left in its folder."""
    path = tmp_path / "a.mp4"
    path.write_text("old")
    write(encoding(fps=25), greys(3), output=str(path))

    assert 3 == len(levels(path))
    assert [path] == list(tmp_path.iterdir())


def test_without_pictures_an_old_file_stays(tmp_path: Path) -> None:
    """A graph that got no picture writes nothing."""
    path = tmp_path / "a.mp4"
    path.write_text("old")
    write(encoding(fps=25), [], output=str(path))

    assert "old" == path.read_text()


def test_a_frame_rate_is_needed(tmp_path: Path) -> None:
    """With neither a header nor the option, the error says what to do."""
    with pytest.raises(GraphError, match="connect VIDEO_PRESTREAM or set fps"):
        write(encoding(), greys(1), output=str(tmp_path / "a.mp4"))


def test_pictures_of_another_size_than_the_options_are_refused(tmp_path: Path) -> None:
    """The options width and height must be those of the pictures."""
    with pytest.raises(GraphError, match="64x48, but the options width and height say"):
        write(encoding(fps=25, width=32, height=24), greys(1), output=str(tmp_path / "a.mp4"))


@pytest.mark.parametrize(
    ("fields", "note"),
    [
        ({"codec": "MJPG"}, 'there is no codec "MJPG": videos are written in H.264'),
        ({"video_format": "avi"}, 'there is no format "avi": videos are MP4 files'),
    ],
)
def test_what_cannot_be_written_is_told(tmp_path: Path, fields: Any, note: str) -> None:
    """Another codec or format becomes H.264 in MP4, and the user hears of it."""
    path = tmp_path / "a.mp4"

    assert (note,) == write(encoding(fps=25, **fields), greys(2), output=str(path))
    assert 2 == len(levels(path))


def test_sound_is_left_out(tmp_path: Path) -> None:
    """A path to sound is taken, with a note."""
    path = str(tmp_path / "a.mp4")
    (note,) = write(
        encoding(sides="audio_file_path", fps=25), greys(2), output=path, audio_file_path="a.wav"
    )

    assert "without sound" in note


def test_two_videos_are_read_side_by_side(tmp_path: Path) -> None:
    """The one whose last picture is earlier goes on; at the same time, the first node."""
    paths = {
        "input": write_clip(tmp_path / "a.mp4", greys(3), times=[0, 0.1, 0.2]),
        "other": write_clip(tmp_path / "b.mp4", greys(3), times=[0, 0.04, 0.12]),
    }
    config = graph(
        "",
        DECODER,
        node(
            "OpenCvVideoDecoderCalculator",
            "",
            "VIDEO:second VIDEO_PRESTREAM:second_header",
            side_inputs="INPUT_FILE_PATH:other",
        ),
        side_inputs="input other",
    )
    order: list[str] = []
    with CalculatorGraph(config) as running:
        running.observe("video", lambda packet: order.append("video"))
        running.observe("second", lambda packet: order.append("second"))
        running.start({name: str(path) for name, path in paths.items()})

    assert ["video", "second", "video", "second", "second", "video"] == order


@pytest.mark.parametrize(
    ("name", "colour"), [("hand_tracking_desktop", RED), ("hand_detection_desktop", GREEN)]
)
def test_the_programs_of_mediapipe_go_from_file_to_file(
    tmp_path: Path, name: str, colour: tuple[int, int, int]
) -> None:
    """Every picture comes out at its time, with what was found drawn on it."""
    with knuckle.open_source(SAMPLES / "two_hands.mp4", stop=0.2) as frames:
        images = [frame.image for frame in frames]
    source, target = write_clip(tmp_path / "a.mp4", images), tmp_path / "b.mp4"
    with CalculatorGraph(load(name)) as running:
        running.start({"input_video_path": str(source), "output_video_path": str(target)})
    with knuckle.open_source(target) as frames:
        shown = list(frames)
    distances = [np.abs(frame.image.astype(int) - colour).max(axis=2) for frame in shown]

    assert pytest.approx([i / 30 for i in range(6)]) == [frame.time for frame in shown]
    assert all(200 < (distance < 90).sum() < 20_000 for distance in distances)


def test_without_pyav_the_line_to_type_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both calculators need PyAV, and say how to install it."""
    path = write_clip(tmp_path / "a.mp4", greys(2))
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(GraphError, match="pip install") as error:
        run(DECODING, [], "video", sides={"input": str(path)})
    assert isinstance(error.value.__cause__, ExtraMissing)
    with pytest.raises(GraphError, match="pip install") as error:
        write(encoding(fps=25), [np.zeros((48, 64, 3), np.uint8)], output=str(tmp_path / "b.mp4"))

    assert isinstance(error.value.__cause__, ExtraMissing)
