"""MEXC: days presumed from 00:00 UTC, 500 a page, oldest first, text numbers, turnover published."""

from datetime import date
from typing import NoReturn

import msgspec

from oracle.days import Span
from oracle.terms import NO_CANDLES, Columns, Market
from oracle.venues.venue import UTC_DAY, Request, Venue, decode, refused, state, utc_ms

_BUSY = (429, 500, 501, 503, 504, 510, 604, 801)  # rate limits, their trouble, maintenance


class Symbol(msgspec.Struct):
    symbol: str
    status: str
    base: str = msgspec.field(name="baseAsset")
    quote: str = msgspec.field(name="quoteAsset")
    trading: bool = msgspec.field(name="isSpotTradingAllowed")


class Error(msgspec.Struct):
    code: int
    msg: str = ""


class Info(msgspec.Struct):
    symbols: msgspec.Raw = msgspec.Raw(b"null")
    code: int = 0
    msg: str = ""


# open time, open, high, low, close, base volume, close time, quote turnover
Row = tuple[int, str, str, str, str, str, int, str]

_INFO = msgspec.json.Decoder(Info)
_SYMBOLS = msgspec.json.Decoder(list[Symbol])
_ROWS: "msgspec.json.Decoder[list[Row] | Error]" = msgspec.json.Decoder(list[Row] | Error)


def _refused(told: Error | Info) -> NoReturn:
    refused(told.code, told.msg, busy=told.code in _BUSY)


def _state(symbol: Symbol) -> str:
    """Status 1 is online, 2 paused, 3 offline; until 2024 it was a word."""
    listed = state(symbol.status, live=("1", "ENABLED"), delisted=("3",))
    return "halted" if listed == "live" and not symbol.trading else listed


def read_markets(body: bytes) -> list[Market]:
    """exchangeInfo: a market that is online may still be closed to spot trading."""
    info = decode(body, _INFO)
    if info.code:
        _refused(info)
    symbols = decode(bytes(info.symbols), _SYMBOLS)
    return [Market("mexc", each.symbol, each.base, each.quote, _state(each)) for each in symbols]


def ask_candles(symbol: str, span: Span) -> Request:
    """The end does not count, and a start without an end is not heeded."""
    return Request(
        "spotPublicGetKlines",
        {
            "symbol": symbol,
            "interval": "1d",
            "startTime": utc_ms(span.first),
            "endTime": utc_ms(span.last) + 1,
            "limit": len(span),
        },
    )


def read_candles(body: bytes, symbol: str) -> Columns:  # noqa: ARG001 - the answer names no market
    """Rows oldest first; column 7 is the turnover in the quote asset."""
    rows = decode(body, _ROWS)
    if isinstance(rows, Error):
        _refused(rows)
    if not rows:
        return NO_CANDLES
    opened, open_, high, low, close, base, _, turnover = zip(*rows, strict=True)
    return Columns(opened, open_, high, low, close, base, turnover)


VENUE = Venue(
    name="mexc",
    title="MEXC",
    site="https://www.mexc.com",
    jurisdiction="foreign",
    ccxt_id="mexc",
    opens=UTC_DAY,
    # Its manual names no time zone of a day, and its market list says "CST". A user's quoted answer of 2023 opens
    # at 00:00 UTC (mexcdevelop/mexc-api-sdk#28), which is no recording of ours.
    opens_proven=False,
    closed_by="the server's clock, 24 h after opening",
    turnover_published=True,
    lists_delisted=False,
    first_day=date(2018, 1, 1),
    page_days=500,  # the manual says 1,000; no more than 500 come
    pace_per_minute=1200,
    source="https://www.mexc.com/api-docs/spot-v3/market-data-endpoints/klinecandlestick-data",
    ask_markets=Request("spotPublicGetExchangeInfo", {}),
    read_markets=read_markets,
    ask_candles=ask_candles,
    read_candles=read_candles,
)
