"""The comments beside the names of a class or a module, which document its fields."""

from __future__ import annotations

import ast
import io
import tokenize


def documented_names(source: str) -> dict[str, str]:
    """What `source` says about each name that it assigns: a string after it, or a comment.

    source: a module, or one class or `__init__` from its first line on, without indentation.
    A comment counts on a line of the assignment, or on the lines directly above it.
    """
    body = ast.parse(source).body
    if len(body) == 1 and isinstance(body[0], ast.ClassDef | ast.FunctionDef):
        body = body[0].body
    trailing, own = _comments(source)
    found = {}
    for node, following in zip(body, [*body[1:], None], strict=True):
        for name in _assigned(node):
            lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
            text = _string(following) or " ".join(
                trailing[line] for line in lines if line in trailing
            )
            found[name] = text or _block_above(own, node.lineno)
    return {name: text for name, text in found.items() if text}


def _comments(source: str) -> tuple[dict[int, str], dict[int, str]]:
    """Comments by line: those after code, and those on lines of their own."""
    trailing: dict[int, str] = {}
    own: dict[int, str] = {}
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            lines = own if token.line.lstrip().startswith("#") else trailing
            lines[token.start[0]] = token.string.lstrip("# ")
    return trailing, own


def _assigned(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return [node.target.id]
    if isinstance(node, ast.Assign):
        return [name for target in node.targets if (name := _target(target))]
    return []


def _target(target: ast.expr) -> str:
    """The name, or that of an attribute of `self`."""
    if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
        return target.attr if target.value.id == "self" else ""
    return target.id if isinstance(target, ast.Name) else ""


def _string(node: ast.stmt | None) -> str | None:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return node.value.value if isinstance(node.value.value, str) else None
    return None


def _block_above(own: dict[int, str], line: int) -> str:
    block: list[str] = []
    while (line := line - 1) in own:
        block.insert(0, own[line])
    return "\n".join(block)
