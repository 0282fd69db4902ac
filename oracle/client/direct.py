"""The client for ordinary programs: each call waits for its answer."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from types import TracebackType
from typing import Self, TypeVar

import requests
import stamina

from oracle.answer import Answer
from oracle.api.models import DatasetLine, DatasetPart, OfficialRate, VenueDay
from oracle.client import calls
from oracle.client.calls import OracleProblem, Reading, Sent
from oracle.price.row import AskedRow, PricedRow

Result = TypeVar("Result")
_FAILED = 400


class Client:
    """Asks the server at `address`; one client per thread. What passes by itself is tried again, up to five times.

    Every call raises OracleProblem for what the server answers instead, and `requests`' own errors where it does not.
    """

    def __init__(self, address: str = "http://127.0.0.1:8282", token: str | None = None, timeout: float = 60) -> None:
        self._address, self._timeout, self._session = address.rstrip("/"), timeout, requests.Session()
        if token:
            self._session.headers["Authorization"] = f"Bearer {token}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.close()

    def quotation(
        self,
        coin: str,
        when: date | datetime,
        reading: Reading = Reading(),  # noqa: B008 - immutable
        *,
        as_known_at: datetime | None = None,
        quantity: str | None = None,
    ) -> Answer:
        """All quotations of a coin on a date (Moscow) or at an instant, the verdicts, and the choice."""
        return self._send(calls.quotation(coin, when, reading, as_known_at, quantity))

    def days(
        self,
        coin: str,
        first: date,
        last: date,
        reading: Reading = Reading(),  # noqa: B008
        *,
        as_known_at: datetime | None = None,
    ) -> list[PricedRow]:
        """The chosen quotation of each day from `first` to `last`."""
        return self._send(calls.days(coin, first, last, reading, as_known_at))

    def price(
        self,
        rows: Iterable[AskedRow],
        reading: Reading = Reading(),  # noqa: B008
        *,
        as_known_at: datetime | None = None,
        rows_at_once: int = calls.ROWS_AT_ONCE,
        progress: Callable[[int], None] = lambda _: None,
    ) -> Iterator[PricedRow]:
        """One result per row, in the same order, each with a status; `progress` is told how many are done."""
        done = 0
        for part in calls.parts(rows, rows_at_once):
            yield from self._send(calls.ledger(part, reading, as_known_at))
            done += len(part)
            progress(done)

    def official_rate(self, currency: str, day: date, *, dataset: str | None = None) -> OfficialRate:
        """The Bank of Russia's rate in force on a date."""
        return self._send(calls.official_rate(currency, day, dataset))

    def venue_days(self, venue: str, first: date, last: date, *, dataset: str | None = None) -> list[VenueDay]:
        """A venue's trading days: turnover, publication, verdicts."""
        return self._send(calls.venue_days(venue, first, last, dataset))

    def dataset(self) -> DatasetPart:
        """The published version that answers."""
        return self._send(calls.dataset())

    def datasets(self) -> list[DatasetLine]:
        """The datasets that can be asked by name: the latest, versions that are still kept, what was frozen."""
        return self._send(calls.datasets())

    def observation(self, sha256: str) -> bytes:
        """The bytes of a response as they were received, by the hash that a quotation names."""
        return self._send(calls.observation(sha256))

    def _send(self, sent: Sent[Result]) -> Result:
        for attempt in stamina.retry_context(on=_again, attempts=calls.ATTEMPTS, timeout=None):
            with attempt:
                return sent.read(self._body(sent))
        raise AssertionError("the last attempt returns or raises")

    def _body(self, sent: Sent[Result]) -> bytes:
        answer = self._session.request(
            sent.method,
            self._address + sent.path,
            params=sent.query,
            data=sent.body,
            headers=sent.headers,
            timeout=self._timeout,
        )
        if answer.status_code >= _FAILED:
            after = calls.retry_after(answer.headers.get("Retry-After"))
            raise OracleProblem(answer.status_code, _document(answer), after)
        return answer.content


def _document(answer: requests.Response) -> dict[str, object]:
    try:
        document = answer.json()
    except ValueError:
        return {"detail": answer.reason}
    return document if isinstance(document, dict) else {"detail": answer.reason}


def _again(error: Exception) -> bool | float:
    return isinstance(error, requests.ConnectionError | requests.Timeout) or calls.passing(error)
