"""Every key, described once: the window obeys this table, and its help shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Action = Literal[
    "pause", "forward", "back", "later", "earlier", "restart", "slower", "faster",
    "snapshot", "record", "palms", "model", "hands", "smoothing",
    "mirror", "style", "confidence", "boxes", "panel", "bigger", "smaller",
    "full screen", "help", "leave", "quit",
]  # fmt: skip
Group = Literal["Playing", "Saving", "Tracking", "View", "Window"]


@dataclass(frozen=True, slots=True)
class Key:
    """Keys with one action. A key is a character, or a name such as "left" or "f11"."""

    names: tuple[str, ...]
    action: Action
    group: Group
    caps: tuple[str, ...]  # what the help prints on the keys
    help: str
    only: Literal["both", "live", "clip"] = "both"


KEYS = (
    Key(("space",), "pause", "Playing", ("Space",), "pause, go on"),
    Key(("right", "."), "forward", "Playing", ("Right",), "next frame"),
    Key(("left", ","), "back", "Playing", ("Left",), "frame before", "clip"),
    Key(("page down",), "later", "Playing", ("Page Down",), "5 seconds forward", "clip"),
    Key(("page up",), "earlier", "Playing", ("Page Up",), "5 seconds back", "clip"),
    Key(("home", "return"), "restart", "Playing", ("Home",), "from the beginning", "clip"),
    Key(("home", "return"), "restart", "Playing", ("Home",), "open the camera again", "live"),
    Key(("[",), "slower", "Playing", ("[",), "half the speed", "clip"),
    Key(("]",), "faster", "Playing", ("]",), "twice the speed", "clip"),
    Key(("s",), "snapshot", "Saving", ("S",), "save this picture"),
    Key(("r",), "record", "Saving", ("R",), "record a video and a table"),
    Key(("p",), "palms", "Tracking", ("P",), "palms only"),
    Key(("l",), "model", "Tracking", ("L",), "lite or full networks"),
    Key(tuple("123456789"), "hands", "Tracking", ("1 - 9",), "how many hands"),
    Key(("t",), "smoothing", "Tracking", ("T",), "smoothing over time"),
    Key(("m",), "mirror", "View", ("M",), "mirror the view"),
    Key(("d",), "style", "View", ("D",), "fingers or depth"),
    Key(("c",), "confidence", "View", ("C",), "fade uncertain joints"),
    Key(("b",), "boxes", "View", ("B",), "palm boxes and regions"),
    Key(("i",), "panel", "Window", ("I",), "information"),
    Key(("+", "="), "bigger", "Window", ("+",), "bigger text"),
    Key(("-",), "smaller", "Window", ("-",), "smaller text"),
    Key(("f", "f11"), "full screen", "Window", ("F",), "full screen"),
    Key(("h", "?", "f1"), "help", "Window", ("H",), "this help"),
    Key(("escape",), "leave", "Window", ("Esc",), "close the help, or the window"),
    Key(("q",), "quit", "Window", ("Q",), "close the window"),
)


def keys_for(*, is_live: bool) -> tuple[Key, ...]:
    """The keys that do something with a camera, or with a clip."""
    kind = "live" if is_live else "clip"
    return tuple(key for key in KEYS if key.only in ("both", kind))


def key_of(name: str, *, is_live: bool) -> Key | None:
    """What the key of a name does; None if nothing."""
    return next((key for key in keys_for(is_live=is_live) if name in key.names), None)
