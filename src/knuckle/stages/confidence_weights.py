"""The numbers of the confidence model, from `fitted/confidence.json`.

`studies/confidence.py` writes that file; docs/confidence.md says how well the model does on
pictures that were held out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from ..fitted import read_fitted
from ..values import FloatArray


class Signs(NamedTuple):
    """The features of the model: signs of trouble, larger is worse; one for all joints, or (21,).

    Those that are one for all come first: their sum is a number, before it is added to arrays.
    """

    absence: float  # log odds that no hand is there, at least -log(MOST_CERTAIN)
    shortened: float  # log of how much longer the palm would be if it lay flat
    bones: float  # log of the root mean square of `bone` over the hand
    bone: FloatArray  # |log| of the bone that ends here over what is usual
    beyond: FloatArray  # hand lengths beyond the picture's border, from BORDER inside
    crop_edge: FloatArray  # ROI sides beyond CROP_MARGIN of its middle
    hidden: FloatArray  # how much another joint lies over it: nearness times depth


class Weights(NamedTuple):
    """The weights of one logistic model, in log odds."""

    level: FloatArray  # (21,) of each joint
    signs: tuple[float, ...]  # by sign, in the order of `Signs`; none is positive
    residual: float  # of `surprise`; not positive
    spread: float  # of log(spread + floor); not positive


def weights_from_json(content: Mapping[str, Any]) -> Weights:
    """One model as it stands in the file. Raises KeyError when a sign has no weight."""
    return Weights(
        level=np.array(content["level"], np.float32),
        signs=tuple(float(content["signs"][name]) for name in Signs._fields),
        residual=float(content["residual"]),
        spread=float(content["spread"]),
    )


_FITTED = read_fitted("confidence")

ALONE = weights_from_json(_FITTED["alone"])  # of one reading
TOGETHER = weights_from_json(_FITTED["together"])  # with the spread of several readings

# The length of the bone from each joint's parent to it, over the root mean square of the hand's
# bones, joints 1 to 20: mean over four sets, two of them of many people, of the median over
# pictures. From `python -m studies.confidence --bones`.
BONE_SHARES = np.array(_FITTED["bone_shares"], np.float32)
