"""What every request shares: the version in place, the clock, the limits, who may ask."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from oracle.api.metrics import ApiMetrics
from oracle.api.problem import ProblemError
from oracle.api.version import Current
from oracle.days import Clock
from oracle.price.kept import Kept
from oracle.settings import Home


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one request, and all together, may ask for, in a process.

    `known_days`, `known_coins`: different ones in a question about many as known at an instant.
    Seconds: for the answer to be found, for all of it to be taken where it is sent in pieces, for the head and the body
    of a request to come, for a connection without requests, for some of an answer to be taken, for the rest of a
    refused body.
    """

    body_bytes: int = 32 * 2**20
    batch_rows: int = 100_000
    range_days: int = 4_000
    known_days: int = 100
    known_coins: int = 50
    seconds: float = 60.0
    stream_seconds: float = 120.0
    heavy_at_once: int = 2
    heavy_waiting: int = 16
    at_once: int = 512
    connections: int = 2_000
    head_seconds: float = 10.0
    body_seconds: float = 60.0
    idle_seconds: float = 75.0
    send_seconds: float = 30.0
    linger_seconds: float = 2.0


@dataclass
class Service:
    """The state of a server. `hosts`: names under which it answers beside addresses; None: under any.

    `public_url`: where callers reach it, if a proxy stands before it; without a slash at the end.
    """

    home: Home
    clock: Clock
    current: Current
    limits: Limits = field(default_factory=Limits)
    cors: tuple[str, ...] = ()
    access_log: bool = False
    hosts: tuple[str, ...] | None = None
    public_url: str | None = None
    metrics: ApiMetrics = field(default_factory=ApiMetrics)
    ledgers: Kept = field(default_factory=Kept)
    heavy: asyncio.Semaphore = field(init=False)
    waiting: int = 0
    asked: int = 0

    def __post_init__(self) -> None:
        self.heavy = asyncio.Semaphore(self.limits.heavy_at_once)


def take_place(service: Service) -> None:
    """Take a place among the requests that are being answered, which must be given back; 503 if all are taken."""
    if service.asked >= service.limits.at_once:
        raise ProblemError(
            "overloaded", f"{service.asked} requests are being answered already", headers={"Retry-After": "1"}
        )
    service.asked += 1


@asynccontextmanager
async def room(service: Service) -> AsyncIterator[None]:
    """A place among the heavy requests that may run at a time; 429 if too many wait already."""
    if service.heavy.locked() and service.waiting >= service.limits.heavy_waiting:
        raise ProblemError(
            "too-many-requests",
            f"{service.limits.heavy_at_once} large questions are being answered and {service.waiting} wait",
            headers={"Retry-After": "2"},
        )
    service.waiting += 1
    try:
        await service.heavy.acquire()
    finally:
        service.waiting -= 1
    try:
        yield
    finally:
        service.heavy.release()
