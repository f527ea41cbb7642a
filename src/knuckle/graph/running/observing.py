"""What comes out of a graph: the packets of a stream, for a loop, a task or a function."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator

from ..packets import Packet


class Output:
    """The packets of one stream that have not been taken yet, the earliest first.

    It can be used from any thread while the graph runs.
    """

    def __init__(self, stream: str) -> None:
        self.stream = stream
        self._packets: deque[Packet] = deque()
        self._lock = threading.Lock()
        self._wakers: list[Callable[[], None]] = []
        self._has_ended = False
        self._raise: Callable[[], None] | None = None  # raises why the graph failed, if it did
        self._is_background = True

    def take(self) -> list[Packet]:
        """All packets that are there; they are taken away."""
        with self._lock:
            packets = list(self._packets)
            self._packets.clear()
        return packets

    def __iter__(self) -> Iterator[Packet]:
        """The packets that are there, one by one; more may come while you look."""
        while self._packets:
            yield self._packets.popleft()

    async def __aiter__(self) -> AsyncIterator[Packet]:
        """The packets as they come, until the graph ends. It needs `start(background=True)`.

        Raises GraphError after the last packet if the graph has failed.
        """
        import asyncio  # here, because it takes a twentieth of `import mediapipe`

        arrived = asyncio.Event()
        loop = asyncio.get_running_loop()

        def wake() -> None:
            loop.call_soon_threadsafe(arrived.set)

        with self._lock:
            self._wakers.append(wake)
        try:
            while True:
                arrived.clear()
                for packet in self:
                    yield packet
                if self._has_ended and not self._packets:
                    if self._raise is not None:
                        self._raise()
                    return
                if not self._is_background:
                    raise ValueError(
                        f'the packets of "{self.stream}" would not come while you wait: start the '
                        "graph with start(background=True), or take them after wait_until_idle"
                    )
                if not self._packets:
                    await arrived.wait()
        finally:
            with self._lock:
                self._wakers.remove(wake)

    def start(self, *, background: bool) -> None:
        """Say whether packets come while nobody waits for the graph; the graph calls this."""
        self._is_background = background
        if not background:
            self._wake()

    def put(self, packet: Packet) -> None:
        """Add a packet; the graph calls this."""
        with self._lock:
            self._packets.append(packet)
        self._wake()

    def end(self, fail: Callable[[], None] | None = None) -> None:
        """No more packets will come; the graph calls this, and the first call counts.

        fail: raises the error of the graph if it has failed.
        """
        if not self._has_ended:
            self._raise = fail
        self._has_ended = True
        self._wake()

    def _wake(self) -> None:
        with self._lock:
            wakers = list(self._wakers)
        for wake in wakers:
            wake()
