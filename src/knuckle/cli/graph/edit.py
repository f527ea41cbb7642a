"""`knuckle graph edit`: a graph's text and its drawing, side by side in a browser."""

from __future__ import annotations

import webbrowser
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import click

from ..options import examples
from ..report import interruptible
from .given import calculators_in, calculators_option


@click.command(
    epilog=examples("knuckle graph edit mine.pbtxt", "knuckle graph edit --port 8022 --no-browser")
)
@click.argument("graph", metavar="[GRAPH]", required=False)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    show_default="a free one",
    help="The port to listen on, for this machine only.",
)
@click.option("--no-browser", is_flag=True, help="Print the address instead of opening it.")
@calculators_option
def edit(graph: str | None, port: int, no_browser: bool, files: tuple[Path, ...]) -> int:
    """Edit a graph in a browser, its drawing beside it.

    The drawing follows the text, and what is wrong is marked at its line. The page copies and saves
    the text; files of this machine are only read. Ctrl-C ends the server.
    """
    from ...graph.drawings.editor import EditorApp, run_editor
    from ...graph.drawings.picture import drawing_of_text, graph_texts
    from ...graph.library import GRAPHS

    start, file = _start(graph)
    app = EditorApp(
        partial(_drawing, drawing_of_text, file, calculators_in(files)),
        graph_texts(),
        {name: row.about for name, row in GRAPHS.items()},
        start,
    )

    def started(address: str) -> None:
        click.echo(address)
        click.echo("Ctrl-C stops", err=True)
        if not no_browser:
            webbrowser.open(address)

    with interruptible() as interrupt:
        run_editor(app, port=port, is_stopped=lambda: bool(interrupt.signal), started=started)
    return interrupt.status


def _start(graph: str | None) -> tuple[Any, str]:
    """What the editor starts with, and the file beside which subgraphs are looked for."""
    if graph is None:
        return None, ""
    from ...graph.drawings.editor import StartText
    from ...graph.library import load
    from .files import text_in

    path = Path(graph)
    if path.is_file() and path.suffix.lower() == ".pbtxt":  # wrong texts, too, may be edited
        return StartText(path.name, path.read_text("utf-8-sig", errors="replace")), graph
    config = load(graph)
    return StartText(Path(config.file).with_suffix(".pbtxt").name, text_in(config)), config.file


def _drawing(draw: Any, file: str, calculators: Any, text: str) -> Mapping[str, Any]:
    drawing: Mapping[str, Any] = draw(text, file=file, calculators=calculators)
    return drawing
