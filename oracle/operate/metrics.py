"""Prometheus metrics: what a running collector counts, and what the newest published file tells, at any instant."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

import duckdb
import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector as Family

from oracle.days import Clock
from oracle.errors import HomeError
from oracle.operate.health import health
from oracle.settings import Home
from oracle.store.watch import SourceRow, Watch
from oracle.terms import CandlePage, Observation, Reading

if TYPE_CHECKING:  # `oracle metrics` only prints, and need not load what publishes
    from oracle.publish import Published


@dataclass
class Known:
    """What the newest published file tells."""

    sources: list[SourceRow] = field(default_factory=list)
    newest_rate: date | None = None
    published_at: datetime | None = None


class Metrics:
    """Counters of this process, and gauges that are worked out when they are read: freshness grows by itself."""

    def __init__(self, clock: Clock) -> None:
        self.registry = CollectorRegistry()
        self._requests = self._counter("requests", "Attempts to read a source by what came of them", "outcome")
        self._pages = self._counter("pages", "Candle pages and rate lists read")
        self._candles = self._counter("candles", "Candles and rates read, before the checks")
        self._seconds = Gauge(
            "oracle_publication_seconds", "How long the last publication took", registry=self.registry
        )
        self._next = Gauge(
            "oracle_next_run_timestamp_seconds", "When a job runs next", ("job",), registry=self.registry
        )
        self._published = _OfPublished(clock)
        self.registry.register(self._published)

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"oracle_{name}", text, ("source", *labels), registry=self.registry)

    def observed(self, observation: Observation, reading: Reading | None) -> None:
        """Count one attempt."""
        self._requests.labels(observation.source, observation.outcome).inc()
        if reading and observation.kind in ("candles", "rates"):
            self._pages.labels(observation.source).inc()
            rows = reading.rows.num_rows if isinstance(reading, CandlePage) else len(getattr(reading, "rates", ()))
            self._candles.labels(observation.source).inc(rows)

    def next_run(self, job: str, at: datetime) -> None:
        """A job was put on the schedule."""
        self._next.labels(job).set(at.timestamp())

    def publication(self, seconds: float) -> None:
        """A version was published, or found to hold nothing new."""
        self._seconds.set(seconds)

    def read(self, home: Home) -> None:
        """Take over what the newest published file tells."""
        with Watch(home.current) as watch:
            self._published.known = Known(watch.sources(), watch.newest_rate(), watch.dataset.published_at)

    def of(self, home: Home) -> "Witness":
        """A collector's witness that counts here."""
        return Witness(self, home)

    def text(self) -> str:
        """The text that Prometheus reads."""
        return generate_latest(self.registry).decode()


@dataclass(frozen=True)
class Witness:
    """Tells the metrics what a collector does."""

    metrics: Metrics
    home: Home

    def observed(self, observation: Observation, reading: Reading | None) -> None:
        """One attempt."""
        self.metrics.observed(observation, reading)

    def published(self, _published: "Published", seconds: float) -> None:
        """One publication."""
        self.metrics.publication(seconds)
        try:
            self.metrics.read(self.home)
        except (HomeError, duckdb.Error) as error:
            structlog.get_logger().warning("metrics not renewed", reason=str(error))


class _OfPublished(Family):
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.known = Known()

    def collect(self) -> Iterable[GaugeMetricFamily]:
        known, now = self.known, self._clock()
        if known.published_at:
            at = known.published_at.timestamp()
            yield GaugeMetricFamily("oracle_published_timestamp_seconds", "When the file was published", value=at)
        yield from self._per_source(now)
        quarantine = GaugeMetricFamily("oracle_quarantine_rows", "Rows that broke a check", labels=("source", "reason"))
        for row in known.sources:
            for reason, count in row.quarantine.items():
                quarantine.add_metric((row.source, reason), count)
        yield quarantine

    def _per_source(self, now: datetime) -> Iterator[GaugeMetricFamily]:
        families = {
            name: GaugeMetricFamily(f"oracle_{name}", text, labels=("source",))
            for name, text in (
                ("last_success_timestamp_seconds", "When the source last gave a sound answer"),
                ("missed_closes", "Closed days that should be there and are not"),
                ("behind_markets", "Listed markets that lack the newest day that should be there"),
                ("freshness_days", "Days from the newest day that is there to today in UTC"),
                ("revised_figures", "Figures that were replaced by later ones"),
                ("provisional_days", "Days whose figures may still change"),
            )
        }
        for row in self.known.sources:
            state = health(row, now, self.known.newest_rate)
            age = None if row.newest_day is None else (now.date() - row.newest_day).days
            success = row.last_success.timestamp() if row.last_success else None
            figures = (
                *(success, state.missed_closes, state.behind_markets, age),
                *(row.revisions, row.provisional_days),
            )
            for family, figure in zip(families.values(), figures, strict=True):
                if figure is not None:
                    family.add_metric((row.source,), figure)
        yield from families.values()


def metrics_text(home: Home, clock: Clock) -> str:
    """What the newest published file tells, as Prometheus text; HomeError if nothing is published."""
    metrics = Metrics(clock)
    metrics.read(home)
    return metrics.text()


def written_text(home: Home) -> str | None:
    """What the collector that is running has written last; None if it has written nothing."""
    try:
        return home.metrics.read_text("utf-8")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise HomeError(f"cannot read {home.metrics}: {error.strerror}; mend its permissions") from error
