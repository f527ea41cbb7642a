"""The tracking graph in its form of 2020: hands are followed only when no palm is looked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pytest

from knuckle.graph.running.graph import CalculatorGraph
from knuckle.graph.texts.reading import graph_from_text
from knuckle.networks.engine import open_networks
from knuckle.networks.setup import Wanted
from knuckle.pictures.detector import Detector, find_palms, read_each
from knuckle.stages.candidates import candidates_from_palms, later_of_overlapping, next_rois
from knuckle.values import Candidate, ImageArray, Roi, image_size
from tests.conftest import SAMPLES

from .tracking import pictures

# A program of 2020: the choice is made in its file.
PROGRAM = """
input_stream: "input_video"
output_stream: "landmarks"
output_stream: "palms"
node {
  calculator: "ConstantSidePacketCalculator"
  output_side_packet: "PACKET:0:num_hands"
  output_side_packet: "PACKET:1:can_skip_detection"
  node_options: {
    [type.googleapis.com/mediapipe.ConstantSidePacketCalculatorOptions]: {
      packet { int_value: 2 }
      packet { bool_value: %s }
    }
  }
}
node {
  calculator: "HandLandmarkTrackingCpu"
  input_stream: "IMAGE:input_video"
  input_side_packet: "NUM_HANDS:num_hands"
  input_side_packet: "CAN_SKIP_DETECTION:can_skip_detection"
  output_stream: "LANDMARKS:landmarks"
  output_stream: "PALM_DETECTIONS:palms"
}
"""


def expected(images: Iterable[ImageArray], *, can_skip: bool) -> Iterator[tuple[bytes, ...]]:
    """The landmarks of each picture, from the stages."""
    networks = open_networks("full", Wanted(precision="float32"))
    detector, rois = Detector.of(networks, max_hands=2), tuple[Roi, ...]()
    for image in images:
        places = [Candidate(roi) for roi in rois]
        if not (can_skip and len(places) >= 2):
            palms = find_palms(detector, image).strongest(2)
            places = later_of_overlapping(candidates_from_palms(palms, image_size(image)))
        read = [read_each(detector, image, [place])[0] for place in places]
        hands = [hand for hand in read if hand is not None]
        rois = next_rois(hands)
        yield tuple(hand.landmarks.tobytes() for hand in hands)


@pytest.mark.parametrize("can_skip", [True, False])
def test_hands_are_followed_only_while_all_are_known(can_skip: bool) -> None:
    """Landmarks are those of the stages, bit for bit; palms are found where they should be."""
    images = pictures(SAMPLES / "two_hands.mp4", 70)
    with CalculatorGraph(graph_from_text(PROGRAM % str(can_skip).lower())) as running:
        landmarks, palms = running.observe("landmarks"), running.observe("palms")
        running.start()
        for time, image in enumerate(images):
            running.add_packet("input_video", image, time)
            running.wait_until_idle()
    found = {p.timestamp: tuple(np.asarray(h).tobytes() for h in p.value) for p in landmarks}
    searched = [packet.timestamp for packet in palms]

    assert list(expected(images, can_skip=can_skip)) == [found.get(t, ()) for t in range(70)]
    assert any(len(hands) == 2 for hands in found.values())
    assert (len(searched) < len(found)) == can_skip
