"""The parts of the package, its modules and folders, and who imports whom."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "src" / "knuckle"


def part_of(path: Path) -> str:
    """The part of the package that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def sources() -> list[Path]:
    """Every source file of the package."""
    return sorted(PACKAGE.rglob("*.py"))


def imported_parts(path: Path) -> Iterator[str]:
    """What a file imports of the package, by part; names of `__init__` come as they are."""
    package = path.relative_to(PACKAGE).parent.parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom):
            continue
        named = (node.module or "").split(".")
        if node.level:
            target = [*package[: len(package) - node.level + 1], *named]
        elif named[0] == "knuckle":  # the compatibility layer, which other names reach, too
            target = [*named[1:], ""]
        else:
            continue
        yield from [target[0]] if target[0] else [alias.name for alias in node.names]
