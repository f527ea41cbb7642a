"""`mp.resource_util`: where MediaPipe looks for networks. knuckle has its own in the package."""

from __future__ import annotations


def set_resource_dir(path: str) -> None:
    """Do nothing: programs call this before they make a graph."""
