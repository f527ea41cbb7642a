"""The editor of graphs in a browser: a small server for one person on this machine.

It serves the page that is built into `page/`, the texts of the package's graphs, and what a text is
as a drawing. It listens on loopback only, and answers no page but its own.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
import secrets
import socket
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from ...errors import ServeError
from ...extras import import_extra
from .drawing import PAGE, built_file

HOST = "127.0.0.1"
LONGEST = 1_000_000  # bytes of a text
PATIENCE = 30.0  # seconds for a text to arrive
TICK = 0.1  # seconds between two looks whether to stop
FILES = {
    "viewer.js": "text/javascript; charset=utf-8",
    "viewer.css": "text/css; charset=utf-8",
    "editor.js": "text/javascript; charset=utf-8",
    "editor.css": "text/css; charset=utf-8",
    "LICENSES.txt": "text/plain; charset=utf-8",
}
HEADERS = {
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
# The text field styles itself; the page lets it by a number that nobody can guess.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; worker-src 'self'; "
    "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class StartText(NamedTuple):
    """What the editor starts with: a file's name and its text."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class EditorApp:
    """The editor as an ASGI application.

    drawing_of_text: the drawing of a text, with what is wrong with it, as JSON has it.
    texts: the texts that people may start from, by name. abouts: a sentence on each.
    start: what is in the editor at first; None for the first of `texts`.
    folder: where the page's files are.
    """

    drawing_of_text: Callable[[str], Mapping[str, Any]]
    texts: Mapping[str, str]
    abouts: Mapping[str, str]
    start: StartText | None = None
    folder: Path = PAGE

    async def __call__(
        self, scope: dict[str, Any], receive: Callable[..., Any], send: Callable[..., Any]
    ) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            raise ServeError(f"the editor answers no {scope['type']}: open it in a browser")
        answer = await self._answer(scope, receive)
        names = [(name.encode(), value.encode()) for name, value in answer.headers.items()]
        size = (b"content-length", str(len(answer.body)).encode())
        head = {"status": answer.status, "headers": [*names, size]}
        await send({"type": "http.response.start", **head})
        body = b"" if scope["method"] == "HEAD" else answer.body
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Mapping[str, Any], receive: Callable[..., Any]) -> _Answer:
        headers = {name.decode("latin-1"): v.decode("latin-1") for name, v in scope["headers"]}
        method, address = scope["method"], scope["path"]
        if refusal := _refusal(headers):
            return _problem(403, refusal)
        wanted = "POST" if address == "/api/check" else "GET"
        if method != wanted and (method, wanted) != ("HEAD", "GET"):
            return _problem(405, f"{address} answers {wanted}, not {method}")
        if address != "/api/check":
            return self._file(address)
        try:
            text = await asyncio.wait_for(_body(receive), PATIENCE)
        except (_TooLong, TimeoutError, UnicodeDecodeError) as error:
            return _text_problem(error)
        drawing = await asyncio.to_thread(self.drawing_of_text, text)
        return _json(drawing)

    def _file(self, address: str) -> _Answer:
        name = address.removeprefix("/")
        if name in ("", "index.html"):
            return self._page()
        if name in FILES:
            return _Answer(200, built_file(name, self.folder).encode(), FILES[name])
        if name == "api/graphs":
            return _json([{"name": n, "about": self.abouts.get(n, "")} for n in self.texts])
        if name == "api/start":
            return _json((self.start or self._first())._asdict())
        graph = unquote(name.removeprefix("api/graphs/"))
        if name.startswith("api/graphs/") and graph in self.texts:
            return _Answer(200, self.texts[graph].encode(), "text/plain; charset=utf-8")
        return _problem(404, f"there is nothing at {address}")

    def _page(self) -> _Answer:
        nonce = secrets.token_urlsafe(18)
        text = built_file("editor.html", self.folder).replace("{{nonce}}", nonce)
        policy = {"content-security-policy": POLICY.format(nonce=nonce)}
        return _Answer(200, text.encode(), "text/html; charset=utf-8", policy)

    def _first(self) -> StartText:
        for name, text in self.texts.items():
            return StartText(f"{name}.pbtxt", text)
        return StartText("graph.pbtxt", "")


