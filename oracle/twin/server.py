"""The twin as an HTTP server on 127.0.0.1: one path prefix per venue, a clock of its own, faults on order."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Self

from aiohttp import web

from oracle.twin import cbr, registry
from oracle.twin.answer import Answer, json_answer
from oracle.twin.breakage import broken, challenge, nearly_used
from oracle.twin.desk import Desk, Shelf
from oracle.twin.faults import Fault, FaultBook, row_fault

if TYPE_CHECKING:
    from types import TracebackType

    from oracle.twin.table import TwinData

Now = Callable[[], datetime] | datetime

_WORTH_SQUEEZING = 1024
_CHALLENGE = "/challenge"  # where the fault `redirect` leads


@dataclass(frozen=True, slots=True)
class Served:
    """One request the twin has had; status 0 where the fault `disconnect` left it without an answer."""

    venue: str
    path: str
    query: Mapping[str, str]
    status: int
    at: datetime


@dataclass(frozen=True, slots=True)
class _Asked:
    method: str
    venue: str
    path: str
    query: Mapping[str, str]


class Twin:
    """Serves the data on one port while it is entered; data, now, faults and gzip may be changed at any time."""

    def __init__(
        self, data: TwinData, *, now: Now, faults: Iterable[Fault] = (), port: int = 0, gzip: bool = True
    ) -> None:
        self.now: Now = now
        self.gzip = gzip
        self.port = port
        self.requests: list[Served] = []
        self._book = FaultBook(faults)
        self._runner: web.ServerRunner | None = None
        self.data = data

    @property
    def data(self) -> TwinData:
        """What is served."""
        return self._data

    @data.setter
    def data(self, data: TwinData) -> None:
        self._data = data
        self._shelves = {
            name: Shelf(data.markets.get(name, ()), venue.HABITS) for name, venue in registry.VENUES.items()
        }

    @property
    def faults(self) -> list[Fault]:
        """The faults on order, first come first; append, remove or clear them."""
        return self._book.faults

    @faults.setter
    def faults(self, faults: Iterable[Fault]) -> None:
        self._book = FaultBook(faults)

    def clock(self) -> datetime:
        """The twin's instant, which every answer's Date header bears."""
        now = self.now if isinstance(self.now, datetime) else self.now()
        if now.tzinfo is None:
            raise ValueError("the twin's now needs a time zone")
        return now

    def endpoint(self, name: str) -> str:
        """The address that stands for the venue's host."""
        if name not in registry.NAMES:
            raise KeyError(name)
        return f"http://127.0.0.1:{self.port}/{name}"

    def endpoints(self) -> dict[str, str]:
        """All venues' addresses, and the Bank of Russia's under `cbr`."""
        return {name: self.endpoint(name) for name in registry.NAMES}

    async def __aenter__(self) -> Self:
        self._runner = web.ServerRunner(web.Server(self._serve, access_log=None), shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        asked = _asked(request)
        fault = self._book.next(asked.venue, asked.path, asked.query) if asked.path != _CHALLENGE else None
        at = self.clock()
        answer = self._answer(asked, fault, at)
        status = 0 if fault is not None and fault.kind == "disconnect" else answer.status
        self.requests.append(Served(asked.venue, asked.path, asked.query, status, at))
        if fault is not None and fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        return await self._send(request, answer, fault, at)

    def _answer(self, asked: _Asked, fault: Fault | None, at: datetime) -> Answer:
        if asked.venue not in registry.NAMES:
            return json_answer({"error": "no such venue", "venues": list(registry.NAMES)}, 404)
        if asked.method != "GET":
            return json_answer({"error": "method not allowed"}, 405)
        if asked.path == _CHALLENGE:
            return challenge()
        is_bank = asked.venue == "cbr"
        if fault is not None:
            limited = registry.limited(asked.venue, int(at.timestamp() * 1000))
            spoilt = broken(fault, limited, limit_in_200=registry.limit_in_200(asked.venue), xml=is_bank)
            if spoilt is not None:
                return spoilt
        if is_bank:
            return cbr.answer(asked.path, asked.query, self._data.rates, at, row_fault(fault))
        desk = Desk(self._shelves[asked.venue], at, row_fault(fault))
        return registry.VENUES[asked.venue].answer(asked.path, asked.query, desk)

    async def _send(
        self, request: web.BaseRequest, answer: Answer, fault: Fault | None, at: datetime
    ) -> web.StreamResponse:
        headers = {"Content-Type": answer.content_type, "Date": format_datetime(at.astimezone(UTC), usegmt=True)}
        headers.update(answer.headers)
        if fault is not None and fault.kind == "nearly_used":
            headers.update(nearly_used(fault.venue, at))
        if self._data.demo:
            headers["X-Oracle-Twin"] = "demo"
        body = answer.body
        if self.gzip and len(body) > _WORTH_SQUEEZING and "gzip" in request.headers.get("Accept-Encoding", ""):
            body = _squeezed(body)
            headers["Content-Encoding"] = "gzip"
        if fault is not None and fault.kind == "disconnect":
            return _hang_up(request)
        if fault is not None and fault.kind == "truncated":
            return await _cut_short(request, answer.status, headers, body)
        return web.Response(status=answer.status, body=body, headers=headers)


def _asked(request: web.BaseRequest) -> _Asked:
    """The venue's name and the path below its prefix: "/okx/api/v5/x" is "okx" and "/api/v5/x"."""
    name, _, rest = request.path.lstrip("/").partition("/")
    return _Asked(request.method, name, "/" + rest, dict(request.query))


@lru_cache(maxsize=64)
def _squeezed(body: bytes) -> bytes:
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    return packer.compress(body) + packer.flush()


def _hang_up(request: web.BaseRequest) -> web.Response:
    if request.transport is not None:
        request.transport.close()
    return web.Response()


async def _cut_short(request: web.BaseRequest, status: int, headers: dict[str, str], body: bytes) -> web.StreamResponse:
    """The announced length and half of it, then the end of the connection."""
    response = web.StreamResponse(status=status, headers=headers)
    response.content_length = max(len(body), 2)
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return response
