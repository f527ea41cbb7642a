"""`POST /v1/detect` over real connections."""

from __future__ import annotations

import io
import json
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from PIL import Image

from knuckle.api import Detector
from knuckle.serve.limits import Limits
from tests.conftest import SAMPLES, read_rgb

from .serving import BOTH, NONE, PALM, Server, eventually, serving


def expected(data: bytes, **options: Any) -> list[dict[str, Any]]:
    """What the library finds, as JSON has it."""
    with Image.open(io.BytesIO(data)) as picture:
        rgb = np.asarray(picture.convert("RGB"))
    hands = Detector(**options)(rgb)
    found: list[dict[str, Any]] = json.loads(json.dumps([hand.to_dict() for hand in hands]))
    return found


@pytest.mark.parametrize("data", [PALM, BOTH, NONE], ids=["one", "two", "none"])
def test_a_picture_is_answered_as_the_library_answers(server: Server, data: bytes) -> None:
    """Number by number."""
    answer = server.detect(data)

    assert (200, "application/json") == (answer.status, answer.headers["content-type"])
    assert "no-store" == answer.headers["cache-control"]
    assert expected(data) == answer.json["hands"]
    with Image.open(io.BytesIO(data)) as picture:
        assert list(picture.size) == answer.json["image_size"]


def test_options_of_the_query_are_the_librarys(server: Server) -> None:
    """All of them at once."""
    query = "?max_hands=1&mirrored=true&variant=lite&min_palm_score=0.4&effort=high"
    options: dict[str, Any] = {"max_hands": 1, "mirrored": True, "variant": "lite"}

    assert (
        expected(BOTH, **options, min_palm_score=0.4, effort="high")
        == server.detect(BOTH, query).json["hands"]
    )


def test_the_answer_says_how_long_it_took(server: Server) -> None:
    """As browsers show it."""
    timing = server.detect(PALM).headers["server-timing"]

    assert timing.startswith("wait;dur=")
    assert "work;dur=" in timing


def form(data: bytes) -> tuple[bytes, dict[str, str]]:
    """A picture as a browser's form sends it."""
    head = b'--x\r\nContent-Disposition: form-data; name="a"; filename="a.jpg"\r\n\r\n'
    return head + data + b"\r\n--x--", {"Content_Type": "multipart/form-data; boundary=x"}


