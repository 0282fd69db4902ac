"""Binance: UTC days, 1,000 a page, all twelve kline fields as text, turnover published."""

from datetime import date

import msgspec

from oracle.days import Span
from oracle.terms import NO_CANDLES, Columns, Market
from oracle.venues.venue import UTC_DAY, Paging, Request, Venue, decode, state, utc_ms


class Symbol(msgspec.Struct):
    symbol: str
    status: str
    base: str = msgspec.field(name="baseAsset")
    quote: str = msgspec.field(name="quoteAsset")


class Info(msgspec.Struct):
    symbols: list[Symbol]


# open time, open, high, low, close, base volume, close time, quote turnover, trades, taker base, taker quote, unused
Row = tuple[int, str, str, str, str, str, int, str, int, str, str, str]

PAGE_DAYS = 1000

_INFO = msgspec.json.Decoder(Info)
_ROWS = msgspec.json.Decoder(list[Row])


def read_markets(body: bytes) -> list[Market]:
    """exchangeInfo: markets in status BREAK stay listed and keep answering."""
    return [
        Market("binance", each.symbol, each.base, each.quote, state(each.status, live=("TRADING",)))
        for each in decode(body, _INFO).symbols
    ]


def ask_candles(symbol: str, span: Span) -> Request:
    """Both ends are inclusive on the opening time; a page counts forward from the start."""
    return Request(
        "publicGetKlines",
        {
            "symbol": symbol,
            "interval": "1d",
            "startTime": utc_ms(span.first),
            "endTime": utc_ms(span.last),
            "limit": min(len(span), PAGE_DAYS),
        },
    )


def read_candles(body: bytes, symbol: str) -> Columns:  # noqa: ARG001 - the answer names no market
    """Rows oldest first; column 7 is the turnover in the quote asset."""
    rows = decode(body, _ROWS)
    if not rows:
        return NO_CANDLES
    opened, open_, high, low, close, base, _, turnover, *_ = zip(*rows, strict=True)
    return Columns(opened, open_, high, low, close, base, turnover)


VENUE = Venue(
    name="binance",
    title="Binance",
    site="https://www.binance.com",
    jurisdiction="foreign",
    ccxt_id="binance",
    opens=UTC_DAY,
    closed_by="the server's clock, 24 h after opening",
    turnover_published=True,
    lists_delisted=True,
    first_day=date(2017, 7, 1),
    page_days=PAGE_DAYS,
    paging=Paging.OLDEST,
    pace_per_minute=3000,
    source="https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints",
    ask_markets=Request("publicGetExchangeInfo", {"showPermissionSets": "false"}),
    read_markets=read_markets,
    ask_candles=ask_candles,
    read_candles=read_candles,
)
