"""Readings as Arrow tables, the form in which DuckDB takes many rows at once without losing a digit."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

from oracle.days import Span, last_closed
from oracle.law.finality import SETTLED
from oracle.numbers import ceiling18, exact, floor18, times
from oracle.terms import CandlePage, Columns, MarketList, Observation, RatePage, Reading

_RATES = pa.schema(
    [
        ("currency", pa.string()),
        ("effective_on", pa.date32()),
        ("nominal", pa.int32()),
        ("value", pa.string()),
        ("per_unit", pa.decimal128(20, 10)),
    ]
)


def disjoint(pages: Sequence[CandlePage]) -> list[list[CandlePage]]:
    """The pages in rounds, such that no market's day is asked for twice within one round."""
    rounds: list[list[CandlePage]] = []
    taken: list[dict[tuple[str, str], list[Span]]] = []  # of each round, the spans by market
    for page in pages:
        observation = page.observation
        market, span = (page.venue, observation.subject), observation.span
        for together, spans in zip(rounds, taken, strict=True):
            if span and all(span.last < each.first or each.last < span.first for each in spans.get(market, ())):
                together.append(page)
                spans.setdefault(market, []).append(span)
                break
        else:
            rounds.append([page])
            taken.append({market: [span]} if span else {})
    return rounds


def observation_rows(batch: str, observations: Sequence[Observation], readings: Sequence[Reading]) -> pa.Table:
    """What is known of each attempt, without its bytes."""
    answered = {id(each.observation): each.answered for each in readings if not isinstance(each, MarketList)}
    rows = [
        {
            "batch": batch,
            "source": each.source,
            "kind": each.kind,
            "subject": each.subject,
            "first_day": each.span and each.span.first,
            "last_day": each.span and each.span.last,
            "url": each.url,
            "status": each.status,
            "asked_at": each.asked_at,
            "received_at": each.received_at,
            "outcome": each.outcome,
            "detail": each.detail,
            "sha256": each.sha256,
            "answered_first": (span := answered.get(id(each))) and span.first,
            "answered_last": span and span.last,
            "demo": ("x-oracle-twin", "demo") in each.headers,
        }
        for each in observations
    ]
    return pa.Table.from_pylist(rows, _OBSERVATIONS)


_OBSERVATIONS = pa.schema(
    [
        *((name, pa.string()) for name in ("batch", "source", "kind", "subject")),
        *((name, pa.date32()) for name in ("first_day", "last_day")),
        ("url", pa.string()),
        ("status", pa.int16()),
        *((name, pa.timestamp("us", "UTC")) for name in ("asked_at", "received_at")),
        *((name, pa.string()) for name in ("outcome", "detail", "sha256")),
        *((name, pa.date32()) for name in ("answered_first", "answered_last")),
        ("demo", pa.bool_()),
    ]
)


def candle_rows(columns: Columns) -> pa.Table:
    """One row per candle, literals as received; bounds where no turnover is published."""
    count = len(columns.opened_ms)
    low, high = _bounds(columns)
    return pa.table(
        [
            pa.array(columns.opened_ms, pa.int64()),
            *(pa.array(column, pa.string()) for column in columns[1:6]),
            _optional(columns.turnover, pa.string(), count),
            _optional(columns.closed, pa.bool_(), count),
            _optional(_duplicates(columns), pa.string(), count),
            _optional(low, pa.decimal128(38, 18), count),
            _optional(high, pa.decimal128(38, 18), count),
        ],
        names=_CANDLE_COLUMNS,
    )


_CANDLE_COLUMNS = [
    *("opened_ms", "open", "high", "low", "close", "base_volume"),
    *("turnover", "closed", "duplicate", "turnover_low", "turnover_high"),
]


def rows_of(pages: Sequence[CandlePage]) -> pa.Table:
    """The rows of all pages, each with the number of its page."""
    numbers = [pa.repeat(pa.scalar(at, pa.int32()), page.rows.num_rows) for at, page in enumerate(pages)]
    return pa.concat_tables([page.rows for page in pages]).append_column("page", pa.chunked_array(numbers))


def _optional(values: Sequence[Any] | None, kind: Any, count: int) -> Any:  # noqa: ANN401 - pyarrow has no types
    return pa.nulls(count, kind) if values is None else pa.array(values, kind)


def _bounds(columns: Columns) -> tuple[Sequence[Any], Sequence[Any]] | tuple[None, None]:
    """Where no turnover is published: low x base and high x base, cut outwards to the store's width."""
    if columns.turnover is not None or not columns.opened_ms:
        return None, None
    low, high = zip(*map(_bound, columns.low, columns.high, columns.base_volume), strict=True)
    return low, high


