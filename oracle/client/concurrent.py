"""The client for asyncio."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import date, datetime
from types import TracebackType
from typing import Self, TypeVar

import aiohttp
import stamina

from oracle.answer import Answer
from oracle.api.models import DatasetLine, DatasetPart, OfficialRate, VenueDay
from oracle.client import calls
from oracle.client.calls import OracleProblem, Reading, Sent
from oracle.price.row import AskedRow, PricedRow

Result = TypeVar("Result")
_FAILED = 400
# A ledger's parts are asked for side by side, but the server answers only a few large questions at a time.
SIDE_BY_SIDE = 2


class AsyncClient:
    """As `Client`, with coroutines; any number of calls at a time. `aiohttp`'s errors where the server is not there."""

    def __init__(self, address: str = "http://127.0.0.1:8282", token: str | None = None, timeout: float = 60) -> None:
        self._address = address.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._timeout = aiohttp.ClientTimeout(total=timeout)

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(headers=self._headers, timeout=self._timeout)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def quotation(
        self,
        coin: str,
        when: date | datetime,
        reading: Reading = Reading(),  # noqa: B008 - immutable
        *,
        as_known_at: datetime | None = None,
        quantity: str | None = None,
    ) -> Answer:
        """All quotations of a coin on a date (Moscow) or at an instant, the verdicts, and the choice."""
        return await self._send(calls.quotation(coin, when, reading, as_known_at, quantity))

    async def days(
        self,
        coin: str,
        first: date,
        last: date,
        reading: Reading = Reading(),  # noqa: B008
        *,
        as_known_at: datetime | None = None,
    ) -> list[PricedRow]:
        """The chosen quotation of each day from `first` to `last`."""
        return await self._send(calls.days(coin, first, last, reading, as_known_at))

    async def price(
        self,
        rows: Iterable[AskedRow],
        reading: Reading = Reading(),  # noqa: B008
        *,
        as_known_at: datetime | None = None,
        rows_at_once: int = calls.ROWS_AT_ONCE,
        progress: Callable[[int], None] = lambda _: None,
    ) -> AsyncIterator[PricedRow]:
        """One result per row, in the same order, each with a status; `progress` is told how many are done."""
        waiting: list[asyncio.Task[list[PricedRow]]] = []
        left, done = calls.parts(rows, rows_at_once), 0
        try:
            while True:
                while len(waiting) < SIDE_BY_SIDE and (part := next(left, None)):
                    waiting.append(asyncio.create_task(self._send(calls.ledger(part, reading, as_known_at))))
                if not waiting:
                    return
                found = await waiting.pop(0)
                done += len(found)
                progress(done)
                for row in found:
                    yield row
        finally:
            for task in waiting:
                task.cancel()

    async def official_rate(self, currency: str, day: date, *, dataset: str | None = None) -> OfficialRate:
        """The Bank of Russia's rate in force on a date."""
        return await self._send(calls.official_rate(currency, day, dataset))

    async def venue_days(self, venue: str, first: date, last: date, *, dataset: str | None = None) -> list[VenueDay]:
        """A venue's trading days: turnover, publication, verdicts."""
        return await self._send(calls.venue_days(venue, first, last, dataset))

    async def dataset(self) -> DatasetPart:
        """The published version that answers."""
        return await self._send(calls.dataset())

    async def datasets(self) -> list[DatasetLine]:
        """The datasets that can be asked by name: the latest, versions that are still kept, what was frozen."""
        return await self._send(calls.datasets())

    async def observation(self, sha256: str) -> bytes:
        """The bytes of a response as they were received, by the hash that a quotation names."""
        return await self._send(calls.observation(sha256))

    async def _send(self, sent: Sent[Result]) -> Result:
        async for attempt in stamina.retry_context(on=_again, attempts=calls.ATTEMPTS, timeout=None):
            with attempt:
                return sent.read(await self._body(sent))
        raise AssertionError("the last attempt returns or raises")

    async def _body(self, sent: Sent[Result]) -> bytes:
        async with self._session.request(
            sent.method, self._address + sent.path, params=sent.query, data=sent.body, headers=sent.headers
        ) as answer:
            body = await answer.read()
            if answer.status < _FAILED:
                return body
            try:
                document = await answer.json(content_type=None)
            except ValueError:
                document = None
            after = calls.retry_after(answer.headers.get("Retry-After"))
            told = document if isinstance(document, dict) else {"detail": answer.reason or ""}
            raise OracleProblem(answer.status, told, after)


def _again(error: Exception) -> bool | float:
    return isinstance(error, aiohttp.ClientConnectionError) or calls.passing(error)
