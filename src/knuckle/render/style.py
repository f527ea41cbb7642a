"""How drawn hands look: colours and sizes, as data."""

from __future__ import annotations

from typing import Literal, get_args

from ..spec import CONNECTIONS
from .raster import Colour

Style = Literal["fingers", "depth"]
STYLES: tuple[Style, ...] = get_args(Style)

WHITE = Colour(255, 255, 255)
NIGHT = Colour(14, 17, 26)  # labels, and rims around what is bright: near black, a little blue
DAY = Colour(200, 200, 200)  # rims around what is black
DARK = 70  # 0 to 255: below it a rim turns from night to day

PART_COLOURS = {
    "palm": Colour(226, 232, 240),
    "thumb": Colour(255, 84, 112),
    "index": Colour(255, 190, 46),
    "middle": Colour(46, 213, 134),
    "ring": Colour(38, 172, 255),
    "pinky": Colour(172, 120, 255),
}
PALM_BOX_COLOUR = Colour(74, 222, 128)
ROI_COLOUR = Colour(244, 114, 182)

# A knuckle belongs to its finger and to the palm. The finger comes later and wins.
LANDMARK_PARTS = {i: part for part, pairs in CONNECTIONS.items() for pair in pairs for i in pair}

# The width of a line: a share of the picture's size (the root of its area), kept between two
# shares of the hand's longer side, so that it suits a distant hand and one that fills the picture.
LINE_PER_PICTURE = 0.0052
LINE_PER_HAND = (0.011, 0.018)
MIN_LINE = 0.8  # pixels

# The sizes below are in widths of the line.
DOT_RADIUS = 0.95
RING = 0.35  # width of the light ring around a dot
RIM = 0.3  # width of the rim around everything, which sets it off from its background
MIN_RIM = 0.5  # pixels
RIM_OPACITY = 0.4
LEAST_OPACITY = 0.12  # of a landmark without confidence, when confidence is drawn
DEPTH_RADII = (0.6, 3.2)  # of the farthest and the nearest dot in the depth style
BOX_LINE = 0.6  # width of the lines of boxes
FONT_SIZE = 4.4
MIN_FONT_SIZE = 10  # pixels

# Labels, by the size of their font.
LABEL_PADDING = 0.5  # left and right of the text
LABEL_MARGIN = 0.1  # above and below it
LABEL_GAP = 0.4  # to the hand, by the height of the plate
LABEL_OPACITY = 0.72
