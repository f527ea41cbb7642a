"""Rules of the house that no linter knows."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "src" / "knuckle"

# Who may import whom. A room that comes later (graph, batch, serve, window, gesture, export, train)
# gets a row here before its first file.
GROUND = {"errors", "extras", "fitted", "spec", "values"}
STREAMS = GROUND | {"geometry", "networks", "pictures", "settings", "stages"}
MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "extras": {"errors"},
    "fitted": set(),
    "spec": set(),
    "values": {"geometry", "spec"},
    "geometry": GROUND,
    "networks": GROUND,
    "settings": GROUND | {"geometry", "networks", "streams"},
    "stages": GROUND | {"geometry"},
    "pictures": GROUND | {"geometry", "networks", "settings", "stages"},
    "streams": STREAMS,
    "api": STREAMS | {"streams"},
    "io": GROUND | {"geometry", "settings"},
    "render": GROUND | {"geometry", "settings", "stages"},
    "compat": STREAMS | {"io", "render", "streams"},
    "evaluate": STREAMS | {"api", "io"},
    "cli": STREAMS | {"api", "evaluate", "io", "render", "streams"},
    "__init__": STREAMS | {"api", "io", "render", "streams"},
    "__main__": {"cli"},
}
LONGEST_FILE = 400
LONGEST_FUNCTION = 50


def part_of(path: Path) -> str:
    """The part of the package that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def sources() -> list[Path]:
    """Every source file of the package."""
    return sorted(PACKAGE.rglob("*.py"))


def imported_parts(path: Path) -> Iterator[str]:
    """The other parts of the package that a file imports."""
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
        yield from (name for name in parts if name in MAY_IMPORT and name != part_of(path))


def test_imports_follow_the_table() -> None:
    """Nobody imports from a part that is not theirs to know."""
    strangers = [
        f"{path.relative_to(PACKAGE)} imports {part}"
        for path in sources()
        for part in imported_parts(path)
        if part not in MAY_IMPORT[part_of(path)]
    ]

    assert [] == strangers


def test_every_part_has_its_row() -> None:
    """A new module or folder is given its place."""
    assert {part_of(path) for path in sources()} == set(MAY_IMPORT)


def test_geometry_and_stages_are_pure() -> None:
    """It imports numpy, the warp's library, and no clock, file or process beyond a fork's hook."""
    allowed = {"__future__", "collections", "functools", "itertools", "kornia_rs", "math"}
    allowed |= {"dataclasses", "numbers", "numpy", "os", "typing"}
    imported = {
        name.split(".")[0]
        for room in ("geometry", "stages")
        for path in (PACKAGE / room).glob("*.py")
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
