"""The graph of knuckle's own tracker finds what `Tracker` finds, bit for bit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import knuckle
from knuckle.errors import GraphError
from knuckle.graph.calculators.tracking import policy_of
from knuckle.graph.config import GraphConfig, Node, node_names
from knuckle.graph.library import load
from knuckle.graph.options.addressing import with_options
from knuckle.graph.running.graph import CalculatorGraph
from knuckle.graph.services import Exact
from knuckle.messages.knuckle_options import knuckle_options_pb2 as pb
from knuckle.networks.setup import Wanted
from knuckle.streams.search import Adaptive, EveryFrame, EveryFrames, EverySeconds, SearchPolicy
from knuckle.streams.smoothing import Smoothing
from knuckle.values import Frame, Hand, ImageArray
from tests.conftest import SAMPLES

CLIP = SAMPLES / "two_hands.mp4"
VIDEOS = ["asl_hand.25fps.mp4", "reaching_hand.mp4", "thumb_up_woman.mp4"]
POLICY, SMOOTHING = "KnuckleSearchPolicyCalculator", "KnuckleSmoothingCalculator"
DETECTOR = "KnuckleDetectorCalculator"


Changes = dict[str, Any]  # values by option


def tracking(node: str, changes: Changes) -> GraphConfig:
    """The graph with other options for a node."""
    options = {f"{node}.{name}": value for name, value in changes.items()}
    return with_options(load("knuckle_tracking"), options)


def frames_of(path: Path, count: int | None = None) -> Iterator[Frame]:
    """The frames of a clip at whole microseconds, as a graph has them."""
    with knuckle.open_source(path) as clip:
        for frame in islice(clip, count):
            yield replace(frame, time=round(frame.time * 1e6) / 1e6)


def check(
    frames: Iterable[Frame],
    graph: GraphConfig | None = None,
    *,
    sides: dict[str, int] | None = None,
    services: Sequence[Any] = (),
    **options: Any,
) -> list[list[Hand]]:
    """The hands of each frame, which the graph and a Tracker with `options` have found alike."""
    answers = []
    config = graph or load("knuckle_tracking")
    with CalculatorGraph(config, services=services) as running, knuckle.Tracker(**options) as track:
        output = running.observe("hands")
        running.start(sides)
        for frame in frames:
            stamp = round(frame.time * 1e6)
            running.add_packet("image", frame.image, stamp)
            running.wait_until_idle()
            [packet] = output.take()
            hands = track(frame)
            assert stamp == packet.timestamp
            assert [told(hand) for hand in hands] == [told(hand) for hand in packet.value]
            answers.append(hands)
    return answers


def told(hand: Hand) -> list[Any]:
    """All that a hand says, and all that its raw reading says."""
    return [one.to_dict() for one in (hand, hand.raw) if one is not None]


def test_it_equals_the_tracker_on_the_sample_clip() -> None:
    """Every number of every hand: one comes after the other, they move, one is lost."""
    answers = check(frames_of(CLIP))

    assert 150 == len(answers)
    assert {1, 2} == {len(hands) for hands in answers if hands}


@pytest.mark.data
@pytest.mark.parametrize("name", VIDEOS)
def test_it_equals_the_tracker_on_real_clips(data: Path, name: str) -> None:
    """Hands of people, which come and go."""
    answers = check(frames_of(data / "videos" / name, 120))

    assert {"detected", "tracked"} <= {hand.status for hands in answers for hand in hands}


POLICIES: list[tuple[SearchPolicy, Changes]] = [
    (EveryFrame(), {"every_frame": {}}),
    (EveryFrames(4), {"every_frames.count": 4}),
    (EverySeconds(0.2), {"every_seconds.seconds": 0.2}),
    (Adaptive(watch=0.1, still=0.3), {"adaptive.watch": 0.1, "adaptive.still": 0.3}),
]


@pytest.mark.parametrize(("policy", "options"), POLICIES, ids=[repr(row[0]) for row in POLICIES])
def test_each_policy_is_an_option(policy: SearchPolicy, options: Changes) -> None:
    """It says when to search, as it does for a Tracker."""
    graph = tracking(POLICY, options)

    assert any(check(frames_of(CLIP, 40), graph, search=policy))


@pytest.mark.parametrize(
    ("smoothing", "options"),
    [
        (None, {"is_on": False}),
        (Smoothing(0.7, 0.1, 3.3), {"cutoff": 0.7, "tolerance": 0.1, "response": 3.3}),
    ],
    ids=["off", "other"],
)
def test_smoothing_is_an_option(smoothing: Smoothing | None, options: Changes) -> None:
    """It can be turned off, and its numbers are those of Python."""
    graph = tracking(SMOOTHING, options)

    assert any(check(frames_of(CLIP, 40), graph, smoothing=smoothing))


def test_side_packets_say_what_hands_are_wanted() -> None:
    """How many, and by which networks."""
    sides = {"num_hands": 1, "model_complexity": 0}
    answers = check(frames_of(CLIP, 40), sides=sides, max_hands=1, variant="lite")

    assert {1} == {len(hands) for hands in answers}


def test_options_say_what_hands_are_wanted() -> None:
    """How sure to be of them, and whether the picture is a mirror image."""
    options: dict[str, Any] = {"min_palm_score": 0.3, "min_presence": 0.9, "mirrored": True}
    graph = tracking(DETECTOR, {"num_hands": 3, **options})
    answers = check(frames_of(CLIP, 40), graph, max_hands=3, **options)

    assert any(answers)
    assert all(hand.mirrored for hands in answers for hand in hands)


def test_a_service_says_how_the_networks_run() -> None:
    """Smoothing follows their precision."""
    services = [Wanted(precision="float32")]

    assert any(check(frames_of(CLIP, 40), services=services, precision="float32"))


def test_a_service_asks_for_mediapipes_warp() -> None:
    """In float32, unless another precision is wanted."""
    assert any(check(frames_of(CLIP, 30), services=[Exact()], exact=True))


def test_mediapipes_palm_detection_can_take_the_place_of_ours() -> None:
    """It finds the same palms; without a service it would run in float32, and ours as a Tracker."""
    palms = Node.of(
        "PalmDetectionCpu",
        inputs=["IMAGE:searched_image"],
        outputs=["DETECTIONS:palm_detections"],
        side_inputs=["MODEL_COMPLEXITY:model_complexity"],
    )
    changes = {"calculator": palms.calculator, "side_inputs": palms.side_inputs}
    graph = load("knuckle_tracking").with_changes("KnucklePalmsCalculator", **changes)
    services = [Wanted(precision="float32")]

    assert palms in graph.nodes
    assert any(check(frames_of(CLIP, 40), graph, services=services, precision="float32"))


def test_its_node_can_take_the_place_of_mediapipes() -> None:
    """In a graph that draws: every picture comes out, and hands are drawn where ours are."""
    graph = load("hand_tracking_desktop_live")
    graph = graph.with_changes("HandLandmarkTrackingCpu", calculator="KnuckleTracking")
    frames = list(frames_of(CLIP, 10))
    with CalculatorGraph(graph) as running, knuckle.Tracker() as track:
        video, landmarks = running.observe("output_video"), running.observe("landmarks")
        running.start()
        for frame in frames:
            running.add_packet("input_video", frame.image, round(frame.time * 1e6))
        running.wait_until_idle()
        hands = [track(frame) for frame in frames]
    pictures = [packet.value for packet in video.take()]

    assert 10 == len(pictures)
    assert all((p != f.image).any() for p, f in zip(pictures, frames, strict=True))
    for packet, found in zip(landmarks.take(), hands, strict=True):
        np.testing.assert_array_equal([hand.landmarks for hand in found], packet.value)


def test_a_hand_that_fills_the_picture_is_found_by_the_second_look(open_palm: ImageArray) -> None:
    """Its palm is larger than any that the network knows."""
    large = np.ascontiguousarray(open_palm[299:499, 462:662])
    graph = load("knuckle_tracking")
    with CalculatorGraph(graph) as running:
        far = running.observe("far_hands")
        running.start()
        running.add_packet("image", large, 0)
        running.wait_until_idle()

    [packet] = far.take()
    assert 1 == len(packet.value)
    assert check([Frame(large, 0, 0.0)])


def test_it_equals_the_tracker_when_frames_are_missing() -> None:
    """Times are those of the frames: hands are lost for a while and come back."""
    frames = [frame for frame in frames_of(CLIP) if frame.index % 50 < 12]

    assert {1, 2} <= {hand.track_id for hands in check(frames) for hand in hands}


def test_times_must_increase(open_palm: ImageArray) -> None:
    """A stream that goes back in time is another graph; a Tracker begins another stream."""
    with CalculatorGraph(load("knuckle_tracking")) as running:
        running.start()
        running.add_packet("image", open_palm, 5_000_000)
        for stamp in (5_000_000, 4_000_000):
            with pytest.raises(ValueError, match="times must increase"):
                running.add_packet("image", open_palm, stamp)
        running.wait_until_idle()


def test_the_parts_of_the_hands_come_beside_them() -> None:
    """In the form of MediaPipe's graphs, and only where there are hands."""
    names = ["hands", "track_ids", "multi_hand_landmarks", "multi_hand_world_landmarks"]
    names += ["multi_handedness", "hand_rects_from_landmarks"]
    with CalculatorGraph(load("knuckle_tracking")) as running:
        outputs = [running.observe(name) for name in names]
        running.start()
        for frame in frames_of(CLIP, 30):
            running.add_packet("image", frame.image, round(frame.time * 1e6))
        running.wait_until_idle()
    hands, *parts = [{p.timestamp: p.value for p in output.take()} for output in outputs]
    times = [time for time, found in hands.items() if found]
    last = times[-1]

    assert 30 == len(hands)
    assert [times] * 5 == [list(part) for part in parts]
    assert [[hand.track_id for hand in hands[last]]] == [list(parts[0][last])]
    for hand, landmarks, world, [side], roi in zip(
        hands[last], *(part[last] for part in parts[1:]), strict=True
    ):
        assert hand.landmarks is landmarks
        assert hand.world_landmarks is world
        assert (hand.handedness.title(), hand.handedness_score) == (side.label, side.score)
        assert np.hypot(roi.x - hand.roi.x, roi.y - hand.roi.y) < 0.1