def test_what_is_no_picture_is_refused(server: Server) -> None:
    """With the status that says why."""
    sent, headers = form(PALM)
    answers = {
        "words": (server.detect(b"not a picture"), 415, "no picture in a format"),
        "nothing": (server.detect(b""), 415, "there is no picture"),
        "form": (server.detect(sent, **headers), 415, "not as a form"),
        "half": (server.detect(PALM[: len(PALM) // 2]), 422, "cannot be read"),
        "option": (server.detect(PALM, "?max_hands=0"), 400, "max_hands must be at least 1"),
    }
    for name, (answer, status, sentence) in answers.items():
        assert (name, status) == (name, answer.status)
        assert sentence in answer.detail


@pytest.mark.parametrize("method", ["GET", "PUT", "HEAD"])
def test_only_post_is_answered(server: Server, method: str) -> None:
    """405."""
    assert 405 == server.ask(method, "/v1/detect").status


def test_pages_of_other_sites_are_refused(server: Server) -> None:
    """403, and 200 for one of our own."""
    own = f"http://127.0.0.1:{server.port}"

    assert 403 == server.detect(PALM, Origin="https://evil.example").status
    assert 403 == server.get("/", Host="evil.example").status
    assert 200 == server.detect(PALM, Origin=own).status


def numbered(number: int) -> bytes:
    """A picture with a hand at a place of its own."""
    with Image.open(io.BytesIO(PALM)) as picture:
        small = picture.resize((270, 180))
    canvas = Image.new("RGB", (400, 300), "grey")
    canvas.paste(small, (2 * number, number))
    buffer = io.BytesIO()
    canvas.save(buffer, "PNG")
    return buffer.getvalue()


def test_64_clients_at_once_get_their_own_answers(server: Server) -> None:
    """Each the one for its own picture."""
    pictures = [numbered(number) for number in range(64)]
    ready = threading.Barrier(64)

    def ask(data: bytes) -> Any:
        ready.wait()
        return server.detect(data)

    with ThreadPoolExecutor(64) as pool:
        answers = list(pool.map(ask, pictures))
    detector = Detector()
    wanted = [detector(read_rgb(io.BytesIO(data))) for data in pictures]  # type: ignore[arg-type]

    assert {200} == {answer.status for answer in answers}
    for answer, hands in zip(answers, wanted, strict=True):
        assert json.loads(json.dumps([h.to_dict() for h in hands])) == answer.json["hands"]


def test_requests_are_counted(server: Server) -> None:
    """By route and status."""
    name = 'knuckle_requests_total{route="/v1/detect",status="415"}'
    before = server.figure(name)
    server.detect(b"no picture")

    assert before + 1 == server.figure(name)
    assert 2 == server.figure("knuckle_workers_ready")
    assert 0 == server.figure("knuckle_held_bytes")


def test_limits_are_kept() -> None:
    """Bytes by the declared length and by what comes, pixels, rate."""
    limits = Limits(bytes=len(PALM), pixels=1_000_000, rate=0.001)
    with serving(limits=limits) as server:
        assert 200 == server.detect(PALM).status
        assert (429, True) == (
            (answer := server.detect(PALM)).status,
            int(answer.headers["retry-after"]) > 100,
        )
        assert 200 == server.get("/healthz").status
    with serving(limits=Limits(bytes=len(PALM), pixels=1_000_000)) as server:
        more = PALM + b"x"
        assert 413 == server.detect(more).status
        assert 413 == server.detect(iter([more[:9], more[9:]])).status  # chunks, without a length
        assert 413 == server.detect(3 * PALM).status  # sent to the end before it is answered
        assert 413 == server.detect(png(1001, 1000)).status
        assert 200 == server.detect(png(1000, 1000)).status


def png(width: int, height: int) -> bytes:
    """A grey picture, a few kilobytes however large."""
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "grey").save(buffer, "PNG")
    return buffer.getvalue()


def test_what_waits_is_limited() -> None:
    """503 with the time to come back, and the others are answered."""
    with serving(limits=Limits(waiting=2)) as server:
        with ThreadPoolExecutor(12) as pool:
            answers = list(pool.map(lambda _: server.detect(BOTH, "?effort=high"), range(12)))
        statuses = [answer.status for answer in answers]

        assert {200, 503} == set(statuses)
        assert all(a.headers["retry-after"] == "1" for a in answers if a.status == 503)
        assert 200 == server.detect(PALM).status


def test_bytes_that_are_held_are_limited() -> None:
    """503 for a body that does not fit, also while others wait."""
    with serving(limits=Limits(held=len(BOTH) + 10)) as server:
        assert 200 == server.detect(BOTH).status
        assert 503 == server.detect(b"x" * (len(BOTH) + 11)).status
        assert 200 == server.detect(BOTH).status
        assert 0 == server.service.held.now


def test_a_client_that_goes_is_forgotten() -> None:
    """Its picture is not read any more."""
    with serving() as server:
        with ThreadPoolExecutor(3) as pool:
            busy = [pool.submit(server.detect, BOTH, "?effort=high") for _ in range(3)]
            eventually(lambda: server.service.pool.waiting, "one waits")
            with socket.create_connection(("127.0.0.1", server.port)) as client:
                head = f"POST /v1/detect HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(PALM)}"
                client.sendall(f"{head}\r\n\r\n".encode() + PALM)
                eventually(lambda: server.service.pool.waiting == 2, "it waits")
            eventually(lambda: server.service.pool.waiting < 2, "it is forgotten")
            assert [200, 200, 200] == [each.result().status for each in busy]
        eventually(lambda: server.service.held.now == 0, "nothing is held")
        assert 200 == server.detect((SAMPLES / "thumb_up.jpg").read_bytes()).status
