"""The drawings of the package's graphs: a page for each, and the page that shows them all.

The script that draws is built by `scripts/page graph`. Without it, the graphs are shown as text.
"""

from __future__ import annotations

from pathlib import Path

from knuckle.graph import GRAPHS, check_graph, drawing_of, load
from knuckle.graph.drawings.drawing import PAGE, html_of
from knuckle.graph.drawings.picture import graph_texts

from .docstrings import fenced

SHOWN = "drawn-graphs.md"  # the page that shows them all
FOLDER = "graphs"  # of the site
SCRIPT = "viewer.js"
NOTICES = "LICENSES.txt"  # of what the script contains
MISSING = "the graphs are shown as text, because what draws them is not built: scripts/page graph"


def is_built() -> bool:
    """Whether there is a script that draws."""
    return (PAGE / SCRIPT).is_file()


def write_drawings(site: Path) -> None:
    """Write a page for each graph into a built site, all with the same script."""
    if not is_built():
        return
    folder = site / FOLDER
    folder.mkdir()
    for name in (SCRIPT, NOTICES):
        (folder / name).write_bytes((PAGE / name).read_bytes())
    for name in GRAPHS:
        graph = load(name)
        drawing = drawing_of(graph, title=name, problems=check_graph(graph))
        page = html_of(drawing, script=SCRIPT)
        (folder / f"{name}.html").write_text(page, encoding="utf-8")


def entry() -> str:
    """Markdown of all graphs: what each does, and its drawing."""
    texts = graph_texts()
    pieces = [
        piece
        for name, row in GRAPHS.items()
        for piece in (
            f"## `{name}` {{ #{name} }}",
            row.about,
            _frame(name) if is_built() else fenced(texts[name], "text"),
        )
    ]
    return "\n\n".join(pieces)


def _frame(name: str) -> str:
    """The drawing within the page, and a link to it alone."""
    place = f"{FOLDER}/{name}.html"
    return (
        f'<iframe class="graph" src="{place}" title="{name}" loading="lazy"></iframe>\n\n'
        f'<a href="{place}">The drawing alone</a>; `knuckle graph show {name}` prints the text.'
    )
