"""A server that others can reach."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from .serving import PALM, Server, serving

TOKEN = "a-token-of-16-chars"


@pytest.fixture(scope="module")
def shared(page: Path) -> Iterator[Server]:
    """A server with a token."""
    with serving(token=TOKEN, folder=page) as server:
        yield server


def test_the_first_visit_leaves_a_cookie(shared: Server) -> None:
    """And the token leaves the address."""
    visit = shared.get(f"/?token={TOKEN}&view=3d")
    cookie = visit.headers["set-cookie"].partition(";")[0]

    assert (303, "/?view=3d") == (visit.status, visit.headers["location"])
    assert 200 == shared.get("/", Cookie=cookie).status
    assert 200 == shared.detect(PALM, Cookie=cookie).status
    with connect(shared.stream, additional_headers={"Cookie": cookie}) as client:
        client.send("{}")
        assert '{"ready": true}' == client.recv()


def test_programs_bear_the_token(shared: Server) -> None:
    """In a header."""
    bearer = {"Authorization": f"Bearer {TOKEN}"}

    assert 200 == shared.detect(PALM, **bearer).status
    with connect(shared.stream, additional_headers=bearer) as client:
        client.send("{}")
        assert '{"ready": true}' == client.recv()


@pytest.mark.parametrize("path", ["/", "/metrics", "/docs", "/models/hand_landmark_full.tflite"])
def test_without_the_token_there_is_nothing(shared: Server, path: str) -> None:
    """401 as JSON for programs, as a page for people."""
    program, person = shared.get(path), shared.get(path, Accept="text/html,*/*")

    assert (401, "Bearer") == (program.status, program.headers["www-authenticate"])
    assert "the token is missing or wrong" in program.detail
    assert (401, "text/html; charset=utf-8") == (person.status, person.headers["content-type"])
    assert b"Scan the QR code" in person.body
    assert 401 == shared.get(f"{path}?token=wrong-token-of-16").status


def test_streams_need_the_token(shared: Server) -> None:
    """Before they open."""
    with pytest.raises(InvalidStatus) as refused:
        connect(shared.stream)

    assert 401 == refused.value.response.status_code


@pytest.mark.parametrize("path", ["/healthz", "/manifest.webmanifest", "/icons/icon.svg"])
def test_what_is_no_secret_needs_none(shared: Server, path: str) -> None:
    """Browsers fetch it without cookies."""
    assert 200 == shared.get(path).status


def test_the_first_visit_leads_nowhere_else(shared: Server) -> None:
    """Whatever the address looks like."""
    visit = shared.get(f"//evil.example/%5cevil?token={TOKEN}")

    assert (303, "/evil.example/%5Cevil") == (visit.status, visit.headers["location"])
