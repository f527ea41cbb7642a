"""Files: which one an address means, and how it is sent."""

from __future__ import annotations

import gzip
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knuckle.networks.models import MODELS
from knuckle.serve import files

from .serving import Server, serving


@pytest.mark.parametrize(
    ("address", "name"),
    [("/", "index.html"), ("/sw.js", "sw.js"), ("/icons/icon.svg", "icons/icon.svg")],
)
def test_addresses_mean_files(page: Path, address: str, name: str) -> None:
    """Below the folder."""
    assert page / name == files.find(page, address)


@pytest.mark.parametrize(
    "address",
    [
        *("/../outside.txt", "/icons/../../outside.txt", "/link.txt", "/.hidden", "//etc/passwd"),
        *("/icons", "/icons/", "/nothing", "/a\0b", "/..\\outside.txt", "/C:/x", "", "/./sw.js"),
    ],
)
def test_nothing_else_is_found(page: Path, address: str) -> None:
    """No way out of the folder, no link out of it, no hidden file, no folder."""
    assert files.find(page, address) is None


@given(st.lists(st.sampled_from(["..", ".", "", "icons", "sw.js", "link.txt", "/", "\\"])))
def test_no_address_leaves_the_folder(parts: list[str]) -> None:
    """Whatever it is made of."""
    folder = Path(__file__).parent
    found = files.find(folder, "/" + "/".join(parts))

    assert found is None or found.resolve().is_relative_to(folder)


@pytest.mark.parametrize(
    ("header", "taken"),
    [
        ("gzip, br", {"gzip", "br"}),
        ("br;q=0, gzip;q=0.5", {"gzip"}),
        ("BR ;q=1.0", {"br"}),
        ("", {""}),
        ("gzip;q=0.000", set()),
    ],
)
def test_encodings_are_read(header: str, taken: set[str]) -> None:
    """With their weights, as far as they say no."""
    assert taken == files.accepted(header)


def test_the_page_has_the_headers_that_threads_need(server: Server) -> None:
    """And those that keep it to itself."""
    answer = server.get("/")
    policy = answer.headers["content-security-policy"]

    assert 200 == answer.status
    assert "text/html; charset=utf-8" == answer.headers["content-type"]
    assert "same-origin" == answer.headers["cross-origin-opener-policy"]
    assert "require-corp" == answer.headers["cross-origin-embedder-policy"]
    assert "same-origin" == answer.headers["cross-origin-resource-policy"]
    assert "nosniff" == answer.headers["x-content-type-options"]
    assert "no-referrer" == answer.headers["referrer-policy"]
    assert "no-cache" == answer.headers["cache-control"]
    assert policy.startswith("default-src 'none'; script-src 'self' 'wasm-unsafe-eval';")
    assert "http" not in policy


@pytest.mark.parametrize(
    ("address", "kind", "caching"),
    [
        ("/sw.js", "text/javascript; charset=utf-8", "no-cache"),
        ("/manifest.webmanifest", "application/manifest+json", "no-cache"),
        ("/assets/main-Ab3_x9-Z.js", "text/javascript; charset=utf-8", files.FOREVER),
        ("/assets/plain.js", "text/javascript; charset=utf-8", "no-cache"),
        ("/wasm/litert.wasm", "application/wasm", "no-cache"),
        ("/clip.mp4", "video/mp4", "no-cache"),
        ("/icons/icon.svg", "image/svg+xml", "no-cache"),
    ],
)
def test_types_and_caching(server: Server, address: str, kind: str, caching: str) -> None:
    """Files whose names change with their content are kept for ever."""
    answer = server.get(address)

    assert (200, kind) == (answer.status, answer.headers["content-type"])
    assert caching == answer.headers["cache-control"]


