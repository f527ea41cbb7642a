"""From what a program gives, a file, a text or a message, to a graph that is ready to run."""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from knuckle.errors import GraphError
from knuckle.graph.calculators import CALCULATORS
from knuckle.graph.checking.stream_types import Wire, types_of
from knuckle.graph.checking.validation import checked
from knuckle.graph.config import GraphConfig
from knuckle.graph.contracts import PacketType
from knuckle.graph.library import FOLDER, load
from knuckle.graph.texts.reading import graph_from_message, graph_from_text
from knuckle.graph.texts.writing import binary_of, text_of

from .errors import AssetMissing, GraphFailed, failed
from .packet_types import kind_of_type

# The folders of MediaPipe's tree in which its wheels and its repository hold graphs.
_TREES = ("modules", "graphs")


def graph_from(*, binary_graph_path: Any = None, graph_config: Any = None) -> GraphConfig:
    """The graph in a file, in a text or in a CalculatorGraphConfig, as it was written.

    Raises ValueError unless one of them is given, FileNotFoundError if there is no such file,
    RuntimeError if it is no graph.
    """
    try:
        if binary_graph_path is not None:
            return _load(fspath(binary_graph_path))
        if isinstance(graph_config, str):
            return graph_from_text(graph_config)
        return graph_from_message(graph_config)
    except GraphError as error:
        raise failed(error) from error
    except TypeError as error:
        raise GraphFailed(
            f"graph_config must be a text or a CalculatorGraphConfig, not {graph_config!r}"
        ) from error


def _load(path: str) -> GraphConfig:
    """The graph in a file, or knuckle's own for one of MediaPipe's that is not there."""
    if Path(path).is_file():
        return load(path)
    parts = Path(path).parts
    own = FOLDER / f"{Path(path).stem}.pbtxt"
    if "mediapipe" in parts and set(_TREES) & set(parts) and own.is_file():
        return load(own)
    raise AssetMissing(
        f"there is no graph at {path!r}: `knuckle graph list` names those that knuckle has"
    )


@dataclass(frozen=True, slots=True)
class Checked:
    """A graph that can run.

    config: with the nodes of its subgraphs in the place of them.
    types: what flows in its streams and side packets, as far as that is known.
    """

    config: GraphConfig
    types: dict[Wire, PacketType]

    @property
    def text(self) -> str:
        """As a text of protocol buffers."""
        return text_of(self.config)

    @property
    def binary(self) -> bytes:
        """As a serialised CalculatorGraphConfig."""
        return binary_of(self.config)

    def has(self, wire: Wire) -> bool:
        """Whether the graph has such a stream or side packet."""
        graph = self.config
        ends = [graph.side_inputs if wire.is_side else graph.inputs]
        for node in graph.nodes:
            ends += [
                node.side_inputs if wire.is_side else node.inputs,
                node.side_outputs if wire.is_side else node.outputs,
            ]
        return any(end.name == wire.name for end_list in ends for end in end_list)

    def type_name(self, wire: Wire) -> str:
        """The type of the packets in a stream or side packet, as MediaPipe names it.

        Raises ValueError if the graph has no such stream, RuntimeError if its type is not known.
        """
        if not self.has(wire):
            raise ValueError(f'the graph has no {wire.kind} "{wire.name}"')
        if wire not in self.types:
            raise RuntimeError(f'nothing in the graph says what the {wire.kind} "{wire.name}" is')
        return kind_of_type(self.types[wire]).name


def ready(config: GraphConfig) -> Checked:
    """The graph, checked, with the nodes of its subgraphs.

    Raises an error that is a ValueError and a RuntimeError if it cannot run.
    """
    try:
        expanded = checked(config)
    except GraphError as error:
        raise failed(error) from error
    return Checked(expanded, types_of(expanded, CALCULATORS))


class ValidatedGraphConfig:
    """`mp.ValidatedGraphConfig`: a graph that is read and checked, but does not run."""

    def __init__(self) -> None:
        self._graph: Checked | None = None

    def initialize(
        self, *, binary_graph_path: str | PathLike[str] | None = None, graph_config: Any = None
    ) -> None:
        """Read and check a graph.

        binary_graph_path: its file. graph_config: its message or text.
        Raises ValueError, RuntimeError or FileNotFoundError if there is none, or it cannot run.
        """
        if self._graph is not None:
            raise RuntimeError("this ValidatedGraphConfig has a graph already: make a new one")
        if binary_graph_path is None and graph_config is None:
            raise ValueError("give binary_graph_path or graph_config")
        self._graph = ready(
            graph_from(binary_graph_path=binary_graph_path, graph_config=graph_config)
        )

    def initialized(self) -> bool:
        """Whether it has a graph."""
        return self._graph is not None

    @property
    def text_config(self) -> str:
        """The graph without subgraphs as a text; "" without a graph."""
        return self._graph.text if self._graph else ""

    @property
    def binary_config(self) -> bytes:
        """The graph without subgraphs as a serialised CalculatorGraphConfig."""
        return self._graph.binary if self._graph else b""

    def registered_stream_type_name(self, stream_name: str) -> str:
        """What a stream carries, "::mediapipe::ImageFrame".

        Raises ValueError if there is no such stream, RuntimeError if its type is not known.
        """
        return self.graph.type_name(Wire(stream_name))

    def registered_side_packet_type_name(self, side_packet_name: str) -> str:
        """What a side packet carries. Errors as for `registered_stream_type_name`."""
        return self.graph.type_name(Wire(side_packet_name, is_side=True))

    @classmethod
    def of(cls, graph: Checked) -> ValidatedGraphConfig:
        """One with a graph that is checked already, for knuckle."""
        made = cls()
        made._graph = graph
        return made

    @property
    def graph(self) -> Checked:
        """The graph itself, for knuckle. Raises ValueError without one."""
        if self._graph is None:
            raise ValueError("this ValidatedGraphConfig has no graph: call initialize first")
        return self._graph
