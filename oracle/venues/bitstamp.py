"""Bitstamp: UTC days, 1,000 rows counted back from the end, oldest first, text numbers, no turnover."""

from datetime import date
from typing import NoReturn

import msgspec

from oracle.days import Span
from oracle.errors import SourceChangedError
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
    utc_seconds,
)

# The venue counts rows, and some days have two: a recorded answer has 9 January 2019 twice, a later one for the same
# 1,000 rows leaves one of them out and has 999. Rows to spare keep such a page whole.
SPARE = 10
PAGE_DAYS = 1000 - SPARE

_BUSY = ("400.002", "5")  # rate limit; trouble of the venue's own


class Listed(msgspec.Struct):
    symbol: str = msgspec.field(name="market_symbol")
    base: str = msgspec.field(name="base_currency")
    quote: str = msgspec.field(name="counter_currency")
    trading: str
    kind: str = msgspec.field(name="market_type")


class Candle(msgspec.Struct):
    timestamp: str
    open: str
    high: str
    low: str
    close: str
    volume: str


class Candles(msgspec.Struct):
    pair: str
    ohlc: list[Candle]


class Answer(msgspec.Struct):
    data: Candles | None = None
    code: str = msgspec.field(name="response_code", default="")
    explanation: str = msgspec.field(name="response_explanation", default="")
    error: str = ""
    reason: str = ""


_LISTED = msgspec.json.Decoder(list[Listed] | Answer)
_ANSWER = msgspec.json.Decoder(Answer)


def _refuse(answer: Answer) -> NoReturn:
    words = answer.explanation or answer.error or answer.reason
    if not (answer.code or words):
        raise SourceChangedError("the answer has another shape than the reader knows: neither data nor an error")
    refused(answer.code or "without a code", words, busy=answer.code.startswith(_BUSY))


def read_markets(body: bytes) -> list[Market]:
    """markets, of which the perpetuals are no spot market."""
    listed = decode(body, _LISTED)
    if isinstance(listed, Answer):
        _refuse(listed)
    return [
        Market("bitstamp", each.symbol, each.base, each.quote, state(each.trading, live=("Enabled",)))
        for each in listed
        if each.kind == "SPOT"
    ]


def ask_candles(symbol: str, span: Span) -> Request:
    """`start` is not heeded where there is an `end`: the rows are counted back from there.

    No closed day's request reaches the running one, so there is nothing for `exclude_current_candle` to leave out.
    """
    return Request(
        "publicGetOhlcPair",
        {
            "pair": symbol,
            "step": 86400,
            "limit": min(len(span), PAGE_DAYS) + SPARE,
            "end": utc_seconds(span.last),
        },
    )


def read_candles(body: bytes, symbol: str) -> Columns:
    """Rows oldest first, under the pair's name: BTC/USD is the market btcusd."""
    answer = decode(body, _ANSWER)
    if answer.data is None:
        _refuse(answer)
    same_market(answer.data.pair.replace("/", "").lower(), symbol)
    rows = answer.data.ohlc
    if not rows:
        return NO_CANDLES
    return Columns(
        [each * 1000 for each in milliseconds([row.timestamp for row in rows])],
        [row.open for row in rows],
        [row.high for row in rows],
        [row.low for row in rows],
        [row.close for row in rows],
        [row.volume for row in rows],
    )


VENUE = Venue(
    name="bitstamp",
    title="Bitstamp",
    site="https://www.bitstamp.net",
    jurisdiction="foreign",
    ccxt_id="bitstamp",
    opens=UTC_DAY,
    closed_by="the server's clock, 24 h after opening",
    turnover_published=False,
    lists_delisted=False,
    first_day=date(2011, 8, 1),
    page_days=PAGE_DAYS,
    paging=Paging.NEWEST,
    pace_per_minute=800,
    source="https://www.bitstamp.net/api/#tag/Market-info/operation/GetOHLCData",
    ask_markets=Request("publicGetMarkets", {}),
    read_markets=read_markets,
    ask_candles=ask_candles,
    read_candles=read_candles,
)
