"""A server for tests: in a thread of this process, on a free port, with real workers."""

from __future__ import annotations

import http.client
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest

from knuckle.options import ServeOptions, completed
from knuckle.serve import running
from knuckle.serve.running import Settings
from knuckle.serve.service import Service, new_service
from tests.conftest import SAMPLES

PATIENCE = 60  # seconds for what takes a moment
PALM = (SAMPLES / "open_palm.jpg").read_bytes()
BOTH = (SAMPLES / "two_hands.jpg").read_bytes()
NONE = (SAMPLES / "no_hands.jpg").read_bytes()
CLIP = SAMPLES / "two_hands.mp4"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]  # by lower-case name
    body: bytes

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)

    @property
    def detail(self) -> str:
        """The sentence of a refusal."""
        assert "application/problem+json" == self.headers["content-type"]
        assert self.status == self.json["status"]
        return str(self.json["detail"])


@dataclass
class Server:
    """A server that runs."""

    urls: list[str]
    service: Service
    told: list[str] = field(default_factory=list)  # to its operator
    details: list[str] = field(default_factory=list)
    stop: Callable[[], None] = lambda: None
    tls: ssl.SSLContext | None = None

    @property
    def port(self) -> int:
        """Where it listens, on 127.0.0.1."""
        return urlsplit(self.urls[0]).port or 0

    @property
    def stream(self) -> str:
        """The address of streams."""
        return f"ws://127.0.0.1:{self.port}/v1/track"

    def connection(self) -> http.client.HTTPConnection:
        """A connection to it."""
        if self.tls:
            return http.client.HTTPSConnection(
                "127.0.0.1", self.port, timeout=PATIENCE, context=self.tls
            )
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Send one request. Underscores in names of headers stand for dashes."""
        connection = self.connection()
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, named)
            response = connection.getresponse()
            sent = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, sent, response.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Answer:
        """GET."""
        return self.ask("GET", path, **headers)

    def detect(self, picture: Any, query: str = "", **headers: str) -> Answer:
        """POST a picture."""
        return self.ask("POST", f"/v1/detect{query}", picture, **headers)

    def figure(self, name: str) -> float:
        """One of the metrics, with its labels as Prometheus writes them; 0 if there is none."""
        for line in self.get("/metrics").body.decode().splitlines():
            if line.startswith(f"{name} "):
                return float(line.rpartition(" ")[2])
        return 0.0

    def pids(self) -> list[int]:
        """The processes of the workers that are ready."""
        return [s.process.pid for s in self.service.pool.slots if s.process and s.is_ready]


def eventually(condition: Callable[[], Any], what: str = "") -> None:
    """Wait until something is so."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, what or condition
        time.sleep(0.02)


@contextmanager
def serving(
    workers: int = 1, tls: ssl.SSLContext | None = None, **settings: Any
) -> Iterator[Server]:
    """Run a server. settings: fields of `Settings`, and `options` of the library."""
    options = completed(ServeOptions, settings.pop("options", {}), "the test")
    stopped = threading.Event()
    found: list[Service] = []
    errors: list[BaseException] = []
    server = Server([], None, tls=tls)  # type: ignore[arg-type]

    def keeping(*arguments: Any) -> Service:
        found.append(new_service(*arguments))
        return found[0]

    def serve() -> None:
        try:
            running.run(
                Settings(options=options, workers=workers, **settings),
                is_stopped=stopped.is_set,
                started=server.urls.extend,
                tell=server.told.append,
                detail=server.details.append,
            )
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=serve)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(running, "new_service", keeping)
            thread.start()
            eventually(lambda: server.urls or not thread.is_alive(), "it starts")
        if errors:
            raise errors[0]
        server.service = found[0]
        server.stop = stopped.set
        eventually(lambda: server.service.pool.ready == workers, "all workers are ready")
        yield server
    finally:
        stopped.set()
        thread.join(PATIENCE)
        assert not thread.is_alive()
    if errors:
        raise errors[0]
