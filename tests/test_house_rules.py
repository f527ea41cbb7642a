"""Rules of the house that no linter knows."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from docs.imports import PACKAGE, imported_parts, part_of, sources

# Who may import whom. The rows of rooms that are not built yet say where they will stand.
GROUND = {"checks", "closing", "errors", "extras", "fitted", "spec", "values"}
HANDS = GROUND | {"geometry", "networks", "pictures", "stages", "streams"}
LIBRARY = HANDS | {"api", "io", "options", "outputs", "render"}
MAY_IMPORT: dict[str, set[str]] = {
    "closing": set(),
    "errors": set(),
    "extras": {"errors"},
    "fitted": set(),
    "spec": set(),
    "values": {"spec"},
    "checks": {"errors", "spec", "values"},
    "geometry": GROUND,
    "networks": GROUND,
    "stages": GROUND | {"geometry", "networks"},
    "pictures": GROUND | {"geometry", "networks", "stages"},
    "streams": GROUND | {"geometry", "networks", "pictures", "stages"},
    "options": HANDS,
    "api": HANDS | {"options"},
    "io": GROUND | {"geometry"},
    "render": GROUND | {"geometry"},
    "outputs": GROUND | {"geometry", "io", "render"},
    "gesture": GROUND | {"geometry"},
    "export": GROUND | {"geometry"},
    "messages": {"errors", "extras"},
    "graph": HANDS | {"io", "messages", "render"},  # its packets and its scheduler know no hands
    "compat": HANDS | {"graph", "io", "messages", "render"},
    "evaluate": LIBRARY,
    "batch": LIBRARY,
    "serve": LIBRARY,
    "window": LIBRARY | {"gesture"},
    "train": LIBRARY | {"export"},
    "cli": LIBRARY
    | {"batch", "evaluate", "export", "gesture", "graph", "serve", "train", "window"},
    "__init__": LIBRARY,
    "__main__": {"cli"},
}
LONGEST_FILE = 400
LONGEST_FUNCTION = 50


def test_imports_follow_the_table() -> None:
    """Nobody imports from a part that is not theirs to know."""
    strangers = [
        f"{path.relative_to(PACKAGE)} imports {part}"
        for path in sources()
        for part in set(imported_parts(path)) & set(MAY_IMPORT) - {part_of(path)}
        if part not in MAY_IMPORT[part_of(path)]
    ]

    assert [] == strangers


def test_every_part_has_its_row() -> None:
    """A new module or folder is given its place."""
    assert set() == {part_of(path) for path in sources()} - set(MAY_IMPORT)


def test_the_table_keeps_rooms_apart() -> None:
    """Programs on top of the library never see each other, and only the command sees training."""
    for room in ("compat", "batch", "serve", "evaluate"):
        assert set() == MAY_IMPORT[room] & {"compat", "batch", "serve", "evaluate"}
    assert ["cli"] == [room for room, parts in MAY_IMPORT.items() if "train" in parts]


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
