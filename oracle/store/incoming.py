"""Readings as Arrow tables, the form in which DuckDB takes many rows at once without losing a digit."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain
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
        # Where a venue was asked for more than a page holds, no row lies outside of what the page tells about.
        market, span = (page.venue, observation.subject), page.answered or observation.span
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
    answered = {id(each.observation): each.answered for each in readings if isinstance(each, CandlePage | RatePage)}
    return _table(
        _OBSERVATIONS,
        [
            (
                batch,
                each.source,
                each.kind,
                each.subject,
                *_ends(each.span),
                each.url,
                each.status,
                each.asked_at,
                each.received_at,
                each.outcome,
                each.detail,
                each.sha256,
                *_ends(answered.get(id(each))),
                ("x-oracle-twin", "demo") in each.headers,
            )
            for each in observations
        ],
    )


def _ends(span: Span | None) -> tuple[date, date] | tuple[None, None]:
    return (span.first, span.last) if span else (None, None)


def _table(schema: pa.Schema, rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    """Column by column: rows of dictionaries cost several times as much."""
    columns = zip(*rows, strict=True) if rows else [()] * len(schema)
    return pa.table([pa.array(each, kind) for each, kind in zip(columns, schema.types, strict=True)], schema)


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


def candle_rows(*pages: Columns) -> pa.Table:
    """One row per candle of these pages, literals as received; bounds where no turnover is published."""
    columns = zip(*map(_whole, pages), strict=True)
    return pa.table(
        [
            pa.array(parts[0] if len(parts) == 1 else list(chain.from_iterable(parts)), kind)
            for parts, kind in zip(columns, _CANDLES.types, strict=True)
        ],
        _CANDLES,
    )


_CANDLES = pa.schema(
    [
        ("opened_ms", pa.int64()),
        *((name, pa.string()) for name in ("open", "high", "low", "close", "base_volume", "turnover")),
        ("closed", pa.bool_()),
        ("duplicate", pa.string()),
        *((name, pa.decimal128(38, 18)) for name in ("turnover_low", "turnover_high")),
    ]
)


def _whole(columns: Columns) -> tuple[Sequence[Any], ...]:
    """The columns of a page and those that are made of them, in the order of `_CANDLES`."""
    nothing = (None,) * columns.num_rows
    low, high = _bounds(columns)
    made = (columns.turnover, columns.closed, _duplicates(columns), low, high)
    return (*columns[:6], *(nothing if each is None else each for each in made))


def rows_of(pages: Sequence[CandlePage]) -> pa.Table:
    """The rows of all pages, each with the number of its page."""
    few = [at for at, page in enumerate(pages) if isinstance(page.rows, Columns)]
    many = [at for at, page in enumerate(pages) if not isinstance(page.rows, Columns)]
    tables = [pages[at].rows for at in many]
    if few:
        tables.append(candle_rows(*(pages[at].rows for at in few)))
    numbers = [at for at in (*many, *few) for _ in range(pages[at].rows.num_rows)]
    return pa.concat_tables(tables).append_column("page", pa.array(numbers, pa.int32()))


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
    return _table(
        _PAGES,
        [
            (
                number,
                page.venue,
                (seen := page.observation).subject,
                seen.sha256,
                seen.received_at,
                *_ends(seen.span),
                *_ends(page.answered),
                page.opens_ms,
                page.closed_before_ms,
                seen.by_user,
            )
            for number, page in enumerate(pages)
        ],
    )


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
    return _table(
        _ANSWERS,
        [
            (
                page.venue,
                (seen := page.observation).subject,
                span.first,
                span.last,
                settled_until(page),
                seen.received_at,
                seen.by_user,
            )
            for page in pages
            for span in ((page.answered,) if page.answered else page.runs)
        ],
    )


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
