"""`/v1/quotations` about many at once: a ledger of rows, or one coin from day to day."""

import codecs
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated

import pyarrow as pa
from aiohttp import hdrs, web
from pydantic import Field, StringConstraints, WithJsonSchema

from oracle.answer import Answer
from oracle.api import media as formats
from oracle.api.caching import unchanged, validators
from oracle.api.media import CSV, CSV_RU, JSON, NDJSON, PARQUET, ROWS
from oracle.api.problem import ProblemError
from oracle.api.quotations import LASTING_AFTER, Asking, Day, Reading, answered, known_at_of, taxpayer_of
from oracle.api.reference import OfCoin
from oracle.api.route import Call, Parameters, Reply, route
from oracle.api.service import Service, room
from oracle.api.streaming import Stream, streamed
from oracle.api.tables import span_of
from oracle.days import Span, moscow_date, parse_when
from oracle.knowledge import knowledge
from oracle.price.ledger import TooManyError, of_days, of_json, of_ndjson
from oracle.price.many import priced
from oracle.price.reading import How
from oracle.price.row import AskedRow, PricedRow
from oracle.price.sheet import of_csv
from oracle.price.writing import pieces
from oracle.rewind import Most, priced_as_known_at
from oracle.store.reads import Reads

_NAMES = {JSON: "json", NDJSON: "ndjson", CSV: "csv", CSV_RU: "ru-csv", PARQUET: "parquet"}
_TAKEN = {JSON: of_json, NDJSON: of_ndjson, CSV: of_csv}
When = Annotated[
    str,
    StringConstraints(min_length=1, max_length=60),
    WithJsonSchema({"type": "string", "anyOf": [{"format": "date"}, {"format": "date-time"}]}),
]


class Ledger(Parameters):
    """Rows to be priced; a bare array of rows is taken too."""

    rows: list[AskedRow]


class Range(Asking):
    """An instant, or the days from one until another, both included."""

    at: When | None = Field(
        None, description="an instant with its offset from UTC, or a date: the whole answer about it", examples=[None]
    )
    first: Day | None = Field(None, alias="from", description="first day, YYYY-MM-DD", examples=["2026-11-01"])
    last: Day | None = Field(None, alias="to", description="last day, YYYY-MM-DD", examples=["2026-11-20"])


@route(
    "POST",
    "/v1/quotations",
    tag="quotations",
    query=Reading,
    answer=list[PricedRow],
    row=PricedRow,
    body=Ledger,
    formats=ROWS,
    problems=("too-large", "unsupported-media-type", "unprocessable"),
    is_heavy=True,
)
async def ledger(call: Call) -> Stream | web.Response:
    """Many rows at once: one result for each, in the same order, with a status of its own.

    A row that cannot be read or answered says so in `status` and `reason` and harms no other. JSON is `{"rows": [...]}`
    or an array; NDJSON has a row per line; CSV has the columns coin, date and, if there are any, quantity and
    reference. Choices and digits are those of the question about one.
    """
    service = call.service
    how, known_at = how_of(service, call.query), known_at_of(service, call.query)
    taken = formats.of_body(call.request.headers.get(hdrs.CONTENT_TYPE, ""), tuple(_TAKEN))
    # Some programs put a byte order mark before whatever they send.
    body = (await call.request.read()).removeprefix(codecs.BOM_UTF8)

    def work(reads: Reads) -> Iterator[bytes]:
        return _pieces(call, reads, read(), how)

    def read() -> pa.Table:
        return _TAKEN[taken](body, service.limits.batch_rows)

    await service.current.ready(call.query.dataset)
    with service.current.held(call.query.dataset) as opened:
        try:
            if known_at:
                told = await service.current.done(opened, lambda: _past(call, opened.path, read(), how, known_at))
            else:
                told = await service.current.ask(opened, work)
        except TooManyError as error:
            raise ProblemError("too-large", str(error), step="Send it in parts.") from error
    return await streamed(call, told, {hdrs.CACHE_CONTROL: "no-store"})


@route(
    "GET",
    "/v1/quotations/{coin}",
    tag="quotations",
    path=OfCoin,
    query=Range,
    answer=list[PricedRow] | Answer,
    row=PricedRow,
    formats=ROWS,
    problems=("unprocessable", "unknown-coin", "before-listing", "not-collected", "day-not-over", "ambiguous-name"),
)
async def days(call: Call) -> Reply | Stream | web.Response:
    """One coin from day to day (`from`, `to`): a row for each day; or at an instant (`at`): the whole answer.

    The rows are those of a ledger. At an instant the date counts that its rulebook's zone gives; the answer is JSON
    or CSV.
    """
    asked: Range = call.query
    if asked.at is not None:
        if asked.first is not None or asked.last is not None:
            raise ProblemError("unprocessable", "either at, or from and to")
        parse_when(asked.at)
        if call.media not in (JSON, CSV):
            raise ProblemError("not-acceptable", "the answer at an instant is JSON or CSV")
        return await answered(call, call.path.coin, asked.at, asked)
    span, how, known_at = _span(call), how_of(call.service, asked), known_at_of(call.service, asked)
    if asked.quantity or asked.paid or asked.sold:
        raise ProblemError("unprocessable", "quantity, paid and sold go with at, or send rows with POST")
    service, table = call.service, of_days(call.path.coin, [day.isoformat() for day in span.days()])
    await service.current.ready(asked.dataset)
    with service.current.held(asked.dataset) as opened:
        if known_at:
            await call.held.enter_async_context(room(service))
            told = await service.current.done(opened, lambda: _past(call, opened.path, table, how, known_at))
            return await streamed(call, told, {hdrs.CACHE_CONTROL: "no-store"})
        lasting = span.last <= moscow_date(service.clock()) - LASTING_AFTER and how.taxpayer is None
        headers = validators(opened, call) if lasting else {}
        if lasting and (reply := unchanged(call, headers)):
            return reply
        await call.held.enter_async_context(room(service))
        told = await service.current.ask(opened, lambda reads: _pieces(call, reads, table, how))
    return await streamed(call, told, headers or {hdrs.CACHE_CONTROL: "no-store"})


def _pieces(call: Call, reads: Reads, table: pa.Table, how: How) -> Iterator[bytes]:
    with priced(reads, table, how, call.service.clock(), call.service.ledgers) as rows:
        return pieces(rows, _NAMES[call.media])


def _past(call: Call, path: Path, table: pa.Table, how: How, known_at: datetime) -> Iterator[bytes]:
    """The rows as an instant would have had them, out of a file of their own that is gone when they are found."""
    limits, known = call.service.limits, knowledge(call.service.home.path)
    most = Most(limits.known_days, limits.known_coins)
    with priced_as_known_at(path, table, how, known_at, known, most) as rows:
        return pieces(rows, _NAMES[call.media])


def _span(call: Call) -> Span:
    asked: Range = call.query
    if asked.first is None or asked.last is None:
        raise ProblemError("unprocessable", "say from and to (days, YYYY-MM-DD), or at (an instant with its offset)")
    return span_of(call)


def how_of(service: Service, asked: Reading) -> How:
    """The reading of all rows."""
    if taxpayer := taxpayer_of(service, asked):
        return How(asked.rulebook, taxpayer=taxpayer, lang=asked.lang, stablecoin=asked.stablecoin)
    choose = asked.choose or "largest-turnover"
    return How(asked.rulebook, choose, asked.venue, lang=asked.lang, stablecoin=asked.stablecoin)
