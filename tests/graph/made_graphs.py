"""Any graphs, for property tests: connections, nodes, and options with any fields of theirs."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from knuckle.graph.config import GraphConfig, InputInfo, Node, Options, UnknownField, connections
from knuckle.graph.texts.text_fields import is_repeated
from knuckle.messages import (
    drawing_options,
    graph_options,
    knuckle_options,
    tensor_options,
)
from knuckle.messages.graph_config import calculator_pb2
from knuckle.messages.tables import message_class, serialised

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
NAMES = st.from_regex(r"[a-z_][a-z0-9_]{0,6}", fullmatch=True)
TAGS = st.from_regex(r"[A-Z_][A-Z0-9_]{0,4}", fullmatch=True)
INDICES = st.integers(0, 12)


def kinds() -> list[str]:
    """The full names of all options that we have."""
    tables = (drawing_options, graph_options, knuckle_options, tensor_options)
    found = [
        kind.full_name
        for table in tables
        for name, module in vars(table).items()
        if name.endswith("_pb2")
        for kind in module.DESCRIPTOR.message_types_by_name.values()
    ]
    assert len(found) > 50
    return sorted(set(found))


def connected() -> st.SearchStrategy[Any]:
    """Several connections in any form."""
    tagged = st.builds("{}:{}".format, TAGS, NAMES)
    indexed = st.builds("{}:{}:{}".format, TAGS, INDICES, NAMES)
    texts = st.lists(st.one_of(NAMES, tagged, indexed), max_size=3)
    return texts.map(lambda some: connections(*some))


def ends() -> st.SearchStrategy[dict[str, Any]]:
    """What a node or a graph is connected to."""
    names = ("inputs", "outputs", "side_inputs", "side_outputs")
    return st.fixed_dictionaries({name: connected() for name in names})


def _numbers(least: int, most: int) -> st.SearchStrategy[int]:
    return st.one_of(st.integers(-3, 300), st.integers(least, most)).filter(
        lambda number: least <= number <= most
    )


SCALARS = {
    "INT32": _numbers(-(2**31), 2**31 - 1),
    "INT64": _numbers(-(2**63), 2**63 - 1),
    "UINT32": _numbers(0, 2**32 - 1),
    "UINT64": _numbers(0, 2**64 - 1),
    "DOUBLE": st.floats(allow_nan=False),
    "FLOAT": st.floats(allow_nan=False, width=32),
    "BOOL": st.booleans(),
    "STRING": TEXTS,
    "BYTES": st.binary(max_size=5),
}


@st.composite
def messages(draw: st.DrawFn, kind: Any, depth: int = 3) -> Any:
    """A message of any class, with some of its fields."""
    made = kind()
    for field in kind.DESCRIPTOR.fields:
        if not field.is_required and not draw(st.booleans()):
            continue
        if field.message_type is not None:
            _put_messages(draw, made, field, depth)
        elif is_repeated(field):
            getattr(made, field.name).extend(draw(st.lists(_values(field), max_size=3)))
        else:
            setattr(made, field.name, draw(_values(field)))
    return made


def _put_messages(draw: st.DrawFn, made: Any, field: Any, depth: int) -> None:
    kind = field.message_type
    if depth == 0 or kind.full_name == "google.protobuf.Any":
        return
    if kind.GetOptions().map_entry:
        getattr(made, field.name)[draw(st.integers(0, 9))].SetInParent()
        return
    inner = messages(message_class(kind.full_name), depth - 1)
    if is_repeated(field):
        getattr(made, field.name).extend(draw(st.lists(inner, max_size=2)))
    else:
        getattr(made, field.name).CopyFrom(draw(inner))
        getattr(made, field.name).SetInParent()


def _values(field: Any) -> st.SearchStrategy[Any]:
    if field.enum_type is not None:
        return st.sampled_from([value.number for value in field.enum_type.values])
    types = type(field)
    names = {getattr(types, f"TYPE_{name}"): values for name, values in SCALARS.items()}
    return names[field.type]


@st.composite
def unknown_fields(draw: st.DrawFn) -> tuple[UnknownField, ...]:
    """Fields that no message has, as they are kept."""
    names = draw(st.lists(NAMES.map(lambda name: f"zz{name}"), max_size=3, unique=True))
    values = ("1", "-2.5e3", "true", '"a" "b"', "[1, 2]", "WORD", "'\\'#{'")
    bodies = ("{}", "{ a: 1 }", '{ [b.c] { d: "x" } e {} }')
    made = []
    for name in names:
        value = draw(st.sampled_from((*values, *bodies)))
        text = f"{name} {value}" if value in bodies else f"{name}: {value}"
        made.append(UnknownField(name, text))
    return tuple(made)


@st.composite
def options(draw: st.DrawFn) -> tuple[Options, ...]:
    """Options in the order in which files are read: extensions by their number first."""
    known = draw(st.lists(st.sampled_from(kinds()), max_size=2, unique=True))
    extensions, boxes = [], []
    for name in known:
        kind = message_class(name)
        content = serialised(draw(messages(kind)))
        unknown = draw(unknown_fields())
        if hasattr(kind, "ext") and draw(st.booleans()):
            extensions.append((kind.ext.number, Options(name, "options", content, unknown)))
        else:
            boxes.append(Options(name, content=content, unknown=unknown))
    strange = [Options("other.Strange", "options", unknown=draw(unknown_fields()))]
    boxes += [Options("other.Strange", called="a.example/other.Strange")]
    boxes += [Options("other.Strange", content=draw(st.binary(min_size=1, max_size=5)))]
    held = [one for _, one in sorted(extensions, key=lambda pair: pair[0])]
    return (*held, *strange[: draw(st.integers(0, 1))], *boxes[: draw(st.integers(0, len(boxes)))])


@st.composite
def nodes(draw: st.DrawFn) -> Node:
    """Any node."""
    infos = st.builds("{}:{}".format, TAGS, INDICES) | TAGS | st.just(":1") | st.just("")
    return Node(
        draw(TEXTS),
        draw(TEXTS),
        **draw(ends()),
        input_info=tuple(draw(st.lists(st.builds(InputInfo, infos, st.booleans()), max_size=2))),
        input_handler=draw(TEXTS),
        options=draw(options()),
        other=serialised(calculator_pb2.CalculatorGraphConfig.Node(executor=draw(TEXTS))),
    )


@st.composite
def graphs(draw: st.DrawFn) -> GraphConfig:
    """Any graph."""
    other = calculator_pb2.CalculatorGraphConfig(
        num_threads=draw(st.integers(0, 9)),
        executor=[{"name": name} for name in draw(st.lists(TEXTS, max_size=2))],
        profiler_config={"trace_enabled": True} if draw(st.booleans()) else None,
    )
    return GraphConfig(
        tuple(draw(st.lists(nodes(), max_size=3))),
        draw(TEXTS),
        **draw(ends()),
        max_queue_size=draw(st.none() | st.integers(-1, 9)) or None,
        other=serialised(other),
    )