def _bound(low: str, high: str, base: str) -> tuple[Decimal | None, Decimal | None]:
    """None where a number is none or does not fit the store: such a row breaks another check and is not used."""
    try:
        volume = exact(base)
        least, most = floor18(times(exact(low), volume)), ceiling18(times(exact(high), volume))
    except ValueError:
        return None, None
    return (least, most) if abs(most) < _STORE_LIMIT else (None, None)


_STORE_LIMIT = Decimal(10) ** 20


def _duplicates(columns: Columns) -> list[str | None] | None:
    """Per row: `repeat` for a day told again alike, `conflict` for a day told in two ways; None where all is well."""
    if len(set(columns.opened_ms)) == len(columns.opened_ms):
        return None
    told: dict[int, set[tuple[str, ...]]] = {}
    rows = list(zip(columns.opened_ms, zip(*(each for each in columns[1:7] if each), strict=True), strict=True))
    for opened, row in rows:
        told.setdefault(opened, set()).add(row)
    seen: set[int] = set()
    result: list[str | None] = []
    for opened, _ in rows:
        result.append("conflict" if len(told[opened]) > 1 else "repeat" if opened in seen else None)
        seen.add(opened)
    return result


def page_rows(pages: Sequence[CandlePage]) -> pa.Table:
    """One row per page: whose it is, what was asked for, and what it is judged by."""
    return pa.Table.from_pylist(
        [
            {
                "page": number,
                "venue": page.venue,
                "symbol": page.observation.subject,
                "observation": page.observation.sha256,
                "received_at": page.observation.received_at,
                "first_day": page.observation.span and page.observation.span.first,
                "last_day": page.observation.span and page.observation.span.last,
                "answered_first": page.answered and page.answered.first,
                "answered_last": page.answered and page.answered.last,
                "opens_ms": page.opens_ms,
                "closed_before_ms": page.closed_before_ms,
                "by_user": page.observation.by_user,
            }
            for number, page in enumerate(pages)
        ]
    ).cast(_PAGES)


_PAGES = pa.schema(
    [
        ("page", pa.int32()),
        *((name, pa.string()) for name in ("venue", "symbol", "observation")),
        ("received_at", pa.timestamp("us", "UTC")),
        *((name, pa.date32()) for name in ("first_day", "last_day")),
        *((name, pa.date32()) for name in ("answered_first", "answered_last")),
        *((name, pa.int64()) for name in ("opens_ms", "closed_before_ms")),
        ("by_user", pa.bool_()),
    ]
)


def answer_rows(pages: Sequence[CandlePage]) -> pa.Table:
    """The days that each page answers for, in one span or, of an imported file with gaps, in several."""
    rows = [
        {
            "venue": page.venue,
            "symbol": page.observation.subject,
            "answered_first": span.first,
            "answered_last": span.last,
            "settled_until": settled_until(page),
            "received_at": page.observation.received_at,
            "by_user": page.observation.by_user,
        }
        for page in pages
        for span in ((page.answered,) if page.answered else page.runs)
    ]
    return pa.Table.from_pylist(rows, _ANSWERS)


_ANSWERS = pa.schema(
    [
        *((name, pa.string()) for name in ("venue", "symbol")),
        *((name, pa.date32()) for name in ("answered_first", "answered_last", "settled_until")),
        ("received_at", pa.timestamp("us", "UTC")),
        ("by_user", pa.bool_()),
    ]
)


def settled_until(page: CandlePage) -> date:
    """The newest day that had been closed for so long when the page was received that one reading makes it final."""
    return last_closed(page.observation.received_at, timedelta(milliseconds=page.opens_ms), SETTLED)


def rate_rows(page: RatePage) -> pa.Table:
    """The rates of a page as a table."""
    return pa.Table.from_pylist(
        [
            {
                "currency": rate.currency,
                "effective_on": rate.effective_on,
                "nominal": rate.nominal,
                "value": rate.value,
                "per_unit": rate.per_unit,
            }
            for rate in page.rates
        ],
        _RATES,
    )


def imported_market_rows(pages: Sequence[CandlePage]) -> pa.Table | None:
    """The markets that imported files are about, seen on the days that the files tell of; None if there are none."""
    rows = [
        {
            "venue": page.market.venue,
            "symbol": page.market.symbol,
            "base": page.market.base,
            "quote": page.market.quote,
            "state": page.market.state,
            "first_seen": page.observation.span.first,
            "last_seen": page.observation.span.last,
            "observation": page.observation.sha256,
        }
        for page in pages
        if page.market and page.observation.span
    ]
    return pa.Table.from_pylist(rows) if rows else None


def market_rows(listed: MarketList) -> pa.Table:
    """The markets of a list as a table."""
    seen = listed.observation.received_at
    return pa.Table.from_pylist(
        [
            {
                "venue": each.venue,
                "symbol": each.symbol,
                "base": each.base,
                "quote": each.quote,
                "state": each.state,
                "first_seen": seen,
                "last_seen": seen,
                "observation": listed.observation.sha256,
            }
            for each in listed.markets
        ]
    )
