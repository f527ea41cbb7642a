"""The pipeline as a graph of calculators, as MediaPipe describes it; needs the extra `graph`.

    from knuckle.graph import CalculatorGraph, load

    with CalculatorGraph(load("knuckle_tracking")) as graph:
        hands = graph.observe("hands")
        graph.start({"num_hands": 2})
        graph.add_packet("image", rgb, timestamp)  # microseconds
        graph.wait_until_idle()
        print(hands.take())

`types` has the types of packets, for the contracts of calculators of your own.
"""

from __future__ import annotations

from . import types
from .calculator import Calculator, Context
from .config import GraphConfig, Node
from .contracts import Contract, PacketType, Port
from .graph import CalculatorGraph
from .library import load
from .observing import Output
from .packets import Packet

__all__ = [
    "Calculator",
    "CalculatorGraph",
    "Context",
    "Contract",
    "GraphConfig",
    "Node",
    "Output",
    "Packet",
    "PacketType",
    "Port",
    "load",
    "types",
]
