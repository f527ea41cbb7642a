"""The editor's server: one person, this machine, and no page but its own."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from knuckle.errors import GraphError, ServeError
from knuckle.graph.drawings.editor import LONGEST, EditorApp, StartText, run_editor

pytest.importorskip("uvicorn")
FILES = {"editor.html": '<div data-nonce="{{nonce}}">', "editor.js": "1;", "viewer.js": "2;"}
TEXTS = {"one": 'type: "One"', "two words": 'type: "Zwei ä"'}


def drawing_of_text(text: str) -> dict[str, Any]:
    """Stands in for reading a graph."""
    return {"title": text, "graph": None}


def make_app(folder: Path, start: StartText | None = None) -> EditorApp:
    """The editor with small files."""
    for name, text in FILES.items():
        (folder / name).write_text(text)
    return EditorApp(drawing_of_text, TEXTS, {"one": "The first."}, start, folder)


class Answer(NamedTuple):
    """What a client sees."""

    status: int
    headers: dict[str, str]
    body: bytes


class Client:
    """Asks a server that runs."""

    def __init__(self, port: int) -> None:
        self.port = port

    def ask(
        self, path: str, *, method: str = "GET", body: bytes | None = None, **headers: str
    ) -> Answer:
        """Make one request. headers: with underscores for dashes."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, names)
        answer = connection.getresponse()
        lower = {name.lower(): value for name, value in answer.getheaders()}
        found = Answer(answer.status, lower, answer.read())
        connection.close()
        return found


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A server that runs while the tests of this file do."""
    app = make_app(tmp_path_factory.mktemp("page"))
    stop, ready, addresses = threading.Event(), threading.Event(), []

    def started(address: str) -> None:
        addresses.append(address)
        ready.set()

    thread = threading.Thread(
        target=run_editor, args=(app,), kwargs={"is_stopped": stop.is_set, "started": started}
    )
    thread.start()
    assert ready.wait(20)
    yield Client(int(addresses[0].rstrip("/").rpartition(":")[2]))
    stop.set()
    thread.join(20)
    assert not thread.is_alive()


def test_the_page_may_run_only_its_own_scripts(client: Client) -> None:
    """The number that lets the text field style itself is in the page and in its policy."""
    first, second = client.ask("/"), client.ask("/")
    nonce = first.body.decode().split('"')[1]

    assert f"style-src 'self' 'nonce-{nonce}'" in first.headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self'" in first.headers["content-security-policy"]
    assert first.body != second.body


def test_files_of_the_page_are_served_by_name(client: Client) -> None:
    """No other file of the folder or of the machine is."""
    assert b"2;" == client.ask("/viewer.js").body
    assert "text/javascript; charset=utf-8" == client.ask("/viewer.js").headers["content-type"]
    for path in ("/editor.html", "/../drawing.py", "/%2e%2e/drawing.py", "//etc/passwd"):
        assert 404 == client.ask(path).status


def test_a_text_is_answered_by_its_drawing(client: Client) -> None:
    """The whole text, in UTF-8."""
    answer = client.ask("/api/check", method="POST", body="nöde {}".encode())

    assert {"title": "nöde {}", "graph": None} == json.loads(answer.body)


def test_graphs_to_start_from_are_listed_and_sent(client: Client) -> None:
    """Names may have any letters."""
    graphs = json.loads(client.ask("/api/graphs").body)

    assert [{"name": "one", "about": "The first."}, {"name": "two words", "about": ""}] == graphs
    assert TEXTS["two words"] == client.ask("/api/graphs/two%20words").body.decode()
    assert 404 == client.ask("/api/graphs/three").status


def test_the_editor_starts_with_the_first_graph_or_a_given_text(
    client: Client, tmp_path: Path
) -> None:
    """Whatever the command was asked to edit."""
    start = StartText("mine.pbtxt", "node {}")

    assert {"name": "one.pbtxt", "text": TEXTS["one"]} == json.loads(client.ask("/api/start").body)
    assert start == make_app(tmp_path, start).start


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"Host": "evil.example"}, "this server is not 'evil.example'"),
        ({"Host": ""}, "this server is not ''"),
        ({"Host": "192.0.2.1"}, "this server is not '192.0.2.1'"),
        ({"Origin": "https://evil.example"}, "a page of 'https://evil.example' may not use"),
        ({"Origin": "null"}, "a page of 'null' may not use"),
        ({"Sec_Fetch_Site": "cross-site"}, "a page of another site may not use"),
    ],
)
def test_other_pages_are_refused(client: Client, headers: dict[str, str], reason: str) -> None:
    """Names that lead here from elsewhere, and pages of other sites."""
    answer = client.ask("/api/check", method="POST", body=b"x", **headers)

    assert 403 == answer.status
    assert json.loads(answer.body)["detail"].startswith(reason)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "127.0.0.1", "[::1]"])
def test_this_machine_is_let_in(client: Client, host: str) -> None:
    """By each of its own names, and from its own page."""
    where = f"{host}:{client.port}"
    headers = {"Host": where, "Origin": f"http://{where}", "Sec_Fetch_Site": "same-origin"}

    assert 200 == client.ask("/api/check", method="POST", body=b"x", **headers).status


def test_a_long_text_is_refused(client: Client) -> None:
    """Without being read to its end."""
    answer = client.ask("/api/check", method="POST", body=b"#" * (LONGEST + 1))

    assert 413 == answer.status
    assert "more than 1,000,000 bytes" in json.loads(answer.body)["detail"]


def test_what_is_no_text_is_refused(client: Client) -> None:
    """A binary graph, for one."""
    answer = client.ask("/api/check", method="POST", body=b"\x0a\xff\xfe")

    assert 400 == answer.status
    assert "not in UTF-8" in json.loads(answer.body)["detail"]


def test_each_address_has_one_method(client: Client) -> None:
    """And HEAD is GET without a body."""
    assert 405 == client.ask("/api/check").status
    assert 405 == client.ask("/", method="POST", body=b"x").status
    assert (200, b"") == client.ask("/viewer.js", method="HEAD")[::2]


def test_a_port_that_is_taken_is_an_error(client: Client, tmp_path: Path) -> None:
    """It says which one."""
    with pytest.raises(ServeError, match=f"cannot listen on port {client.port}: .*; choose anoth"):
        run_editor(
            make_app(tmp_path), port=client.port, is_stopped=lambda: True, started=lambda _: None
        )


def test_a_page_that_is_not_built_is_an_error(tmp_path: Path) -> None:
    """Before anything listens."""
    app = EditorApp(drawing_of_text, TEXTS, {}, folder=tmp_path)

    with pytest.raises(GraphError, match="what draws graphs is not built"):
        run_editor(app, is_stopped=lambda: True, started=lambda _: None)
