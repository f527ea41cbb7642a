"""What the tests in a browser need of Python: pages of graphs, and the editor's server.

python -m tests.web.graph_pages pages FOLDER   a page for each drawing there, x.json -> x.html
python -m tests.web.graph_pages editor         the editor, until its input ends
"""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path

from knuckle.graph.drawings import drawing
from knuckle.graph.drawings.drawing import html_of
from knuckle.graph.drawings.editor import EditorApp, StartText, run_editor
from knuckle.graph.drawings.picture import drawing_of_text

BUILT = Path(__file__).parents[2] / "web/dist-graph"
TEXT = """# A gate and what follows it.
input_stream: "image"
input_side_packet: "ALLOW:is_wanted"
output_stream: "passed_on"

node {
  calculator: "GateCalculator"
  input_stream: "image"
  input_side_packet: "ALLOW:is_wanted"
  output_stream: "passed"
}

node {
  calculator: "PassThroughCalculator"
  input_stream: "passed"
  output_stream: "passed_on"
}
"""
OTHER = """input_stream: "a"
output_stream: "b"
node { calculator: "PassThroughCalculator" input_stream: "a" output_stream: "b" }
"""


def write_pages(folder: Path) -> None:
    """A page beside each drawing of a folder, the script within it."""
    drawing.PAGE = BUILT
    for path in folder.glob("*.json"):
        text = html_of(json.loads(path.read_text(encoding="utf-8")))
        path.with_suffix(".html").write_text(text, encoding="utf-8")


def serve_editor() -> None:
    """The editor with a text and another to start from; its address is printed."""
    ended = threading.Event()

    def wait() -> None:
        sys.stdin.read()
        ended.set()

    threading.Thread(target=wait, daemon=True).start()
    app = EditorApp(
        drawing_of_text,
        {"another": OTHER},
        {"another": "One node."},
        StartText("gate.pbtxt", TEXT),
        BUILT,
    )
    run_editor(app, is_stopped=ended.is_set, started=lambda address: print(address, flush=True))


if __name__ == "__main__":
    if sys.argv[1] == "pages":
        write_pages(Path(sys.argv[2]))
    else:
        serve_editor()
