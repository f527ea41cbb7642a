"""The certificate that a machine makes for itself."""

from __future__ import annotations

import ssl
import stat
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from knuckle.errors import ServeError
from knuckle.serve.certificate import Certificate, own_certificate

from .serving import PALM, serving

NOW = datetime(2026, 11, 26, tzinfo=UTC)


def made(folder: Path, *hosts: str, later: timedelta = timedelta()) -> bytes:
    """The certificate for some hosts at a time."""
    return own_certificate(folder, hosts, NOW + later).certificate.read_bytes()


def test_it_is_kept(tmp_path: Path) -> None:
    """So that a phone need not accept a new one."""
    first = made(tmp_path, "192.168.1.2", "box.local")

    assert first == made(tmp_path, "192.168.1.2")
    assert first == made(tmp_path, later=timedelta(days=380))


@pytest.mark.parametrize("later", [timedelta(days=391), timedelta(days=500)])
def test_it_is_renewed_before_it_ends(tmp_path: Path, later: timedelta) -> None:
    """A week before."""
    assert made(tmp_path) != made(tmp_path, later=later)


def test_a_new_address_needs_a_new_one_that_keeps_the_old(tmp_path: Path) -> None:
    """So a machine that moves between two networks needs only one."""
    made(tmp_path, "192.168.1.2")
    both = made(tmp_path, "10.0.0.7")

    assert both == made(tmp_path, "192.168.1.2", "10.0.0.7")


@pytest.mark.parametrize("name", ["certificate.pem", "key.pem"])
def test_a_damaged_one_is_made_anew(tmp_path: Path, name: str) -> None:
    """The key must be that of the certificate."""
    first = made(tmp_path)
    (tmp_path / name).write_text("damaged")

    assert first != made(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_only_its_owner_can_read_the_key(tmp_path: Path) -> None:
    """Whatever its old file allowed."""
    (tmp_path / "key.pem").touch(mode=0o666)
    files = own_certificate(tmp_path, [])

    assert 0o600 == stat.S_IMODE(files.key.stat().st_mode)


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    """One sentence."""
    (tmp_path / "file").touch()
    with pytest.raises(ServeError, match="cannot keep a certificate in"):
        own_certificate(tmp_path / "file", [])


def test_a_browser_that_accepts_it_gets_answers(tmp_path: Path) -> None:
    """For the address that it names, with the token and a cookie that is only sent encrypted."""
    files = own_certificate(tmp_path, ["127.0.0.1"])
    trusting = ssl.create_default_context(cafile=str(files.certificate))
    with serving(certificate=files, token="a-token-of-16-chars", tls=trusting) as server:
        assert f"https://127.0.0.1:{server.port}/?token=a-token-of-16-chars" == server.urls[0]
        assert 401 == server.detect(PALM).status
        visit = server.get("/?token=a-token-of-16-chars")
        cookie = visit.headers["set-cookie"]
        assert (303, "/") == (visit.status, visit.headers["location"])
        assert "Secure" in cookie
        assert 200 == server.detect(PALM, Cookie=cookie.partition(";")[0]).status


def test_a_certificate_that_is_none_is_named(tmp_path: Path) -> None:
    """When the server starts."""
    wrong = tmp_path / "wrong.pem"
    wrong.write_text("wrong")
    with pytest.raises(ServeError, match=r"wrong\.pem and its key cannot be used"):
        serving(certificate=Certificate(wrong, wrong)).__enter__()
