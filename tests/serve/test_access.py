"""Who may ask."""

from __future__ import annotations

import pytest

from knuckle.serve.access import Access
from knuckle.serve.problem import Problem

TOKEN = "a-token-of-16-chars"
LOCAL = Access(frozenset({"localhost", "box.local"}), None, 8021, is_secure=False)
SHARED = Access(frozenset({"localhost"}), TOKEN, 8021, is_secure=True)


def status(access: Access, path: str = "/v1/detect", **headers: str) -> int:
    """What a request gets."""
    try:
        access.check(path, headers)
    except Problem as problem:
        return problem.status
    return 200


@pytest.mark.parametrize(
    "host",
    ["localhost:8021", "LOCALHOST", "127.0.0.1:8021", "[::1]:8021", "192.168.1.2", "box.local:1"],
)
def test_hosts_of_this_machine_pass(host: str) -> None:
    """Names that are ours, and every address."""
    assert 200 == status(LOCAL, host=host)


@pytest.mark.parametrize(
    "host", ["evil.example:8021", "", "localhost.evil.example", "[::1", "127.0.0.1.nip.io", "a:b"]
)
def test_other_names_do_not(host: str) -> None:
    """A page of another site may have pointed its own name here."""
    assert 403 == status(LOCAL, host=host)


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ("http://localhost:8021", 200),
        ("http://LOCALHOST:8021", 200),
        ("http://localhost:8022", 403),
        ("http://evil.example", 403),
        ("null", 403),
        ("", 403),
    ],
)
def test_pages_of_other_origins_are_refused(origin: str, expected: int) -> None:
    """A browser says where a page comes from."""
    assert expected == status(LOCAL, host="localhost:8021", origin=origin)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, 401),
        ({"authorization": f"Bearer {TOKEN}"}, 200),
        ({"authorization": f"bearer  {TOKEN}"}, 200),
        ({"authorization": f"Basic {TOKEN}"}, 401),
        ({"authorization": "Bearer "}, 401),
        ({"authorization": f"Bearer {TOKEN}x"}, 401),
        ({"authorization": "Bearer caf\u00e9"}, 401),
        ({"cookie": f"knuckle-8021={TOKEN}"}, 200),
        ({"cookie": f"a=b; knuckle-8021={TOKEN}; c=d"}, 200),
        ({"cookie": f"knuckle-8022={TOKEN}"}, 401),
        ({"cookie": "knuckle-8021="}, 401),
        ({"cookie": "\x00;=;"}, 401),
    ],
)
def test_the_token_opens(headers: dict[str, str], expected: int) -> None:
    """As a bearer's or in the cookie of this port."""
    assert expected == status(SHARED, host="10.0.0.1", **headers)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/healthz", 200),
        ("/manifest.webmanifest", 200),
        ("/icons/192.png", 200),
        ("/", 401),
        ("/metrics", 401),
        ("/v1/track", 401),
    ],
)
def test_what_browsers_fetch_without_cookies_is_open(path: str, expected: int) -> None:
    """And what a monitor asks."""
    assert expected == status(SHARED, path, host="10.0.0.1")


def test_the_cookie_is_kept_from_scripts_and_other_sites() -> None:
    """And from plain HTTP where there is TLS."""
    header = SHARED.cookie_header()

    assert header.startswith(f"knuckle-8021={TOKEN}; ")
    assert {"HttpOnly", "SameSite=Lax", "Secure", "Path=/"} <= set(header.split("; "))
