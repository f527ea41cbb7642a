"""What a calculator hears when it uses a port that its contract lacks, or another type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from knuckle.errors import GraphError
from knuckle.graph.calculator import Calculator, Context
from knuckle.graph.contracts import ANY, Contract, Port
from knuckle.graph.types import INTS, TIMESTAMP

from .small import graph, node, run

Use = Callable[[Context], Any]


def answer(use: Use) -> Any:
    """What a calculator emits that uses its context in its own way."""

    class Counter(Calculator):
        contract = Contract(
            inputs=(Port("HANDS", ANY), Port("TICK", ANY, optional=True)),
            outputs=(Port("COUNTS", INTS), Port("TIME", TIMESTAMP, optional=True)),
            side_inputs=(Port("MOST", ANY, optional=True),),
        )

        def process(self, context: Context) -> None:
            use(context)

    config = graph("hands", node("Counter", "HANDS:hands", "COUNTS:counts"))
    return run(config, [("hands", "two", 5)], "counts", calculators={"Counter": Counter})


def test_what_is_not_connected_is_nothing() -> None:
    """Neither an input, nor an output, nor a side packet; the contract has them."""

    def use(context: Context) -> None:
        context.emit("TIME", context.timestamp)
        context.raise_bound("TIME", 10)
        context.close_output("TIME")
        context.emit("COUNTS", (1,))
        assert (None, None) == (context.get("TICK"), context.side("MOST"))

    assert [((1,), 5)] == answer(use)


@pytest.mark.parametrize(
    ("use", "sentence"),
    [
        (lambda context: context.get("HAND"), 'no input "HAND": it has "HANDS", "TICK"'),
        (lambda context: context.emit("COUNT", ()), 'no output "COUNT": it has "COUNTS", "TIME"'),
        (lambda context: context.raise_bound("COUNT", 9), 'no output "COUNT"'),
        (lambda context: context.close_output("COUNT"), 'no output "COUNT"'),
        (lambda context: context.side("MANY"), 'no input side packet "MANY": it has "MOST"'),
        (lambda context: context.emit_side("M", 1), 'no output side packet "M": it has none'),
    ],
)
def test_a_port_that_the_contract_lacks_is_named(use: Use, sentence: str) -> None:
    """With those that it has: it is a slip of the pen."""
    with pytest.raises(GraphError, match=f"the contract of Counter has {sentence}"):
        answer(use)


@pytest.mark.parametrize("value", [3, None, ("one",)])
def test_a_value_of_another_type_is_refused(value: Any) -> None:
    """Where it is emitted, not where it is used."""
    with pytest.raises(GraphError, match=r'output "COUNTS" carries std::vector<int> \(tuple of in'):
        answer(lambda context: context.emit("COUNTS", value))
