"""The site has everything, loads nothing from elsewhere, and what is broken fails the build."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from docs.website import drawings
from docs.website.__main__ import build
from docs.website.drawings import is_built
from docs.website.links import problems, read_pages
from docs.website.reference import public_names
from knuckle.cli import cli
from knuckle.graph import GRAPHS
from knuckle.graph.drawings.picture import graph_texts
from tests.conftest import ROOT

CONFIG = """\
[project]
site_name = "toy"
[project.theme]
font = false
[project.plugins.offline]
[[project.extra.polyfills]]
path = "iframe-worker.js"
[project.plugins.awesome-nav]
"""


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    """A site of two pages that is whole."""
    (tmp_path / "zensical.toml").write_text(CONFIG)
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "iframe-worker.js").touch()
    (docs / "index.md").write_text("# Home\n\nSee [other](other.md#more).\n")
    (docs / "other.md").write_text("# Other\n\n## More\n")
    (docs / ".nav.yml").write_text("nav:\n  - index.md\n  - other.md\n")
    return tmp_path


def test_a_whole_site_has_no_problems(toy: Path) -> None:
    """The ground of the tests that break it."""
    assert [] == build(toy)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[x](gone.md)", "page does not exist"),
        ("[x](other.md#gone)", "anchor does not exist"),
        ("![x](gone.png)", "index.html: shows gone.png, which does not exist"),
        ("[x](gone.json)", "index.html: links to gone.json, which does not exist"),
        ('<a href="other.html#gone">x</a>', "other.html#gone, which has no such section"),
        ("![x](https://example.com/x.png)", "loads https://example.com/x.png from another host"),
        ('<p style="background: url(//example.com/x)">', "loads //example.com/x from another host"),
        (
            '<script src="https://example.com/x.js"></script>',
            "https://example.com/x.js from another",
        ),
    ],
)
def test_what_is_broken_fails_the_build(toy: Path, text: str, complaint: str) -> None:
    """With a sentence that names it."""
    with (toy / "docs" / "index.md").open("a") as page:
        page.write(f"\n{text}\n")

    assert complaint in "\n".join(build(toy))


def test_a_page_that_the_navigation_names_must_exist(toy: Path) -> None:
    """Else the build fails."""
    with (toy / "docs" / ".nav.yml").open("a") as navigation:
        navigation.write("  - gone.md\n")

    assert "gone.md" in "\n".join(build(toy))


def test_a_page_without_a_place_fails_the_build(toy: Path) -> None:
    """A reader could not find it."""
    (toy / "docs" / "lost.md").write_text("# Lost\n")

    assert ["lost.html: no page leads here; add it to docs/.nav.yml"] == build(toy)


def test_a_style_sheet_loads_nothing_from_elsewhere(toy: Path) -> None:
    """Fonts are what style sheets load most."""
    build(toy)
    (toy / "site" / "x.css").write_text('@import "https://example.com/font.css";')

    assert ["x.css: loads https://example.com/font.css from another host"] == problems(toy / "site")


def test_every_document_is_a_page(site: Path) -> None:
    """All of docs/, with the changelog."""
    expected = {
        path.relative_to(ROOT / "docs").with_suffix(".html").as_posix()
        for path in (ROOT / "docs").rglob("*.md")
    }
    drawn = {f"graphs/{name}.html" for name in GRAPHS} if is_built() else set()
    built = {path.relative_to(site.resolve()).as_posix() for path in read_pages(site)}

    assert expected | {"404.html"} | drawn == built
    assert "0.1.0" in (site / "changelog.html").read_text(encoding="utf-8")


def test_the_reference_has_every_public_name(site: Path) -> None:
    """Each with an anchor of its name, on one page."""
    anchors = [
        anchor
        for path, page in read_pages(site).items()
        if path.parent.name == "reference"
        for anchor in page.anchors
    ]

    assert [] == [name for name in public_names() if anchors.count(name) != 1]


def test_the_reference_has_every_option(site: Path) -> None:
    """Of every command, as click has them."""
    text = (site / "reference" / "command-line.html").read_text(encoding="utf-8")
    options = {
        option
        for command in _commands(cli)
        for parameter in command.params
        for option in parameter.opts
        if option.startswith("--")
    }

    assert len(options) > 20
    assert [] == [option for option in options if not re.search(rf"{option}\b", text)]


def _commands(group: click.Group) -> Iterator[click.Command]:
    for command in group.commands.values():
        yield command
        if isinstance(command, click.Group):
            yield from _commands(command)


def test_every_graph_is_shown(site: Path) -> None:
    """Drawn if the script that draws is built, else as text."""
    text = (site / "drawn-graphs.html").read_text(encoding="utf-8")
    sign = 'src="graphs/{}.html"' if is_built() else 'id="{}"'

    assert [] == [name for name in GRAPHS if sign.format(name) not in text]


def test_without_the_script_that_draws_graphs_are_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """With their comments."""
    monkeypatch.setattr(drawings, "is_built", lambda: False)

    assert [] == [name for name, text in graph_texts().items() if text not in drawings.entry()]


def test_the_search_has_the_reference(site: Path) -> None:
    """Its index is a file of the site, also as a script for pages that are opened as files."""
    index = json.loads((site / "search.json").read_text(encoding="utf-8"))
    places = {item["location"] for item in index["items"]}

    assert "reference/detect-and-track.html#track_clip" in places
    assert (site / "search.js").read_text(encoding="utf-8").startswith("var __index = ")


def test_no_source_code_is_published(site: Path) -> None:
    """Scripts that lie beside the pages stay where they are."""
    assert [] == [*site.rglob("*.py"), *site.rglob("*.pyc")]
