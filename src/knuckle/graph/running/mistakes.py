"""What callers hand to a graph by mistake is told at once, with the cure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from operator import index
from typing import Any

import numpy as np

from ..calculator import Calculator
from ..checking.problems import hint
from ..checking.wiring import outside_sides
from ..config import GraphConfig
from ..contracts import Contract
from ..packets import DONE, UNSET


def check_given(config: object, calculators: object) -> None:
    """Raise TypeError unless these are a graph, and classes of calculators by name."""
    if not isinstance(config, GraphConfig):
        raise TypeError(
            f"a CalculatorGraph takes a GraphConfig, not a {type(config).__name__}: "
            "load(NAME_OR_FILE), GraphConfig.of and graph_from_text give one"
        )
    _check_calculators(calculators)


def _check_calculators(calculators: object) -> None:
    if not isinstance(calculators, Mapping):
        raise TypeError(
            f'calculators is a {type(calculators).__name__}: write {{"MyCalculator": MyCalculator}}'
        )
    for name, kind in calculators.items():
        if not (isinstance(kind, type) and issubclass(kind, Calculator)):
            words = "an object of it" if isinstance(kind, Calculator) else repr(kind)
            raise TypeError(
                f'calculators["{name}"] is {words}: give a class that derives from Calculator'
            )
        if not isinstance(kind.contract, Contract):
            raise TypeError(f"the contract of {name} is {kind.contract!r}: write Contract(...)")
        if kind.contract.inputs and kind.process is Calculator.process:
            raise TypeError(
                f"{name} takes streams, but has no method process: {_near_method(kind)}"
            )


def _near_method(kind: type[Calculator]) -> str:
    """The method that was probably meant to be `process`."""
    own = [name for name in dir(kind) if not hasattr(Calculator, name)]
    near = get_close_matches("process", own, n=1)
    return f'did you write "{near[0]}" for it?' if near else "define it"


def check_sides(config: GraphConfig, names: Iterable[str]) -> None:
    """Raise ValueError for a side packet that no node of the graph would get."""
    known = outside_sides(config)
    for name in names:
        if name not in known:
            raise ValueError(f'the graph takes no side packet "{name}": {hint(name, known)}')


def read_only(value: Any) -> Any:
    """The value; of an array that can be written to, a view that cannot."""
    if isinstance(value, np.ndarray) and value.flags.writeable:
        value = value.view()
        value.flags.writeable = False
    return value


def whole_time(timestamp: Any) -> int:
    """The time of a packet as an int.

    Raises TypeError for one that is not whole, ValueError for one beyond 64 bits.
    """
    try:
        time = index(timestamp)
    except TypeError:
        raise TypeError(
            f"the time of a packet is {timestamp!r}: give whole microseconds, such as "
            "round(seconds * 1e6)"
        ) from None
    if not UNSET <= time <= DONE:
        raise ValueError(f"the time of a packet is {time}: times are microseconds in 64 bits")
    return time