def test_its_node_has_the_ports_of_mediapipes() -> None:
    """So that it can take the place of HandLandmarkTrackingCpu."""
    graph = load("knuckle_tracking")
    outputs = "LANDMARKS WORLD_LANDMARKS HANDEDNESS PALM_DETECTIONS HAND_ROIS_FROM_LANDMARKS "
    outputs += "HAND_ROIS_FROM_PALM_DETECTIONS"

    assert ["IMAGE"] == [connection.port for connection in graph.inputs]
    assert ["NUM_HANDS", "MODEL_COMPLEXITY"] == [c.port for c in graph.side_inputs]
    assert {*outputs.split(), "HANDS", "TRACK_IDS"} == {c.port for c in graph.outputs}


@pytest.mark.parametrize(
    ("node", "options", "sentence"),
    [
        (DETECTOR, {"num_hands": 0}, "num_hands must be at least 1, not 0"),
        (DETECTOR, {"model_complexity": 2}, "model_complexity must be 0"),
        (DETECTOR, {"min_presence": 1.5}, "min_presence must be from 0 to 1, not 1.5"),
        (POLICY, {"every_frames.count": 0}, "count must be at least 1, not 0"),
        (SMOOTHING, {"cutoff": 0}, "cutoff must be from 0.0001 to 10000, not 0.0"),
        ("FarPalms", {"view": 0}, "view must be above 0 picture sizes, not 0.0"),
    ],
)
def test_a_number_that_is_not_allowed_is_named(node: str, options: Changes, sentence: str) -> None:
    """When the graph starts, with its node."""
    graph = tracking(node, options)
    with pytest.raises(GraphError, match=sentence) as error, CalculatorGraph(graph) as running:
        running.start()

    assert node == error.value.node


