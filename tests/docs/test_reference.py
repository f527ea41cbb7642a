"""The reference says what objects say of themselves, also when that is made at run time."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

import knuckle
from docs.website import reference
from docs.website.comments import documented_names
from docs.website.directive import expanded
from docs.website.docstrings import parsed
from docs.website.signatures import call, literal, signature_of
from tests.conftest import ROOT

PAGES = ROOT / "docs" / "reference"


class Plain(NamedTuple):
    """A box."""

    x: float
    y: float = 0.5


@dataclass(frozen=True)
class Described:
    """A value.

    by_docstring: metres.
    """

    by_docstring: float
    by_comment: NDArray[np.float32]  # (21, 2) pixels
    by_type: Annotated[int | None, "from 0 on"] = None
    by_string: Literal["left", "right"] = "left"
    """Of the person."""

    @cached_property
    def total(self) -> float:
        """The sum."""
        return 0.0

    def silent(self) -> None:  # noqa: D102
        pass


class Started:
    """It starts."""

    def __init__(self, rate: float, other: int) -> None:
        self.rate = rate  # per second
        self.other = other


def late(*args: object, **options: object) -> None:  # noqa: D103
    pass


late.__doc__ = "Made late, as `Plain`.\n\nsize: pixels.\n\nRaises ValueError for a bad one."
late.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
    [
        inspect.Parameter(
            "image", inspect.Parameter.POSITIONAL_ONLY, annotation="NDArray[np.uint8]"
        ),
        inspect.Parameter("size", inspect.Parameter.KEYWORD_ONLY, default=3, annotation=int),
    ],
    return_annotation=list[Plain],
)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """The toys are public names."""
    for thing in (Plain, Described, Started, late):
        monkeypatch.setattr(knuckle, thing.__name__, thing, raising=False)
    monkeypatch.setattr(knuckle, "__all__", ["Described", "Plain", "Started", "late"])


def test_every_public_name_is_documented() -> None:
    """With methods, properties and fields."""
    assert [] == reference.undocumented()


@pytest.mark.usefixtures("shown")
def test_what_says_nothing_is_named() -> None:
    """A method without a docstring; a class of which no field says anything needs none."""
    assert ["knuckle.Described.silent"] == reference.undocumented()


@pytest.mark.usefixtures("shown")
def test_a_signature_that_is_made_at_run_time_is_shown() -> None:
    """And the docstring; its items become a list."""
    entry = reference.entry("late")

    assert "late(image: NDArray[np.uint8], /, *, size: int = 3) -> list[Plain]" in entry
    assert entry.index("Made late, as `Plain`.") < entry.index("`size`\n\n:   pixels.")
    assert entry.endswith("**Raises** `ValueError` for a bad one.")


@pytest.mark.usefixtures("shown")
def test_fields_are_described_wherever_that_is_written() -> None:
    """In the docstring, a comment, the type, or a string below."""
    entry = reference.entry("Described")

    assert "`by_docstring` `: float`\n\n:   metres." in entry
    assert "`by_comment` `: NDArray[float32]`\n\n:   (21, 2) pixels" in entry
    assert "`by_type` `: int | None = None`\n\n:   from 0 on" in entry
    assert '`by_string` `: "left" | "right" = "left"`\n\n:   Of the person.' in entry
    assert "### `Described.total` { #Described.total }\n\n`float`\n\nThe sum." in entry


@pytest.mark.usefixtures("shown")
def test_fields_that_need_no_word_are_a_call() -> None:
    """As those of a box."""
    assert "Plain(x: float, y: float = 0.5)" in reference.entry("Plain")


def test_every_entry_shows_the_signature_of_its_object() -> None:
    """All parameters of every public function are in its entry."""
    functions = [
        name for name in reference.public_names() if inspect.isfunction(reference.named(name))
    ]

    assert functions
    for name in functions:
        parameters = inspect.signature(reference.named(name)).parameters
        assert [] == [each for each in parameters if each not in reference.entry(name)]


def test_pages_show_public_names_only() -> None:
    """And each once; what no page shows is on the page of other names."""
    directives = [
        name
        for page in PAGES.glob("*.md")
        for name in reference.DIRECTIVE.findall(page.read_text(encoding="utf-8"))
    ]

    assert sorted(set(directives)) == sorted(directives)
    assert set() == set(directives) - set(reference.public_names())
    assert "::: knuckle.*" in (PAGES / "more.md").read_text(encoding="utf-8")


@pytest.mark.usefixtures("shown")
def test_a_directive_that_names_nothing_fails() -> None:
    """A renamed object must not leave an empty place behind."""
    with pytest.raises(AttributeError, match="nothing_at_all"):
        expanded(["::: knuckle.nothing_at_all"])


@pytest.mark.usefixtures("shown")
def test_names_that_no_page_shows_have_a_page() -> None:
    """In the order of `__all__`."""
    headings = [line for line in expanded(["::: knuckle.*"]) if line.startswith("## ")]

    assert ["## `Described` { #Described }", "## `Plain` { #Plain }"] == headings[:2]


@pytest.mark.usefixtures("shown")
def test_names_in_prose_lead_to_their_entries(tmp_path: Path) -> None:
    """Not in headings or code."""
    (tmp_path / "boxes.md").write_text("::: knuckle.Plain\n")
    text = "\n".join(expanded(["::: knuckle.late"], tmp_path))

    assert "Made late, as [`Plain`](boxes.md#Plain)." in text
    assert "-> list[Plain]\n```" in text


def test_fields_may_be_told_together() -> None:
    """As the streams and the side packets of a node."""
    names = ["inputs", "outputs", "sides", "line"]
    docstring = parsed("A node.\n\ninputs, outputs: streams. sides: side packets.", names)

    assert ["streams.", "side packets.", ""] == [
        docstring.meaning(name) for name in ("outputs", "sides", "line")
    ]


def test_items_end_where_the_prose_begins() -> None:
    """Several on a line are several; "Returns" belongs to none of them."""
    text = (
        "Opens.\n\nstart, stop: seconds; every: frames.\n    Of the source. Returns frames.\nMore."
    )
    docstring = parsed(text, ["start", "stop", "every"])

    assert ["Opens."] == docstring.before
    assert {"start, stop": "seconds", "every": "frames. Of the source."} == docstring.items
    assert ["**Returns** frames.\nMore."] == docstring.after


def test_examples_become_code() -> None:
    """An indented paragraph is one."""
    assert ["Do:", "```python\nf()\n```"] == parsed("Do:\n\n    f()", ()).before


@pytest.mark.usefixtures("shown")
def test_attributes_that_are_set_at_the_start_are_shown() -> None:
    """With what is said beside them."""
    assert "`rate` `: float`\n\n:   per second" in reference.entry("Started")


def test_comments_above_count_too() -> None:
    """All lines directly above, and none farther away."""
    source = "# Far.\n\n# Two\n# lines.\nA = 1\nB = 2\nC = (\n    3  # inside\n)\n"

    assert {"A": "Two\nlines.", "C": "inside"} == documented_names(source)


def test_a_call_is_broken_where_it_is_long() -> None:
    """One parameter per line, and the star on its own."""
    written = call("a_name_that_takes_more_than_half_of_the_line", signature_of(late))

    assert "line(\n    image: NDArray[np.uint8],\n    /,\n    *,\n    size: int = 3,\n)" in written


@pytest.mark.parametrize(
    ("value", "expected"),
    [("full", '"full"'), (knuckle.Adaptive(), "Adaptive()"), (len, "..."), (None, "None")],
)
def test_defaults_are_the_same_in_every_build(value: object, expected: str) -> None:
    """No addresses, and no longer than needed."""
    assert expected == literal(value)
