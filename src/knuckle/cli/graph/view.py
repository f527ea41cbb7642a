"""`knuckle graph view`: graphs drawn."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ...errors import GraphError, OutputError
from ...io.whole import write_whole
from ..options import examples
from ..outputs import check_targets
from ..report import Report
from .given import Calculators, calculators_in, calculators_option, graph_argument

if TYPE_CHECKING:
    from ...graph.config import GraphConfig

KINDS = {".html": "a page", ".svg": "a picture", ".mmd": "a Mermaid flowchart, for READMEs"}


@click.command(
    epilog=examples(
        "knuckle graph view hand_tracking_desktop_live -o graph.html",
        "knuckle graph view mine.pbtxt -o mine.svg --subgraphs open --theme dark",
        "knuckle graph view knuckle_tracking -o measured.html --trace trace.json",
    )
)
@graph_argument
@click.option(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    required=True,
    metavar="OUT",
    help="Where to write: .html for a page that needs nothing else, in which subgraphs open and "
    "close; .svg for a picture; .mmd for a Mermaid flowchart. May be given several times.",
)
@click.option("--force", is_flag=True, help="Replace existing files.")
@click.option(
    "--trace",
    "traces",
    multiple=True,
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Show the times, packets and drops of a trace: of knuckle graph run, or of MediaPipe, "
    "whose files of one run may all be given.",
)
@click.option(
    "--subgraphs",
    type=click.Choice(["open", "closed"]),
    default="closed",
    show_default=True,
    help="Whether subgraphs are drawn with their nodes, in .svg and .mmd.",
)
@click.option(
    "--theme",
    type=click.Choice(["light", "dark", "auto"]),
    default="light",
    show_default=True,
    help="The colours of .svg; auto follows the system of whoever looks at it.",
)
@calculators_option
def view(
    graph: str,
    outputs: tuple[str, ...],
    force: bool,
    traces: tuple[Path, ...],
    subgraphs: str,
    theme: str,
    files: tuple[Path, ...],
) -> None:
    """Draw a graph. What is wrong with it is drawn, too."""
    from ...graph.library import load

    targets = [Path(output) for output in outputs]
    for path in targets:
        if path.suffix.lower() not in KINDS:
            endings = ", ".join(KINDS)
            raise OutputError(f"cannot write {path}: its name must end in one of {endings}")
    check_targets(targets, inputs=traces, force=force)
    config, calculators = load(graph), calculators_in(files)
    report = Report(quiet=False, verbose=False)
    drawing = _drawing(config, calculators, traces, report)
    writers: dict[str, Callable[[], str]] = {
        ".html": lambda: _html(drawing),
        ".svg": lambda: _svg(drawing, theme, subgraphs),
        ".mmd": lambda: _mermaid(config, calculators, subgraphs),
    }
    for path in targets:
        text = writers[path.suffix.lower()]()
        with write_whole(path) as partial:
            partial.write_text(text, encoding="utf-8")
        report.note(f"wrote {path}")


def _drawing(
    config: GraphConfig, calculators: Calculators, traces: tuple[Path, ...], report: Report
) -> dict[str, Any]:
    """The model of a graph for its drawing, with its problems and a trace."""
    from ...graph.checking.validation import problems
    from ...graph.config import node_names
    from ...graph.drawings.picture import drawing_of
    from ...graph.expanding.expansion import expand
    from ...graph.traces.trace import matched
    from ...graph.traces.trace_files import read_trace

    summary = None
    if traces:
        trace = read_trace(*traces)
        for note in trace.notes:
            report.note(f"note: {note}")
        whole = expand(config, calculators=calculators).config
        trace = matched(trace, whole)
        if set(node_names(whole)).isdisjoint(trace.nodes):
            raise GraphError(f"{traces[0]} has no node of this graph: give a trace of its run")
        summary = trace.summary()
    found = problems(config, calculators=calculators)
    return drawing_of(config, calculators=calculators, problems=found, trace=summary)


def _html(drawing: dict[str, Any]) -> str:
    from ...graph.drawings.drawing import html_of

    return html_of(drawing)


def _svg(drawing: dict[str, Any], theme: Any, subgraphs: Any) -> str:
    from ...graph.drawings.drawing import svg_of

    return svg_of(drawing, theme=theme, subgraphs=subgraphs)


def _mermaid(config: GraphConfig, calculators: Calculators, subgraphs: str) -> str:
    from ...graph.drawings.mermaid import mermaid_of

    return mermaid_of(config, calculators=calculators, levels=99 if subgraphs == "open" else 0)
