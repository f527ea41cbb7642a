"""What tables share that were made alike."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest

import knuckle
from knuckle.batch.recipe import Recipe, differences
from knuckle.geometry.camera import Camera
from knuckle.options import ClipOptions, DetectOptions, options_of
from knuckle.streams.search import Adaptive, EveryFrames, EverySeconds
from knuckle.streams.smoothing import Smoothing

CAMERA = Camera(500, 500, 320, 240)

# For each option another value than its default.
OTHER: dict[str, Any] = {
    "variant": "lite",
    "engine": "openvino",
    "precision": "float32",
    "device": "cuda",
    "max_hands": 4,
    "min_palm_score": 0.25,
    "min_presence": 0.25,
    "mirrored": True,
    "effort": "high",
    "exact": True,
    "second_look": False,
    "search": EveryFrames(2),
    "smoothing": None,
    "gap": 0.1,
}


@pytest.mark.parametrize("name", OTHER)
def test_every_option_counts(name: str) -> None:
    """A table that was made with another one is another table."""
    is_stills = name not in options_of(ClipOptions)
    plain = Recipe(stills=is_stills, offline=not is_stills)
    if OTHER[name] == plain.completed[name]:
        pytest.fail(f"{name} is the default here, name another value")

    assert plain.hash != Recipe({name: OTHER[name]}, stills=is_stills, offline=not is_stills).hash


def test_no_option_is_forgotten() -> None:
    """All but the threads, which change the time only."""
    known = options_of(ClipOptions).keys() | options_of(DetectOptions).keys()

    assert {"threads"} == known - OTHER.keys()


@pytest.mark.parametrize(
    "other",
    [
        {"offline": True},
        {"stills": True},
        {"start": 1.0},
        {"stop": 9.0},
        {"every": 2},
        {"camera": CAMERA},
        {"hand_size": 0.1},
        {"split": 60.0},
        {"streams": 2},
    ],
    ids=str,
)
def test_everything_else_counts(other: dict[str, Any]) -> None:
    """What a recipe says beside the options of the tracker."""
    assert Recipe().hash != Recipe(**other).hash


def test_the_overlap_counts_where_clips_are_split() -> None:
    """And only there."""
    assert Recipe(split=60).hash != Recipe(split=60, overlap=2.0).hash
    assert Recipe().hash == Recipe(overlap=2.0).hash


def test_the_gap_counts_where_gaps_are_filled() -> None:
    """And only there: with `offline`."""
    assert Recipe(offline=True).hash != Recipe({"gap": 0.1}, offline=True).hash
    assert Recipe().hash == Recipe({"gap": 0.1}).hash


@pytest.mark.parametrize(
    ("given", "equal"),
    [
        ({"options": {"threads": 4}}, {}),
        ({"options": {name: o.default for name, o in options_of(ClipOptions).items()}}, {}),
        ({"start": 0}, {"start": -0.0}),
        ({"start": 1, "stop": 2}, {"start": 1.0, "stop": np.float32(2)}),
        ({"every": np.int64(2)}, {"every": 2}),
        ({"offline": np.True_}, {"offline": True}),
        ({"options": {"min_presence": 1}}, {"options": {"min_presence": 1.0}}),
        ({"options": {"min_presence": np.float64(0.25)}}, {"options": {"min_presence": 0.25}}),
        ({"options": {"max_hands": np.int32(3)}}, {"options": {"max_hands": 3}}),
        ({"options": {"search": EverySeconds(1)}}, {"options": {"search": EverySeconds(1.0)}}),
        ({"options": {"search": Adaptive()}}, {}),
        ({"options": {"smoothing": Smoothing(1)}}, {"options": {"smoothing": Smoothing(1.0)}}),
        ({"options": {"exact": True}}, {"options": {"exact": True, "precision": "float32"}}),
        ({"camera": CAMERA}, {"camera": Camera(500.0, 500.0, 320.0, 240.0)}),
    ],
    ids=range(14),
)
def test_equal_recipes_have_equal_hashes(given: dict[str, Any], equal: dict[str, Any]) -> None:
    """However they are written."""
    assert Recipe(**given).hash == Recipe(**equal).hash


def test_the_order_of_options_does_not_count() -> None:
    """A mapping has none."""
    options = {"effort": "high", "max_hands": 3}

    assert Recipe(options).hash == Recipe(dict(reversed(options.items()))).hash


def test_kinds_of_search_differ_by_name() -> None:
    """One frame is not one second."""
    assert Recipe({"search": EveryFrames(1)}).hash != Recipe({"search": EverySeconds(1)}).hash


def test_a_recipe_in_words_is_plain_json() -> None:
    """So the footer of a table says it as it is."""
    words = Recipe({"search": EveryFrames(2)}, start=1.5, camera=CAMERA).described

    assert words == json.loads(json.dumps(words))
    assert {"kind": "EveryFrames", "count": 2} == words["options"]["search"]
    assert re.fullmatch("[0-9a-f]{16}", Recipe().hash)


def test_the_networks_are_part_of_it() -> None:
    """By their checksums, which differ with the variant."""
    full, lite = (Recipe({"variant": v}).described["networks"] for v in ("full", "lite"))

    assert {2} == {len(full), len(lite)}
    assert all(re.fullmatch("[0-9a-f]{64}", checksum) for checksum in full.values())
    assert full != lite


def test_unknown_options_are_refused() -> None:
    """As by the tracker itself."""
    with pytest.raises(TypeError, match="did you mean 'max_hands'"):
        assert Recipe({"max_hand": 3}).hash
    with pytest.raises(ValueError, match="max_hands must be at least 1"):
        assert Recipe({"max_hands": 0}).hash


def test_setups_say_how_the_networks_run() -> None:
    """One for each network."""
    assert 2 == len(Recipe().setups)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (Recipe(), Recipe(), []),
        (Recipe({"max_hands": 3}), Recipe(), [f"max_hands 3, and here {knuckle.spec.MAX_HANDS}"]),
        (
            Recipe({"smoothing": Smoothing(0.25)}),
            Recipe(),
            ["smoothing.cutoff 0.25, and here 0.5"],
        ),
        (Recipe({"smoothing": None}), Recipe(), ["smoothing none, and here Smoothing"]),
        (
            Recipe({"search": EveryFrames(2)}),
            Recipe(),
            ["search EveryFrames, and here Adaptive"],
        ),
        (Recipe(camera=CAMERA), Recipe(), ["camera Camera, and here none"]),
        (
            Recipe({"variant": "lite"}),
            Recipe(start=1),
            ["other networks", "variant lite, and here full", "start 0, and here 1"],
        ),
    ],
    ids=range(7),
)
def test_differences_are_said_in_words(old: Recipe, new: Recipe, expected: list[str]) -> None:
    """With the names of the options."""
    assert sorted(expected) == sorted(differences(old.described, new.described))


def test_nothing_differs_from_what_is_not_known() -> None:
    """A table need not say how it was made."""
    assert [] == differences({}, Recipe().described)
