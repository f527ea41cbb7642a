"""The Markdown extension behind the reference pages.

`::: knuckle.detect` on a line of its own becomes the entry of that public name, `::: knuckle.*`
the entries of all names that no page shows, and `::: knuckle --help` the command line. The names of
`knuckle.graph` and `knuckle.batch` work alike. `::: knuckle graphs` becomes a drawing of each graph
of the package.
"""

from __future__ import annotations

import re
from pathlib import Path

from markdown import Extension, Markdown
from markdown.preprocessors import Preprocessor

from . import commands, drawings, reference

PAGES = Path(__file__).parent.parent / "reference"
LINE = re.compile(
    r"^::: knuckle(?:\.(?P<home>graph\.|batch\.)?(?P<name>\w+|\*)| (?P<made>--help|graphs))$"
)
MADE = {"--help": commands.entry, "graphs": drawings.entry}
BEFORE_FENCES = 30  # of superfences, which takes the code blocks of an entry, 25


def expanded(lines: list[str], pages: Path = PAGES) -> list[str]:
    """Lines of Markdown with each directive replaced by what it stands for."""
    return [line for written in lines for line in _expanded(written, pages)]


def _expanded(line: str, pages: Path) -> list[str]:
    match = LINE.match(line)
    if not match:
        return [line]
    if match["made"]:
        return MADE[match["made"]]().splitlines()
    shown = reference.shown_names(pages)
    home = match["home"] or ""
    names = [home + match["name"]]
    if match["name"] == "*":
        names = [
            name
            for name in reference.public_names()
            if name not in shown and reference.home_of(name) == home
        ]
    text = "\n\n".join(map(reference.entry, names))
    return _linked(text, shown, names).splitlines()


def _linked(text: str, shown: dict[str, str], own: list[str]) -> str:
    """Public names in code lead to their entries, outside headings and code blocks."""

    def link(match: re.Match[str]) -> str:
        name = match["name"]
        name = next((home + name for home in reference.HOMES if home + name in shown), name)
        if name in own or name not in shown:
            return match[0]
        return f"[{match[0]}]({shown[name]}#{name})"

    pattern = re.compile(r"(?<!\[)`(?:knuckle\.)?(?P<name>(?:graph\.|batch\.)?\w+)(?:\(\))?`(?!\])")
    pieces = re.split(r"(^```.*?^```$|^#.*?$)", text, flags=re.MULTILINE | re.DOTALL)
    return "".join(
        piece if index % 2 else pattern.sub(link, piece) for index, piece in enumerate(pieces)
    )


class _Directives(Preprocessor):  # type: ignore[misc]  # Markdown has no types
    def run(self, lines: list[str]) -> list[str]:
        return expanded(lines)


class _Reference(Extension):  # type: ignore[misc]
    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        md.preprocessors.register(_Directives(md), "knuckle-reference", BEFORE_FENCES)


def makeExtension(**options: object) -> Extension:  # noqa: N802
    """What Markdown calls."""
    return _Reference(**options)
