"""From observations to a published file of their own, by the same store, readers and law: nothing else is believed."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby
from pathlib import Path

from oracle.collect.read import read_again
from oracle.days import Span
from oracle.evidence.asking import as_stated
from oracle.evidence.layout import Dataset, ListedPage, Seen
from oracle.evidence.listing import ListedObservation, page_of
from oracle.knowledge import Knowledge
from oracle.publish import Version, write_version
from oracle.standing import bring_up_to_date
from oracle.store.reads import SCHEMA_VERSION, Reads
from oracle.store.writer import Store
from oracle.terms import Observation, Reading


@contextmanager
def rebuilt(
    seen: Iterable[tuple[Seen, bytes | ListedPage | None]],
    known: Knowledge,
    days: Span,
    dataset: Dataset,
    now: datetime,
) -> Iterator[Reads]:
    """A published file made of these observations alone, in the order given, judged on `days`; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="oracle-") as name:
        folder, path = Path(name), Path(name) / "oracle.duckdb"
        with Store(folder / "store.duckdb") as store:
            for batch, group in groupby(seen, key=lambda each: each[0].batch):
                observations, readings = [], []
                for told, body in group:
                    observation, reading = _taken(told, body)
                    observations.append(observation)
                    readings += [reading] if reading else []
                store.record(batch, observations, readings)
            with store.one_state(lambda connection: bring_up_to_date(connection, known, days)) as source:
                # An instant makes it a file of some days: it tells of the others only which have candles.
                version = Version(
                    dataset.version, dataset.published_at, dataset.software, SCHEMA_VERSION, dataset.content, now
                )
                write_version(source, path, known, version)
        with Reads(path) as reads:
            as_stated(dataset, reads)
            yield reads


def _taken(seen: Seen, body: bytes | ListedPage | None) -> tuple[Observation, Reading | None]:
    """What is read out of the bytes, or is listed of them."""
    if isinstance(body, ListedPage):
        listed = ListedObservation(**vars(_observation(seen, None)), digest=body.sha256)
        return listed, page_of(body, listed)
    observation = _observation(seen, body)
    return observation, read_again(observation)


def _observation(seen: Seen, body: bytes | None) -> Observation:
    first, last = seen.first_day, seen.last_day
    return Observation(
        source=seen.source,
        kind=seen.kind,
        subject=seen.subject,
        span=Span(first, last) if first and last else None,
        url=seen.url,
        status=seen.status,
        headers=tuple(seen.headers),
        asked_at=seen.asked_at,
        received_at=seen.received_at,
        body=body,
        outcome=seen.outcome,
        detail=seen.detail,
    )


def seen_of(observation: Observation, batch: str) -> Seen:
    """What a bundle tells of an observation."""
    span = observation.span
    return Seen(
        batch=batch,
        source=observation.source,
        kind=observation.kind,
        subject=observation.subject,
        first_day=span.first if span else None,
        last_day=span.last if span else None,
        url=observation.url,
        status=observation.status,
        headers=list(observation.headers),
        asked_at=observation.asked_at,
        received_at=observation.received_at,
        outcome=observation.outcome,
        detail=observation.detail,
        sha256=observation.sha256,
    )
