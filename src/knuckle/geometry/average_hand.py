"""The hand that the landmark network believes in: its bones, when nothing better is known.

Medians of 442 world landmarks of many people, printed by studies/average_hand.py.
"""

from __future__ import annotations

import numpy as np

from ..spec import Landmark

# The joints of the palm, which moves as one.
PALM_JOINTS = (
    Landmark.WRIST,
    Landmark.THUMB_CMC,
    Landmark.INDEX_MCP,
    Landmark.MIDDLE_MCP,
    Landmark.RING_MCP,
    Landmark.PINKY_MCP,
)
# Where they are on a right hand, metres, in the palm's frame; a left hand has y the other way.
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
# The bones from there on, thumb to pinky, metres.
BONES = np.array(
    [
        [0.0332, 0.0368, 0.0314],
        [0.0312, 0.0228, 0.0298],
        [0.0390, 0.0281, 0.0291],
        [0.0322, 0.0260, 0.0252],
        [0.0236, 0.0223, 0.0205],
    ]
)

# From the wrist to the tip of the straight middle finger, metres; what `hand_size` is.
HAND_SIZE = float(PALM[3, 0] + BONES[2].sum())
