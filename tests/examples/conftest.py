"""Fixtures for the examples."""

from __future__ import annotations

from pathlib import Path

import pytest

from .programs import Run, run_program


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs an example as a program; returns what it prints."""

    def run_and_read(name: str, *arguments: str | Path) -> str:
        run_program(monkeypatch, name, *arguments)
        return capsys.readouterr().out

    return run_and_read
