"""WebSocket `/v1/track` over real connections."""

from __future__ import annotations

import contextlib
import json
import math
import os
import signal
import socket
import struct
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

import knuckle
from knuckle.serve.limits import Limits
from knuckle.values import Frame, ImageArray

from .serving import BOTH, CLIP, PALM, PATIENCE, Server, eventually, serving

Message = dict[str, Any]


@contextlib.contextmanager
def stream(server: Server, start: Any = None, **options: Any) -> Iterator[ClientConnection]:
    """A stream whose first message is confirmed."""
    with connect(server.stream, max_size=None, compression=None) as client:
        client.send(json.dumps(start or {}))
        assert {"ready": True} == receive(client)
        yield client


def receive(client: ClientConnection) -> Message:
    """The next message."""
    message: Message = json.loads(client.recv(timeout=PATIENCE))
    return message


def ask(client: ClientConnection, data: bytes) -> Message:
    """Send a frame and wait for its answer."""
    client.send(data)
    return receive(client)


def closing(client: ClientConnection) -> tuple[int, str]:
    """The code and the reason with which the server closes."""
    closed: ConnectionClosed | None = None
    while closed is None:
        try:
            client.recv(timeout=PATIENCE)
        except ConnectionClosed as error:
            closed = error
    assert closed.rcvd
    return closed.rcvd.code, closed.rcvd.reason


@cache
def frames() -> list[ImageArray]:
    """Some frames of the clip, in which two hands come and move."""
    return [frame.image for frame in knuckle.open_source(CLIP, stop=1.2)]


def timed(image: ImageArray, time: float) -> bytes:
    """A frame as RGB with its time before it."""
    return struct.pack("<d", time) + image.tobytes()


def rgb(**more: Any) -> Message:
    """The first message for the clip's frames."""
    height, width, _ = frames()[0].shape
    return {"format": "rgb", "width": width, "height": height, "time": "sent", **more}


def tracked(images: Sequence[ImageArray], **options: Any) -> list[list[Message]]:
    """What the library finds, as JSON has it."""
    with knuckle.Tracker(**options) as track:
        found = [track(Frame(image, 0, i / 30)) for i, image in enumerate(images)]
    answers: list[list[Message]] = json.loads(
        json.dumps([[hand.to_dict() for hand in hands] for hands in found])
    )
    return answers


def test_a_stream_is_answered_as_the_library_answers(server: Server) -> None:
    """Number by number, ids and smoothing included."""
    with stream(server, rgb()) as client:
        answers = [ask(client, timed(image, i / 30)) for i, image in enumerate(frames())]

    assert tracked(frames()) == [answer["hands"] for answer in answers]
    assert list(range(len(answers))) == [answer["frame"] for answer in answers]
    assert {0} == {answer["dropped"] for answer in answers}
    assert [i / 30 for i in range(len(answers))] == [answer["time"] for answer in answers]


def test_options_are_the_librarys(server: Server) -> None:
    """From the first message."""
    images = frames()[:12]
    options = {"max_hands": 1, "smoothing": False, "search": "every-frame", "variant": "lite"}
    with stream(server, rgb(options=options)) as client:
        answers = [ask(client, timed(image, i / 30)) for i, image in enumerate(images)]
    wanted = tracked(
        images, max_hands=1, smoothing=None, search=knuckle.EveryFrame(), variant="lite"
    )

    assert wanted == [answer["hands"] for answer in answers]


def test_frames_may_be_files_of_pictures(server: Server) -> None:
    """JPEG here; times are those of arrival."""
    with stream(server) as client:
        first, second = ask(client, BOTH), ask(client, BOTH)

    assert [1080, 720] == first["image_size"]
    assert [1, 2] == [hand["track_id"] for hand in second["hands"]]
    assert 0 == first["time"] < second["time"] < PATIENCE


def test_the_newest_frame_wins(server: Server) -> None:
    """Frames that were not begun are dropped and counted, and the last one is answered."""
    before = server.figure('knuckle_frames_total{outcome="dropped"}')
    with stream(server) as client:
        for _ in range(40):
            client.send(BOTH)
        answers = [receive(client)]
        while answers[-1]["frame"] < 39:
            answers.append(receive(client))
    dropped = answers[-1]["dropped"]

    assert 40 == len(answers) + dropped
    assert dropped > 10
    numbers = [answer["frame"] for answer in answers]
    assert sorted(set(numbers)) == numbers
    assert before + dropped == server.figure('knuckle_frames_total{outcome="dropped"}')


def test_64_streams_do_not_mix(server: Server) -> None:
    """Each is answered as if it were alone, though 32 share a worker."""
    count, length = 64, 6
    starts = [number % (len(frames()) - length) for number in range(count)]

    def run(start: int) -> list[Any]:
        with stream(server, rgb()) as client:
            images = frames()[start : start + length]
            return [ask(client, timed(im, i / 30))["hands"] for i, im in enumerate(images)]

    with ThreadPoolExecutor(count) as pool:
        answers = list(pool.map(run, starts))
    wanted = {start: tracked(frames()[start : start + length]) for start in set(starts)}

    assert [wanted[start] for start in starts] == answers
    eventually(lambda: server.figure("knuckle_streams") == 0, "all streams are closed")
    assert [0, 0] == [slot.streams for slot in server.service.pool.slots]


