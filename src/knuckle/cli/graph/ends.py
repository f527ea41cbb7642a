"""The ends of a graph that a run uses: where pictures go in, where results come out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...errors import GraphError
from .given import Calculators

if TYPE_CHECKING:
    from ...graph.config import GraphConfig
    from ...graph.contracts import PacketType

FILE_IN, FILE_OUT = "INPUT_FILE_PATH", "OUTPUT_FILE_PATH"  # tags of side packets


@dataclass(frozen=True, slots=True)
class Ends:
    """Names of streams and side packets of a graph; None where it has none.

    image: the stream of the pictures that are searched. Packets go into it, unless file_in is set.
    file_in, file_out: the side packets with the paths of the videos to read and to write.
    picture: the stream of the pictures that are drawn upon.
    hands: the stream of whole hands. landmarks, world, handedness: of their parts.
    sides: the types of the graph's side packets. types: of its streams.
    """

    image: str | None
    file_in: str | None
    file_out: str | None
    picture: str | None
    hands: str | None
    landmarks: str | None
    world: str | None
    handedness: str | None
    sides: dict[str, PacketType]
    types: dict[str, PacketType]

    @property
    def has_hands(self) -> bool:
        """Whether hands come out, whole or in parts."""
        return self.hands is not None or self.landmarks is not None


def ends_of(config: GraphConfig, calculators: Calculators) -> Ends:
    """Find the ends of an expanded graph by the types of its streams. Raises GraphError."""
    from ...graph import types
    from ...graph.checking.stream_types import types_of

    known = types_of(config, calculators)
    streams = {wire.name: kind for wire, kind in known.items() if not wire.is_side}
    sides = {wire.name: kind for wire, kind in known.items() if wire.is_side}
    inputs = [c.name for c in config.inputs]
    makers = {c.name: node for node in config.nodes for c in node.outputs}
    # What the graph hands out comes first, then what flows between its own nodes, then the rest.
    order = dict.fromkeys(c.name for c in config.outputs)
    order |= dict.fromkeys(name for name in makers if "__" not in name)
    order |= dict.fromkeys(makers)

    def first(names: Iterable[str], *kinds: PacketType) -> str | None:
        return next((n for kind in kinds for n in names if streams.get(n) is kind), None)

    image, file_in = first(inputs, types.IMAGE), _path_side(config, FILE_IN)
    if image is None and file_in is not None:
        readers = [n for n in config.nodes if any(c.tag == FILE_IN for c in n.side_inputs)]
        image = first([c.name for node in readers for c in node.outputs], types.IMAGE)
    if image is None and len(inputs) == 1 and inputs[0] not in streams:
        image = inputs[0]  # no node says what it takes: let it be pictures
    if image is None:
        raise GraphError("the graph takes no pictures: run it from Python")
    others = [name for name in inputs if name != image]
    if others:
        raise GraphError(
            f'the graph also takes packets in "{others[0]}" '
            f"({streams[others[0]].name if others[0] in streams else 'any type'}), which no "
            "picture has: run it from Python"
        )
    return Ends(
        image=image,
        file_in=file_in,
        file_out=_path_side(config, FILE_OUT),
        picture=first([c.name for c in config.outputs], types.IMAGE),
        hands=first(order, types.HANDS),
        landmarks=first(order, types.LANDMARKS_VECTOR, types.LANDMARKS),
        world=first(order, types.WORLD_LANDMARKS_VECTOR, types.WORLD_LANDMARKS),
        handedness=first(order, types.CLASSIFICATIONS_VECTOR, types.CLASSIFICATIONS),
        sides=sides,
        types=streams,
    )


def _path_side(config: GraphConfig, tag: str) -> str | None:
    """The side packet from outside that a node takes under a tag."""
    from ...graph.checking.wiring import outside_sides

    outside = outside_sides(config)
    ends = (end for node in config.nodes for end in node.side_inputs)
    return next((end.name for end in ends if end.tag == tag and end.name in outside), None)
