"""What all requests of one server share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..options import DetectOptions, TrackOptions
from .access import Access
from .jobs import Options
from .limits import Held, Limits, Rates
from .metrics import Metrics
from .pool import Pool
from .requested import defaults_for


@dataclass(eq=False, slots=True)
class Service:
    """One server, running.

    folder: of the page; None if it is not built.
    connections: how many are open; the server sets it.
    tell, detail: are called with what an operator should know, and with what may interest one.
    """

    access: Access
    limits: Limits
    pool: Pool
    picture_defaults: Options
    stream_defaults: Options
    folder: Path | None
    tell: Callable[[str], None]
    detail: Callable[[str], None]
    held: Held
    rates: Rates
    metrics: Metrics = field(default_factory=Metrics)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    streams: set[asyncio.Task[Any]] = field(default_factory=set)
    connections: Callable[[], int] = lambda: 0

    async def end_streams(self) -> None:
        """Ask all streams to close, and wait until they have."""
        self.stopping.set()
        if self.streams:
            await asyncio.wait(self.streams, timeout=self.limits.stop)


def new_service(
    access: Access,
    limits: Limits,
    options: Mapping[str, Any],
    workers: int,
    folder: Path | None,
    tell: Callable[[str], None],
    detail: Callable[[str], None],
) -> Service:
    """A service whose pool is not started. options: the server's `ServeOptions`, completed."""
    pictures = defaults_for(DetectOptions, options)
    metrics = Metrics()

    def told(sentence: str) -> None:
        metrics.deaths.inc()
        tell(sentence)

    service = Service(
        access=access,
        limits=limits,
        pool=Pool(workers, pictures, limits, told),
        picture_defaults=pictures,
        stream_defaults=defaults_for(TrackOptions, options),
        folder=folder,
        tell=tell,
        detail=detail,
        held=Held(limits.held),
        rates=Rates(limits.rate),
        metrics=metrics,
    )
    metrics.gauge("knuckle_workers_ready", "Workers that are ready.", lambda: service.pool.ready)
    metrics.gauge("knuckle_jobs_waiting", "Jobs without a worker.", lambda: service.pool.waiting)
    metrics.gauge("knuckle_streams", "Streams that are open.", lambda: len(service.streams))
    metrics.gauge(
        "knuckle_connections", "Connections that are open.", lambda: service.connections()
    )
    metrics.gauge("knuckle_held_bytes", "Bytes that were sent and wait.", lambda: service.held.now)
    return service
