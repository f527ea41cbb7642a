"""The body of a request, as it comes in."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope

from .limits import Body, Limits
from .problem import Problem

Value = TypeVar("Value")
DISCARDED = 4  # how many times the allowed size is read and thrown away
DISCARD_SECONDS = 5.0


class Incoming:
    """Receives the body of a request, and knows whether some `is_left`."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._receive = receive
        headers = dict(scope["headers"])
        length = headers.get(b"content-length", b"")
        self.declared = int(length) if length.isdigit() else None
        self.is_left = self.declared != 0 and (
            self.declared is not None or b"transfer-encoding" in headers
        )
        self._must_ask = headers.get(b"expect", b"").lower() == b"100-continue"

    async def __call__(self) -> Message:
        """The next message of the client."""
        message = await self._receive()
        if message["type"] == "http.request":
            self._must_ask = False
            self.is_left = message.get("more_body", False)
        elif message["type"] == "http.disconnect":
            self.is_left = False
        return message

    async def read(self, body: Body, limits: Limits) -> bytes:
        """The whole body. Raises Problem 408, 413 or 503, ClientDisconnect."""
        if self.declared is not None and self.declared > limits.bytes:
            raise _too_large(limits)
        try:
            async with asyncio.timeout(limits.body):
                while self.is_left:
                    message = await self()
                    if message["type"] == "http.disconnect":
                        raise ClientDisconnect
                    body.add(message.get("body", b""))
                    if body.size > limits.bytes:
                        raise _too_large(limits)
        except TimeoutError:
            raise Problem(408, f"the picture did not arrive in {limits.body:g} s") from None
        return body.bytes()

    async def discard(self, limits: Limits) -> None:
        """Read what is left, within bounds: many clients read an answer only after they sent all.

        A client that waits to be asked for the body is not asked.
        """
        left = DISCARDED * limits.bytes
        if self._must_ask or (self.declared or 0) > left:
            return
        try:
            async with asyncio.timeout(DISCARD_SECONDS):
                while self.is_left and left > 0:
                    left -= len((await self()).get("body", b""))
        except TimeoutError:
            return

    async def unless_gone(self, work: Coroutine[Any, Any, Value]) -> Value:
        """The result of work; it ends when the client goes. Raises ClientDisconnect."""
        job, gone = asyncio.ensure_future(work), asyncio.ensure_future(self())
        try:
            await asyncio.wait({job, gone}, return_when=asyncio.FIRST_COMPLETED)
            if job.done():
                return job.result()
            raise ClientDisconnect
        finally:
            gone.cancel()
            job.cancel()


def _too_large(limits: Limits) -> Problem:
    return Problem(413, f"a picture may have at most {limits.bytes} bytes: scale it down")
