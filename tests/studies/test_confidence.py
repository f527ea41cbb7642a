"""The fit of the confidence, on made-up readings whose answer is known, and on what is written."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from knuckle.evaluate.values import Array
from knuckle.stages.confidence_weights import ALONE, BONE_SHARES, TOGETHER, weights_from_json
from studies.confidence_report import Judged, fitted_json
from studies.joint_offsets import joint_offsets, without_offsets
from studies.logistic import fit_logistic, sigmoid
from studies.readings import PLAIN, Readings, bone_shares, load
from tests.conftest import ROOT


def test_a_fit_finds_the_model_that_made_the_data() -> None:
    """Two signs and a level, from many joints."""
    random = np.random.default_rng(0)
    signs = np.column_stack([np.ones(40_000), random.random((40_000, 2))])
    close = random.random(40_000) < sigmoid(signs @ np.array([1.5, -2.0, -0.5]))
    found = fit(signs, close)

    np.testing.assert_allclose([1.5, -2.0, -0.5], found, atol=0.12)


def test_a_sign_that_would_raise_is_left_out() -> None:
    """Its weight is 0, and the others are those of a fit without it."""
    random = np.random.default_rng(1)
    signs = np.column_stack([np.ones(5000), random.random((5000, 2))])
    close = random.random(5000) < sigmoid(signs @ np.array([0.0, -1.0, 2.0]))
    found = fit(signs, close)

    assert 0 == found[2]
    np.testing.assert_allclose(fit(signs[:, :2], close), found[:2], atol=1e-5)


def fit(signs: Array, close: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Array:
    """All but the first may only lower."""
    count = signs.shape[1]
    return fit_logistic(
        signs, close, np.ones(len(signs)), np.full(count, 1e-6), np.arange(count) > 0
    )


def readings(count: int = 40) -> Readings:
    """A hand in random turns, read where it is but for one joint, which is off in its own frame."""
    random = np.random.default_rng(2)
    shape = random.normal(0, 30, (21, 3))
    turns = np.stack([np.linalg.qr(random.normal(size=(3, 3)))[0] for _ in range(count)])
    turns *= np.linalg.det(turns)[:, None, None]
    hands = shape @ turns.transpose(0, 2, 1)
    truth = 2 * hands[:, :, :2] + 300
    palm = np.linalg.norm(hands[:, 9] - hands[:, 0], axis=1, keepdims=True)
    along = (hands[:, 9] - hands[:, 0]) / palm
    read = truth.copy()
    read[:, 5] += 2 * 0.2 * (palm * along)[:, :2]
    values = {
        "set": np.full(count, "a"),
        "change": np.full(count, PLAIN),
        "size": np.full((count, 2), 600.0),
        "landmarks": np.concatenate([read, hands[:, :, 2:]], axis=2) / 600,
        "truth": truth,
        "truth_3d": hands,
    }
    return Readings(*(values.get(f.name, np.zeros(count)) for f in fields(Readings)))


def test_the_constant_part_of_a_difference_is_found() -> None:
    """A fifth of a palm towards the fingers at the index MCP; nothing elsewhere."""
    offsets = joint_offsets(readings(), "a")
    expected = np.zeros((21, 3))
    expected[5, 1] = 0.2

    np.testing.assert_allclose(expected, offsets, atol=1e-6)


def test_without_it_the_truth_is_where_the_joints_are_read() -> None:
    """In the set that is named; another one's truth stays."""
    ours = readings()
    read = ours.landmarks[:, :, :2] * 600

    np.testing.assert_allclose(read, without_offsets(ours, "a"), atol=1e-4)
    np.testing.assert_array_equal(ours.truth, without_offsets(ours, "b"))


def test_readings_are_kept(tmp_path: Path) -> None:
    """A file has all of them."""
    ours = readings()
    ours.save(tmp_path / "r.npz")
    again = load(tmp_path / "r.npz")

    for field in fields(Readings):
        np.testing.assert_array_equal(getattr(ours, field.name), getattr(again, field.name))


def test_a_reading_is_judged() -> None:
    """By figures that are known: half are close, and the order is that of the errors."""
    errors = np.array([0.0, 0.05, 0.2, 0.3])
    one = Judged.of(np.array([0.9, 0.8, 0.2, 0.1]), errors)

    assert (4, 0.5) == (one.joints, one.close)
    assert pytest.approx(0.5) == one.said
    assert pytest.approx((1, 1)) == (one.gain, one.correlation)


def test_the_weights_are_as_they_were_written() -> None:
    """By the script, and not by hand."""
    written = (ROOT / "src" / "knuckle" / "fitted" / "confidence.json").read_text()

    assert fitted_json(ALONE, TOGETHER, BONE_SHARES) == written


def test_what_is_written_can_be_read() -> None:
    """Numbers survive with the digits that count."""
    other = ALONE._replace(spread=-1.25, level=np.linspace(-3, 3, 21).round(2).astype(np.float32))
    content = json.loads(fitted_json(other, TOGETHER, BONE_SHARES))
    read = weights_from_json(content["alone"])

    np.testing.assert_array_equal(other.level, read.level)
    assert other.spread == read.spread
    assert TOGETHER.signs == weights_from_json(content["together"]).signs


def test_bones_are_shares() -> None:
    """Of the hand's own: its size does not matter, and the root of their mean square is 1."""
    points = np.random.default_rng(3).normal(size=(21, 3))
    shares = bone_shares(points)

    np.testing.assert_allclose(shares, bone_shares(7 * points))
    assert pytest.approx(1) == np.sqrt((shares**2).mean())
    assert pytest.approx(1, abs=0.02) == np.sqrt((BONE_SHARES**2).mean())
