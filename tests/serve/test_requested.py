"""Options of requests, from words and from JSON."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knuckle.options import DetectOptions, ServeOptions, TrackOptions, completed
from knuckle.serve.problem import Problem
from knuckle.serve.requested import (
    defaults_for,
    picture_options,
    stream_options,
    stream_start,
)
from knuckle.streams.search import EveryFrames
from knuckle.streams.smoothing import SMOOTHING

CHOSEN = completed(ServeOptions, {"max_hands": 3, "variant": "lite", "threads": 2}, "the test")
PICTURES = defaults_for(DetectOptions, CHOSEN)
STREAMS = defaults_for(TrackOptions, CHOSEN)
MOST = 1_000_000


def refusal(call: Any, *arguments: Any) -> str:
    """The sentence of a 400."""
    with pytest.raises(Problem) as refused:
        call(*arguments)
    assert 400 == refused.value.status
    return refused.value.detail


def test_a_request_without_options_has_those_of_the_server() -> None:
    """In pictures and in streams."""
    assert PICTURES == picture_options(PICTURES, [])
    assert STREAMS == stream_options(STREAMS, {})
    assert (3, "lite", 2) == tuple(dict(PICTURES)[n] for n in ("max_hands", "variant", "threads"))


def test_words_of_a_query_are_values() -> None:
    """Each of the type that its option has."""
    query = {
        "max_hands": ("7", 7),
        "min_presence": ("0.25", 0.25),
        "mirrored": ("true", True),
        "exact": ("1", True),
        "second_look": ("False", False),
        "variant": ("full", "full"),
        "effort": ("high", "high"),
    }
    options = dict(picture_options(PICTURES, [(n, words) for n, (words, _) in query.items()]))

    assert {n: value for n, (_, value) in query.items()} == {n: options[n] for n in query}


def test_json_of_a_stream_is_values() -> None:
    """With the words of the command line for search and smoothing."""
    options = dict(stream_options(STREAMS, {"search": "4", "smoothing": False, "max_hands": 1}))

    assert (EveryFrames(4), None, 1) == (
        options["search"],
        options["smoothing"],
        options["max_hands"],
    )
    assert SMOOTHING == dict(stream_options(STREAMS, {"smoothing": True}))["smoothing"]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ([("max_hands", "two")], "max_hands must be a whole number, not 'two'"),
        ([("max_hands", "0")], "max_hands must be at least 1, not 0"),
        ([("min_presence", "nan")], "min_presence must lie between 0 and 1, not nan"),
        ([("mirrored", "yes")], "mirrored must be true or false, not 'yes'"),
        ([("variant", "huge")], "variant must be one of 'full', 'lite', not 'huge'"),
        ([("max_hand", "1")], "/v1/detect has no option 'max_hand': did you mean 'max_hands'?"),
        ([("search", "adaptive")], "/v1/detect has no option 'search'"),
        ([("max_hands", "1"), ("max_hands", "2")], "max_hands is given twice"),
        ([("engine", "auto")], "knuckle serve --engine"),
        ([("threads", "64")], "knuckle serve --threads"),
    ],
)
def test_wrong_options_of_a_picture_are_named(query: list[tuple[str, str]], sentence: str) -> None:
    """With the value and the cure."""
    assert sentence in refusal(picture_options, PICTURES, query)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"max_hands": "2"}, "max_hands must be a whole number, not '2'"),
        ({"search": "sometimes"}, "search: 'sometimes' is not one of adaptive"),
        ({"smoothing": 1}, "smoothing must be true or false, not 1"),
        ({"second_look": True}, "/v1/track has no option 'second_look'"),
        ({"device": "cuda"}, "knuckle serve --device"),
    ],
)
def test_wrong_options_of_a_stream_are_named(options: dict[str, Any], sentence: str) -> None:
    """As JSON has them."""
    assert sentence in refusal(stream_options, STREAMS, options)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "must be a JSON object"),
        ("[]", "must be a JSON object"),
        ("[" * 100_000, "must be a JSON object"),
        ('{"max_hands": 2}', "has no 'max_hands': it has options, format"),
        ('{"options": 2}', "options must be a JSON object, not 2"),
        ('{"format": "jpeg"}', "format must be picture or rgb, not 'jpeg'"),
        ('{"time": 3}', "time must be arrival or sent, not 3"),
        ('{"format": "rgb", "width": 4}', "RGB frames need a height"),
        ('{"format": "rgb", "width": true, "height": 4}', "RGB frames need a width"),
        ('{"format": "rgb", "width": -1, "height": 4}', "not -1"),
    ],
)
def test_a_wrong_start_is_named(text: str, sentence: str) -> None:
    """What was expected."""
    assert sentence in refusal(stream_start, STREAMS, text, MOST)


def test_a_start_says_what_frames_are() -> None:
    """By default pictures with the time of their arrival."""
    text = json.dumps({"format": "rgb", "width": 4, "height": 3, "time": "sent"})
    start, plain = (stream_start(STREAMS, words, MOST) for words in (text, "{}"))

    assert ((4, 3), True) == (start.size, start.is_timed)
    assert (None, False, STREAMS) == (plain.size, plain.is_timed, plain.options)


def test_frames_of_too_many_pixels_are_refused_at_the_start() -> None:
    """413, as for a picture."""
    with pytest.raises(Problem) as refused:
        stream_start(STREAMS, '{"format": "rgb", "width": 1001, "height": 1000}', MOST)

    assert 413 == refused.value.status


@given(st.text())
def test_any_text_is_a_start_or_a_problem(text: str) -> None:
    """Nothing else is raised."""
    with contextlib.suppress(Problem):
        stream_start(STREAMS, text, MOST)
