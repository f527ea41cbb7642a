"""Side packets that a graph's nodes read and its head does not declare, as in MediaPipe's files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import knuckle
from tests.cli.conftest import CLIP, Run
from tests.io.files import greys, write_clip

FILE_TO_FILE = """
node {
  calculator: "OpenCvVideoDecoderCalculator"
  input_side_packet: "INPUT_FILE_PATH:from"
  output_stream: "VIDEO:video"
  output_stream: "VIDEO_PRESTREAM:header"
}
node {
  calculator: "OpenCvVideoEncoderCalculator"
  input_stream: "VIDEO:video"
  input_stream: "VIDEO_PRESTREAM:header"
  input_side_packet: "OUTPUT_FILE_PATH:to"
  node_options: {
    [type.googleapis.com/mediapipe.OpenCvVideoEncoderCalculatorOptions]: { codec: "avc1" }
  }
}
"""
TRACKING = """
input_stream: "picture"
output_stream: "landmarks"
node {
  calculator: "HandLandmarkTrackingCpu"
  input_stream: "IMAGE:picture"
  input_side_packet: "NUM_HANDS:hands"
  output_stream: "LANDMARKS:landmarks"
}
"""


def test_files_may_come_in_side_packets_that_no_line_declares(run: Run, workplace: Path) -> None:
    """MediaPipe's own graphs from file to file are so."""
    plain = write_clip(workplace / "plain.mp4", greys(10))
    Path("copy.pbtxt").write_text(FILE_TO_FILE)
    result = run("graph", "run", "copy.pbtxt", "--input", plain, "-o", "out.mp4")

    assert (0, "") == (result.status, result.out)
    assert 10 == len(list(knuckle.open_source("out.mp4")))


@pytest.mark.parametrize("hands", [1, 2])
def test_a_side_packet_that_no_line_declares_is_taken(
    hands: int, run: Run, workplace: Path
) -> None:
    """By the name that a node reads."""
    Path("mine.pbtxt").write_text(TRACKING)
    words = ["--start", "2", "--stop", "2.03", "--side", f"hands={hands}", "--observe", "landmarks"]
    result = run("graph", "run", "mine.pbtxt", "--input", CLIP, *words)

    assert hands == len(json.loads(result.out)["value"])
