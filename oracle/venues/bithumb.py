"""Bithumb (generation 2): days from midnight in Seoul (15:00 UTC), 200 a page, JSON numbers, turnover published."""

from datetime import UTC, date, datetime, timedelta
from typing import NoReturn

import msgspec

from oracle.days import DAY, Span
from oracle.errors import SourceChangedError
from oracle.terms import Columns, Market
from oracle.venues.venue import Paging, Request, Venue, decode, literal, refused, same_market

PAGE_DAYS = 200
# The manual does not say when a day opens. The fields are Upbit's, whose day opens 00:00 UTC, but those who compared
# the two report candle_date_time_utc 2020-03-11T15:00:00 beside candle_date_time_kst 2020-03-12T00:00:00 here, `to` is
# in Korean time here and in UTC there, and generation 1 counted Korean days.
KOREAN_DAY = timedelta(hours=-9)


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


class Error(msgspec.Struct):
    name: int | str
    message: str = ""


class Refusal(msgspec.Struct):
    error: Error


_LISTED = msgspec.json.Decoder(list[Listed] | Refusal)
_CANDLES = msgspec.json.Decoder(list[Candle] | Refusal)


def _told(refusal: Refusal) -> NoReturn:
    refused(refusal.error.name, refusal.error.message, busy=refusal.error.name in ("too_many_requests", 429))


def read_markets(body: bytes) -> list[Market]:
    """market/all names the quote asset first (KRW-BTC) and lists only what trades."""
    listed = decode(body, _LISTED)
    if isinstance(listed, Refusal):
        _told(listed)
    result = []
    for each in listed:
        quote, dash, base = each.market.partition("-")
        if not dash:
            raise SourceChangedError(f"a market is called {each.market[:40]!r}, not QUOTE-BASE")
        result.append(Market("bithumb", each.market, base, quote))
    return result


def ask_candles(symbol: str, span: Span) -> Request:
    """`to` is excluded and in Korean time; the page counts back from it."""
    end = f"{span.last + DAY} 00:00:00"
    return Request("publicGetV1CandlesDays", {"market": symbol, "count": min(len(span), PAGE_DAYS), "to": end})


def _opened_ms(text: str) -> int:
    try:
        instant = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC)
    except ValueError as error:
        raise SourceChangedError(f"candle_date_time_utc is {text[:40]!r}") from error
    return int(instant.timestamp()) * 1000


def read_candles(body: bytes, symbol: str) -> Columns:
    """Rows newest first; each names its market."""
    rows = decode(body, _CANDLES)
    if isinstance(rows, Refusal):
        _told(rows)
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
    name="bithumb",
    title="Bithumb",
    site="https://www.bithumb.com",
    jurisdiction="foreign",
    ccxt_id="bithumb",
    opens=KOREAN_DAY,
    opens_proven=False,
    closed_by="the server's clock, 24 h after opening",
    turnover_published=True,
    lists_delisted=False,
    first_day=date(2013, 12, 1),
    page_days=PAGE_DAYS,
    paging=Paging.NEWEST,
    pace_per_minute=7199,
    source="https://apidocs.bithumb.com/reference/%EC%9D%BCday-%EC%BA%94%EB%93%A4-%EC%A1%B0%ED%9A%8C",
    ask_markets=Request("publicGetV1MarketAll", {}),
    read_markets=read_markets,
    ask_candles=ask_candles,
    read_candles=read_candles,
)
