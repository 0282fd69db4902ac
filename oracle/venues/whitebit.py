"""WhiteBIT: days taken to be UTC, 1,440 a page, text numbers with the close before the high, turnover published."""

from datetime import date

import msgspec

from oracle.days import DAY, Span
from oracle.terms import Columns, Market
from oracle.venues.venue import UTC_DAY, Request, Venue, decode, refused, same_market, state, utc_seconds


class Listed(msgspec.Struct):
    name: str
    base: str = msgspec.field(name="stock")
    quote: str = msgspec.field(name="money")
    type: str
    trades: bool = msgspec.field(name="tradesEnabled")


class Row(msgspec.Struct, array_like=True):
    """Of seven columns by the manual; a recorded answer of 2024 has the market's name as the eighth."""

    opened: int
    open: str
    close: str
    high: str
    low: str
    base: str
    turnover: str
    market: str = ""


class Refusal(msgspec.Struct):
    """The error body of version 4: {"code":0,"message":"Validation failed","errors":{...}}."""

    code: int | str
    message: str


class Answer(msgspec.Struct):
    success: bool
    result: msgspec.Raw = msgspec.Raw(b"null")
    # Text or, in an error, an object of lists: {"market":["Market is not available"]}.
    message: msgspec.Raw = msgspec.Raw(b"null")


_LISTED = msgspec.json.Decoder(list[Listed] | Refusal)
_ANSWER = msgspec.json.Decoder(Answer)
_ROWS = msgspec.json.Decoder(list[Row])


def read_markets(body: bytes) -> list[Market]:
    """markets of version 4, the futures among them left out; what was taken off disappears."""
    listed = decode(body, _LISTED)
    if isinstance(listed, Refusal):
        refused(listed.code, listed.message, busy=False)
    return [
        Market("whitebit", each.name, each.base, each.quote, state("on" if each.trades else "off", live=("on",)))
        for each in listed
        if each.type == "spot"
    ]


def ask_candles(symbol: str, span: Span) -> Request:
    """The candle that holds `end` is in, as is the one that holds `start`."""
    return Request(
        "v1PublicGetKline",
        {
            "market": symbol,
            "interval": "1d",
            "start": utc_seconds(span.first),
            "end": utc_seconds(span.last + DAY) - 1,
            "limit": len(span),
        },
    )


def read_candles(body: bytes, symbol: str) -> Columns:
    """Rows oldest first: opening, open, close, high, low, base volume, turnover in the quote asset."""
    answer = decode(body, _ANSWER)
    if not answer.success:
        refused("in `message`", bytes(answer.message).decode("utf-8", "replace"), busy=False)
    rows = decode(bytes(answer.result), _ROWS)
    for row in rows:
        same_market(row.market or symbol, symbol)
    return Columns(
        [row.opened * 1000 for row in rows],
        [row.open for row in rows],
        [row.high for row in rows],
        [row.low for row in rows],
        [row.close for row in rows],
        [row.base for row in rows],
        [row.turnover for row in rows],
    )


VENUE = Venue(
    name="whitebit",
    title="WhiteBIT",
    site="https://whitebit.com",
    jurisdiction="foreign",
    ccxt_id="whitebit",
    opens=UTC_DAY,
    opens_proven=False,
    closed_by="the server's clock, 24 h after opening",
    turnover_published=True,
    lists_delisted=False,
    first_day=date(2018, 1, 1),
    page_days=1440,
    pace_per_minute=3000,
    source="https://docs.whitebit.com/api-reference/market-data/kline",
    ask_markets=Request("v4PublicGetMarkets", {}),
    read_markets=read_markets,
    ask_candles=ask_candles,
    read_candles=read_candles,
)
