"""Kraken: UTC days, only the newest 720 of a market, the running day always last, no turnover."""

from datetime import date

import msgspec

from oracle.days import Span
from oracle.errors import SourceChangedError
from oracle.terms import NO_CANDLES, Columns, Market
from oracle.venues.venue import UTC_DAY, Request, Venue, decode, refused, state, utc_seconds

# Kraken writes some assets its own way: XBT/USD is BTC/USD elsewhere.
_NAMES = {"XBT": "BTC", "XDG": "DOGE"}
_BUSY = ("EAPI:Rate limit", "EGeneral:Too many", "EGeneral:Temporary lockout", "EService:")


class Pair(msgspec.Struct):
    status: str = "online"
    wsname: str = ""


class Answer(msgspec.Struct):
    error: list[str]
    result: dict[str, msgspec.Raw] = {}


# open time, open, high, low, close, vwap, base volume, trades
Row = tuple[int, str, str, str, str, str, str, int]

_ANSWER = msgspec.json.Decoder(Answer)
_PAIR = msgspec.json.Decoder(Pair)
_ROWS = msgspec.json.Decoder(list[Row])


def _result(body: bytes) -> dict[str, msgspec.Raw]:
    answer = decode(body, _ANSWER)
    if answer.error:
        message = "; ".join(answer.error)
        refused("in `error`", message, busy=message.startswith(_BUSY))
    return answer.result


def _asset(name: str) -> str:
    return _NAMES.get(name, name)


def read_markets(body: bytes) -> list[Market]:
    """AssetPairs; a pair without a `wsname` is a dark pool and no public market."""
    pairs = {symbol: decode(bytes(raw), _PAIR) for symbol, raw in _result(body).items()}
    return [
        Market("kraken", symbol, _asset(base), _asset(quote), state(pair.status, live=("online",)))
        for symbol, pair in pairs.items()
        for base, slash, quote in [pair.wsname.partition("/")]
        if slash
    ]


def ask_candles(symbol: str, span: Span) -> Request:
    """`since` excludes the opening that it names; there is no end."""
    return Request("publicGetOHLC", {"pair": symbol, "interval": 1440, "since": utc_seconds(span.first) - 1})


def read_candles(body: bytes, symbol: str) -> Columns:
    """Rows oldest first under the market's name, beside a key `last`. Column 5 is a rounded average, no turnover."""
    result = _result(body)
    if symbol not in result:
        raise SourceChangedError(f"asked for {symbol}, the answer is about {', '.join(sorted(result))[:80]}")
    rows = decode(bytes(result[symbol]), _ROWS)
    if not rows:
        return NO_CANDLES
    opened, open_, high, low, close, _, base, _ = zip(*rows, strict=True)
    return Columns([each * 1000 for each in opened], open_, high, low, close, base)


VENUE = Venue(
    name="kraken",
    title="Kraken",
    site="https://www.kraken.com",
    jurisdiction="foreign",
    ccxt_id="kraken",
    opens=UTC_DAY,
    closed_by="the server's clock, 24 h after opening",
    turnover_published=False,
    lists_delisted=False,
    first_day=date(2013, 9, 1),
    page_days=720,
    pace_per_minute=50,
    reach_days=719,  # 720 rows, of which the running day is one
    source="https://docs.kraken.com/api/docs/rest-api/get-ohlc-data",
    ask_markets=Request("publicGetAssetPairs", {}),
    read_markets=read_markets,
    ask_candles=ask_candles,
    read_candles=read_candles,
)
