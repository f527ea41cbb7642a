"""Rules of the house that no linter knows."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "src" / "knuckle"

# Low to high: a part may import from its own layer and from those before it.
LAYERS = (
    {"errors", "extras", "models", "spec"},
    {"wrist"},
    {"values"},
    {"search"},
    {"settings"},
    {"core"},
    {"engine"},
    {"pipeline"},
    {"thorough"},
    {"tracks"},
    {"tracking"},
    {"offline"},
    {"tracker"},
    {"io", "render"},
    {"compat"},
    {"peers"},
    {"evaluate"},
    {"cli"},
    {"__init__", "__main__"},
)
RANK = {part: rank for rank, layer in enumerate(LAYERS) for part in layer}
LONGEST_FILE = 400
LONGEST_FUNCTION = 50


def part_of(path: Path) -> str:
    """The part of the package that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def sources() -> list[Path]:
    """Every source file of the package."""
    return sorted(PACKAGE.rglob("*.py"))


def imported_parts(path: Path) -> Iterator[str]:
    """The parts of the package that a file imports."""
    package = path.relative_to(PACKAGE).parent.parts
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.ImportFrom):
            continue
        named = (node.module or "").split(".")
        if node.level:
            target = [*package[: len(package) - node.level + 1], *named]
        elif named[0] == "knuckle":  # the compatibility layer, which lies deep
            target = [*named[1:], ""]
        else:
            continue
        parts = [target[0]] if target[0] else [alias.name for alias in node.names]
        yield from (name for name in parts if name in RANK)


def test_imports_point_down() -> None:
    """Data flows up the layers, so imports may only point down."""
    upward = [
        f"{path.relative_to(PACKAGE)} imports {part}"
        for path in sources()
        for part in imported_parts(path)
        if RANK[part] > RANK[part_of(path)] and part_of(path) not in ("__init__",)
    ]

    assert [] == upward


def test_every_part_has_its_layer() -> None:
    """A new module or folder is given its place."""
    assert set() == {part_of(path) for path in sources()} - set(RANK)


def test_the_core_is_pure() -> None:
    """It imports numpy, the warp's library, and no clock, file or process beyond a fork's hook."""
    allowed = {"__future__", "collections", "functools", "itertools", "kornia_rs", "math"}
    allowed |= {"numpy", "os", "typing"}
    imported = {
        name.split(".")[0]
        for path in (PACKAGE / "core").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        for name in _absolute_imports(node)
    }

    assert set() == imported - allowed


def _absolute_imports(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and not node.level:
        return [node.module or ""]
    return []


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_sizes(path: Path) -> None:
    """A file fits in one reading, a function on one screen (its docstring not counted)."""
    tree = ast.parse(path.read_text())
    long = [
        f"{node.name}: {lines}"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and (lines := _lines(node)) > LONGEST_FUNCTION
    ]

    assert len(path.read_text().splitlines()) <= LONGEST_FILE
    assert [] == long


def _lines(function: ast.FunctionDef) -> int:
    """Lines of a function's body without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body and body[-1].end_lineno else 0


def test_numbers_of_mediapipe_cite_their_source() -> None:
    """Each number in `spec.py` stands under the file it is taken from."""
    text = (PACKAGE / "spec.py").read_text()

    assert text.count("Source: mediapipe/") >= 8
