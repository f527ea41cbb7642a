"""The pipeline as a graph of calculators, as MediaPipe describes it; needs the extra `graph`.

    from knuckle.graph import CalculatorGraph, load

    with CalculatorGraph(load("knuckle_tracking")) as graph:
        hands = graph.observe("hands")
        graph.start({"num_hands": 2})
        graph.add_packet("image", rgb, timestamp)  # microseconds
        graph.wait_until_idle()
        print(hands.take())

`knuckle.graph.types` has the types of packets, for the contracts of calculators of your own.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..errors import GraphError as GraphError
    from ..networks.setup import Wanted as Wanted
    from . import types as types
    from .calculator import Calculator as Calculator
    from .calculator import Context as Context
    from .calculators import CALCULATORS as CALCULATORS
    from .checking.problems import Problem as Problem
    from .checking.validation import problems as check_graph
    from .config import Connection as Connection
    from .config import GraphConfig as GraphConfig
    from .config import InputInfo as InputInfo
    from .config import Node as Node
    from .config import Options as Options
    from .config import connections as connections
    from .contracts import Contract as Contract
    from .contracts import PacketType as PacketType
    from .contracts import Port as Port
    from .drawings.drawing import html_of as html_of
    from .drawings.drawing import svg_of as svg_of
    from .drawings.mermaid import mermaid_of as mermaid_of
    from .drawings.picture import drawing_of as drawing_of
    from .expanding.expansion import expanded as expanded
    from .library import GRAPHS as GRAPHS
    from .library import load as load
    from .options.addressing import with_options as with_options
    from .packets import Packet as Packet
    from .running.graph import CalculatorGraph as CalculatorGraph
    from .running.observing import Output as Output
    from .services import Exact as Exact
    from .texts.reading import graph_from_binary as graph_from_binary
    from .texts.reading import graph_from_text as graph_from_text
    from .texts.reading import read_graph as read_graph
    from .texts.writing import binary_of as binary_of
    from .texts.writing import text_of as text_of
    from .traces.trace import Recording as Recording
    from .traces.trace import Trace as Trace
    from .traces.trace_files import read_trace as read_trace
    from .traces.trace_files import write_trace as write_trace

# Public name -> its module, imported at first use, as `knuckle` itself does it.
_HOMES = {
    "CALCULATORS": ".calculators",
    "GRAPHS": ".library",
    "Calculator": ".calculator",
    "CalculatorGraph": ".running.graph",
    "Connection": ".config",
    "Context": ".calculator",
    "Contract": ".contracts",
    "Exact": ".services",
    "GraphConfig": ".config",
    "GraphError": "..errors",
    "InputInfo": ".config",
    "Node": ".config",
    "Options": ".config",
    "Output": ".running.observing",
    "Packet": ".packets",
    "PacketType": ".contracts",
    "Port": ".contracts",
    "Problem": ".checking.problems",
    "Recording": ".traces.trace",
    "Trace": ".traces.trace",
    "Wanted": "..networks.setup",
    "binary_of": ".texts.writing",
    "connections": ".config",
    "drawing_of": ".drawings.picture",
    "expanded": ".expanding.expansion",
    "graph_from_binary": ".texts.reading",
    "graph_from_text": ".texts.reading",
    "html_of": ".drawings.drawing",
    "load": ".library",
    "mermaid_of": ".drawings.mermaid",
    "read_graph": ".texts.reading",
    "read_trace": ".traces.trace_files",
    "svg_of": ".drawings.drawing",
    "text_of": ".texts.writing",
    "with_options": ".options.addressing",
    "write_trace": ".traces.trace_files",
    "check_graph": ".checking.validation",
    "types": ".types",
}
_OTHER_NAMES = {"check_graph": "problems"}  # what a module calls it, where that differs

__all__ = [
    "CALCULATORS",
    "GRAPHS",
    "Calculator",
    "CalculatorGraph",
    "Connection",
    "Context",
    "Contract",
    "Exact",
    "GraphConfig",
    "GraphError",
    "InputInfo",
    "Node",
    "Options",
    "Output",
    "Packet",
    "PacketType",
    "Port",
    "Problem",
    "Recording",
    "Trace",
    "Wanted",
    "binary_of",
    "check_graph",
    "connections",
    "drawing_of",
    "expanded",
    "graph_from_binary",
    "graph_from_text",
    "html_of",
    "load",
    "mermaid_of",
    "read_graph",
    "read_trace",
    "svg_of",
    "text_of",
    "types",
    "with_options",
    "write_trace",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'knuckle.graph' has no attribute {name!r}")
    module = import_module(_HOMES[name], __name__)
    value = module if name == "types" else getattr(module, _OTHER_NAMES.get(name, name))
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
