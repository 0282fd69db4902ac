"""Bitfinex: UTC days, 10,000 a page, newest first, JSON numbers, close before high, no turnover, own asset codes."""

from contextlib import suppress
from datetime import date
from typing import Literal, TypeVar

import msgspec

from oracle.days import Span
from oracle.errors import SourceChangedError, SourceError
from oracle.terms import NO_CANDLES, Columns, Market
from oracle.venues.venue import UTC_DAY, Request, Venue, decode, literal, refused, utc_ms

T = TypeVar("T")

# Its codes as ccxt knows them, in the names used elsewhere. For all others the venue's own map is believed, which comes
# with the list and knows new ones; these stand before it, for it calls some as other venues do not (LUNA is LUNC).
_ELSEWHERE = {
    "ALG": "ALGO",
    "AMP": "AMPL",
    "ATO": "ATOM",
    "BCHABC": "XEC",
    "BCHN": "BCH",
    "DAT": "DATA",
    "DOG": "MDOGE",
    "DSH": "DASH",
    "EDO": "PNT",
    "EUS": "EURS",
    "EUT": "EURT",
    "HTX": "HT",
    "IDX": "ID",
    "IOT": "IOTA",
    "IQX": "IQ",
    "LUNA": "LUNC",
    "LUNA2": "LUNA",
    "MNA": "MANA",
    "PAS": "PASS",
    "QSH": "QASH",
    "QTM": "QTUM",
    "RBT": "RBTC",
    "SNG": "SNGLS",
    "STJ": "STORJ",
    "TERRAUST": "USTC",
    "TSD": "TUSD",
    "UDC": "USDC",
    "UST": "USDT",
    "VSY": "VSYS",
    "WAX": "WAXP",
    "XCH": "XCHF",
    "YGG": "YEED",
    "YYW": "YOYOW",
    "ZBT": "ZB",
}
_BUSY = (11010, 20060)  # rate limit, maintenance
_BUSY_WORDS = ("ERR_RATE_LIMIT", "temporarily_unavailable", "ratelimit")


class Trouble(msgspec.Struct):
    error: str
    description: str = msgspec.field(name="error_description", default="")


Number = msgspec.Raw
# open time, open, close, high, low, base volume
Row = tuple[int, Number, Number, Number, Number, Number]

# The pairs that are exchanged (not lent, no futures), and the venue's codes with what they stand for.
_LISTED = msgspec.json.Decoder(tuple[list[str], list[tuple[str, str]]])
_ROWS = msgspec.json.Decoder(list[Row])
_ERROR = msgspec.json.Decoder(tuple[Literal["error"], int | None, str])
_TROUBLE = msgspec.json.Decoder(Trouble)


def _answer(body: bytes, decoder: "msgspec.json.Decoder[T]") -> T:
    try:
        return decode(body, decoder)
    except SourceChangedError:
        error = _error(body)
        if error is not None:
            code, words = error
            refused(code or "without a code", words, busy=code in _BUSY or words.startswith(_BUSY_WORDS))
        raise


def _error(body: bytes) -> tuple[int | None, str] | None:
    """An error may be ["error", 10020, "limit: invalid"] or {"error": "ERR_RATE_LIMIT"}."""
    with suppress(SourceError):
        _, code, words = decode(body, _ERROR)
        return code, words
    with suppress(SourceError):
        trouble = decode(body, _TROUBLE)
        return None, f"{trouble.error} {trouble.description}".strip()
    return None


def _parts(name: str) -> tuple[str, str]:
    """DUSK:USD has a colon because DUSK has four letters; BTCUSD has three and three."""
    base, colon, quote = name.partition(":")
    if not colon and len(name) == 6:  # noqa: PLR2004 - three and three
        base, quote = name[:3], name[3:]
    if not base or not quote or ":" in quote:
        raise SourceChangedError(f"a pair is called {name[:40]!r}, neither BASE:QUOTE nor three letters and three")
    return base, quote


def read_markets(body: bytes) -> list[Market]:
    """pub:list:pair:exchange lists what trades; pub:map:currency:sym says that UST stands for USDt, ALG for ALGO.

    TESTBTC:TESTUSD is paper trading.
    """
    pairs, stands_for = _answer(body, _LISTED)
    names = {code: name.upper() for code, name in stands_for} | _ELSEWHERE
    result = []
    for pair in pairs:
        base, quote = _parts(pair)
        if not (base.startswith("TEST") and quote.startswith("TEST")):
            result.append(Market("bitfinex", f"t{pair}", names.get(base, base), names.get(quote, quote), "live"))
    return result


def ask_candles(symbol: str, span: Span) -> Request:
    """Both ends are included; the whole history of a market fits into one page."""
    return Request(
        "publicGetCandlesTradeTimeframeSymbolHist",
        {
            "timeframe": "1D",
            "symbol": symbol,
            "start": utc_ms(span.first),
            "end": utc_ms(span.last),
            "limit": len(span),
        },
    )


def read_candles(body: bytes, symbol: str) -> Columns:  # noqa: ARG001 - the answer names no market
    """Rows newest first, the close before the high; a day without deals has no row."""
    rows = _answer(body, _ROWS)
    if not rows:
        return NO_CANDLES
    opened, *numbers = zip(*rows, strict=True)
    open_, close, high, low, base = (list(map(literal, column)) for column in numbers)
    return Columns(opened, open_, high, low, close, base)


VENUE = Venue(
    name="bitfinex",
    title="Bitfinex",
    site="https://www.bitfinex.com",
    jurisdiction="foreign",
    ccxt_id="bitfinex",
    opens=UTC_DAY,
    closed_by="the server's clock, 24 h after opening",
    turnover_published=False,
    lists_delisted=False,
    first_day=date(2012, 12, 1),
    page_days=10_000,
    pace_per_minute=29,
    limiter_ms=741,  # of which a request for candles costs 2.7: its manual says 30 a minute, ccxt would send 88
    source="https://docs.bitfinex.com/reference/rest-public-candles",
    ask_markets=Request("publicGetConfConfig", {"config": "pub:list:pair:exchange,pub:map:currency:sym"}),
    read_markets=read_markets,
    ask_candles=ask_candles,
    read_candles=read_candles,
)
