"""What the server counts, for Prometheus."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST

MEDIA_TYPE = CONTENT_TYPE_LATEST
SECONDS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20)


class Metrics:
    """Counts of one server."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self.requests = self._counter(
            "knuckle_requests", "Requests, by route and status.", "route", "status"
        )
        self.frames = self._counter(
            "knuckle_frames", "Frames of streams: answered, dropped or failed.", "outcome"
        )
        self.deaths = self._counter("knuckle_worker_deaths", "Workers that died.")
        self.work = self._seconds("knuckle_work_seconds", "Seconds of work of a worker.")
        self.total = self._seconds(
            "knuckle_answer_seconds", "Seconds from the last byte to the answer."
        )

    def _counter(self, name: str, help: str, *labels: str) -> Counter:
        return Counter(name, help, labels, registry=self._registry)

    def _seconds(self, name: str, help: str) -> Histogram:
        return Histogram(name, help, ("kind",), registry=self._registry, buckets=SECONDS)

    def gauge(self, name: str, help: str, read: Callable[[], float]) -> None:
        """Show a number that is read when somebody asks."""
        Gauge(name, help, registry=self._registry).set_function(read)

    def answered(self, kind: str, work: float, total: float) -> None:
        """Count the seconds of an answer. kind: picture or frame."""
        self.work.labels(kind).observe(work)
        self.total.labels(kind).observe(total)

    def text(self) -> bytes:
        """All figures, as Prometheus reads them."""
        return generate_latest(self._registry)
