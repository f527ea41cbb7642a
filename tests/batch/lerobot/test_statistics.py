"""Statistics of features."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from knuckle.batch.lerobot.statistics import (
    QUANTILES,
    Statistics,
    joined,
    quantiles_of,
    statistics_of_pictures,
)


def values(frames: int, seed: int = 0) -> NDArray[np.float32]:
    """Three numbers a frame."""
    return np.random.default_rng(seed).normal((0, 5, -2), (1, 2, 3), (frames, 3)).astype(np.float32)


def test_of_one_episode() -> None:
    """As numpy has them."""
    rows = values(50)

    words = Statistics.of(rows).words()

    exact = rows.astype(np.float64)
    assert [50] == words["count"]
    assert exact.min(axis=0).tolist() == words["min"]
    assert exact.max(axis=0).tolist() == words["max"]
    assert exact.mean(axis=0).tolist() == words["mean"]
    assert exact.std(axis=0).tolist() == words["std"]
    for name, share in QUANTILES.items():
        assert np.quantile(exact, share, axis=0).tolist() == words[name]


def test_of_one_frame_of_one_number() -> None:
    """A scalar is a list of one, and nothing deviates."""
    words = Statistics.of(np.array([7])).words()

    assert {"count": [1], "std": [0.0]} == {name: words[name] for name in ("count", "std")}
    assert all([7.0] == words[name] for name in ("min", "max", "mean", *QUANTILES))


def test_joined_is_of_all_frames() -> None:
    """Episodes of other lengths count as much as they are long."""
    rows = values(90)
    parts = [Statistics.of(rows[a:b]) for a, b in ((0, 5), (5, 60), (60, 90))]

    whole = Statistics.of(rows)
    for both in (joined(parts), joined([joined(parts[:2]), parts[2]])):
        for name in ("min", "max", "mean", "std"):
            assert np.allclose(getattr(whole, name), getattr(both, name), atol=1e-12)
        assert 90 == both.count
    quantiles = quantiles_of([rows[:5], rows[5:60], rows[60:]], 90)
    assert np.allclose(whole.quantiles, quantiles, atol=1e-12)


def test_joined_quantiles() -> None:
    """They are averaged, as LeRobot does it where it has no frames."""
    parts = [Statistics.of(values(10, 1)), Statistics.of(values(30, 2))]

    assert np.allclose(
        (parts[0].quantiles + 3 * parts[1].quantiles) / 4, joined(parts).quantiles, atol=1e-12
    )


def test_quantiles_of_many_frames_are_of_every_nth() -> None:
    """Across the ends of files, too."""
    rows = values(100)

    found = quantiles_of([rows[:13], rows[13:14], rows[14:]], 100, most=40)

    expected = np.quantile(rows[::3].astype(np.float64), list(QUANTILES.values()), axis=0)
    assert np.array_equal(expected, found)


def test_of_pictures() -> None:
    """The histogram says as much as the pixels."""
    pixels = np.random.default_rng(3).integers(0, 200, (500, 3))
    histogram = np.stack([np.bincount(pixels[:, i], minlength=256) for i in range(3)])

    found = statistics_of_pictures(histogram, 4)

    whole = Statistics.of(pixels / 255)
    for name in ("min", "max", "mean", "std", "quantiles"):
        assert np.allclose(getattr(whole, name), getattr(found, name), atol=1e-12)
    assert 4 == found.count
