"""How much one client, one picture and the whole server may take."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

from .problem import Problem

REMEMBERED = 10_000  # clients whose rate is remembered; the longest silent one is forgotten first


@dataclass(frozen=True, slots=True)
class Limits:
    """What is refused. Seconds are those of patience: whoever takes longer is cut off."""

    bytes: int = 20_000_000  # of a picture or a frame as it is sent
    pixels: int = 25_000_000  # of a picture or a frame when it is decoded
    rate: float = 200.0  # requests a second from one address; as many may come at once
    frames: float = 240.0  # frames a second in one stream; as many may come at once
    connections: int = 512
    streams: int = 128
    waiting: int = 256  # pictures that wait for a worker
    held: int = 256_000_000  # bytes of all pictures and frames that were sent and wait
    wait: float = 20.0  # seconds until a worker takes a picture
    work: float = 20.0  # seconds for one picture; a worker that takes longer is ended
    head: float = 10.0  # seconds for the head of a request, and for a stream's first message
    body: float = 30.0  # seconds for the body of a request
    send: float = 20.0  # seconds for a client to read what waits for it
    idle: float = 120.0  # seconds without a frame until a stream is closed
    stop: float = 10.0  # seconds for what runs when the server is asked to stop


class Bucket(NamedTuple):
    """Requests that a client has left, at a time in seconds."""

    tokens: float
    time: float


def take(bucket: Bucket | None, now: float, rate: float) -> tuple[Bucket, float]:
    """Take one token; returns the bucket after it, and 0 or the seconds until there is one.

    The bucket fills with `rate` tokens a second and holds as many as come in one second.
    bucket: None for somebody new, whose bucket is full.
    """
    most = max(rate, 1.0)
    tokens = most if bucket is None else min(most, bucket.tokens + (now - bucket.time) * rate)
    if tokens >= 1:
        return Bucket(tokens - 1, now), 0.0
    return Bucket(tokens, now), (1 - tokens) / rate


class Rates:
    """The buckets of all clients."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def check(self, client: str, now: float) -> None:
        """Count a request. Raises Problem 429 when the client has had too many."""
        bucket, wait = take(self._buckets.pop(client, None), now, self._rate)
        self._buckets[client] = bucket
        if len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)
        if wait:
            raise Problem(
                429, f"more than {self._rate:g} requests in a second: send fewer", retry=wait
            )


class Held:
    """Bytes of pictures and frames that were sent and wait."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.now = 0

    def take(self, count: int) -> bool:
        """Whether there is room for so many bytes; if so, they are counted."""
        if self.now + count > self.most:
            return False
        self.now += count
        return True

    def give(self, count: int) -> None:
        """So many bytes are no longer held."""
        self.now -= count


class Body:
    """The bytes of one request as they come in, counted in `Held`."""

    def __init__(self, held: Held) -> None:
        self._held = held
        self._parts: list[bytes] = []
        self.size = 0

    def add(self, part: bytes) -> None:
        """Append some bytes. Raises Problem 503 when the server holds too many already."""
        if not self._held.take(len(part)):
            raise Problem(503, "the server holds too many pictures: try again", retry=1)
        self._parts.append(part)
        self.size += len(part)

    def bytes(self) -> bytes:
        """All of them."""
        return b"".join(self._parts)


@contextmanager
def body(held: Held) -> Iterator[Body]:
    """A request's body; its bytes count until the block ends."""
    collected = Body(held)
    try:
        yield collected
    finally:
        held.give(collected.size)
