"""Names of joints: from the order of a source's key points to MediaPipe's order."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...spec import Landmark

# Names are compared without case, spaces, underscores and hyphens, and without a leading "left" or
# "right". The joints of a finger are numbered 1 to 4 from the palm.
FINGERS = {
    "THUMB": ("thumb",),
    "INDEX": ("index", "indexfinger", "forefinger", "first", "firstfinger"),
    "MIDDLE": ("middle", "middlefinger", "second", "secondfinger"),
    "RING": ("ring", "ringfinger", "third", "thirdfinger"),
    "PINKY": ("pinky", "pinkyfinger", "little", "littlefinger", "fourth", "fourthfinger"),
}
JOINTS = {
    "THUMB": ("cmc", "mcp", "ip", "tip"),
    "INDEX": ("mcp", "pip", "dip", "tip"),
    "MIDDLE": ("mcp", "pip", "dip", "tip"),
    "RING": ("mcp", "pip", "dip", "tip"),
    "PINKY": ("mcp", "pip", "dip", "tip"),
}
WRISTS = ("wrist", "handroot", "root")


def _names() -> dict[str, Landmark]:
    """A map from every known name to its landmark."""
    names = dict.fromkeys(WRISTS, Landmark.WRIST)
    for finger, aliases in FINGERS.items():
        for number, joint in enumerate(JOINTS[finger], 1):
            landmark = Landmark[f"{finger}_{joint.upper()}"]
            names |= {f"{alias}{end}": landmark for alias in aliases for end in (joint, number)}
    return names


NAMES = _names()


def order_from_names(names: Sequence[str]) -> list[int]:
    """For each landmark in MediaPipe's order, its index among the names.

    Raises ValueError for a name that is unknown, given twice or missing.
    """
    places: dict[Landmark, int] = {}
    for index, name in enumerate(names):
        plain = re.sub(r"[\s_-]", "", str(name).lower())
        landmark = NAMES.get(plain, NAMES.get(re.sub(r"^(left|right)", "", plain)))
        if landmark is None:
            raise ValueError(f"no joint of a hand is known as {name!r}")
        if landmark in places:
            raise ValueError(f"{names[places[landmark]]!r} and {name!r} are the same joint")
        places[landmark] = index
    missing = [landmark.name for landmark in Landmark if landmark not in places]
    if missing:
        raise ValueError(f"{missing[0]} is missing among the joints")
    return [places[landmark] for landmark in Landmark]
