"""The files that a public forge and pre-commit read: they parse, and what they call exists."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from release.pythons import VERSIONS
from tests.conftest import ROOT

FORGE = ROOT / ".github"
WORKFLOWS = sorted((FORGE / "workflows").glob("*.yml"))
FORMS = sorted(path for path in (FORGE / "ISSUE_TEMPLATE").glob("*.yml") if path.stem != "config")


def read(path: Path) -> Any:
    """A YAML file."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def jobs(path: Path) -> list[dict[str, Any]]:
    """The jobs of a workflow."""
    return list(read(path)["jobs"].values())


def is_script(name: str) -> bool:
    """Whether a path names a program of this repository that can be run."""
    path = ROOT / name
    return path.is_file() and path.read_text().startswith("#!") and os.access(path, os.X_OK)


def test_both_workflows_are_there() -> None:
    """One tests, one releases."""
    assert ["release", "test"] == [path.stem for path in WORKFLOWS]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_each_step_calls_a_script_of_this_repository(path: Path) -> None:
    """And is nothing but that call, so that everybody can run it at home, too."""
    lines = [step["run"] for job in jobs(path) for step in job["steps"] if "run" in step]

    assert lines
    assert [] == [line for line in lines if "\n" in line or not is_script(line.split()[0])]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_each_workflow_covers_every_system_and_python(path: Path) -> None:
    """Linux, macOS and Windows; the Pythons that the project file names."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = re.findall(r"Python :: (3\.\d+)", "\n".join(project["classifiers"]))

    for job in jobs(path):
        matrix = job["strategy"]["matrix"]
        assert {"ubuntu", "macos", "windows"} == {s.split("-")[0] for s in matrix["system"]}
        assert named == matrix["python"] == list(VERSIONS)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflows_may_only_read(path: Path) -> None:
    """What runs on a stranger's change can change nothing."""
    assert {"contents": "read"} == read(path)["permissions"]


def test_hooks_call_scripts_of_this_repository() -> None:
    """And none from elsewhere, whose version would have to be pinned."""
    repositories = read(ROOT / ".pre-commit-config.yaml")["repos"]
    entries = [hook["entry"].split() for one in repositories for hook in one["hooks"]]

    assert ["local"] == [one["repo"] for one in repositories]
    assert [["bash", "scripts/check"]] * 3 == [entry[:2] for entry in entries]
    assert ["format", "lint", "types"] == [entry[2] for entry in entries]


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_issue_forms_are_whole(path: Path) -> None:
    """A name, a description, and questions with ids of their own."""
    form = read(path)
    ids = [question["id"] for question in form["body"]]

    assert {"name", "description", "labels", "body"} == set(form)
    assert len(set(ids)) == len(ids)
    assert all(question["attributes"]["label"] for question in form["body"])


def test_the_citation_has_what_its_format_asks_for() -> None:
    """The keys that Citation File Format 1.2.0 requires, and the licence of our own code."""
    citation = read(ROOT / "CITATION.cff")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert {"cff-version", "message", "title", "authors"} <= set(citation)
    assert "1.2.0" == citation["cff-version"]
    assert project["license"].split(" AND ")[0] == citation["license"]
