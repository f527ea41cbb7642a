"""Running a server: from the socket to the last answer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn

from ..errors import ServeError
from .access import Access
from .addresses import is_loopback, machine_names, open_socket, reachable_hosts, url
from .app import App
from .certificate import Certificate
from .limits import Limits
from .protocol import protocols
from .service import Service, new_service

TICK = 0.1  # seconds between two looks whether to stop
PING = 20.0  # seconds between two pings of a stream, and until a ping is given up
PAGE = Path(__file__).with_name("page")  # where the build puts the page


@dataclass(frozen=True, slots=True)
class Settings:
    """How a server is to run.

    options: `ServeOptions`, completed.
    token: None if none is needed.
    names: host names beside those of the machine, such as that of a proxy.
    """

    options: Mapping[str, Any]
    workers: int
    host: str = "127.0.0.1"
    port: int = 0
    token: str | None = None
    certificate: Certificate | None = None
    names: frozenset[str] = frozenset()
    folder: Path | None = None
    limits: Limits = field(default_factory=Limits)


class _Server(uvicorn.Server):
    """uvicorn's server, without its own way with signals."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class _Tell(logging.Handler):
    """Passes on what uvicorn has to say."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        super().__init__(logging.ERROR)
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        self._tell(f"the server: {record.getMessage().strip()}")


def run(
    settings: Settings,
    *,
    is_stopped: Callable[[], bool],
    started: Callable[[list[str]], None],
    tell: Callable[[str], None],
    detail: Callable[[str], None] = lambda sentence: None,
) -> None:
    """Serve until `is_stopped`, then finish what runs.

    started: is called with the addresses of the page, the best first, when it can be opened.
    tell, detail: are called with what an operator should know, and with what may interest one.
    Raises ServeError and the errors of the networks when the server cannot start.
    """
    asyncio.run(_run(settings, is_stopped, started, tell, detail))


async def _run(
    settings: Settings,
    is_stopped: Callable[[], bool],
    started: Callable[[list[str]], None],
    tell: Callable[[str], None],
    detail: Callable[[str], None],
) -> None:
    with open_socket(settings.host, settings.port) as socket:
        port = socket.getsockname()[1]
        service = new_service(
            _access(settings, port),
            settings.limits,
            settings.options,
            settings.workers,
            settings.folder,
            tell,
            detail,
        )
        server = _server(settings, service)
        try:
            await service.pool.start()
            serving = asyncio.create_task(server.serve([socket]))
            while not server.started and not serving.done():
                await asyncio.sleep(TICK / 10)
            started(_urls(settings, port))
            while not is_stopped() and not serving.done():
                await asyncio.sleep(TICK)
            await service.end_streams()
            server.should_exit = True
            await serving
        finally:
            await service.pool.close()


def _access(settings: Settings, port: int) -> Access:
    names = machine_names() | {name.lower() for name in (*settings.names, settings.host)}
    return Access(names, settings.token, port, settings.certificate is not None)


def _urls(settings: Settings, port: int) -> list[str]:
    hosts = reachable_hosts(settings.host)
    is_secure = settings.certificate is not None
    return [url(host, port, is_secure=is_secure, token=settings.token) for host in hosts]


def _server(settings: Settings, service: Service) -> _Server:
    """uvicorn, as this server needs it. Raises ServeError for a wrong certificate."""
    limits = settings.limits
    http, stream = protocols(limits)
    files = settings.certificate
    config = uvicorn.Config(
        App(service),
        http=http,
        ws=stream,
        ws_max_size=limits.bytes,
        ws_ping_interval=PING,
        ws_ping_timeout=PING,
        ws_per_message_deflate=False,  # pictures are compressed already
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,  # anybody could write the address that they count as
        server_header=False,
        timeout_graceful_shutdown=round(limits.stop),
        ssl_certfile=files.certificate if files else None,
        ssl_keyfile=files.key if files else None,
    )
    logger = logging.getLogger("uvicorn")
    logger.handlers, logger.propagate = [_Tell(service.tell)], False
    try:
        config.load()
    except (OSError, ValueError) as error:  # an SSLError is an OSError
        name = files.certificate if files else ""
        raise ServeError(f"{name} and its key cannot be used: {error}") from error
    server = _Server(config)
    service.connections = lambda: len(server.server_state.connections)
    return server


def needs_token(host: str) -> bool:
    """Whether others than this machine can reach a host. Raises ServeError."""
    return not is_loopback(host)
