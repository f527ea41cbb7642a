"""Clips for all tests of the batch."""

from __future__ import annotations

import logging
import os
import secrets
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import fsspec
import pytest

from knuckle.values import ImageArray

from .made_clips import write_hand_clips


@pytest.fixture(scope="session")
def tiny_clips(tmp_path_factory: pytest.TempPathFactory, open_palm: ImageArray) -> list[Path]:
    """Six clips of 10 to 20 frames, 160 x 120, with a hand that moves. Do not change the files."""
    return write_hand_clips(tmp_path_factory.mktemp("tiny"), open_palm, 6)


@pytest.fixture(scope="session")
def object_server() -> Iterator[str]:
    """The address of an object store on this machine, which forgets all at its end."""
    moto = pytest.importorskip("moto.server", reason="no object store to test with")
    pytest.importorskip("s3fs")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    forget_connections()
    yield f"http://{host}:{port}"
    forget_connections()
    server.stop()


@pytest.fixture
def bucket(object_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A new bucket, s3://...; this process and its children find the server."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", object_server)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    name = f"bucket-{secrets.token_hex(6)}"
    fsspec.filesystem("s3").mkdir(name)
    return f"s3://{name}"


def forget_connections() -> None:
    """Have the next access to an object store read the environment again."""
    fsspec.get_filesystem_class("s3").clear_instance_cache()


@pytest.fixture
def web(tmp_path: Path) -> Iterator[str]:
    """The address of a web server on this machine that shows `tmp_path`, and knows no ranges."""
    pytest.importorskip("aiohttp")

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(tmp_path)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()
