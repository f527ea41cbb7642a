"""The numbers of `confidence`: written by studies/confidence.py, not by hand.

Fitted to readings of hgc_realworld (318 photographs of one person's left hand, its joints moved to
where MediaPipe has them), rhd_mmpose (3) and our rendered samples (6 pictures, 150 frames), plain
and made hard (small, far, turned, dark, blurred, noisy, compressed, cut off, read in a moved ROI).
docs/confidence.md has how well they do on pictures held out.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..values import FloatArray


class Weights(NamedTuple):
    """Of one logistic model; what it adds to the log odds."""

    level: FloatArray  # (21,) of each joint
    signs: tuple[float, ...]  # by sign, in the order of `Signs`; none is positive
    residual: float  # of `surprise`; not positive
    spread: float  # of log(spread + floor); not positive


# fmt: off
ALONE = Weights(
    level=np.array([
        -2.67,
        -2.43, -1.67, -1.05, -1.16,
        -1.31, -0.10, -0.47, -1.64,
        -1.44, 0.07, -0.73, -1.38,
        -1.61, -0.13, -0.78, -1.47,
        -1.92, -0.37, -0.88, -1.12,
    ], np.float32),
    signs=(-0.410, -5.189, -3.937, -5.626, -1.837, -1.315, -1.014),
    residual=-0.756,
    spread=0.000,
)

# With the spread of several readings.
TOGETHER = Weights(
    level=np.array([
        -4.30,
        -4.37, -3.52, -2.88, -3.03,
        -3.34, -2.07, -2.33, -3.45,
        -3.54, -1.95, -2.56, -3.19,
        -3.75, -1.92, -2.62, -3.21,
        -3.91, -2.22, -2.74, -2.79,
    ], np.float32),
    signs=(-0.193, -3.888, -2.169, -5.311, -1.388, -1.659, -0.764),
    residual=-0.615,
    spread=-0.965,
)
# fmt: on
