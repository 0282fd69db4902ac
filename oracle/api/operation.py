"""`/healthz`, `/readyz`, `/metrics`, `/v1/dataset`, `/v1/observations`: the server and what it answers from."""

import asyncio
from datetime import timedelta
from typing import Annotated

from aiohttp import hdrs, web
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import Field, StringConstraints, TypeAdapter

from oracle.api import models
from oracle.api.media import JSON, RAW, TEXT
from oracle.api.problem import KINDS, PREFIX, ProblemError
from oracle.api.route import Call, Parameters, Reply, route
from oracle.api.tables import told
from oracle.archive import Archive
from oracle.errors import HomeError
from oracle.store.listings import Listings
from oracle.store.reads import Reads
from oracle.store.watch import Watch

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
# A collector publishes every day; what is older has nobody who renews it.
STALE_AFTER = timedelta(days=2)


class OfObservation(Parameters):
    """A response by the hash of its bytes."""

    sha256: Sha256 = Field(description="SHA-256 of the bytes, 64 hexadecimal digits", examples=["0" * 64])


class OfProblem(Parameters):
    """A type of problem."""

    name: str = Field(max_length=60, description="its name", examples=["not-collected"])


@route("GET", "/healthz", tag="operation", answer=models.Health, is_open=True)
async def healthz(_call: Call) -> Reply:
    """Whether the server is alive."""
    return _health(models.Health(status="alive"))


@route("GET", "/readyz", tag="operation", answer=models.Health, is_open=True, problems=("unavailable",))
async def readyz(call: Call) -> Reply:
    """Whether a published version is open and fresh: 503 if none is, or if it is older than two days."""
    with call.service.current.held() as opened:
        version, published_at = opened.dataset.version, opened.dataset.published_at
    age = call.service.clock() - published_at
    if age > STALE_AFTER:
        raise ProblemError(
            "unavailable",
            f"the dataset {version} was published {age.days} days ago",
            step="Have the operator see `oracle status`: nothing new is being published.",
            headers={hdrs.RETRY_AFTER: "60"},
        )
    return _health(models.Health(status="ready", dataset=version, published_at=published_at))


def _health(document: models.Health) -> Reply:
    return Reply(document.model_dump_json(exclude_none=True).encode(), headers={hdrs.CACHE_CONTROL: "no-store"})


@route("GET", "/metrics", tag="operation", formats=(TEXT,), is_hidden=True)
async def metrics(call: Call) -> Reply:
    """Figures of this server for Prometheus."""
    text = await asyncio.to_thread(call.service.metrics.text)
    return Reply(text, TEXT, headers={hdrs.CONTENT_TYPE: CONTENT_TYPE_LATEST, hdrs.CACHE_CONTROL: "no-store"})


@route("GET", "/v1/dataset", tag="operation", answer=models.DatasetPart)
async def dataset(call: Call) -> Reply:
    """The published version that answers: its manifest, and how fresh each source is in it."""
    service = call.service
    with service.current.held() as opened:
        manifest = opened.manifest

    def find(reads: Reads) -> bytes:
        said = Listings(reads).manifest()
        said.pop("as_known_at")
        sources = [
            models.Freshness(**{name: getattr(row, name) for name in models.Freshness.model_fields})
            for row in Watch.over(reads).sources()
        ]
        return models.DatasetPart(**said, manifest=manifest, sources=sources).model_dump_json().encode()

    return await told(call, find)


@route(
    "GET",
    "/v1/observations/{sha256}",
    tag="evidence",
    path=OfObservation,
    answer=list[models.ObservationPart],
    formats=(RAW, JSON),
    problems=("not-found", "unavailable"),
    is_heavy=True,
)
async def observation(call: Call) -> web.Response | Reply:
    """A response exactly as it was received, found by its hash; with Accept: application/json what is known of it.

    The bytes come as an attachment of no type: they are a stranger's. The most important metadata stand in headers.
    """
    digest = call.path.sha256
    if call.media is JSON:

        def find(reads: Reads) -> bytes:
            return TypeAdapter(list[models.ObservationPart]).dump_json(_found(reads, digest))

        return await told(call, find)
    service = call.service
    with service.current.held() as opened:
        rows = await service.current.ask(opened, lambda reads: _found(reads, digest))
        batches = await service.current.ask(opened, lambda reads: Listings(reads).batches(digest))
        archive = Archive(service.home.archive)
        body = await service.current.done(opened, lambda: _bytes(archive, batches, digest))
    first = rows[0]
    headers = {
        hdrs.CONTENT_TYPE: RAW.content_type,
        hdrs.CONTENT_DISPOSITION: f'attachment; filename="{digest}.bin"',
        "X-Observation-Source": first.source,
        "X-Observation-Kind": first.kind,
        "X-Observation-Received-At": first.received_at.isoformat(),
        hdrs.ETAG: f'"{digest}"',
        hdrs.CACHE_CONTROL: "no-cache",
    }
    return Reply(body, RAW, headers=headers)


def _found(reads: Reads, digest: str) -> list[models.ObservationPart]:
    rows = Listings(reads).observations(digest)
    if not rows:
        raise ProblemError("not-found", f"no response with the hash {digest} is in this dataset")
    return [models.ObservationPart(**{name: row[name] for name in models.ObservationPart.model_fields}) for row in rows]


def _bytes(archive: Archive, batches: list[str], digest: str) -> bytes:
    for batch in batches:
        for each in archive.read(batch):
            if each.sha256 == digest and each.body is not None:
                return each.body
    raise HomeError(f"the bytes of {digest} are not in the archive {archive.folder}; restore it from a backup")


@route(
    "GET", PREFIX + "{name}", tag="operation", path=OfProblem, formats=(TEXT,), is_open=True, problems=("not-found",)
)
async def problem(call: Call) -> Reply:
    """What a type of problem is."""
    kind = KINDS.get(call.path.name)
    if kind is None:
        raise ProblemError("not-found", "no problem is called so")
    return Reply(f"{kind.title} (HTTP {kind.status}). {kind.step}\n".encode(), TEXT)
