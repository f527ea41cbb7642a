"""House-style docstrings as Markdown: paragraphs, examples, and `name: meaning` lists."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from textwrap import dedent, indent

ITEM = re.compile(r"([a-z_]\w*(?:, [a-z_]\w*)*): (.*)")
INLINE = re.compile(r"(?<=[.;]) (?=[a-z_]\w*(?:, [a-z_]\w*)*: |Returns |Raises )")
ERROR = re.compile(r"(?<![`\w.])([A-Z]\w+(?:Error|Missing|Damaged))(?![`\w])")
PAGE = re.compile(r"`?docs/([\w/-]+\.md)`?")


@dataclass
class Docstring:
    """A docstring in its parts; the prose is Markdown."""

    before: list[str] = field(default_factory=list)
    items: dict[str, str] = field(default_factory=dict)
    after: list[str] = field(default_factory=list)

    def meaning(self, name: str) -> str:
        """What is said of one name, maybe together with others; "" if nothing is."""
        return next((t for names, t in self.items.items() if name in names.split(", ")), "")

    def add(self, paragraph: str) -> None:
        """Prose goes before the items, or after them once there are some."""
        (self.after if self.items else self.before).append(_markdown(paragraph))


def parsed(text: str, names: Container[str]) -> Docstring:
    """A docstring taken apart.

    names: of the parameters or fields, so that "Convention: ..." stays prose.
    """
    docstring = Docstring()
    for paragraph in text.split("\n\n"):
        _add_paragraph(docstring, paragraph, names)
    return docstring


def _add_paragraph(docstring: Docstring, paragraph: str, names: Container[str]) -> None:
    """An item goes on where lines are indented, and in the line below it."""
    prose: list[str] = []
    current, indented = "", False
    for line in _lines(paragraph, names):
        match = ITEM.fullmatch(line)
        if match and _known(match[1], names):
            if prose:
                docstring.add("\n".join(prose))
                prose = []
            current, indented = match[1], False
            docstring.items[current] = match[2]
        elif current and (line.startswith("    ") or not (indented or _ends_items(line))):
            docstring.items[current] += f" {line.strip()}"
            indented = line.startswith("    ")
        else:
            current = ""
            prose.append(line)
    if prose:
        docstring.add("\n".join(prose))


def _lines(paragraph: str, names: Container[str]) -> list[str]:
    """Its lines; "start: seconds; every: frames. Returns pixels." are three."""
    lines: list[str] = []
    inside = False
    for line in paragraph.splitlines():
        inside = inside or bool((match := ITEM.fullmatch(line)) and _known(match[1], names))
        pieces = INLINE.split(line) if inside else [line]
        for piece in pieces:
            match = ITEM.fullmatch(piece)
            if piece is not pieces[0] and match and not _known(match[1], names):
                lines[-1] += f" {piece}"
            else:
                lines.append(piece.removesuffix(";") if len(pieces) > 1 else piece)
    return lines


def _known(written: str, names: Container[str]) -> bool:
    return all(name in names for name in written.split(", "))


def _ends_items(line: str) -> bool:
    return line.startswith(("Returns ", "Raises "))


def _markdown(paragraph: str) -> str:
    """An indented paragraph is an example; "Raises ..." gets its first word in bold."""
    lines = paragraph.splitlines()
    if lines and all(line.startswith("    ") or not line for line in lines):
        return fenced(dedent(paragraph).strip("\n"))
    if paragraph.startswith("Raises "):
        paragraph = ERROR.sub(r"`\1`", paragraph)
    return re.sub(r"^(Raises|Returns|Convention:|Source:)", r"**\1**", with_links(paragraph))


def with_links(text: str) -> str:
    """A page that is named as docs/table.md becomes a link to it, seen from a reference page."""
    return PAGE.sub(r"[\1](../\1)", text)


def fenced(code: str, language: str = "python") -> str:
    """`code` as a block of its own."""
    return f"```{language}\n{code}\n```"


def definitions(terms: Mapping[str, str]) -> str:
    """Markdown of a definition list; a term is Markdown already."""
    return "\n\n".join(
        f"{term}\n\n:   {indent(text, '    ').lstrip()}" for term, text in terms.items()
    )
