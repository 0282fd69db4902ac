"""Requests as data: what is sent for each question, and how its answer is read; both clients send these."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any, Generic, TypeVar
from urllib.parse import quote

from pydantic import TypeAdapter

from oracle.answer import Answer
from oracle.api.models import DatasetLine, DatasetPart, OfficialRate, VenueDay
from oracle.price.row import AskedRow, PricedRow

Result = TypeVar("Result")
# What a client may ask again: too much at once, nothing to answer from yet.
PASSING = (429, 503)
ATTEMPTS = 5
# The server takes 100,000; smaller parts show progress, and less is sent again where a connection breaks.
ROWS_AT_ONCE = 20_000
_ROWS = TypeAdapter(list[PricedRow])
_ASKED = TypeAdapter(list[AskedRow])
_VENUE_DAYS = TypeAdapter(list[VenueDay])
_DATASETS = TypeAdapter(list[DatasetLine])
_JSON = {"Accept": "application/json"}


class OracleProblem(Exception):  # noqa: N818 - it is what the server calls it
    """What the server answered instead: `type` is stable, `detail` says what was wrong, `next` what to do.

    `retry_after`: the server's own wish in seconds, if it stated one.
    """

    def __init__(self, status: int, document: Mapping[str, Any], retry_after: float | None) -> None:
        self.status, self.document, self.retry_after = status, document, retry_after
        self.type = str(document.get("type", "about:blank"))
        self.detail = str(document.get("detail", ""))
        self.next = str(document.get("next", ""))
        super().__init__(f"{status} {self.type}: {self.detail}; {self.next}")


@dataclass(frozen=True, slots=True)
class Reading:
    """Under which reading of the rule, and which of the quotations is taken; nothing said: the server's defaults.

    `stablecoin`: peg, market or refuse, whatever the rulebook says; `dataset`: one of `datasets()`, not the latest.
    """

    rulebook: str | None = None
    choose: str | None = None
    venue: str | None = None
    policy: str | None = None
    lang: str | None = None
    stablecoin: str | None = None
    dataset: str | None = None


@dataclass(frozen=True, slots=True)
class Sent(Generic[Result]):
    """A request, and how its answer is read."""

    path: str
    read: Callable[[bytes], Result]
    query: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=lambda: dict(_JSON))

    @property
    def method(self) -> str:
        """GET, or POST where there is a body."""
        return "GET" if self.body is None else "POST"


def quotation(
    coin: str, when: date | datetime, reading: Reading, as_known_at: datetime | None, quantity: str | None
) -> Sent[Answer]:
    """The whole answer about a coin on a date or at an instant."""
    query = _said_then(reading, as_known_at, quantity=quantity)
    if isinstance(when, datetime):
        return Sent(f"/v1/quotations/{name(coin)}", Answer.model_validate_json, {**query, "at": instant(when)})
    return Sent(f"/v1/quotations/{name(coin)}/{when.isoformat()}", Answer.model_validate_json, query)


def days(coin: str, first: date, last: date, reading: Reading, as_known_at: datetime | None) -> Sent[list[PricedRow]]:
    """A row for each day."""
    query = {**_said_then(reading, as_known_at), "from": first.isoformat(), "to": last.isoformat()}
    return Sent(f"/v1/quotations/{name(coin)}", _ROWS.validate_json, query)


def ledger(rows: Sequence[AskedRow], reading: Reading, as_known_at: datetime | None) -> Sent[list[PricedRow]]:
    """A row for each row, in the same order."""
    headers = {**_JSON, "Content-Type": "application/json"}
    query = _said_then(reading, as_known_at)
    return Sent("/v1/quotations", _ROWS.validate_json, query, _ASKED.dump_json(list(rows)), headers)


def official_rate(currency: str, day: date, dataset: str | None) -> Sent[OfficialRate]:
    """The official rate in force on a date."""
    path = f"/v1/official-rates/{name(currency)}/{day.isoformat()}"
    return Sent(path, OfficialRate.model_validate_json, said(Reading(dataset=dataset)))


def venue_days(venue: str, first: date, last: date, dataset: str | None) -> Sent[list[VenueDay]]:
    """A venue's days."""
    query = {**said(Reading(dataset=dataset)), "from": first.isoformat(), "to": last.isoformat()}
    return Sent(f"/v1/venues/{name(venue)}/days", _VENUE_DAYS.validate_json, query)


def dataset() -> Sent[DatasetPart]:
    """The version that answers."""
    return Sent("/v1/dataset", DatasetPart.model_validate_json)


def datasets() -> Sent[list[DatasetLine]]:
    """The datasets that can be asked by name."""
    return Sent("/v1/datasets", _DATASETS.validate_json)


def observation(sha256: str) -> Sent[bytes]:
    """The bytes of a response as they were received."""
    headers = {"Accept": "application/octet-stream"}
    return Sent(f"/v1/observations/{name(sha256)}", bytes, headers=headers)


def parts(rows: Iterable[AskedRow], size: int) -> Iterator[list[AskedRow]]:
    """The rows in parts of at most `size`."""
    left = iter(rows)
    while part := list(islice(left, size)):
        yield part


def _said_then(reading: Reading, as_known_at: datetime | None, **more: str | None) -> dict[str, str]:
    return said(reading, as_known_at=instant(as_known_at) if as_known_at else None, **more)


def said(reading: Reading, **more: str | None) -> dict[str, str]:
    """What was said of a reading, as a query."""
    return {key: value for key, value in {**asdict(reading), **more}.items() if value is not None}


def instant(at: datetime) -> str:
    """An instant with its offset; ValueError for one without."""
    if at.tzinfo is None:
        raise ValueError(f"{at} has no offset from UTC: nobody knows on which date in Moscow it falls")
    return at.isoformat()


def name(text: str) -> str:
    """A name as a part of a path."""
    return quote(text, safe="")


def passing(error: Exception) -> bool | float:
    """Whether to ask again, or after how many seconds: for what passes by itself."""
    if isinstance(error, OracleProblem):
        return error.status in PASSING and (error.retry_after or True)
    return isinstance(error, ConnectionError | TimeoutError)


def retry_after(value: str | None) -> float | None:
    """The header in seconds; a date in it is left aside."""
    return float(value) if value and value.isdecimal() else None
