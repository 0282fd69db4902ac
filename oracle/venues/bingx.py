"""BingX: UTC days by timeZone=0 (unasked its day opens 16:00 UTC), newest first, JSON numbers, turnover published."""

from datetime import date

import msgspec

from oracle.days import Span
from oracle.errors import SourceChangedError
from oracle.terms import NO_CANDLES, Columns, Market
from oracle.venues.venue import UTC_DAY, Request, Venue, decode, literal, refused, state, utc_ms

_BUSY = (429, 100410, 100500, 100503, 109500)  # rate limits, system busy


class Symbol(msgspec.Struct):
    symbol: str
    status: int
    buying: bool = msgspec.field(name="apiStateBuy", default=True)
    selling: bool = msgspec.field(name="apiStateSell", default=True)


class Symbols(msgspec.Struct):
    symbols: list[Symbol]


class Answer(msgspec.Struct):
    code: int
    data: msgspec.Raw = msgspec.Raw(b"null")
    msg: str = ""


Number = msgspec.Raw
# open time, open, high, low, close, base volume, close time, quote turnover
Row = tuple[int, Number, Number, Number, Number, Number, int, Number]

_ANSWER = msgspec.json.Decoder(Answer)
_SYMBOLS = msgspec.json.Decoder(Symbols)
_ROWS = msgspec.json.Decoder(list[Row])


def _data(body: bytes) -> bytes:
    answer = decode(body, _ANSWER)
    if answer.code != 0:
        refused(answer.code, answer.msg, busy=answer.code in _BUSY)
    return bytes(answer.data)


def _market(symbol: Symbol) -> Market:
    base, dash, quote = symbol.symbol.rpartition("-")
    if not dash:
        raise SourceChangedError(f"a market is called {symbol.symbol[:40]!r}, not BASE-QUOTE")
    # 1 online, 5 and 10 before opening, 25 suspended, 29 about to be taken off; 0 offline, 30 taken off
    listed = state(str(symbol.status), live=("1",), delisted=("0", "30"))
    if listed == "live" and not (symbol.buying and symbol.selling):
        listed = "halted"
    return Market("bingx", symbol.symbol, base, quote, listed)


def read_markets(body: bytes) -> list[Market]:
    """common/symbols names base and quote only in the symbol."""
    return [_market(each) for each in decode(_data(body), _SYMBOLS).symbols]


def ask_candles(symbol: str, span: Span) -> Request:
    """A millisecond around the openings: so they come whether or not the ends count.

    Without a limit 500 rows may come, which is more than a page.
    """
    return Request(
        "spotV1PublicGetMarketKline",
        {
            "symbol": symbol,
            "interval": "1d",
            "startTime": utc_ms(span.first) - 1,
            "endTime": utc_ms(span.last) + 1,
            "timeZone": 0,
        },
    )


def read_candles(body: bytes, symbol: str) -> Columns:  # noqa: ARG001 - the answer names no market
    """Rows newest first; column 7 is the turnover in the quote asset."""
    rows = decode(_data(body), _ROWS)
    if not rows:
        return NO_CANDLES
    opened, *numbers = zip(*rows, strict=True)
    open_, high, low, close, base, turnover = (list(map(literal, numbers[at])) for at in (0, 1, 2, 3, 4, 6))
    return Columns(opened, open_, high, low, close, base, turnover)


VENUE = Venue(
    name="bingx",
    title="BingX",
    site="https://bingx.com",
    jurisdiction="foreign",
    ccxt_id="bingx",
    opens=UTC_DAY,
    closed_by="the server's clock, 24 h after opening",
    turnover_published=True,
    lists_delisted=False,
    first_day=date(2018, 1, 1),
    page_days=365,  # 1,440 rows by the manual, but a range of more than 380 days is refused (its error 100204)
    pace_per_minute=600,
    source="https://bingx-api.github.io/docs-v3/#/en/Spot/Market%20Data/Kline%2FCandlestick%20Data",
    ask_markets=Request("spotV1PublicGetCommonSymbols", {}),
    read_markets=read_markets,
    ask_candles=ask_candles,
    read_candles=read_candles,
)
