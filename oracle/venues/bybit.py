"""Bybit: UTC days, 1,000 a page, newest first, text numbers, turnover published."""

from datetime import date

import msgspec

from oracle.days import Span
from oracle.terms import NO_CANDLES, Columns, Market
from oracle.venues.venue import (
    UTC_DAY,
    Paging,
    Request,
    Venue,
    decode,
    milliseconds,
    refused,
    same_market,
    state,
    utc_ms,
)

PAGE_DAYS = 1000

# Rate limit in a 200 answer, see the venue's error code list.
_BUSY = (10006, 10018)


class Instrument(msgspec.Struct):
    symbol: str
    base: str = msgspec.field(name="baseCoin")
    quote: str = msgspec.field(name="quoteCoin")
    status: str = "Trading"


# open time, open, high, low, close, base volume, quote turnover
Row = tuple[str, str, str, str, str, str, str]


class Answer(msgspec.Struct):
    code: int = msgspec.field(name="retCode")
    message: str = msgspec.field(name="retMsg", default="")
    result: msgspec.Raw = msgspec.Raw(b"{}")


class Instruments(msgspec.Struct):
    list: list[Instrument]


class Candles(msgspec.Struct):
    list: list[Row]
    symbol: str


_ANSWER = msgspec.json.Decoder(Answer)
_INSTRUMENTS = msgspec.json.Decoder(Instruments)
_CANDLES = msgspec.json.Decoder(Candles)


def _result(body: bytes) -> bytes:
    answer = decode(body, _ANSWER)
    if answer.code != 0:
        refused(answer.code, answer.message, busy=answer.code in _BUSY)
    return bytes(answer.result)


def read_markets(body: bytes) -> list[Market]:
    """instruments-info for spot lists only what trades; what was taken off disappears."""
    return [
        Market("bybit", each.symbol, each.base, each.quote, state(each.status, live=("Trading",)))
        for each in decode(_result(body), _INSTRUMENTS).list
    ]


def ask_candles(symbol: str, span: Span) -> Request:
    """Without `category` the venue answers for its linear futures; without `start` it counts back from the end."""
    start = {"start": utc_ms(span.first)} if len(span) <= PAGE_DAYS else {}
    return Request(
        "publicGetV5MarketKline",
        {
            "category": "spot",
            "symbol": symbol,
            "interval": "D",
            **start,
            "end": utc_ms(span.last),
            "limit": min(len(span), PAGE_DAYS),
        },
    )


def read_candles(body: bytes, symbol: str) -> Columns:
    """Rows newest first; column 6 is the turnover in the quote asset."""
    candles = decode(_result(body), _CANDLES)
    same_market(candles.symbol, symbol)
    if not candles.list:
        return NO_CANDLES
    opened, open_, high, low, close, base, turnover = zip(*candles.list, strict=True)
    return Columns(milliseconds(opened), open_, high, low, close, base, turnover)


VENUE = Venue(
    name="bybit",
    title="Bybit",
    site="https://www.bybit.com",
    jurisdiction="foreign",
    ccxt_id="bybit",
    opens=UTC_DAY,
    closed_by="the server's clock, 24 h after opening",
    turnover_published=True,
    lists_delisted=False,
    first_day=date(2020, 1, 1),
    page_days=PAGE_DAYS,
    paging=Paging.NEWEST,
    pace_per_minute=600,
    source="https://bybit-exchange.github.io/docs/v5/market/kline",
    ask_markets=Request("publicGetV5MarketInstrumentsInfo", {"category": "spot"}),
    read_markets=read_markets,
    ask_candles=ask_candles,
    read_candles=read_candles,
)
