"""Values that all nodes of a graph may ask for: `CalculatorGraph(services=[...])`.

`knuckle.networks.setup.Wanted` is one: how networks are run.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Exact:
    """Whether regions are cropped as MediaPipe does it, bit for bit, at five times the time."""

    is_exact: bool = True
