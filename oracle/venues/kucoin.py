"""KuCoin: UTC days, 1,500 a page, newest first, the close before the high, no row for a day without trades."""

from datetime import date

import msgspec

from oracle.days import Span
from oracle.terms import NO_CANDLES, Columns, Market
from oracle.venues.venue import UTC_DAY, Request, Venue, decode, refused, seconds, utc_seconds

_BUSY = ("429000", "200002", "500000", "503000")  # rate limits, internal error, service unavailable


class Symbol(msgspec.Struct):
    symbol: str
    base: str = msgspec.field(name="baseCurrency")
    quote: str = msgspec.field(name="quoteCurrency")
    trading: bool = msgspec.field(name="enableTrading")


class Answer(msgspec.Struct):
    code: str
    data: msgspec.Raw = msgspec.Raw(b"null")
    msg: str = ""


# open time, open, close, high, low, base volume, quote turnover
Row = tuple[str, str, str, str, str, str, str]

_ANSWER = msgspec.json.Decoder(Answer)
_SYMBOLS = msgspec.json.Decoder(list[Symbol])
_ROWS = msgspec.json.Decoder(list[Row])


def _data(body: bytes) -> bytes:
    answer = decode(body, _ANSWER)
    if answer.code != "200000":
        refused(answer.code, answer.msg, busy=answer.code in _BUSY)
    return bytes(answer.data)


def read_markets(body: bytes) -> list[Market]:
    """symbols: a market may be listed while its trading is off."""
    return [
        Market("kucoin", each.symbol, each.base, each.quote, "live" if each.trading else "halted")
        for each in decode(_data(body), _SYMBOLS)
    ]


def ask_candles(symbol: str, span: Span) -> Request:
    """The end lies one second into the last day: so that day comes, and no later one, whether or not the end counts."""
    return Request(
        "publicGetMarketCandles",
        {
            "symbol": symbol,
            "type": "1day",
            "startAt": utc_seconds(span.first),
            "endAt": utc_seconds(span.last) + 1,
        },
    )


def read_candles(body: bytes, symbol: str) -> Columns:  # noqa: ARG001 - the answer names no market
    """Rows newest first: open, close, high, low; column 6 is the turnover in the quote asset."""
    rows = decode(_data(body), _ROWS)
    if not rows:
        return NO_CANDLES
    opened, open_, close, high, low, base, turnover = zip(*rows, strict=True)
    return Columns(seconds(opened), open_, high, low, close, base, turnover)


VENUE = Venue(
    name="kucoin",
    title="KuCoin",
    site="https://www.kucoin.com",
    jurisdiction="foreign",
    ccxt_id="kucoin",
    opens=UTC_DAY,
    closed_by="the server's clock, 24 h after opening",
    turnover_published=True,
    lists_delisted=False,
    first_day=date(2017, 9, 1),
    page_days=1500,
    pace_per_minute=1333,
    # ccxt counts on 4,000 units of cost in 30 s; candles, at 3 units each, draw on the public pool of 2,000.
    limiter_ms=15,
    source="https://www.kucoin.com/docs-new/rest/spot-trading/market-data/get-klines",
    ask_markets=Request("publicGetSymbols", {}),
    read_markets=read_markets,
    ask_candles=ask_candles,
    read_candles=read_candles,
)
