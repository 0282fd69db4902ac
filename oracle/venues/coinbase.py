"""Coinbase Exchange: UTC days, 300 a page, newest first, JSON numbers, no turnover, no row for a day without trades."""

from datetime import UTC, date, datetime, time

import msgspec

from oracle.days import Span
from oracle.terms import NO_CANDLES, Columns, Market
from oracle.venues.venue import UTC_DAY, Request, Venue, decode, literal


class Product(msgspec.Struct):
    id: str
    base: str = msgspec.field(name="base_currency")
    quote: str = msgspec.field(name="quote_currency")
    status: str
    trading_disabled: bool = False


Number = msgspec.Raw
# open time, low, high, open, close, base volume
Row = tuple[int, Number, Number, Number, Number, Number]

_PRODUCTS = msgspec.json.Decoder(list[Product])
_ROWS = msgspec.json.Decoder(list[Row])


def _state(product: Product) -> str:
    if product.status == "delisted":
        return "delisted"
    return "live" if product.status == "online" and not product.trading_disabled else "halted"


def read_markets(body: bytes) -> list[Market]:
    """products: delisted ones stay in the list."""
    return [Market("coinbase", each.id, each.base, each.quote, _state(each)) for each in decode(body, _PRODUCTS)]


def ask_candles(symbol: str, span: Span) -> Request:
    """`start` and `end` must come together; rows from before `start` may come back and are kept."""
    return Request(
        "publicGetProductsIdCandles",
        {"id": symbol, "granularity": "86400", "start": _instant(span.first), "end": _instant(span.last)},
    )


def _instant(day: date) -> str:
    return datetime.combine(day, time(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_candles(body: bytes, symbol: str) -> Columns:  # noqa: ARG001 - the answer names no market
    """Rows newest first, low before high before open."""
    rows = decode(body, _ROWS)
    if not rows:
        return NO_CANDLES
    opened, *numbers = zip(*rows, strict=True)
    low, high, open_, close, base = (list(map(literal, column)) for column in numbers)
    return Columns([each * 1000 for each in opened], open_, high, low, close, base)


VENUE = Venue(
    name="coinbase",
    title="Coinbase Exchange",
    site="https://exchange.coinbase.com",
    jurisdiction="foreign",
    ccxt_id="coinbaseexchange",
    opens=UTC_DAY,
    closed_by="the server's clock, 24 h after opening",
    turnover_published=False,
    lists_delisted=True,
    first_day=date(2015, 1, 1),
    page_days=300,
    pace_per_minute=600,
    source="https://docs.cdp.coinbase.com/exchange/reference/exchangerestapi_getproductcandles",
    ask_markets=Request("publicGetProducts", {}),
    read_markets=read_markets,
    ask_candles=ask_candles,
    read_candles=read_candles,
)
