"""HashKey Global: days taken to be UTC, 1,000 a page, kline fields as text, turnover published."""

from datetime import date

import msgspec

from oracle.days import Span
from oracle.terms import NO_CANDLES, Columns, Market
from oracle.venues.venue import UTC_DAY, Request, Venue, decode, refused, state, utc_ms

# Rate limit; timeout while waiting for the matching engine; the error codes of the manual.
_BUSY = ("0003", "-1007")
_SOUND = (0, 200, "0", "0000", "200")


class Instrument(msgspec.Struct):
    symbol: str
    status: str
    base: str = msgspec.field(name="baseAsset")
    quote: str = msgspec.field(name="quoteAsset")


class Refusal(msgspec.Struct):
    code: int | str
    message: str = msgspec.field(name="msg", default="")


class Said(msgspec.Struct):
    code: int | str = 0
    message: str = msgspec.field(name="msg", default="")


class Info(msgspec.Struct):
    symbols: list[Instrument]


# open time, open, high, low, close, base volume, 0, quote turnover, trades, taker base, taker quote
Row = tuple[int, str, str, str, str, str, int, str, int, str, str]

_SAID = msgspec.json.Decoder(Said)
_INFO = msgspec.json.Decoder(Info)
_ROWS = msgspec.json.Decoder(list[Row] | Refusal)


def read_markets(body: bytes) -> list[Market]:
    """exchangeInfo: spot under `symbols`, futures apart under `contracts`; what was taken off disappears."""
    said = decode(body, _SAID)
    if said.code not in _SOUND:
        refused(said.code, said.message, busy=str(said.code) in _BUSY)
    return [
        Market("hashkey", each.symbol, each.base, each.quote, state(each.status, live=("TRADING",)))
        for each in decode(body, _INFO).symbols
    ]


def ask_candles(symbol: str, span: Span) -> Request:
    """Both ends are inclusive on the opening time."""
    return Request(
        "publicGetQuoteV1Klines",
        {
            "symbol": symbol,
            "interval": "1d",
            "startTime": utc_ms(span.first),
            "endTime": utc_ms(span.last),
            "limit": len(span),
        },
    )


def read_candles(body: bytes, symbol: str) -> Columns:  # noqa: ARG001 - the answer names no market
    """Rows oldest first; column 6, a closing time elsewhere, is 0; column 7 is the turnover in the quote asset."""
    rows = decode(body, _ROWS)
    if isinstance(rows, Refusal):
        refused(rows.code, rows.message, busy=str(rows.code) in _BUSY)
    if not rows:
        return NO_CANDLES
    opened, open_, high, low, close, base, _, turnover, *_ = zip(*rows, strict=True)
    return Columns(opened, open_, high, low, close, base, turnover)


VENUE = Venue(
    name="hashkey",
    title="HashKey Global",
    site="https://global.hashkey.com",
    jurisdiction="foreign",
    ccxt_id="hashkey",
    opens=UTC_DAY,
    opens_proven=False,
    closed_by="the server's clock, 24 h after opening",
    turnover_published=True,
    lists_delisted=False,
    first_day=date(2023, 1, 1),
    page_days=1000,
    pace_per_minute=600,
    source="https://hashkeyglobal-apidoc.readme.io/reference/get-kline",
    ask_markets=Request("publicGetApiV1ExchangeInfo", {}),
    read_markets=read_markets,
    ask_candles=ask_candles,
    read_candles=read_candles,
)