def test_no_policy_is_the_trackers() -> None:
    """The options may be left out."""
    assert Adaptive() == policy_of(pb.KnuckleSearchPolicyCalculatorOptions())


def test_nodes_that_are_used_twice_have_names_of_their_own() -> None:
    """So that options find them, whatever is added."""
    names = node_names(load("knuckle_tracking"))

    assert [] == [name for name in names if name[-1].isdigit()]


def test_hands_are_drawn_in_knuckles_look(two_hands: ImageArray) -> None:
    """With the options of `knuckle.draw`; a picture without hands stays as it is."""
    graph = GraphConfig.of(
        [
            Node.of(
                "KnuckleDrawCalculator",
                inputs=["IMAGE:image", "HANDS:hands"],
                outputs=["IMAGE:drawn"],
                options={"style": "depth", "score": True, "roi": True},
            )
        ],
        inputs=["image", "hands"],
    )
    hands = tuple(knuckle.detect(two_hands))
    with CalculatorGraph(graph) as running:
        drawn = running.observe("drawn")
        running.start()
        for time, found in enumerate([hands, ()]):
            running.add_packet("image", two_hands, time)
            running.add_packet("hands", found, time)
        running.wait_until_idle()
    first, second = (packet.value for packet in drawn.take())

    np.testing.assert_array_equal(
        knuckle.draw(two_hands, hands, style="depth", score=True, roi=True), first
    )
    np.testing.assert_array_equal(two_hands, second)
