"""`knuckle serve`: the page and the interface over HTTP."""

from __future__ import annotations

import io
import re
import secrets
import sys
import webbrowser
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..extras import import_extra
from ..io.paths import cache_folder
from ..options import ServeOptions
from ..serve.limits import Limits
from .options import (
    Command,
    checked,
    cores,
    examples,
    library_options,
    tell_setups,
    verbosity_options,
)
from .report import Report, count, interruptible

if TYPE_CHECKING:
    from ..serve.certificate import Certificate

PORT = 8021
PACKAGES = ("uvicorn", "starlette", "websockets", "prometheus_client", "segno", "cryptography")
TOKEN = re.compile(r"[A-Za-z0-9._~-]{16,}")
FILE = click.Path(path_type=Path, exists=True, dir_okay=False)

EXAMPLES = examples(
    "knuckle serve --open",
    "knuckle serve --host 0.0.0.0 --tls    (for a phone in the same network)",
)
# Options that are limits: the field, its metavar, and its help.
LIMITS = (
    ("max-bytes", "bytes", "N", "Bytes of a picture or a frame as it is sent."),
    ("max-pixels", "pixels", "N", "Pixels of a picture or a frame."),
    ("max-rate", "rate", "N", "Requests a second from one address."),
    ("max-connections", "connections", "N", "Connections at once."),
    ("max-streams", "streams", "N", "Streams at once."),
    ("max-waiting", "waiting", "N", "Pictures that may wait for a worker."),
    ("timeout", "work", "SECONDS", "End a worker that takes longer for one picture."),
)


def limit_options(command: Command) -> Command:
    """--max-bytes and the others, from their table."""
    for flag, field, metavar, help in reversed(LIMITS):
        default = getattr(Limits(), field)
        kind = click.IntRange(min=1) if type(default) is int else click.FloatRange(0, min_open=True)
        command = click.option(
            f"--{flag}",
            field,
            type=kind,
            default=default,
            show_default=f"{default:g}" if type(default) is float else f"{default:,}",
            metavar=metavar,
            help=help,
        )(command)
    return command


@click.command(epilog=EXAMPLES)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="The address to listen on; 0.0.0.0 is all. Others than this machine need a token.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=PORT,
    show_default=True,
    help="The port to listen on; 0 takes one that is free.",
)
@click.option(
    "--tls",
    is_flag=True,
    help="Encrypt, with a certificate that knuckle makes. A phone's camera needs it.",
)
@click.option("--certificate", type=FILE, help="Encrypt with this certificate (PEM) instead.")
@click.option("--key", type=FILE, help="The private key of --certificate (PEM).")
@click.option(
    "--token",
    envvar="KNUCKLE_TOKEN",
    help="What clients must know, 16 characters or more. Better in KNUCKLE_TOKEN than here, where "
    "other users can read it. By default a new one each time, and none on 127.0.0.1.",
)
@click.option(
    "--name",
    "names",
    multiple=True,
    metavar="HOST",
    help="Another host name of this server, such as a proxy's. May be given several times.",
)
@click.option(
    "--page",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Serve the files of this folder instead of knuckle's page.",
)
@click.option("--open", "opens", is_flag=True, help="Open the page in a browser.")
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    help="Processes that find hands.  [default: one for each core]",
)
@limit_options
@library_options(ServeOptions)
@verbosity_options
def serve(
    host: str,
    port: int,
    tls: bool,
    certificate: Path | None,
    key: Path | None,
    token: str | None,
    names: tuple[str, ...],
    page: Path | None,
    opens: bool,
    workers: int | None,
    quiet: bool,
    verbose: bool,
    **options: Any,
) -> int:
    """Serve the page for browsers, and hands as JSON for programs.

    The page tracks hands on the device that shows it. POST /v1/detect answers a picture, and the
    WebSocket /v1/track the frames of a stream; /docs says how to ask.
    """
    limits = replace(Limits(), **{field: options.pop(field) for _, field, _, _ in LIMITS})
    checked(ServeOptions, options)
    for package in PACKAGES:
        import_extra(package, purpose="knuckle serve", extra="serve")
    from ..serve.running import PAGE, Settings, needs_token, run

    report = Report(quiet=quiet, verbose=verbose)
    folder = _page(page, PAGE, report)
    is_shared = needs_token(host)
    settings = Settings(
        options=options,
        workers=workers or cores(),
        host=host,
        port=port,
        token=_token(token, is_shared=is_shared),
        certificate=_certificate(tls, certificate, key, host),
        names=frozenset(names),
        folder=folder,
        limits=limits,
    )
    tell_setups(report, options)
    if is_shared and settings.certificate is None:
        report.note(
            "without --tls, browsers on other devices give no camera to the page, and everybody in "
            "the network can read the token"
        )

    def started(urls: list[str]) -> None:
        if not quiet:
            _show(urls, has_code=is_shared)
        report.note(f"{count(settings.workers, 'worker')}; Ctrl-C stops")
        if opens and not webbrowser.open(urls[0]):
            report.note("no browser could be opened: open the address above in one")

    with interruptible() as interrupt:
        run(
            settings,
            is_stopped=lambda: interrupt.signal != 0,
            started=started,
            tell=report.problem,
            detail=report.detail,
        )
    report.note("stopped")
    return interrupt.status


def _page(folder: Path | None, built: Path, report: Report) -> Path | None:
    """The folder of the page; None when it is not built, which is said. Raises UsageError."""
    if folder is not None:
        if not (folder / "index.html").is_file():
            raise click.UsageError(f"{folder} has no index.html: --page takes the folder of a page")
        return folder
    if (built / "index.html").is_file():
        return built
    report.note(
        "the page is not built, which needs Node 20.19 or newer: with Node there, install knuckle "
        "again from its clone, or run scripts/page there if the installation is editable; pictures "
        "and streams are answered all the same"
    )
    return None


def _token(given: str | None, *, is_shared: bool) -> str | None:
    """The token that clients need. Raises UsageError."""
    if given is None:
        return secrets.token_urlsafe(24) if is_shared else None
    if not TOKEN.fullmatch(given):
        raise click.UsageError(
            f"a token of {count(len(given), 'character')} will not do: it needs 16 letters, digits "
            "or . _ ~ - at least"
        )
    return given


def _certificate(
    tls: bool, certificate: Path | None, key: Path | None, host: str
) -> Certificate | None:
    """The certificate to encrypt with; None without encryption. Raises UsageError, ServeError."""
    from ..serve.addresses import machine_addresses, machine_names
    from ..serve.certificate import Certificate, own_certificate

    if (certificate is None) != (key is None):
        raise click.UsageError("--certificate and --key work only together")
    if certificate is not None and key is not None:
        return Certificate(certificate, key)
    if not tls:
        return None
    hosts = {*machine_addresses(), *machine_names()} | ({host} - {"0.0.0.0", "::"})
    return own_certificate(cache_folder() / "serve", hosts)


def _show(urls: Sequence[str], *, has_code: bool) -> None:
    """Print the addresses, and the first as a QR code for a phone."""
    if has_code:
        import segno

        drawn = io.StringIO()
        segno.make_qr(urls[0]).terminal(drawn, compact=True)
        for line in drawn.getvalue().splitlines():
            click.secho(line, fg="bright_white", bg="black")  # also on a light terminal
    for url in urls:
        click.echo(url)
    sys.stdout.flush()
