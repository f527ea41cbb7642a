"""Connections that take their time: uvicorn's protocols, with an end to every wait.

uvicorn itself waits without end for the head of a request, and for a client that does not read what
it is sent, and it lets any number of connections ask nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from socket import SO_SNDBUF, SOL_SOCKET
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from .limits import Limits

END = b"connection: close\r\ncontent-length: 0\r\n\r\n"
LATE = b"HTTP/1.1 408 Request Timeout\r\n" + END
FULL = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\n" + END
UNREAD = 32_768  # bytes of answers, about two frames with two hands, here and in the system
CLOSING = 5.0  # seconds; a connection that is still closing at the second look is cut off


class Patience:
    """A timer that is started and stopped again and again."""

    def __init__(self, seconds: float, act: Callable[[], None]) -> None:
        self._seconds = seconds
        self._act = act
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Act after so many seconds unless it is stopped. A timer that runs goes on."""
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._seconds, self._end)

    def stop(self) -> None:
        """Do not act."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _end(self) -> None:
        self._timer = None
        self._act()


class Impatient:
    """Cuts a connection off whose client does not read, or that does not close."""

    limits = Limits()
    transport: asyncio.Transport

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._reading = Patience(self.limits.send, self._cut_off)
        self._closing = Patience(CLOSING, self._look)
        self._was_closing = False

    def connection_made(self, transport: Any) -> None:
        """Begin to look after it."""
        super().connection_made(transport)  # type: ignore[misc]
        self._closing.start()

    def connection_lost(self, error: Exception | None) -> None:
        """No timer outlives its connection."""
        self.stop_timers()
        super().connection_lost(error)  # type: ignore[misc]

    def stop_timers(self) -> None:
        """Look after it no more."""
        self._reading.stop()
        self._closing.stop()

    def pause_writing(self) -> None:
        """So much waits for the client that no more is written."""
        self._reading.start()
        super().pause_writing()  # type: ignore[misc]

    def resume_writing(self) -> None:
        """The client has read."""
        self._reading.stop()
        super().resume_writing()  # type: ignore[misc]

    def _cut_off(self) -> None:
        self.transport.abort()

    def _look(self) -> None:
        if self._was_closing and self.transport.is_closing():
            self.transport.abort()
            return
        self._was_closing = self.transport.is_closing()
        self._closing.start()


class HttpConnection(Impatient, H11Protocol):
    """A connection whose requests must have a head in time."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._heading = Patience(self.limits.head, self._end_late)
        self._is_refused = False

    def connection_made(self, transport: Any) -> None:
        """Refuse it when there are too many."""
        count, most = len(self.connections), self.limits.connections
        super().connection_made(transport)
        if count >= 2 * most:  # not even an answer
            transport.abort()
        elif count >= most:
            self._end_with(FULL)
        else:
            self._heading.start()

    def data_received(self, data: bytes) -> None:
        """Take what came; the clock runs while it is only part of a head."""
        if self._is_refused:
            return
        super().data_received(data)
        if self.conn.their_state is h11.IDLE:
            self._heading.start()
        else:
            self._heading.stop()

    def stop_timers(self) -> None:
        """Look after it no more."""
        self._heading.stop()
        super().stop_timers()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Hand the connection to another protocol, which has timers of its own."""
        self.stop_timers()
        super().handle_websocket_upgrade(event)

    def _end_late(self) -> None:
        if self.conn.our_state is h11.IDLE:
            self._end_with(LATE)

    def _end_with(self, answer: bytes) -> None:
        """Answer and close; what still comes is ignored, because a reset would undo the answer."""
        self._is_refused = True
        self.transport.write(answer)
        if self.transport.can_write_eof():
            self.transport.write_eof()
            asyncio.get_running_loop().call_later(CLOSING, self.transport.abort)
        else:
            self.transport.close()


class StreamConnection(Impatient, WebSocketsSansIOProtocol):
    """A WebSocket. uvicorn pings it, and ends it when no answer comes."""

    def connection_made(self, transport: Any) -> None:
        """Let few answers wait for the client: what it reads must be new."""
        super().connection_made(transport)
        socket = transport.get_extra_info("socket")
        socket.setsockopt(SOL_SOCKET, SO_SNDBUF, UNREAD)
        transport.set_write_buffer_limits(high=UNREAD)

    async def send(self, message: Any) -> None:
        """Send a message; after a refusal the handshake is over, or uvicorn reports a fault."""
        await super().send(message)
        if message["type"] == "websocket.http.response.body" and not message.get("more_body"):
            self.handshake_complete = True


def protocols(limits: Limits) -> tuple[type[HttpConnection], type[StreamConnection]]:
    """The protocols of a server with these limits."""
    http = type("HttpConnection", (HttpConnection,), {"limits": limits})
    stream = type("StreamConnection", (StreamConnection,), {"limits": limits})
    return http, stream
