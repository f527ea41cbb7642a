"""All addresses of the server, and what every request passes on its way to them.

A request is checked (`access`), counted (`metrics`), and handed to the function of its address.
What goes wrong on the way is a `Problem`, which becomes the answer.
"""

from __future__ import annotations

import base64
import hashlib
import time
import traceback
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl, quote, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from . import files, openapi
from .incoming import Incoming
from .metrics import MEDIA_TYPE
from .pictures import client_of, detect
from .problem import Problem
from .service import Service
from .streams import track

Handler = Callable[[Service, Request, Incoming], Awaitable[Response]]
STREAM = "/v1/track"
BUILD = "scripts/page"  # the command that builds the page in a clone
# The page runs WebAssembly in workers of its own origin, and nothing of any other.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "worker-src 'self' blob:",
        "connect-src 'self'",
        "img-src 'self' blob: data:",
        "media-src 'self' blob: mediastream:",
        "style-src 'self'",
        "font-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "cross-origin-opener-policy": "same-origin",  # these two allow threads
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
    "content-security-policy": POLICY,
    "permissions-policy": "camera=(self), microphone=(), geolocation=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
}
_STYLE_HASH = base64.b64encode(hashlib.sha256(openapi.STYLE.encode()).digest()).decode()
OWN_POLICY = f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; frame-ancestors 'none'"
NOT_BUILT = f"""<h1>knuckle serve</h1>
<p>The page is not built yet, which needs Node 20.19 or newer. Install knuckle again from its clone
with Node there, or run <code>{BUILD}</code> in the clone if the installation is editable.</p>
<p>Pictures and streams are answered all the same: <a href="/docs">how to ask</a>.</p>"""


def _own_page(title: str, body: str, status: int = 200) -> Response:
    headers = {"content-security-policy": OWN_POLICY}
    return HTMLResponse(openapi.framed(title, body), status, headers)


async def _health(service: Service, request: Request, incoming: Incoming) -> Response:
    if service.pool.ready == 0:
        raise Problem(503, "no worker is ready", retry=1)
    return JSONResponse({"status": "ok"})


async def _metrics(service: Service, request: Request, incoming: Incoming) -> Response:
    return Response(service.metrics.text(), media_type=MEDIA_TYPE)


async def _openapi(service: Service, request: Request, incoming: Incoming) -> Response:
    defaults = service.picture_defaults, service.stream_defaults
    return JSONResponse(openapi.document(*defaults, service.limits))


async def _docs(service: Service, request: Request, incoming: Incoming) -> Response:
    defaults = service.picture_defaults, service.stream_defaults
    text = openapi.page(openapi.document(*defaults, service.limits))
    return HTMLResponse(text, headers={"content-security-policy": OWN_POLICY})


async def _upgrade(service: Service, request: Request, incoming: Incoming) -> Response:
    raise Problem(426, "this is the address of a WebSocket")


async def _file(service: Service, request: Request, incoming: Incoming) -> Response:
    """A file of the page, or a network."""
    address = request.scope["path"]
    if address.startswith("/models/"):
        path = files.models().get(address.removeprefix("/models/"))
    elif service.folder is None and address in ("/", "/index.html"):
        return _own_page("knuckle serve", NOT_BUILT, 404)
    else:
        path = files.find(service.folder, address) if service.folder else None
    if path is None:
        raise files.nothing_at(address)
    return await files.answer(request, path, address)


ROUTES: dict[str, tuple[str, Handler]] = {
    "/v1/detect": ("POST", detect),
    STREAM: ("GET", _upgrade),
    "/healthz": ("GET", _health),
    "/metrics": ("GET", _metrics),
    "/openapi.json": ("GET", _openapi),
    "/docs": ("GET", _docs),
}
FILES: tuple[str, Handler] = ("GET", _file)


