"""HTX: its day opens 16:00 UTC (midnight in UTC+8), 1,000 a page, JSON numbers, `amount` is base and `vol` turnover."""

from datetime import date

import msgspec

from oracle.days import DAY, Span, opening_ms
from oracle.terms import Columns, Market
from oracle.venues.venue import EIGHT_HOURS_EARLIER, Request, Venue, decode, literal, refused, state, utc_seconds

_BUSY = ("api-limit", "gateway-internal-error", "system-busy", "rate-too-many-requests")


class Symbol(msgspec.Struct):
    symbol: str
    base: str = msgspec.field(name="base-currency")
    quote: str = msgspec.field(name="quote-currency")
    state: str


class Candle(msgspec.Struct):
    id: int
    open: msgspec.Raw
    high: msgspec.Raw
    low: msgspec.Raw
    close: msgspec.Raw
    amount: msgspec.Raw
    vol: msgspec.Raw


class Answer(msgspec.Struct):
    status: str = "ok"
    data: msgspec.Raw = msgspec.Raw(b"null")
    code: str = msgspec.field(name="err-code", default="")
    message: str = msgspec.field(name="err-msg", default="")


_ANSWER = msgspec.json.Decoder(Answer)
_SYMBOLS = msgspec.json.Decoder(list[Symbol])
_CANDLES = msgspec.json.Decoder(list[Candle])


def _data(body: bytes) -> bytes:
    answer = decode(body, _ANSWER)
    if answer.status != "ok":
        refused(answer.code or answer.status, answer.message, busy=answer.code.startswith(_BUSY))
    return bytes(answer.data)


def read_markets(body: bytes) -> list[Market]:
    """common/symbols: markets taken off stay with state offline."""
    return [
        Market(
            "htx",
            each.symbol,
            each.base.upper(),
            each.quote.upper(),
            state(each.state, live=("online",), delisted=("offline",)),
        )
        for each in decode(_data(body), _SYMBOLS)
    ]


def _seconds(day: date) -> int:
    return opening_ms(day, EIGHT_HOURS_EARLIER) // 1000


def ask_candles(symbol: str, span: Span) -> Request:
    """The day of 22 November opens on 21 November at 16:00 UTC."""
    return Request(
        "spotPublicGetMarketHistoryCandles",
        {
            "symbol": symbol,
            "period": "1day",
            "from": _seconds(span.first),
            "to": _seconds(span.last),
            "size": len(span),
        },
    )


def ask_hours(symbol: str, span: Span) -> Request:
    """The hours of the UTC days of `span`, from the one that opens at 00:00 to the one that opens at 23:00."""
    return Request(
        "spotPublicGetMarketHistoryCandles",
        {
            "symbol": symbol,
            "period": "60min",
            "from": utc_seconds(span.first),
            "to": utc_seconds(span.last + DAY) - 3600,
            "size": 24 * len(span),
        },
    )


def read_candles(body: bytes, symbol: str) -> Columns:  # noqa: ARG001 - the history answer names no market
    """Rows as objects; `amount` is the base volume, `vol` the turnover in the quote asset."""
    rows = decode(_data(body), _CANDLES)
    return Columns(
        [row.id * 1000 for row in rows],
        [literal(row.open) for row in rows],
        [literal(row.high) for row in rows],
        [literal(row.low) for row in rows],
        [literal(row.close) for row in rows],
        [literal(row.amount) for row in rows],
        [literal(row.vol) for row in rows],
    )


VENUE = Venue(
    name="htx",
    title="HTX",
    site="https://www.htx.com",
    jurisdiction="foreign",
    ccxt_id="htx",
    opens=EIGHT_HOURS_EARLIER,
    closed_by="the server's clock, 24 h after opening",
    turnover_published=True,
    lists_delisted=True,
    first_day=date(2017, 1, 1),
    page_days=1000,
    pace_per_minute=600,
    source="https://huobiapi.github.io/docs/spot/v1/en/#get-klines-candles",
    ask_markets=Request("spotPublicGetV1CommonSymbols", {}),
    read_markets=read_markets,
    ask_candles=ask_candles,
    read_candles=read_candles,
    ask_hours=ask_hours,
    hours_page_days=41,  # whole days in 1,000 hourly rows
)
