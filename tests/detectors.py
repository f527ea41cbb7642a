"""Detectors and followers on the real networks, for tests below the public interface."""

from __future__ import annotations

from typing import Any

from knuckle.networks.engine import open_networks
from knuckle.networks.models import Variant
from knuckle.networks.setup import DEFAULT_ENGINE, Wanted
from knuckle.pictures.detector import Detector
from knuckle.streams.search import ADAPTIVE, SearchPolicy
from knuckle.streams.smoothing import SMOOTHING, Smoothing
from knuckle.streams.step import Follower


def a_detector(variant: Variant = "full", engine: str = DEFAULT_ENGINE, **options: Any) -> Detector:
    """A detector on one thread, in float32: the same on every machine."""
    networks = open_networks(variant, Wanted(engine, precision="float32"))
    return Detector.of(networks, **options)


def a_follower(
    variant: Variant = "full",
    search: SearchPolicy = ADAPTIVE,
    smoothing: Smoothing | None = SMOOTHING,
    **options: Any,
) -> Follower:
    """What follows the hands of a stream, on one thread."""
    return Follower(a_detector(variant, **options), search, smoothing)
