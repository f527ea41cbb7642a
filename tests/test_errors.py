"""What errors say."""

from __future__ import annotations

import importlib.metadata
import pickle

import pytest

from knuckle.errors import ExtraMissing, install_command


@pytest.fixture
def requirements(monkeypatch: pytest.MonkeyPatch) -> None:
    """A package with two extras, as its metadata names them."""
    lines = [
        "numpy",
        'av>=14; extra == "video"',
        "jinja2; extra == 'all'",
        "av>=14; extra == 'all'",
    ]
    monkeypatch.setattr(importlib.metadata, "requires", lambda name: lines)


@pytest.mark.usefixtures("requirements")
@pytest.mark.parametrize(
    ("extra", "command"),
    [("video", 'pip install "av>=14"'), ("all", 'pip install jinja2 "av>=14"')],
)
def test_an_extra_is_installed_by_its_packages_names(extra: str, command: str) -> None:
    """Which every index has, whether it has knuckle or not."""
    assert command == install_command(extra)


@pytest.mark.usefixtures("requirements")
def test_an_extra_that_the_metadata_lack_is_the_clones() -> None:
    """A package that was installed before the extra came."""
    assert 'pip install ".[heic]" in a clone of knuckle' == install_command("heic")


def test_an_error_survives_pickling() -> None:
    """On its way from one process to another."""
    error = ExtraMissing("writing Parquet", "parquet")

    assert str(error) == str(pickle.loads(pickle.dumps(error)))