@pytest.mark.parametrize(
    ("start", "frame", "status", "sentence"),
    [
        ({}, b"junk", 415, "no picture"),
        ({}, b"", 415, "no picture"),
        ({}, PALM[:9000], 422, "cannot be read"),
        ({"format": "rgb", "width": 2, "height": 2}, bytes(11), 400, "11 bytes are no RGB frame"),
        ({"time": "sent"}, b"1234567", 400, "begins with its time"),
        ({"time": "sent"}, struct.pack("<d", math.nan) + PALM, 400, "must be finite seconds"),
    ],
)
def test_a_frame_that_cannot_be_read_does_not_end_the_stream(
    server: Server, start: Message, frame: bytes, status: int, sentence: str
) -> None:
    """It gets an error in its place."""
    with stream(server, start) as client:
        answer = ask(client, frame)
        again = ask(client, frame)

    assert (status, 0, 1) == (answer["error"]["status"], answer["frame"], again["frame"])
    assert sentence in answer["error"]["detail"]


def test_a_time_that_goes_back_starts_anew(server: Server) -> None:
    """As in the library: another clip; ids go on."""
    with stream(server, {"time": "sent"}) as client:
        first = ask(client, struct.pack("<d", 5.0) + PALM)
        second = ask(client, struct.pack("<d", 1.0) + PALM)

    assert [1] == [hand["track_id"] for hand in first["hands"]]
    assert [2] == [hand["track_id"] for hand in second["hands"]]


@pytest.mark.parametrize(
    ("first", "sentence"),
    [
        (b"binary", "the first message must be a text"),
        ("no json", "must be a JSON object"),
        ('{"options": {"max_hands": 0}}', "max_hands must be at least 1, not 0"),
    ],
)
def test_a_wrong_first_message_closes(server: Server, first: str | bytes, sentence: str) -> None:
    """1008 with the sentence."""
    with connect(server.stream) as client:
        client.send(first)
        code, reason = closing(client)

    assert 1008 == code
    assert sentence in reason


def test_text_in_place_of_a_frame_closes(server: Server) -> None:
    """1003."""
    with stream(server) as client:
        client.send("text")
        assert (1003, "a frame must be binary, not text") == closing(client)


def test_streams_of_other_sites_are_refused(server: Server) -> None:
    """Before they open."""
    local = f"127.0.0.1:{server.port}"
    for host, origin, path, status in (
        (local, "https://evil.example", "track", 403),
        (local, "null", "track", 403),
        ("evil.example", None, "track", 403),
        (local, f"http://{local}", "tracks", 404),
    ):
        plain = socket.create_connection(("127.0.0.1", server.port))
        with pytest.raises(InvalidStatus) as refused:
            connect(f"ws://{host}/v1/{path}", sock=plain, origin=origin)  # type: ignore[arg-type]
        assert status == refused.value.response.status_code
        assert status == json.loads(refused.value.response.body or b"")["status"]
    assert 426 == server.get("/v1/track").status
    assert [] == server.told


def test_limits_of_streams_are_kept() -> None:
    """Bytes of a frame, frames in a second, silence, and how many there may be."""
    limits = Limits(bytes=len(PALM), streams=1, frames=5, idle=0.5, head=0.5)
    with serving(limits=limits) as server:
        with stream(server) as client:
            with pytest.raises(InvalidStatus) as refused:
                connect(server.stream)
            assert 503 == refused.value.response.status_code
            assert "5" == refused.value.response.headers["retry-after"]
            client.send(PALM + b"x")
            assert 1009 == closing(client)[0]
        eventually(lambda: not server.service.streams, "it is closed")
        with stream(server) as client:
            assert (1001, "no frame came for 0.5 s") == closing(client)
        eventually(lambda: not server.service.streams, "it is closed")
        with connect(server.stream) as client:
            assert "no first message" in closing(client)[1]
        eventually(lambda: not server.service.streams, "it is closed")
        with stream(server) as client:
            for _ in range(7):
                client.send(b"x")
            assert (1008, "more than 5 frames came in a second") == closing(client)


def test_a_stream_says_when_its_worker_died() -> None:
    """Ids start anew on the next worker; the other stream goes on."""
    with serving(workers=2) as server, stream(server) as first, stream(server) as second:
        for client in (first, second):
            assert [1] == [hand["track_id"] for hand in ask(client, PALM)["hands"]]
        victim = server.pids()[0]
        os.kill(victim, signal.SIGKILL)
        eventually(lambda: len(server.told) == 1, "the operator is told")
        said, answer = ask(first, PALM), receive(first)

        assert {"restarted"} == set(said)
        assert [1] == [hand["track_id"] for hand in answer["hands"]]
        assert [1] == [hand["track_id"] for hand in ask(second, PALM)["hands"]]
        assert f"worker 1 (process {victim}) ended with signal 9; another starts" == server.told[0]
        assert [1] == [hand["track_id"] for hand in ask(first, PALM)["hands"]]


def test_a_frame_that_its_worker_dies_over_gets_an_error() -> None:
    """And the stream goes on."""
    with serving() as server, stream(server) as client:
        ask(client, PALM)
        pid = server.pids()[0]
        os.kill(pid, signal.SIGSTOP)
        client.send(PALM)
        eventually(lambda: server.service.pool.slots[0].sent, "the worker has it")
        os.kill(pid, signal.SIGKILL)
        failed, said, answer = receive(client), ask(client, PALM), receive(client)

        assert (500, 1) == (failed["error"]["status"], failed["frame"])
        assert "restarted" in said
        assert (2, [1]) == (answer["frame"], [hand["track_id"] for hand in answer["hands"]])
