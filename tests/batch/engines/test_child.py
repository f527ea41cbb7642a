"""What a worker's process does about its memory."""

from __future__ import annotations

import sys
import weakref

import pytest

from knuckle.batch.engines.child import settled_bytes


class Cycle:
    """Garbage that only the collector finds."""

    def __init__(self) -> None:
        self.itself = self


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not say")
def test_memory_is_counted_without_garbage() -> None:
    """What a decoder leaves in a cycle is gone before the next clip."""
    left = weakref.ref(Cycle())

    assert settled_bytes() > 1 << 20
    assert left() is None
