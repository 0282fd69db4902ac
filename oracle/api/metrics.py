"""Figures of a server for Prometheus: requests by address and status, how long they took, which version answers."""

import os

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class ApiMetrics:
    """Counters of this process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "oracle_api_requests", "Requests answered", ("address", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "oracle_api_seconds", "How long answers took", ("address",), buckets=_SECONDS, registry=self.registry
        )
        self._published = Gauge(
            "oracle_api_dataset_published_timestamp_seconds",
            "When the version that answers was published",
            registry=self.registry,
            multiprocess_mode="mostrecent",
        )
        self._known: dict[tuple[str, int], tuple[Counter, Histogram]] = {}

    def answered(self, address: str, status: int, seconds: float) -> None:
        """One request; `address` is the route's, never the caller's."""
        found = self._known.get((address, status))
        if found is None:
            found = self._requests.labels(address, str(status)), self._seconds.labels(address)
            self._known[address, status] = found
        found[0].inc()
        found[1].observe(seconds)

    def opened(self, published_at: float) -> None:
        """A version took its place."""
        self._published.set(published_at)

    def text(self) -> bytes:
        """The text that Prometheus reads; of all workers where there are several."""
        registry = self.registry
        if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)
