"""Gate: UTC days, 1,000 a page, oldest first, the turnover in column 1, a mark on closed days."""

from datetime import date

import msgspec

from oracle.days import Span
from oracle.terms import NO_CANDLES, Columns, Market
from oracle.venues.venue import UTC_DAY, Request, Venue, decode, refused, seconds, state, utc_seconds

_BUSY = ("TOO_MANY_REQUESTS", "TOO_FAST", "TOO_BUSY", "SERVER_ERROR", "INTERNAL")


class Pair(msgspec.Struct):
    id: str
    base: str
    quote: str
    status: str = msgspec.field(name="trade_status")


class Error(msgspec.Struct):
    label: str
    message: str = ""


# open time, quote turnover, close, high, low, open, base volume, closed. Until 2021 there were six columns, without
# the last two: such a row is another shape and is refused.
Row = tuple[str, str, str, str, str, str, str, str]

_PAIRS: "msgspec.json.Decoder[list[Pair] | Error]" = msgspec.json.Decoder(list[Pair] | Error)
_ROWS: "msgspec.json.Decoder[list[Row] | Error]" = msgspec.json.Decoder(list[Row] | Error)


def read_markets(body: bytes) -> list[Market]:
    """currency_pairs: a market that is not traded yet, or no longer, is listed as untradable."""
    pairs = decode(body, _PAIRS)
    if isinstance(pairs, Error):
        refused(pairs.label, pairs.message, busy=pairs.label in _BUSY)
    return [Market("gate", each.id, each.base, each.quote, state(each.status, live=("tradable",))) for each in pairs]


def ask_candles(symbol: str, span: Span) -> Request:
    """Both ends count; a range of more than a page is refused, and so is a limit beside a range."""
    return Request(
        "publicSpotGetCandlesticks",
        {
            "currency_pair": symbol,
            "interval": "1d",
            "from": utc_seconds(span.first),
            "to": utc_seconds(span.last),
        },
    )


def read_candles(body: bytes, symbol: str) -> Columns:  # noqa: ARG001 - the answer names no market
    """Rows oldest first: turnover in the quote asset, close, high, low, open; the last column is "true" when closed."""
    rows = decode(body, _ROWS)
    if isinstance(rows, Error):
        refused(rows.label, rows.message, busy=rows.label in _BUSY)
    if not rows:
        return NO_CANDLES
    opened, turnover, close, high, low, open_, base, mark = zip(*rows, strict=True)
    return Columns(seconds(opened), open_, high, low, close, base, turnover, [each == "true" for each in mark])


VENUE = Venue(
    name="gate",
    title="Gate",
    site="https://www.gate.com",
    jurisdiction="foreign",
    ccxt_id="gate",
    opens=UTC_DAY,
    closed_by='the column "closed" is true, and the server\'s clock',
    turnover_published=True,
    lists_delisted=False,
    first_day=date(2013, 1, 1),
    page_days=1000,  # one more is refused: "Candlestick range too broad"
    pace_per_minute=1200,
    source="https://www.gate.com/docs/developers/apiv4/en/#market-k-line-chart",
    ask_markets=Request("publicSpotGetCurrencyPairs", {}),
    read_markets=read_markets,
    ask_candles=ask_candles,
    read_candles=read_candles,
)
