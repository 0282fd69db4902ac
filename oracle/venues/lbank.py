"""LBank: days taken to open 16:00 UTC (midnight in UTC+8), 2,000 a page, JSON numbers, no turnover."""

from datetime import date

import msgspec

from oracle.days import Span, opening_ms
from oracle.errors import SourceChangedError
from oracle.terms import NO_CANDLES, Columns, Market
from oracle.venues.venue import EIGHT_HOURS_EARLIER, Request, Venue, decode, literal, refused

# Internal error, request too frequent, server error.
_BUSY = ("10000", "10004", "10017")


class Pair(msgspec.Struct):
    symbol: str


class Answer(msgspec.Struct):
    result: str | bool
    data: msgspec.Raw = msgspec.Raw(b"null")
    code: int | str = msgspec.field(name="error_code", default=0)
    message: str = msgspec.field(name="msg", default="")


Number = msgspec.Raw
# open time, open, high, low, close, base volume
Row = tuple[int, Number, Number, Number, Number, Number]

_ANSWER = msgspec.json.Decoder(Answer)
_PAIRS = msgspec.json.Decoder(list[Pair])
_ROWS = msgspec.json.Decoder(list[Row])


def _data(body: bytes) -> bytes:
    answer = decode(body, _ANSWER)
    if str(answer.result).lower() != "true" or str(answer.code) != "0":
        refused(answer.code, answer.message, busy=str(answer.code) in _BUSY)
    return bytes(answer.data)


def read_markets(body: bytes) -> list[Market]:
    """accuracy names what trades, in lower case, the quote asset after the last underscore (vet_erc20_usdt)."""
    result = []
    for each in decode(_data(body), _PAIRS):
        base, underscore, quote = each.symbol.rpartition("_")
        if not underscore:
            raise SourceChangedError(f"a market is called {each.symbol[:40]!r}, not base_quote")
        result.append(Market("lbank", each.symbol, base.upper(), quote.upper()))
    return result


def ask_candles(symbol: str, span: Span) -> Request:
    """`size` rows from the one that holds `time` on; there is no end.

    The manual's own answer to type=day1 and time=1769914800 (03:00 UTC) opens 1769875200, 1769961600 ...: 16:00 UTC.
    """
    opens = opening_ms(span.first, EIGHT_HOURS_EARLIER) // 1000
    return Request("spotPublicGetKline", {"symbol": symbol, "type": "day1", "time": opens, "size": len(span)})


def read_candles(body: bytes, symbol: str) -> Columns:  # noqa: ARG001 - the answer names no market
    """Rows oldest first, the volume in the base asset."""
    rows = decode(_data(body), _ROWS)
    if not rows:
        return NO_CANDLES
    opened, *numbers = zip(*rows, strict=True)
    open_, high, low, close, base = (list(map(literal, column)) for column in numbers)
    return Columns([each * 1000 for each in opened], open_, high, low, close, base)


VENUE = Venue(
    name="lbank",
    title="LBank",
    site="https://www.lbank.com",
    jurisdiction="foreign",
    ccxt_id="lbank",
    opens=EIGHT_HOURS_EARLIER,
    opens_proven=False,
    closed_by="the server's clock, 24 h after opening",
    turnover_published=False,
    lists_delisted=False,
    first_day=date(2015, 1, 1),
    page_days=2000,
    pace_per_minute=1200,
    source="https://www.lbank.com/en-US/docs/index.html#query-k-bar-data",
    ask_markets=Request("spotPublicGetAccuracy", {}),
    read_markets=read_markets,
    ask_candles=ask_candles,
    read_candles=read_candles,
)
