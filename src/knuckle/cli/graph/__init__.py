"""`knuckle graph`: graphs of calculators, as MediaPipe describes its pipelines.

Modules of `knuckle.graph` are imported where they are used: most commands need none of them, and
they need the extra `graph`.
"""

from __future__ import annotations

import click

from ..options import examples
from .edit import edit
from .files import check, convert, show
from .listing import list_graphs
from .run import run
from .traces import trace
from .view import view

EXAMPLES = examples(
    "knuckle graph list",
    "knuckle graph show hand_tracking_desktop_live > mine.pbtxt",
    "knuckle graph check mine.pbtxt",
    "knuckle graph run mine.pbtxt --input clip.mp4 -o annotated.mp4 -o hands.csv",
    "knuckle graph view mine.pbtxt -o mine.html",
)


@click.group(epilog=EXAMPLES)
def graph() -> None:
    """Show, check, run and draw graphs: MediaPipe's own files, ours and yours.

    A graph is a pipeline as a file: nodes, and the streams of packets between them. GRAPH is the
    name of a graph of this package (knuckle graph list) or a .pbtxt or .binarypb file.
    """


for command in (list_graphs, show, check, run, view, edit, convert, trace):
    graph.add_command(command)
