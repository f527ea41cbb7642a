"""Drawings of graphs as files: a page that needs nothing else, and a picture.

The script that draws is built from `web/graph` into `page/`. A page holds it within itself; for a
picture it runs here, in a JavaScript engine without a browser.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from ...errors import GraphError
from ...extras import import_extra

Theme = Literal["light", "dark", "auto"]

PAGE = Path(__file__).parents[1] / "page"
BUILD = "scripts/page graph"  # the command that builds the page's files in a clone
_PLACE = re.compile(r"\{\{(\w+)\}\}")
# As text, because objects pass from one world to the other piece by piece.
_CALL = """(() => {
    try {
        return JSON.stringify({ svg: knuckleGraph.svgOf(JSON.parse(%s), %s), error: null });
    } catch (error) {
        return JSON.stringify({ svg: "", error: String(error.message ?? error) });
    }
})()"""


def html_of(drawing: Mapping[str, Any], *, script: str | None = None) -> str:
    """A page that shows a graph: one file, which asks the network for nothing.

    drawing: what `picture` makes of a graph.
    script: the address of the page's script, `viewer.js` of the folder `page`, where many pages
        share it; None puts it into the page.
    Raises GraphError if the page's files are not there.
    """
    code, style = built_file("viewer.js"), built_file("viewer.css")
    shared = script is not None
    parts = {
        "title": html.escape(str(drawing.get("title") or "graph")),
        "notice": built_file("notice.txt").strip(),
        "style": f"<style>{style}</style>",
        "drawing": _in_script(json.dumps(drawing, ensure_ascii=False)),
        "policy": _policy("'self'" if shared else _hash(code), _hash(style)),
        "script": f'<script id="knuckle-graph-script" src="{html.escape(script or "")}"></script>'
        if shared
        else f'<script id="knuckle-graph-script">{code}</script>',
    }
    # The drawing's place stands between quotes, so that the template is a page by itself.
    template = built_file("viewer.html").replace('"{{drawing}}"', "{{drawing}}")
    return _PLACE.sub(lambda place: parts[place[1]], template)


def svg_of(
    drawing: Mapping[str, Any],
    *,
    theme: Theme = "light",
    subgraphs: Literal["open", "closed"] | Sequence[str] = "closed",
) -> str:
    """A picture of a graph, as the text of an SVG file with its colours in it.

    drawing: what `picture` makes of a graph.
    theme: "auto" follows the system of whoever looks at it.
    subgraphs: whether they are open; or the full names of those that are.
    Raises GraphError if the page's files are not there, ExtraMissing without a JavaScript engine.
    """
    code = built_file("viewer.js")
    purpose = "drawing a graph without a browser"
    engine = import_extra("py_mini_racer", purpose=purpose, extra="graph")
    words = {"open": "all", "closed": "none"}
    opened = words.get(subgraphs, [subgraphs]) if isinstance(subgraphs, str) else list(subgraphs)
    options = {"theme": theme, "open": opened}
    with engine.mini_racer() as context:
        context.eval(code)
        call = _CALL % (json.dumps(json.dumps(drawing)), json.dumps(options))
        answer = json.loads(context.eval(call))
    if answer["error"] is not None:
        raise GraphError(f"the graph cannot be drawn: {answer['error']}")
    return str(answer["svg"])


def built_file(name: str, folder: Path | None = None) -> str:
    """A file of the page, which the build makes. Raises GraphError if it is not there."""
    path = (folder or PAGE) / name
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise GraphError(
            f"what draws graphs is not built, which needs Node 20.19 or newer: run {BUILD} in a "
            "clone of knuckle, or install knuckle again where Node is"
        ) from None


def _policy(script: str, style: str) -> str:
    return (
        f"default-src 'none'; script-src {script}; style-src {style}; worker-src 'self' blob:; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _in_script(text: str) -> str:
    """JSON that ends no script, whatever stands in it."""
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
