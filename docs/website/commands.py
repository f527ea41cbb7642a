"""The reference of the command line, taken from click."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import click

from knuckle.cli import cli

from .docstrings import definitions, fenced, with_links


def entry() -> str:
    """Markdown of the command and of all its subcommands, from the first heading on."""
    top = click.Context(cli, info_name="knuckle", **cli.context_settings)
    contexts = [context for own in _inner(cli, top) for context in (own, *_below(own))]
    return "\n\n".join(piece for context in contexts for piece in _command(context) if piece)


def _below(context: click.Context) -> Iterator[click.Context]:
    """The commands of a group, as those of `knuckle graph`; none of any other command."""
    if isinstance(context.command, click.Group):
        yield from _inner(context.command, context)


def _inner(group: click.Group, context: click.Context) -> Iterator[click.Context]:
    for name in group.list_commands(context):
        yield click.Context(group.commands[name], info_name=name, parent=context)


def _command(context: click.Context) -> Iterator[str]:
    command = context.command
    name = context.command_path
    yield f"## `{name}` {{ #{name.replace(' ', '-')} }}"
    yield fenced(f"{name} {' '.join(command.collect_usage_pieces(context))}", "text")
    yield from _paragraphs(inspect.cleandoc(command.help or ""))
    records = filter(None, (each.get_help_record(context) for each in command.get_params(context)))
    yield definitions({f"`{form}`": _plain(text) for form, text in records if text})
    yield from _paragraphs(inspect.cleandoc(command.epilog or ""))


def _paragraphs(text: str) -> Iterator[str]:
    r"""Click's paragraphs; one that starts with \b keeps its lines, as the examples do."""
    for paragraph in text.split("\n\n"):
        if paragraph.startswith("\b"):
            first, _, rest = paragraph.removeprefix("\b").strip("\n").partition("\n")
            yield _plain(first)
            yield fenced(inspect.cleandoc(rest), "text")
        else:
            yield _plain(paragraph)


def _plain(text: str) -> str:
    """Signs that Markdown would take for its own are escaped."""
    return with_links(re.sub(r"([*_\[\]])", r"\\\1", text).replace("<", "&lt;"))
