"""The bones of an average hand, as the landmark network sees it.

They are the medians of the world landmarks of 442 hands of many people, which
studies/average_hand.py prints.
"""

from __future__ import annotations

import numpy as np

from ..spec import Landmark

# The joints of the palm, which is treated as rigid.
PALM_JOINTS = (
    Landmark.WRIST,
    Landmark.THUMB_CMC,
    Landmark.INDEX_MCP,
    Landmark.MIDDLE_MCP,
    Landmark.RING_MCP,
    Landmark.PINKY_MCP,
)
# Their positions on a right hand, metres, in the palm's frame. On a left hand y is negated.
PALM = np.array(
    [
        [0.0, 0.0, 0.0],
        [0.0268, 0.0208, -0.0167],
        [0.0999, 0.0208, -0.0077],
        [0.0988, 0.0, 0.0],
        [0.0927, -0.0195, -0.0022],
        [0.0748, -0.0361, -0.0058],
    ]
)
# The lengths of the finger bones from the palm outwards, thumb to pinky, metres.
BONES = np.array(
    [
        [0.0332, 0.0368, 0.0314],
        [0.0312, 0.0228, 0.0298],
        [0.0390, 0.0281, 0.0291],
        [0.0322, 0.0260, 0.0252],
        [0.0236, 0.0223, 0.0205],
    ]
)

# From the wrist to the tip of the straight middle finger, metres: the default of `hand_size`.
HAND_SIZE = float(PALM[3, 0] + BONES[2].sum())
