"""The scanner: where fields stand, and how they are written again."""

from __future__ import annotations

import pytest

from knuckle.graph.texts.positions import Field, blanked, in_lines, in_one_line, place, scan

TEXT = """\
type: "A"  # a name
node {
  name: 'a' "b"; options: < [a.b.ext] { c: [1, -2] } >,
  input: [ {}, { d:
    true } ]
}
"""


def every(fields: tuple[Field, ...]) -> list[Field]:
    """Fields with those in them, in the order of the text."""
    return [
        one
        for field in fields
        for one in (field, *(inner for body in field.bodies for inner in every(body.fields)))
    ]


def test_each_field_has_its_line() -> None:
    """And its name, as it is written."""
    expected = [
        *[("type", 1), ("node", 2), ("name", 3), ("options", 3), ("[a.b.ext]", 3), ("c", 3)],
        *[("input", 4), ("d", 4)],
    ]

    assert expected == [(field.name, field.line) for field in every(scan(TEXT))]


def test_each_field_has_its_place() -> None:
    """With the sign behind it."""
    by_name = {field.name: TEXT[field.start : field.end] for field in every(scan(TEXT))}

    assert 'type: "A"' == by_name["type"]
    assert "name: 'a' \"b\";" == by_name["name"]
    assert "options: < [a.b.ext] { c: [1, -2] } >," == by_name["options"]


def test_blanks_keep_the_lines() -> None:
    """Everything else stays where it was."""
    fields = [field for field in every(scan(TEXT)) if field.name in ("name", "input")]
    without = blanked(TEXT, fields)

    assert (len(TEXT), TEXT.count("\n")) == (len(without), without.count("\n"))
    assert ["type", "node", "options", "[a.b.ext]", "c"] == [
        field.name for field in every(scan(without))
    ]


def test_a_field_is_written_in_one_line() -> None:
    """A list of messages as that many fields."""
    (node,) = [field for field in scan(TEXT) if field.name == "node"]
    expected = (
        "node { name: 'a' \"b\" options { [a.b.ext] { c: [1, -2] } } input {} input { d: true } }"
    )

    assert expected == in_one_line(node)
    assert expected == in_one_line(scan(expected)[0])


def test_a_field_is_written_in_lines() -> None:
    """Indented, the same field."""
    (node,) = [field for field in scan(TEXT) if field.name == "node"]
    lines = list(in_lines(node))

    assert ["node {", "  name: 'a' \"b\"", "  options {", "    [a.b.ext] {"] == lines[:4]
    assert in_one_line(node) == in_one_line(scan("\n".join(lines))[0])


@pytest.mark.parametrize(
    ("file", "line", "words"),
    [("a", 3, "a, line 3"), ("a", 0, "a"), ("", 3, "line 3"), ("", 0, "the graph")],
)  # fmt: skip
def test_places_are_named(file: str, line: int, words: str) -> None:
    """As far as they are known."""
    assert words == place(file, line)
