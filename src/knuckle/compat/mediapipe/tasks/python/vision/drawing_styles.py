"""`mp.tasks.vision.drawing_styles`: the colours of the legacy interface."""

from __future__ import annotations

from ....absent import refuse
from ....python.solutions import drawing_styles as _legacy

get_default_hand_landmarks_style = _legacy.get_default_hand_landmarks_style
get_default_hand_connections_style = _legacy.get_default_hand_connections_style


def __getattr__(name: str) -> object:
    if name.startswith("get_default_"):
        refuse("mp.tasks.vision.drawing_styles", name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
