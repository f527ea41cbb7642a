"""What is wrong with a graph: a place, a sentence, and the cure in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from ...errors import GraphError
from ..config import Node
from ..texts.positions import place

NEAR = 0.6  # names that are as like as this are taken for typing errors
FEW = 12  # names that are listed when none is near


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a graph.

    text: a sentence that says what to do.
    node: the full name of the node, "" if it is none in particular.
    file, line: where the node stands; "" and 0 if it was not read from a file.
    words: what the problem is about as the file writes it, such as "LOOP:rects"; "" for the node.
    is_note: whether the graph runs all the same.
    """

    text: str
    node: str = ""
    file: str = ""
    line: int = 0
    words: str = ""
    is_note: bool = False

    def __str__(self) -> str:
        """The problem in one line, as compilers write it: "file:line: node: text"."""
        place = f"{self.file}:{self.line}" if self.file and self.line else self.file
        place = place or (f"line {self.line}" if self.line else "")
        return ": ".join(part for part in (place, self.node, self.text) if part)


def problem_of(
    node: Node, name: str, text: str, *, words: object = "", is_note: bool = False
) -> Problem:
    """A problem with a node, which says where it stands. name: the node's full name."""
    return Problem(text, name, node.file, node.line, str(words), is_note)


def problem_from(error: GraphError, name: str = "") -> Problem:
    """The problem that an error is about, such as a file that cannot be read. name: the node's."""
    text = str(error).removeprefix(f"{place(error.file, error.line)}: ")
    text = text.removeprefix(f"{error.file} ")
    return Problem(text, name or error.node, error.file, error.line)


class GraphInvalid(GraphError):
    """A graph that cannot run.

    problems: all that is wrong with it. The message is the first and how many follow.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        first, others = problems[0], len(problems) - 1
        more = f" (and {others} more problem{'s' * (others > 1)})" if others else ""
        super().__init__(f"{first}{more}", node=first.node, file=first.file, line=first.line)
        self.problems = tuple(problems)

    def __reduce__(self) -> tuple[type[GraphInvalid], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


def hint(wrong: str, choices: Iterable[str], *, ending: str = "", likeness: float = NEAR) -> str:
    """The names nearest to a wrong one, as the end of a sentence; else all, if they are few.

    ending: what many names end with, which makes them no more alike.
    likeness: 0 to 1, from which on names are near.
    """
    names = sorted(set(choices))
    short = {name.lower().removesuffix(ending.lower()): name for name in reversed(names)}
    asked = wrong.lower().removesuffix(ending.lower())
    near = [short[name] for name in get_close_matches(asked, short, n=3, cutoff=likeness)]
    if near:
        return f"did you mean {_either(near)}?"
    if not names:
        return "there is none"
    if len(names) > FEW:
        return "there is none like it"
    return f"there {'is' if len(names) == 1 else 'are'} {', '.join(names)}"


def _either(names: Sequence[str]) -> str:
    return " or ".join(names) if len(names) < 3 else f"{', '.join(names[:-1])} or {names[-1]}"


def located(problems: Iterable[Problem], text: str, file: str = "") -> list[Problem]:
    """The problems with the lines that they are about, as far as they stand in the text.

    text: of the file. Problems in other files stay as they are.
    """
    lines = text.splitlines()
    return [_located(one, lines) if one.file == file else one for one in problems]


def located_in_files(problems: Iterable[Problem]) -> list[Problem]:
    """The problems with the lines that they are about, in whatever file; binary files have none."""
    found = list(problems)
    for file in dict.fromkeys(problem.file for problem in found if problem.file):
        try:
            text = Path(file).read_text(encoding="utf-8")
        except (OSError, ValueError):
            continue
        found = located(found, text, file)
    return found


def _located(problem: Problem, lines: Sequence[str]) -> Problem:
    if not problem.words or problem.line > len(lines):
        return problem
    start = max(problem.line - 1, 0)
    end = _end(lines, start) if problem.line else len(lines)
    wanted = re.compile(rf"(?<![\w:]){re.escape(problem.words)}(?![\w:])")
    for number in range(start, end):
        if wanted.search(lines[number].partition("#")[0]):
            return replace(problem, line=number + 1)
    return problem


def _end(lines: Sequence[str], start: int) -> int:
    """The line after the node that begins at line `start`, both counted from 0."""
    depth = 0
    for number in range(start, len(lines)):
        code = lines[number].partition("#")[0]
        depth += code.count("{") - code.count("}")
        if depth <= 0 and "}" in code:
            return number + 1
    return len(lines)
