"""`knuckle graph show`, `check` and `convert`: graphs as files."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...errors import GraphError, OutputError
from ...io.whole import write_whole
from ..options import examples
from ..outputs import check_targets
from ..report import Report, count, printable
from .given import Calculators, calculators_in, calculators_option, graph_argument

if TYPE_CHECKING:
    from ...graph.checking.problems import Problem
    from ...graph.config import GraphConfig

TEXT, BINARY = ".pbtxt", ".binarypb"


@click.command()
@graph_argument
@click.option(
    "--expanded", is_flag=True, help="With the nodes of its subgraphs in the place of them."
)
def show(graph: str, expanded: bool) -> None:
    """Print a graph as text, with its comments as long as it is not expanded."""
    from ...graph.expanding.expansion import expanded as expand
    from ...graph.library import load
    from ...graph.texts.writing import text_of

    config = load(graph)
    text = text_of(expand(config)) if expanded else text_in(config)
    click.echo(text, nl=not text.endswith("\n"))


def text_in(config: GraphConfig) -> str:
    """The text of a graph's own file; if that is binary, the text that says the same."""
    from ...graph.texts.reading import graph_from_text
    from ...graph.texts.writing import text_of

    try:
        text = Path(config.file).read_text(encoding="utf-8-sig")
        if graph_from_text(text, config.file) == config:
            return text
    except (OSError, UnicodeDecodeError, GraphError):
        pass
    return text_of(config)


@click.command(
    epilog=examples(
        "knuckle graph check mine.pbtxt",
        "knuckle graph check graphs/*.pbtxt --calculators mine.py",
    )
)
@click.argument("graphs", nargs=-1, required=True, metavar="GRAPH...")
@calculators_option
def check(graphs: tuple[str, ...], files: tuple[Path, ...]) -> int:
    """Say all that is wrong with graphs, before anything runs.

    Each problem is a line with the file, the line, the node and what to do. Notes, which keep no
    graph from running, come after them. The exit status is 1 if there is a problem.
    """
    from ...graph.checking.problems import problem_from

    calculators = calculators_in(files)
    report = Report(quiet=False, verbose=False)
    found: list[Problem] = []
    wrong = 0
    for graph in graphs:
        try:
            here = _problems(graph, calculators)
        except GraphError as error:
            here = [problem_from(error)]
        found += here
        wrong += any(not problem.is_note for problem in here)
    for problem in found:
        if not problem.is_note:
            click.echo(printable(str(problem)))
    for problem in found:
        if problem.is_note:
            report.note(f"note: {problem}")
    if not wrong:
        report.note(f"{count(len(graphs), 'graph')}, no problem")
    return int(wrong > 0)


def _problems(graph: str, calculators: Calculators) -> list[Problem]:
    """The problems of a graph, at their lines. Raises GraphError if it cannot be read."""
    from ...graph.checking.problems import located
    from ...graph.checking.validation import problems
    from ...graph.library import load

    config = load(graph)
    found = problems(config, calculators=calculators)
    for file in dict.fromkeys(problem.file for problem in found):  # subgraphs have their own
        with suppress(OSError):
            found = located(found, Path(file).read_text("utf-8", errors="replace"), file)
    return found


@click.command(
    epilog=examples(
        "knuckle graph convert hand_landmark_tracking_cpu.binarypb tracking.pbtxt",
        "knuckle graph convert mine.binarypb -    (print the text)",
    )
)
@click.argument("source", metavar="IN", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("target", metavar="OUT", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--force", is_flag=True, help="Replace an existing file.")
def convert(source: Path, target: Path, force: bool) -> None:
    """Convert a graph between text and binary.

    OUT ends in .pbtxt or .binarypb; - prints the text. What IN is, its content says. Options that
    knuckle does not know are kept.
    """
    from ...graph.texts.reading import read_graph
    from ...graph.texts.writing import binary_of, text_of

    ending = target.suffix.lower()
    if str(target) != "-" and ending not in (TEXT, BINARY):
        raise OutputError(f"cannot write {target}: its name must end in {TEXT} or {BINARY}")
    config = read_graph(source)
    if str(target) == "-":
        click.echo(text_of(config), nl=False)
        return
    check_targets([target], inputs=[source], force=force)
    content = text_of(config).encode() if ending == TEXT else binary_of(config)
    with write_whole(target) as partial:
        partial.write_bytes(content)
    if ending == BINARY:
        _tell_lost(config)


def _tell_lost(config: GraphConfig) -> None:
    """Say which fields of a text a binary file cannot have."""
    report = Report(quiet=False, verbose=False)
    unknown = [
        *config.unknown,
        *(
            field
            for node in config.nodes
            for field in (*node.unknown, *(one for o in node.options for one in o.unknown))
        ),
    ]
    for field in unknown:
        report.note(
            f"note: {config.file}:{field.line}: {field.name} is not in the binary file: knuckle "
            "does not know its number"
        )
