"""Upbit: days from 00:00 UTC (09:00 in Seoul), 200 a page, newest first, JSON numbers, won turnover published."""

from datetime import UTC, date, datetime, time

import msgspec

from oracle.days import DAY, Span
from oracle.errors import SourceChangedError
from oracle.terms import Columns, Market
from oracle.venues.venue import UTC_DAY, Paging, Request, Venue, decode, literal, same_market

PAGE_DAYS = 200


class Listed(msgspec.Struct):
    market: str


class Candle(msgspec.Struct):
    market: str
    opened: str = msgspec.field(name="candle_date_time_utc")
    open: msgspec.Raw = msgspec.field(name="opening_price")
    high: msgspec.Raw = msgspec.field(name="high_price")
    low: msgspec.Raw = msgspec.field(name="low_price")
    close: msgspec.Raw = msgspec.field(name="trade_price")
    base: msgspec.Raw = msgspec.field(name="candle_acc_trade_volume")
    turnover: msgspec.Raw = msgspec.field(name="candle_acc_trade_price")


_LISTED = msgspec.json.Decoder(list[Listed])
_CANDLES = msgspec.json.Decoder(list[Candle])


def read_markets(body: bytes) -> list[Market]:
    """market/all names the quote asset first (KRW-BTC) and lists only what trades."""
    result = []
    for each in decode(body, _LISTED):
        quote, dash, base = each.market.partition("-")
        if not dash:
            raise SourceChangedError(f"a market is called {each.market[:40]!r}, not QUOTE-BASE")
        result.append(Market("upbit", each.market, base, quote))
    return result


def ask_candles(symbol: str, span: Span) -> Request:
    """`to` is excluded and in UTC; days without trades are left out, so a page may reach further back."""
    end = datetime.combine(span.last + DAY, time(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Request("publicGetCandlesDays", {"market": symbol, "count": min(len(span), PAGE_DAYS), "to": end})


def _opened_ms(text: str) -> int:
    try:
        instant = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC)
    except ValueError as error:
        raise SourceChangedError(f"candle_date_time_utc is {text[:40]!r}") from error
    return int(instant.timestamp()) * 1000


def read_candles(body: bytes, symbol: str) -> Columns:
    """Rows newest first; each names its market."""
    rows = decode(body, _CANDLES)
    for row in rows:
        same_market(row.market, symbol)
    return Columns(
        [_opened_ms(row.opened) for row in rows],
        [literal(row.open) for row in rows],
        [literal(row.high) for row in rows],
        [literal(row.low) for row in rows],
        [literal(row.close) for row in rows],
        [literal(row.base) for row in rows],
        [literal(row.turnover) for row in rows],
    )


VENUE = Venue(
    name="upbit",
    title="Upbit",
    site="https://upbit.com",
    jurisdiction="foreign",
    ccxt_id="upbit",
    opens=UTC_DAY,
    closed_by="the server's clock, 24 h after opening",
    turnover_published=True,
    lists_delisted=False,
    first_day=date(2017, 1, 1),
    page_days=PAGE_DAYS,
    paging=Paging.NEWEST,
    pace_per_minute=600,
    source="https://docs.upbit.com/kr/reference/list-candles-days",
    ask_markets=Request("publicGetMarketAll", {}),
    read_markets=read_markets,
    ask_candles=ask_candles,
    read_candles=read_candles,
)
