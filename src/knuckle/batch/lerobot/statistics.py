"""Statistics of features, as LeRobot's policies want them to bring numbers to one scale."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
QUANTILES = {"q01": 0.01, "q10": 0.1, "q50": 0.5, "q90": 0.9, "q99": 0.99}
NAMES = ("min", "max", "mean", "std", "count", *QUANTILES)
MOST_SAMPLES = 400_000  # frames from which the quantiles of a data set are taken: 100 MB for 63
# numbers each


@dataclass(frozen=True, slots=True, eq=False)
class Statistics:
    """Of one feature. All but the count are (n,): one number for each dimension.

    quantiles: (5, n), for QUANTILES.
    """

    min: Floats
    max: Floats
    mean: Floats
    std: Floats
    count: int
    quantiles: Floats

    @classmethod
    def of(cls, values: NDArray[Any]) -> Self:
        """values: (frames, n) or (frames,), at least one frame. std is that of the population."""
        rows = np.asarray(values, np.float64).reshape(len(values), -1)
        return cls(
            rows.min(axis=0),
            rows.max(axis=0),
            rows.mean(axis=0),
            rows.std(axis=0),
            len(rows),
            np.quantile(rows, list(QUANTILES.values()), axis=0),
        )

    def words(self) -> dict[str, list[Any]]:
        """As LeRobot writes them: lists by name."""
        return {
            **{name: getattr(self, name).tolist() for name in ("min", "max", "mean", "std")},
            "count": [self.count],
            **{name: row.tolist() for name, row in zip(QUANTILES, self.quantiles, strict=True)},
        }


def joined(parts: Sequence[Statistics]) -> Statistics:
    """The statistics of all frames of several episodes.

    The quantiles are the means of those of the episodes, weighted by their frames. LeRobot does the
    same; `quantiles_of` has the real ones.
    """
    counts = np.array([part.count for part in parts], np.float64)
    shares = counts / counts.sum()
    means = np.stack([part.mean for part in parts])
    mean = shares @ means
    variances = np.stack([part.std**2 for part in parts]) + (means - mean) ** 2
    return Statistics(
        np.min([part.min for part in parts], axis=0),
        np.max([part.max for part in parts], axis=0),
        mean,
        np.sqrt(shares @ variances),
        int(counts.sum()),
        np.tensordot(shares, np.stack([part.quantiles for part in parts]), axes=1),
    )


def quantiles_of(blocks: Iterable[NDArray[Any]], frames: int, most: int = MOST_SAMPLES) -> Floats:
    """The quantiles of a feature over a data set, (5, n).

    blocks: its values, (k, n) or (k,) each, one after another. frames: how many there are in all.
    most: exact up to so many frames; of more, every second is taken, or every third, and so on.
    """
    step, seen = -(-frames // most), 0
    kept = []
    for block in blocks:
        kept.append(block[-seen % step :: step])
        seen += len(block)
    rows = np.concatenate(kept)
    columns = rows.reshape(len(rows), -1).T
    shares = list(QUANTILES.values())
    # One after another: numpy would copy all of them at once.
    return np.stack([np.quantile(column.astype(np.float64), shares) for column in columns], axis=1)


def statistics_of_pictures(histogram: NDArray[np.int64], pictures: int) -> Statistics:
    """Of the pixels of pictures, 0 to 1, one number for each colour.

    histogram: (3, 256), how often each colour has each value. pictures: how many were looked at.
    """
    levels = np.arange(256) / 255
    totals = histogram.sum(axis=1)
    mean = histogram @ levels / totals
    variance = histogram @ levels**2 / totals - mean**2
    present = histogram > 0
    places = np.array(list(QUANTILES.values()))[:, None] * (totals - 1)
    cumulated = histogram.cumsum(axis=1)
    below, above = (
        np.stack([np.searchsorted(c, rounded[:, i], "right") for i, c in enumerate(cumulated)], 1)
        for rounded in (np.floor(places), np.ceil(places))
    )
    share = places - np.floor(places)
    return Statistics(
        present.argmax(axis=1) / 255,
        (255 - present[:, ::-1].argmax(axis=1)) / 255,
        mean,
        np.sqrt(np.maximum(variance, 0)),
        pictures,
        ((1 - share) * below + share * above) / 255,
    )
