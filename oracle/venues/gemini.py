"""Gemini: days presumed UTC, about the newest year and no other, newest first, JSON numbers, no turnover."""

from datetime import date

import msgspec

from oracle.days import Span
from oracle.errors import SourceChangedError
from oracle.terms import NO_CANDLES, Columns, Market
from oracle.venues.venue import UTC_DAY, Request, Venue, decode, literal, refused, state

PAGE_DAYS = 365
_BUSY = ("RateLimit", "Maintenance", "System")


class Trouble(msgspec.Struct):
    result: str
    reason: str
    message: str = ""


class Details(msgspec.Struct):
    symbol: str
    base: str = msgspec.field(name="base_currency")
    quote: str = msgspec.field(name="quote_currency")
    status: str
    kind: str = msgspec.field(name="product_type")


Number = msgspec.Raw
# open time, open, high, low, close, base volume
Row = tuple[int, Number, Number, Number, Number, Number]

_DETAILS = msgspec.json.Decoder(list[Details] | Trouble)
_ROWS = msgspec.json.Decoder(list[Row] | Trouble)


def read_markets(body: bytes) -> list[Market]:
    """symbols/details/all in one request: a name alone does not tell its assets (2ZRLUSD is 2Z in RLUSD, not in USD).

    Swaps are perpetuals and no spot market.
    """
    details = decode(body, _DETAILS)
    if isinstance(details, Trouble):
        refused(details.reason, details.message, busy=details.reason.startswith(_BUSY))
    for each in details:
        if each.kind not in ("spot", "swap"):
            raise SourceChangedError(f"{each.symbol[:40]} is of the unknown kind {each.kind[:40]!r}")
    return [
        Market("gemini", each.symbol.lower(), each.base, each.quote, state(each.status, live=("open",)))
        for each in details
        if each.kind == "spot"
    ]


def ask_candles(symbol: str, span: Span) -> Request:  # noqa: ARG001 - there is but one window, up to now
    """No parameter chooses the days: the newest ones come, whatever is wanted of them."""
    return Request("publicGetV2CandlesSymbolTimeframe", {"symbol": symbol, "timeframe": "1day"})


def read_candles(body: bytes, symbol: str) -> Columns:  # noqa: ARG001 - the answer names no market
    """Rows newest first."""
    rows = decode(body, _ROWS)
    if isinstance(rows, Trouble):
        refused(rows.reason, rows.message, busy=rows.reason.startswith(_BUSY))
    if not rows:
        return NO_CANDLES
    opened, *numbers = zip(*rows, strict=True)
    open_, high, low, close, base = (list(map(literal, column)) for column in numbers)
    return Columns(opened, open_, high, low, close, base)


VENUE = Venue(
    name="gemini",
    title="Gemini",
    site="https://www.gemini.com",
    jurisdiction="foreign",
    ccxt_id="gemini",
    opens=UTC_DAY,
    opens_proven=False,
    closed_by="the server's clock, 24 h after opening",
    turnover_published=False,
    lists_delisted=False,
    first_day=date(2015, 10, 1),
    page_days=PAGE_DAYS,
    pace_per_minute=120,
    # The window is about a year and documented nowhere; some days less, so that its end is never taken for a beginning.
    reach_days=360,
    source="https://docs.gemini.com/rest/market-data",
    ask_markets=Request("publicGetV1SymbolsDetailsSymbol", {"symbol": "all"}),
    read_markets=read_markets,
    ask_candles=ask_candles,
    read_candles=read_candles,
)