class App:
    """The server as an ASGI application."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or serve a stream."""
        started = time.perf_counter()
        answer = Outgoing(send)
        try:
            if scope["type"] == "http":
                await self._http(scope, receive, answer)
            else:
                await self._stream(scope, receive, answer)
        except ClientDisconnect:
            pass
        finally:
            self._count(scope, answer.status, time.perf_counter() - started)

    async def _http(self, scope: Scope, receive: Receive, send: Outgoing) -> None:
        incoming = Incoming(scope, receive)
        request = Request(scope, incoming)
        try:
            response = await self._response(request, incoming)
        except Problem as problem:
            if problem.status != 408:  # who is too slow for a picture is too slow for this
                await incoming.discard(self._service.limits)
            response = _refusal(request, problem)
        if self._service.stopping.is_set() or incoming.is_left:
            response.headers["connection"] = "close"
        await response(scope, incoming, send)

    async def _response(self, request: Request, incoming: Incoming) -> Response:
        """The answer to a request. Raises Problem, ClientDisconnect."""
        service = self._service
        if service.stopping.is_set():
            raise Problem(503, "the server stops", retry=5)
        if redirection := self._redirection(request):
            return redirection
        service.access.check(request.scope["path"], request.headers)
        method, handler = ROUTES.get(request.scope["path"], FILES)
        if request.method != method and (request.method, method) != ("HEAD", "GET"):
            raise Problem(405, f"{request.scope['path']} answers {method}, not {request.method}")
        try:
            return await handler(service, request, incoming)
        except (Problem, ClientDisconnect):
            raise
        except Exception as error:
            raise self._fault(error) from error

    def _redirection(self, request: Request) -> Response | None:
        """Turn the token in an address, as the QR code has it, into a cookie. Raises Problem."""
        access = self._service.access
        query = parse_qsl(request.url.query)
        words = dict(query).get("token")
        if words is None or access.token is None or request.method != "GET":
            return None
        access.check_origin(request.headers)
        if not access.is_token(words):
            raise Problem(401, "the token is wrong: knuckle serve makes a new one when it starts")
        rest = urlencode([(name, value) for name, value in query if name != "token"])
        address = "/" + quote(request.scope["path"].lstrip("/\\")) + (f"?{rest}" if rest else "")
        return RedirectResponse(address, 303, {"set-cookie": access.cookie_header()})

    async def _stream(self, scope: Scope, receive: Receive, send: Outgoing) -> None:
        service = self._service
        try:
            if scope["path"] != STREAM:
                raise Problem(404, f"there is no stream at {scope['path']}: it is at {STREAM}")
            if service.stopping.is_set():
                raise Problem(503, "the server stops", retry=5)
            service.access.check(scope["path"], Headers(scope=scope))
            try:
                await track(service, WebSocket(scope, receive, send))
            except Problem:
                raise
            except Exception as error:
                raise self._fault(error) from error
        except Problem as problem:
            await _deny(problem, send)

    def _fault(self, error: Exception) -> Problem:
        """Report a fault of ours, and what the client is told of it."""
        self._service.tell(f"a fault of knuckle: {error!r}")
        self._service.detail("".join(traceback.format_exception(error)))
        return Problem(500, "knuckle has a fault; its operator can see it")

    def _count(self, scope: Scope, status: int, seconds: float) -> None:
        path = scope["path"]
        route = path if path in ROUTES else "page"
        self._service.metrics.requests.labels(route, status).inc()
        method = scope.get("method", "WebSocket")
        client = client_of(scope)
        self._service.detail(f"{client} {method} {path!r}: {status}, {1000 * seconds:.0f} ms")


class Outgoing:
    """Sends answers, with the headers that all of them have."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 0  # of the answer; 0 while there is none

    async def __call__(self, message: Message) -> None:
        """Send a message."""
        if message["type"] in ("http.response.start", "websocket.http.response.start"):
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        elif message["type"] == "websocket.accept":
            self.status = 101
        await self._send(message)


def _refusal(request: Request, problem: Problem) -> Response:
    """The answer that tells a client of a problem: people get a page, programs JSON."""
    headers = problem.headers()
    if problem.status == 401 and "text/html" in request.headers.get("accept", ""):
        body = (
            "<h1>knuckle serve</h1><p>Scan the QR code on the terminal again, or open the "
            "address below it.</p>"
        )
        response = _own_page("knuckle serve", body, 401)
        response.headers["www-authenticate"] = headers["www-authenticate"]
        return response
    return Response(problem.to_json(), problem.status, headers)


async def _deny(problem: Problem, send: Outgoing) -> None:
    """Refuse a WebSocket, or close it where it is open already."""
    if send.status == 101:
        await send({"type": "websocket.close", "code": 1011, "reason": problem.detail})
        return
    headers = [(n.encode(), v.encode()) for n, v in problem.headers().items()]
    start = {"type": "websocket.http.response.start", "status": problem.status, "headers": headers}
    await send(start)
    await send({"type": "websocket.http.response.body", "body": problem.to_json()})