@pytest.mark.parametrize(
    ("address", "accepted", "encoding", "body"),
    [
        ("/assets/main-Ab3_x9-Z.js", "gzip, br", "br", b"brotli"),
        ("/assets/main-Ab3_x9-Z.js", "gzip", None, b"console.log(1)"),
        ("/assets/plain.js", "gzip, br", "gzip", b"gzip"),
        ("/assets/plain.js", "", None, b"console.log(2)"),
    ],
)
def test_compressed_files_are_preferred(
    server: Server, address: str, accepted: str, encoding: str | None, body: bytes
) -> None:
    """Where they lie beside the file and the browser takes them."""
    answer = server.get(address, Accept_Encoding=accepted)

    assert body == answer.body
    assert encoding == answer.headers.get("content-encoding")
    assert "Accept-Encoding" == answer.headers["vary"]
    assert "text/javascript; charset=utf-8" == answer.headers["content-type"]


def test_a_copy_that_is_still_right_is_not_sent_again(server: Server) -> None:
    """Each form of a file has its own ETag."""
    address = "/assets/plain.js"
    plain = server.get(address).headers["etag"]
    packed = server.get(address, Accept_Encoding="gzip").headers["etag"]
    again = server.get(address, If_None_Match=f'"other", W/{plain}')

    assert plain != packed
    assert (304, b"", plain) == (again.status, again.body, again.headers["etag"])
    assert 200 == server.get(address, If_None_Match=packed).status


@pytest.mark.parametrize(
    ("wanted", "status", "part"),
    [
        ("bytes=0-9", 206, bytes(range(10))),
        ("bytes=1020-", 206, bytes([252, 253, 254, 255])),
        ("bytes=-2", 206, bytes([254, 255])),
        ("bytes=5000-", 416, b""),
    ],
)
def test_parts_of_the_clip_are_sent(server: Server, wanted: str, status: int, part: bytes) -> None:
    """As a browser asks for them when somebody seeks."""
    answer = server.get("/clip.mp4", Range=wanted, Accept_Encoding="br")

    assert (status, part) == (answer.status, answer.body)


def test_a_head_is_a_page_without_its_body(server: Server) -> None:
    """Same headers."""
    answer = server.ask("HEAD", "/clip.mp4")

    assert (200, "1024", b"") == (answer.status, answer.headers["content-length"], answer.body)


@pytest.mark.parametrize(
    "address", ["/nothing.js", "/%2e%2e/outside.txt", "/..%2foutside.txt", "/.hidden", "/link.txt"]
)
def test_what_is_not_there_is_a_404(server: Server, address: str) -> None:
    """One sentence."""
    answer = server.get(address)

    assert 404 == answer.status
    assert answer.detail.startswith("there is nothing at")


def test_the_networks_are_those_of_the_package(server: Server) -> None:
    """No second copy, and no other file of the folder."""
    for spec in MODELS.values():
        answer = server.get(f"/models/{spec.name}.tflite")
        assert sha256(spec.tflite.read_bytes()).digest() == sha256(answer.body).digest()
        assert "no-cache" == answer.headers["cache-control"]

    assert 404 == server.get("/models/SHA256SUMS").status
    assert 404 == server.get("/models/../index.html").status


def test_networks_travel_compressed(server: Server) -> None:
    """They have no compressed form on disk, so the server makes one."""
    path = MODELS["hand_landmark_full"].pruned_tflite
    answer = server.get(f"/models/{path.name}", Accept_Encoding="gzip, br")

    assert "gzip" == answer.headers["content-encoding"]
    assert len(answer.body) < 0.6 * path.stat().st_size
    assert path.read_bytes() == gzip.decompress(answer.body)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_files_are_only_read(server: Server, method: str) -> None:
    """No other method."""
    assert 405 == server.ask(method, "/index.html").status


def test_a_server_without_a_page_says_how_to_build_it() -> None:
    """And answers everything else."""
    with serving(folder=None) as server:
        answer = server.get("/")
        assert 404 == answer.status
        assert "text/html; charset=utf-8" == answer.headers["content-type"]
        assert b"scripts/page" in answer.body
        assert 404 == server.get("/sw.js").status
        assert 200 == server.get("/healthz").status
