"""Bitget: UTC days by granularity=1Dutc (1day opens 16:00 UTC), 200 a page of history, text numbers."""

from datetime import date
from decimal import Decimal

import msgspec

from oracle.days import DAY, Span
from oracle.numbers import exact, times
from oracle.terms import NO_CANDLES, Columns, Market
from oracle.venues.venue import UTC_DAY, Paging, Request, Venue, decode, milliseconds, refused, state, utc_ms

PAGE_DAYS = 200
_BUSY = ("429", "30007", "40725", "45001")  # rate limits, service unavailable, unknown error on their side


class Symbol(msgspec.Struct):
    symbol: str
    base: str = msgspec.field(name="baseCoin")
    quote: str = msgspec.field(name="quoteCoin")
    status: str


class Answer(msgspec.Struct):
    code: str
    data: msgspec.Raw = msgspec.Raw(b"null")
    msg: str = ""


# open time, open, high, low, close, base volume, turnover, turnover
Row = tuple[str, str, str, str, str, str, str, str]

_ANSWER = msgspec.json.Decoder(Answer)
_SYMBOLS = msgspec.json.Decoder(list[Symbol])
_ROWS = msgspec.json.Decoder(list[Row])


def _data(body: bytes) -> bytes:
    answer = decode(body, _ANSWER)
    if answer.code != "00000":
        refused(answer.code, answer.msg, busy=answer.code in _BUSY)
    return bytes(answer.data)


def read_markets(body: bytes) -> list[Market]:
    """symbols: markets taken off stay with status offline."""
    return [
        Market(
            "bitget", each.symbol, each.base, each.quote, state(each.status, live=("online",), delisted=("offline",))
        )
        for each in decode(_data(body), _SYMBOLS)
    ]


def ask_candles(symbol: str, span: Span) -> Request:
    """history-candles counts back from `endTime`, which it excludes."""
    count = min(len(span), PAGE_DAYS)
    return Request(
        "publicSpotGetV2SpotMarketHistoryCandles",
        {"symbol": symbol, "granularity": "1Dutc", "endTime": utc_ms(span.last + DAY), "limit": count},
    )


def read_candles(body: bytes, symbol: str) -> Columns:  # noqa: ARG001 - the answer names no market
    """Rows oldest first; one of columns 6 and 7 is the turnover in the quote asset, the other in USDT."""
    rows = decode(_data(body), _ROWS)
    if not rows:
        return NO_CANDLES
    opened, open_, high, low, close, base, *_ = zip(*rows, strict=True)
    turnover = [row[6] if row[6] == row[7] else _in_quote_asset(row) for row in rows]
    return Columns(milliseconds(opened), open_, high, low, close, base, turnover)


def _in_quote_asset(row: Row) -> str:
    """The venue's two manuals disagree which column is which: the one between low x base and high x base is ours."""
    try:
        low, high, base, seventh = exact(row[3]), exact(row[2]), exact(row[5]), exact(row[7])
    except ValueError:
        return row[6]
    return row[7] if _between(times(low, base), seventh, times(high, base)) else row[6]


def _between(low: Decimal, turnover: Decimal, high: Decimal) -> bool:
    return low <= turnover <= high


VENUE = Venue(
    name="bitget",
    title="Bitget",
    site="https://www.bitget.com",
    jurisdiction="foreign",
    ccxt_id="bitget",
    opens=UTC_DAY,
    closed_by="the server's clock, 24 h after opening",
    turnover_published=True,
    lists_delisted=True,
    first_day=date(2018, 1, 1),
    page_days=PAGE_DAYS,
    paging=Paging.NEWEST,
    pace_per_minute=1200,
    source="https://www.bitget.com/api-doc/spot/market/Get-History-Candle-Data",
    ask_markets=Request("publicSpotGetV2SpotPublicSymbols", {}),
    read_markets=read_markets,
    ask_candles=ask_candles,
    read_candles=read_candles,
)
