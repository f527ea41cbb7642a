"""WebSocket `/v1/track`: the frames of a stream in, their hands with ids out; newest frame wins."""

from __future__ import annotations

import asyncio
import json
import struct
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from ..checks import MOST_SECONDS
from .limits import Bucket, take
from .pictures import client_of
from .pool import Stream
from .problem import Problem, closing_reason
from .requested import Start, stream_start
from .service import Service

STOPS = "the server stops"
RESTARTED = json.dumps({"restarted": "the worker of this stream has ended: ids start anew"})
STAMP = struct.Struct("<d")  # before a frame that comes with its time: seconds


class Closed(Exception):
    """A stream is to be closed. code, reason: as RFC 6455 has them."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame that was sent.

    number: among the stream's frames, from 0.
    time: seconds since the stream's first frame came.
    came: the same by the server's clock.
    """

    number: int
    time: float
    data: bytes
    came: float


class Mailbox:
    """Room for the newest frame. A frame that was not taken when the next one comes is dropped."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._frame: Frame | None = None
        self._changed = asyncio.Event()
        self._is_closed = False
        self.dropped = 0

    def put(self, frame: Frame) -> None:
        """Leave a frame, in place of an older one."""
        self.clear()
        if self._service.held.take(len(frame.data)):
            self._frame = frame
            self._changed.set()
        else:
            self._drop()

    async def take(self, seconds: float) -> Frame:
        """The newest frame. Its bytes stay held until `release`. Raises Closed after so long."""
        if self._is_closed:
            raise Closed(1001, STOPS)
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            raise Closed(1001, f"no frame came for {seconds:g} s") from None
        if self._frame is None:
            raise Closed(1001, STOPS)
        frame, self._frame = self._frame, None
        self._changed.clear()
        return frame

    def release(self, frame: Frame) -> None:
        """A frame that was taken is done with."""
        self._service.held.give(len(frame.data))

    def clear(self) -> None:
        """Drop the frame that waits."""
        if self._frame:
            self.release(self._frame)
            self._frame = None
            self._changed.clear()
            self._drop()

    def close(self) -> None:
        """Give no more frames, because the server stops."""
        self.clear()
        self._is_closed = True
        self._changed.set()

    def _drop(self) -> None:
        self.dropped += 1
        self._service.metrics.frames.labels("dropped").inc()


async def track(service: Service, socket: WebSocket) -> None:
    """Serve one stream, from its handshake to its end. Raises Problem 429 or 503 before it."""
    service.rates.check(client_of(socket.scope), time.monotonic())
    if len(service.streams) >= service.limits.streams:
        raise Problem(503, f"{service.limits.streams} streams are open already", retry=5)
    task = asyncio.current_task()
    assert task
    service.streams.add(task)
    place = service.pool.stream()
    try:
        await socket.accept()
        await _run(service, socket, place)
    except Closed as closed:
        await _close(socket, closed)
    except WebSocketDisconnect:
        pass
    finally:
        place.close()
        service.streams.discard(task)


async def _close(socket: WebSocket, closed: Closed) -> None:
    with suppress(WebSocketDisconnect, RuntimeError):
        await socket.close(closed.code, closing_reason(closed.reason))


async def _run(service: Service, socket: WebSocket, place: Stream) -> None:
    """Receive and answer frames at the same time, until one of them ends or the server stops."""
    start = await _start(service, socket)
    mailbox = Mailbox(service)
    receiving = asyncio.ensure_future(_receive(service, socket, mailbox))
    answering = asyncio.ensure_future(_answer(service, socket, start, mailbox, place))
    stopping = asyncio.ensure_future(service.stopping.wait())
    tasks: set[asyncio.Future[Any]] = {receiving, answering, stopping}
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if stopping.done():  # the frame that is worked on is answered
            mailbox.close()
            await asyncio.wait({answering}, timeout=service.limits.stop)
            raise Closed(1001, STOPS)
        for ended in (answering, receiving):
            if ended.done():
                ended.result()
    finally:
        for each in tasks:
            each.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        mailbox.clear()


async def _start(service: Service, socket: WebSocket) -> Start:
    """Read the first message and confirm it. Raises Closed."""
    seconds = service.limits.head
    try:
        async with asyncio.timeout(seconds):
            message = await _message(socket)
    except TimeoutError:
        raise Closed(1008, f"no first message with the options came in {seconds:g} s") from None
    if message.get("text") is None:
        raise Closed(1008, "the first message must be a text: the options, such as {}")
    try:
        start = stream_start(service.stream_defaults, message["text"], service.limits.pixels)
    except Problem as problem:
        await socket.send_text(json.dumps({"error": problem.to_dict()}))
        raise Closed(1008, problem.detail) from None
    await socket.send_text(json.dumps({"ready": True}))
    return start


async def _message(socket: WebSocket) -> dict[str, Any]:
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1006))
    return dict(message)


async def _receive(service: Service, socket: WebSocket, mailbox: Mailbox) -> None:
    """Put the frames into the mailbox. Raises Closed, WebSocketDisconnect."""
    number, first = 0, 0.0
    bucket: Bucket | None = None
    while True:
        data = (await _message(socket)).get("bytes")
        if data is None:
            raise Closed(1003, "a frame must be binary, not text")
        came = time.perf_counter()
        bucket, wait = take(bucket, came, service.limits.frames)
        if wait:
            raise Closed(1008, f"more than {service.limits.frames:g} frames came in a second")
        first = first or came
        mailbox.put(Frame(number, came - first, data, came))
        number += 1


async def _answer(
    service: Service, socket: WebSocket, start: Start, mailbox: Mailbox, place: Stream
) -> None:
    """Answer the newest frame, again and again. Raises Closed."""
    while True:
        frame = await mailbox.take(service.limits.idle)
        try:
            words = await _hands(service, socket, start, frame, place)
            service.metrics.frames.labels("answered").inc()
        except Problem as problem:
            words = f'"error": {json.dumps(problem.to_dict())}'
            service.metrics.frames.labels("failed").inc()
        finally:
            mailbox.release(frame)
        head = f'"frame": {frame.number}, "dropped": {mailbox.dropped}'
        await socket.send_text(f"{{{head}, {words}}}")


async def _hands(
    service: Service, socket: WebSocket, start: Start, frame: Frame, place: Stream
) -> str:
    """The hands of a frame as members of a JSON object. Raises Problem."""
    data, stamp = _parsed(start, frame)
    answer = await place.track(data, start.options, start.size, stamp)
    service.metrics.answered("frame", answer.seconds, time.perf_counter() - frame.came)
    if place.has_moved():
        await socket.send_text(RESTARTED)
    if answer.status != 200:
        raise Problem(answer.status, answer.body.decode())
    size = json.dumps(answer.image_size)
    return f'"time": {stamp!r}, "image_size": {size}, "hands": {answer.body.decode()}'


def _parsed(start: Start, frame: Frame) -> tuple[bytes, float]:
    """The picture in a frame, and its time. Raises Problem 400."""
    data, stamp = frame.data, frame.time
    if start.is_timed:
        if len(data) < STAMP.size:
            raise Problem(400, f"a frame begins with its time in {STAMP.size} bytes")
        (stamp,) = STAMP.unpack_from(data)
        data = data[STAMP.size :]
        if not abs(stamp) < MOST_SECONDS:  # also refuses NaN
            raise Problem(400, f"the time of a frame must be finite seconds, not {stamp!r}")
    if start.size and len(data) != 3 * start.size[0] * start.size[1]:
        width, height = start.size
        raise Problem(
            400,
            f"{len(data)} bytes are no RGB frame of {width} x {height}: that has "
            f"{3 * width * height}",
        )
    return data, stamp
