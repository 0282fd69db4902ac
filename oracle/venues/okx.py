"""OKX: UTC days by bar=1Dutc (1D opens in Hong Kong), 300 a page, newest first, a mark on closed days."""

from datetime import date

import msgspec

from oracle.days import DAY, Span
from oracle.terms import NO_CANDLES, Columns, Market
from oracle.venues.venue import UTC_DAY, Paging, Request, Venue, decode, milliseconds, refused, state, utc_ms

PAGE_DAYS = 300
_BUSY = ("50011", "50001", "50013")  # rate limit, maintenance, system busy


class Instrument(msgspec.Struct):
    symbol: str = msgspec.field(name="instId")
    base: str = msgspec.field(name="baseCcy")
    quote: str = msgspec.field(name="quoteCcy")
    state: str


class Answer(msgspec.Struct):
    code: str
    data: msgspec.Raw
    msg: str = ""


# open time, open, high, low, close, base volume, quote turnover, quote turnover, confirm
Row = tuple[str, str, str, str, str, str, str, str, str]

_ANSWER = msgspec.json.Decoder(Answer)
_INSTRUMENTS = msgspec.json.Decoder(list[Instrument])
_ROWS = msgspec.json.Decoder(list[Row])


def _data(body: bytes) -> bytes:
    answer = decode(body, _ANSWER)
    if answer.code != "0":
        refused(answer.code, answer.msg, busy=answer.code in _BUSY)
    return bytes(answer.data)


def read_markets(body: bytes) -> list[Market]:
    """instruments for SPOT: what was taken off disappears."""
    return [
        Market("okx", each.symbol, each.base, each.quote, state(each.state, live=("live",)))
        for each in decode(_data(body), _INSTRUMENTS)
    ]


def ask_candles(symbol: str, span: Span) -> Request:
    """`after` means older than, `before` newer than; both exclude the opening that they name.

    With `after` alone the venue counts back from there.
    """
    newer = {"before": utc_ms(span.first) - 1} if len(span) <= PAGE_DAYS else {}
    return Request(
        "publicGetMarketHistoryCandles",
        {
            "instId": symbol,
            "bar": "1Dutc",
            "after": utc_ms(span.last + DAY),
            **newer,
            "limit": min(len(span), PAGE_DAYS),
        },
    )


def read_candles(body: bytes, symbol: str) -> Columns:  # noqa: ARG001 - the answer names no market
    """Rows newest first; column 7 is the turnover in the quote asset, column 8 is "1" on a closed day."""
    rows = decode(_data(body), _ROWS)
    if not rows:
        return NO_CANDLES
    opened, open_, high, low, close, base, _, turnover, confirm = zip(*rows, strict=True)
    closed = [each == "1" for each in confirm]
    return Columns(milliseconds(opened), open_, high, low, close, base, turnover, closed)


VENUE = Venue(
    name="okx",
    title="OKX",
    site="https://www.okx.com",
    jurisdiction="foreign",
    ccxt_id="okx",
    opens=UTC_DAY,
    closed_by="confirm = 1, and the server's clock",
    turnover_published=True,
    lists_delisted=False,
    first_day=date(2017, 1, 1),
    page_days=PAGE_DAYS,
    paging=Paging.NEWEST,
    pace_per_minute=545,
    source="https://www.okx.com/docs-v5/en/#order-book-trading-market-data-get-candlesticks-history",
    ask_markets=Request("publicGetPublicInstruments", {"instType": "SPOT"}),
    read_markets=read_markets,
    ask_candles=ask_candles,
    read_candles=read_candles,
)
