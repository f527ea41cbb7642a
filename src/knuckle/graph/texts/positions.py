"""Where things stand in a graph's text: a scanner that gives each field its line and its place.

The protocol-buffer library parses the text; it tells where an error is, but not where a node or an
option stands, and it refuses a text with a field that it does not know. The scanner reads any
fields, known or not. What it accepts is a little more than what the library does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NoReturn

from ...errors import GraphError

LONGEST = 500  # characters of a message; it may quote the file
DEEPEST = 100  # levels of braces; more would be too deep for the library
_TOKEN = re.compile(
    r"""(?P<space>\s+|\#[^\n]*)
    |(?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<number>\.?[0-9](?:[\w.]|(?<=[eE])[+-])*)
    |(?P<word>[A-Za-z_]\w*)
    |(?P<sign>[{}<>\[\]:,;/.+%-])""",
    re.VERBOSE | re.ASCII,
)
_HEX = "[0-9a-fA-F]"
_WRONG_ESCAPE = re.compile(
    rf"""(?:[^\\]|\\(?:[abfnrtv\\'"]|[0-3][0-7]{{2}}|[0-7]{{1,2}}(?![0-7])|x{_HEX}{{1,2}}
    |u(?![dD][89a-fA-F]){_HEX}{{4}}|U00(?:0{_HEX}|10){_HEX}{{4}}))*+(?P<wrong>\\.)""",
    re.VERBOSE,
)
_CLOSING = {"{": "}", "<": ">"}


class Token(str):
    """A piece of the text. start, end: its place there. line: from 1. kind: a group of `_TOKEN`."""

    __slots__ = ("end", "kind", "line", "start")
    start: int
    end: int
    line: int
    kind: str


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a text: a name, and a value or the bodies of messages.

    name: as it is written; "[mediapipe.GateCalculatorOptions.ext]" for one in brackets.
    value: the tokens of a value that is no message, else empty.
    bodies: one for a message, several for a list of them.
    start, end: its place in the text, with the comma or semicolon behind it. line: from 1.
    """

    name: str
    value: tuple[str, ...]
    bodies: tuple[Body, ...]
    start: int
    end: int
    line: int


@dataclass(frozen=True, slots=True)
class Body:
    """The fields between two braces. line: of the field that opens them, or of the brace."""

    fields: tuple[Field, ...]
    line: int


def place(file: str, line: int) -> str:
    """The words for a place in messages, "graph.pbtxt, line 12"; "the graph" if it has none."""
    parts = [file] if file else []
    if line:
        parts.append(f"line {line}")
    return ", ".join(parts) or "the graph"


def refuse(file: str, line: int, text: str) -> NoReturn:
    """Raise the GraphError for something wrong at a place. text: what, and the cure."""
    shown = "".join(one if one.isprintable() else repr(one)[1:-1] for one in text)
    if len(shown) > LONGEST:
        shown = f"{shown[: LONGEST // 2]} ... {shown[-LONGEST // 2 :]}"
    raise GraphError(f"{place(file, line)}: {shown}", file=file, line=line)


def scan(text: str, file: str = "") -> tuple[Field, ...]:
    """The fields of a text with what they contain.

    text: its lines end with a newline.
    Raises GraphError with the line where the text breaks the rules.
    """
    return _Scanner(text, file).all()


def blanked(text: str, fields: list[Field]) -> str:
    """The text with spaces in the place of fields; every line keeps its number."""
    parts, done = [], 0
    for field in fields:
        parts.append(text[done : field.start])
        parts.append(re.sub(r"[^\n]", " ", text[field.start : field.end]))
        done = field.end
    return "".join((*parts, text[done:]))


def in_one_line(field: Field) -> str:
    """A field as text in one line, without its comments."""
    if not field.bodies:
        return f"{field.name}: {_joined(field.value)}"
    insides = (" ".join(map(in_one_line, body.fields)) for body in field.bodies)
    return " ".join(f"{field.name} {{ {inside} }}".replace("{  }", "{}") for inside in insides)


def in_lines(field: Field) -> Iterator[str]:
    """A field as lines of text, indented by two spaces for each level."""
    if not field.bodies:
        yield f"{field.name}: {_joined(field.value)}"
    for body in field.bodies:
        yield from block(field.name, (line for inner in body.fields for line in in_lines(inner)))


def block(name: str, lines: Iterable[str]) -> Iterator[str]:
    """The lines of a message in braces."""
    inside = [f"  {line}" for line in lines]
    yield from (f"{name} {{", *inside, "}") if inside else (f"{name} {{}}",)


def _joined(tokens: tuple[str, ...]) -> str:
    """The tokens with a space between them where one looks better."""
    parts: list[str] = []
    for token in tokens:
        if parts and token not in ",]" and parts[-1] not in "[-":
            parts.append(" ")
        parts.append(token)
    return "".join(parts)


class _Scanner:
    def __init__(self, text: str, file: str) -> None:
        self._text, self._file = text, file
        self._tokens = self._pieces()
        self._now: Token | None = None
        self._end = 0  # of the last token that was taken
        self._line = 1
        self._take()

    def all(self) -> tuple[Field, ...]:
        fields = self._fields("", 0)
        if self._now is not None:
            self._refuse(f'"{self._now}" closes nothing: take it out')
        return fields

    def _pieces(self) -> Iterator[Token]:
        place, line = 0, 1
        while place < len(self._text):
            match = _TOKEN.match(self._text, place)
            if match is None:
                self._line = line
                self._refuse(_about_character(self._text[place]))
            piece = match[0]
            if match.lastgroup == "string" and (escape := _WRONG_ESCAPE.match(piece)):
                self._line = line
                self._refuse(
                    f"{escape['wrong']} stands for nothing in a text: write a backslash as \\\\"
                )
            if match.lastgroup != "space":
                token = Token(piece)
                token.start, token.end, token.line = place, match.end(), line
                token.kind = match.lastgroup or ""
                yield token
            line += piece.count("\n")
            place = match.end()

    def _refuse(self, text: str) -> NoReturn:
        refuse(self._file, self._line, text)

    def _take(self) -> None:
        """Go on to the next token."""
        if self._now is not None:
            self._end = self._now.end
        self._now = next(self._tokens, None)
        if self._now is not None:
            self._line = self._now.line

    def _takes(self, signs: str) -> bool:
        """Go on if the token is one of the signs. Returns whether it was."""
        if self._now is None or self._now.kind != "sign" or self._now not in signs:
            return False
        self._take()
        return True

    def _fields(self, closing: str, depth: int) -> tuple[Field, ...]:
        if depth > DEEPEST:
            self._refuse(f"there are more than {DEEPEST} braces in one another: open fewer")
        fields = []
        while self._now is not None and self._now not in ("}", ">"):
            fields.append(self._field(depth))
        return tuple(fields)

    def _field(self, depth: int) -> Field:
        assert self._now is not None
        start, line, name = self._now.start, self._now.line, self._name()
        has_colon = self._takes(":")
        value: tuple[str, ...] = ()
        bodies: tuple[Body, ...] = ()
        if self._now in _CLOSING:
            bodies = (self._body(name, line, depth),)
        elif self._now == "[":
            value, bodies = self._list(name, depth)
        elif has_colon:
            value = self._scalar(name)
        else:
            self._refuse(f'"{name}" has no value: write {name}: and its value, or {name} {{ }}')
        self._takes(",;")
        return Field(name, value, bodies, start, self._end, line)

    def _name(self) -> str:
        """The name of a field, or the name in brackets of an extension or a type."""
        token = self._now
        assert token is not None
        if token.kind in ("word", "number"):
            self._take()
            return token
        if token != "[":
            self._refuse(f'"{token}" is no name of a field: take it out')
        self._take()
        parts: list[str] = ["["]
        is_word = False
        while self._now is not None and self._now != "]":
            was_word, is_word = is_word, self._now.kind in ("word", "number")
            if not is_word and self._now not in "./-%":
                break
            has_gap = was_word and is_word and self._now[0] != "."
            parts.append(f" {self._now}" if has_gap else self._now)
            self._take()
        if not self._takes("]"):
            self._refuse(f'the name "{"".join(parts)}" is not closed: add "]"')
        return "".join((*parts, "]"))

    def _body(self, name: str, line: int, depth: int) -> Body:
        opening = self._now
        assert opening is not None
        self._take()
        fields = self._fields(_CLOSING[opening], depth + 1)
        if self._now is None:
            self._line = line
            self._refuse(f'"{name} {opening}" is not closed: add "{_CLOSING[opening]}"')
        if self._now != _CLOSING[opening]:
            self._refuse(
                f'"{self._now}" closes the "{opening}" of line {opening.line}: '
                f'write "{_CLOSING[opening]}"'
            )
        self._take()
        return Body(fields, line)

    def _list(self, name: str, depth: int) -> tuple[tuple[str, ...], tuple[Body, ...]]:
        """The values or the messages between square brackets."""
        assert self._now is not None
        line = self._now.line
        values: list[str] = ["["]
        bodies: list[Body] = []
        self._take()
        while self._now is not None and self._now != "]":
            if self._now in _CLOSING:
                bodies.append(self._body(name, self._now.line, depth))
            else:
                values += self._scalar(name)
            if self._now == ",":
                values.append(",")
                self._take()
            elif self._now != "]":
                break
        if not self._takes("]"):
            self._line = line
            self._refuse(f'the list of "{name}" is not closed: add "]"')
        return ((), tuple(bodies)) if bodies else ((*values, "]"), ())

    def _scalar(self, name: str) -> tuple[str, ...]:
        """A number, a name, or texts that stand side by side."""
        parts: list[str] = []
        if self._now == "-":
            parts.append("-")
            self._take()
        while parts[:1] != ["-"] and self._now is not None and self._now.kind == "string":
            parts.append(self._now)
            self._take()
        if not parts or parts == ["-"]:
            if self._now is None or self._now.kind not in ("word", "number"):
                self._refuse(f'"{name}" has no value: write one behind the colon')
            parts.append(self._now)
            self._take()
        return tuple(parts)


def _about_character(character: str) -> str:
    if character in "\"'":
        return f"a text in {character} is not closed: end it with {character} in the same line"
    return f'"{character}" has no meaning here: take it out, or begin a comment with #'
