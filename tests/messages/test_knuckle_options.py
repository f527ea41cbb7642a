"""Options of knuckle's own calculators."""

from __future__ import annotations

import inspect

import knuckle
from knuckle.messages.knuckle_options import knuckle_options_pb2 as pb
from knuckle.messages.tables import message_class
from knuckle.spec import MAX_HANDS, MIN_PALM_SCORE, MIN_PRESENCE
from knuckle.streams.search import Adaptive
from knuckle.streams.smoothing import Smoothing


def test_defaults_are_those_of_the_tracker() -> None:
    """Each number twice, and the same."""
    detector = pb.KnuckleDetectorCalculatorOptions()
    smoothing = pb.KnuckleSmoothingCalculatorOptions()
    policy = pb.KnuckleSearchPolicyCalculatorOptions().adaptive

    assert (MAX_HANDS, MIN_PALM_SCORE, MIN_PRESENCE) == (
        detector.num_hands,
        detector.min_palm_score,
        detector.min_presence,
    )
    assert Smoothing() == Smoothing(smoothing.cutoff, smoothing.tolerance, smoothing.response)
    assert Adaptive() == Adaptive(
        policy.watch, policy.moving, policy.still, policy.empty, policy.second_look
    )


def test_drawing_has_the_options_of_draw() -> None:
    """With their defaults."""
    parameters = list(inspect.signature(knuckle.draw).parameters.values())[2:]
    options = pb.KnuckleDrawCalculatorOptions()

    assert {parameter.name: parameter.default for parameter in parameters} == {
        field.name: getattr(options, field.name) for field in options.DESCRIPTOR.fields
    }


def test_numbers_are_kept_as_python_has_them() -> None:
    """Doubles: float32 would change the decisions of a tracker."""
    options = pb.KnuckleSmoothingCalculatorOptions(tolerance=0.1)
    again = type(options).FromString(options.SerializeToString())

    assert 0.1 == again.tolerance


def test_the_last_policy_counts() -> None:
    """They are fields of which one is set."""
    options = pb.KnuckleSearchPolicyCalculatorOptions()
    options.adaptive.watch = 1.0
    options.every_frames.count = 4

    assert "every_frames" == options.WhichOneof("policy")


def test_they_are_found_by_their_full_names() -> None:
    """In knuckle's package, beside MediaPipe's messages."""
    assert pb.KnucklePalmsCalculatorOptions is message_class(
        "knuckle.KnucklePalmsCalculatorOptions"
    )