def run_editor(
    app: EditorApp,
    *,
    port: int = 0,
    is_stopped: Callable[[], bool],
    started: Callable[[str], None],
) -> None:
    """Serve the editor on this machine until `is_stopped`.

    port: 0 takes a free one. started: is called with the address when it can be opened.
    Raises ServeError if the port is taken, GraphError if the page is not built, and ExtraMissing
    without a server.
    """
    built_file("editor.js", app.folder)
    uvicorn = import_extra("uvicorn", purpose="the editor of graphs", extra="serve")
    with _listening(port) as listener:
        address = f"http://{HOST}:{listener.getsockname()[1]}/"
        asyncio.run(_run(uvicorn, app, listener, is_stopped, lambda: started(address)))


async def _run(
    uvicorn: Any,
    app: EditorApp,
    listener: socket.socket,
    is_stopped: Callable[[], bool],
    started: Callable[[], None],
) -> None:
    config = uvicorn.Config(
        app, log_config=None, access_log=False, lifespan="off", server_header=False, ws="none"
    )
    server = uvicorn.Server(config)
    server.capture_signals = _no_signals  # whoever calls this has a way with signals
    serving = asyncio.create_task(server.serve([listener]))
    while not server.started and not serving.done():
        await asyncio.sleep(TICK / 10)
    started()
    while not is_stopped() and not serving.done():
        await asyncio.sleep(TICK)
    server.should_exit = True
    server.force_exit = True  # nothing here is worth waiting for
    await serving


@contextmanager
def _no_signals() -> Any:
    yield


@contextmanager
def _listening(port: int) -> Any:
    """A socket that listens on this machine only. Raises ServeError."""
    try:
        listener = socket.create_server((HOST, port))
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ServeError(f"cannot listen on port {port}: {reason}; choose another") from error
    with listener:
        yield listener


def _refusal(headers: Mapping[str, str]) -> str:
    """Why a request is none of ours; "" if it is.

    A page of another site can point a name of its own at this machine, but neither an address nor
    `localhost`; and what it sends names its origin.
    """
    host = headers.get("host", "")
    if not _is_loopback(host):
        return f"this server is not {host!r}: open it by the address that it has told"
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
        return f"a page of {origin!r} may not use this server"
    if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        return "a page of another site may not use this server"
    return ""


def _is_loopback(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name.lower() == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


class _TooLong(Exception):
    """A text has more bytes than are read."""


async def _body(receive: Callable[..., Any]) -> str:
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        part = message.get("body", b"")
        parts.append(part)
        size += len(part)
        more = message.get("more_body", False)
        if size > LONGEST:
            raise _TooLong
    return b"".join(parts).decode("utf-8")


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: bytes
    media_type: str
    more: Mapping[str, str] | None = None

    @property
    def headers(self) -> dict[str, str]:
        """All of them but the length."""
        own = POLICY.format(nonce="none")
        base = {"content-security-policy": own, "content-type": self.media_type, **HEADERS}
        return base | dict(self.more or {})


def _json(value: object, status: int = 200, media_type: str = "application/json") -> _Answer:
    return _Answer(status, json.dumps(value).encode(), media_type)


def _problem(status: int, detail: str) -> _Answer:
    """What went wrong, as RFC 9457 has it."""
    return _json({"status": status, "detail": detail}, status, "application/problem+json")


def _text_problem(error: Exception) -> _Answer:
    if isinstance(error, _TooLong):
        return _problem(413, f"the text has more than {LONGEST:,} bytes: graphs are shorter")
    if isinstance(error, TimeoutError):
        return _problem(408, f"the text took more than {PATIENCE:g} seconds to arrive: try again")
    return _problem(400, "the text is not in UTF-8: binary graphs are converted to text first")
