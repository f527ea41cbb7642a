"""What `import knuckle.graph` offers."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

import knuckle.graph


@pytest.mark.parametrize("name", knuckle.graph.__all__)
def test_every_public_name_is_there(name: str) -> None:
    """And documented, if it can be."""
    thing = getattr(knuckle.graph, name)

    assert not callable(thing) or inspect.getdoc(thing)


def test_the_names_are_sorted() -> None:
    """And dir() shows them."""
    assert sorted(knuckle.graph.__all__) == dir(knuckle.graph)


def test_other_names_are_unknown() -> None:
    """As in any module."""
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        getattr(knuckle.graph, "nothing")  # noqa: B009


def test_the_import_alone_costs_nothing() -> None:
    """Neither protocol buffers nor numpy are imported before they are needed."""
    code = "import sys, knuckle.graph; print(*sys.modules, sep='\\n')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert {"google.protobuf", "numpy"}.isdisjoint(done.stdout.split())
