"""Version, changelog and fragments agree, and fragments become entries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import knuckle
from release import changelog
from release.changelog import (
    change_types,
    check_fragments,
    check_version,
    fragment_faults,
    fragments,
    joined,
    preceded,
    write_notes,
)
from release.command import ReleaseError
from tests.conftest import ROOT

TYPES = ["added", "fixed"]
LOG = "# Changelog\n\n## 0.2.0\n\n- One.\n\n## 0.1.0\n\n- Old.\n"
DRAFT = "## 0.2.0\n\n### Added\n\n- Two,\n  of two lines.\n\n### Fixed\n\n- Three.\n\n\n"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository at version 0.2.0, as far as a changelog goes."""
    (tmp_path / "src" / "knuckle").mkdir(parents=True)
    (tmp_path / "src" / "knuckle" / "__init__.py").write_text('__version__ = "0.2.0"\n')
    (tmp_path / "CHANGELOG.md").write_text(LOG)
    (tmp_path / "CITATION.cff").write_text("cff-version: 1.2.0\nversion: 0.2.0\n")
    kinds = "".join(f'[[tool.towncrier.type]]\ndirectory = "{name}"\n' for name in TYPES)
    (tmp_path / "pyproject.toml").write_text(kinds)
    (tmp_path / "changelog.d").mkdir()
    return tmp_path


def test_every_fragment_has_a_known_type() -> None:
    """Those that wait in this repository."""
    assert [] == fragment_faults(fragments(ROOT), change_types(ROOT))


def test_the_version_is_the_same_in_every_file() -> None:
    """Of this repository: the package, the changelog and the citation."""
    assert knuckle.__version__ == check_version(ROOT)


@pytest.mark.parametrize("name", ["CHANGELOG.md", "CITATION.cff"])
def test_another_version_is_refused(repository: Path, name: str) -> None:
    """The message names the file and both versions."""
    path = repository / name
    path.write_text(path.read_text().replace("0.2.0", "0.3.0"))

    with pytest.raises(ReleaseError, match=rf"{name} says 0\.3\.0 and .* says 0\.2\.0"):
        check_version(repository)


def test_a_file_without_a_version_is_refused(repository: Path) -> None:
    """A changelog without a section, for instance."""
    (repository / "CHANGELOG.md").write_text("# Changelog\n")

    with pytest.raises(ReleaseError, match=r"CHANGELOG\.md names no version"):
        check_version(repository)


def test_the_tag_must_be_the_version(repository: Path) -> None:
    """With a v in front of it."""
    assert "0.2.0" == check_version(repository, "v0.2.0")
    with pytest.raises(ReleaseError, match=r"the tag is 0\.2\.0 .*: tag v0\.2\.0"):
        check_version(repository, "0.2.0")


@pytest.mark.parametrize("name", ["one.md", "one.news.md", "added.md", "one.added.txt", "a b.md"])
def test_a_fragment_of_unknown_type_is_refused(repository: Path, name: str) -> None:
    """The message names the file and the types."""
    (repository / "changelog.d" / name).write_text("One.\n")

    with pytest.raises(ReleaseError, match=f"{name} must be called .* added, fixed"):
        check_fragments(repository, may_wait=True)


def test_an_empty_fragment_is_refused(repository: Path) -> None:
    """It would be an empty line of the changelog."""
    (repository / "changelog.d" / "one.added.md").write_text("\n")

    with pytest.raises(ReleaseError, match=r"one\.added\.md is empty"):
        check_fragments(repository, may_wait=True)


def test_changes_may_wait_in_a_draft_only(repository: Path) -> None:
    """A release has them all in its changelog."""
    (repository / "changelog.d" / "one.added.md").write_text("One.\n")

    check_fragments(repository, may_wait=True)
    with pytest.raises(ReleaseError, match=r"changes wait in changelog.d \(1\)"):
        check_fragments(repository, may_wait=False)


def test_entries_join_a_section_that_is_there() -> None:
    """At the end of its list, without headings, and older sections stay."""
    expected = LOG.replace("- One.\n", "- One.\n- Two,\n  of two lines.\n- Three.\n")

    assert expected == joined(LOG, DRAFT)


def test_entries_join_the_only_section() -> None:
    """No blank lines are left at the end of the file."""
    assert "# Changelog\n\n## 0.2.0\n\n- One.\n- Three.\n" == joined(
        "# Changelog\n\n## 0.2.0\n\n- One.\n", "## 0.2.0\n\n### Fixed\n\n- Three.\n\n"
    )


def test_a_section_with_headings_is_left_alone() -> None:
    """Nobody but its writer knows under which heading."""
    with pytest.raises(ReleaseError, match=r"section ## 0\.2\.0 already, with headings"):
        joined(LOG.replace("- One.", "### Added\n\n- One."), DRAFT)


def test_a_new_section_comes_first() -> None:
    """Above those of older versions."""
    log = "# Changelog\n\n## 0.1.0\n\n- Old.\n"

    assert f"# Changelog\n\n{DRAFT.strip()}\n\n## 0.1.0\n\n- Old.\n" == preceded(log, DRAFT)


def test_notes_take_the_fragments_away(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are in the changelog then; the folder's own files stay."""
    for name in ("one.added.md", "two.fixed.md", "README.md", "template.md.jinja"):
        (repository / "changelog.d" / name).write_text("One.\n")

    def draft(*_: Any, **__: Any) -> str:
        return DRAFT

    monkeypatch.setattr(changelog, "run", draft)

    assert 2 == write_notes(repository)
    assert joined(LOG, DRAFT) == (repository / "CHANGELOG.md").read_text()
    assert [] == fragments(repository)


def test_no_fragments_are_no_notes(repository: Path) -> None:
    """And the changelog is not touched."""
    assert 0 == write_notes(repository)
    assert LOG == (repository / "CHANGELOG.md").read_text()
