"""Bitfinex as it answers: GET /v2/candles/trade:1D:tBTCUSD/hist, /v2/conf/... and /v2/platform/status."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oracle.twin.answer import Answer, Query, body_answer, json_answer, number, whole
from oracle.twin.series import Bar, Habits, Series

if TYPE_CHECKING:
    from oracle.twin.desk import Desk
    from oracle.twin.table import TwinMarket

LIMIT_IN_200 = False
DEFAULT_ROWS = 100
MOST_ROWS = 10_000

_PREFIX = "trade:1D:"
_SHORT = 3  # a pair of two such codes is written without a colon
# What the venue calls an asset, and what its map of codes says that this stands for.
_CODES = {"USDT": ("UST", "USDt"), "USDC": ("UDC", "USDc"), "ALGO": ("ALG", "ALGO"), "DASH": ("DSH", "DASH")}


def answer(path: str, query: Query, desk: Desk) -> Answer:
    """The answer to a GET of the path."""
    match path.strip("/").split("/"):
        case ["v2", "candles", key, "hist"]:
            return _candles(key, query, desk)
        case ["v2", "conf", keys]:
            return json_answer([_configured(key, desk) for key in keys.split(",")])
        case ["v2", "platform", "status"]:
            return json_answer([1])
    return json_answer({"error": "not_found", "error_description": "Not Found"}, 404)


def limited(_now_ms: int) -> Answer:
    """Too many requests, which is said with status 429."""
    return json_answer({"error": "ERR_RATE_LIMIT"}, 429)


def _code(asset: str) -> str:
    return _CODES[asset][0] if asset in _CODES else asset


def _pair(market: TwinMarket) -> str:
    base, quote = _code(market.base), _code(market.quote)
    return f"{base}{quote}" if len(base) == len(quote) == _SHORT else f"{base}:{quote}"


def _symbol(market: TwinMarket) -> str:
    return f"t{_pair(market)}"


def _write(bar: Bar) -> bytes:
    row = bar.row
    prices = f"{number(row.open)},{number(row.close)},{number(row.high)},{number(row.low)}"
    return f"[{bar.open_ms},{prices},{number(row.base_volume)}]".encode()


HABITS = Habits(symbol=_symbol, write=_write, omits_idle_days=True)


def _candles(key: str, query: Query, desk: Desk) -> Answer:
    if not key.startswith(_PREFIX):  # the twin keeps days only
        return _error("timeframe: invalid")
    market = desk.find(key.removeprefix(_PREFIX))
    if market is None:
        return _error("symbol: invalid")
    for name in ("start", "end"):
        if name in query and whole(query[name]) is None:
            return _error(f"{name}: invalid")
    limit = whole(query.get("limit", str(DEFAULT_ROWS)))
    if limit is None or not 1 <= limit <= MOST_ROWS:
        return _error("limit: invalid")
    if query.get("sort", "-1") not in ("1", "-1"):
        return _error("sort: invalid")
    series = desk.series(market)
    ascending = query.get("sort") == "1"
    texts = desk.texts(series, *_window(query, series, desk.visible(series), limit, ascending=ascending))
    if not ascending:
        texts.reverse()
    return body_answer(b"[" + b",".join(texts) + b"]")


def _window(query: Query, series: Series, visible: int, limit: int, *, ascending: bool) -> tuple[int, int]:
    """Both bounds count; the rows that fit are the first of them in the order that is asked for."""
    start, end = whole(query.get("start")), whole(query.get("end"))
    first = 0 if start is None else series.from_open(start)
    stop = visible if end is None else min(visible, series.past_open(end))
    return (first, min(stop, first + limit)) if ascending else (max(first, stop - limit), stop)


def _configured(key: str, desk: Desk) -> list[object]:
    pairs = [_pair(market) for market in desk.markets.values() if market.state != "delisted"]
    assets = {code: None for market in desk.markets.values() for code in (market.base, market.quote)}
    futures = ["BTCF0:USTF0"]
    known: dict[str, list[object]] = {
        "pub:list:pair:exchange": [*pairs, "TESTBTC:TESTUSD"],
        "pub:list:pair:futures": [*futures],
        "pub:info:pair": [[pair, _limits()] for pair in pairs],
        "pub:info:pair:futures": [[pair, _limits()] for pair in futures],
        "pub:list:currency": [_code(asset) for asset in assets],
        "pub:map:currency:sym": [list(_CODES[asset]) for asset in assets if asset in _CODES],
        "pub:map:currency:label": [[_code(asset), asset] for asset in assets],
    }
    return known.get(key, [])


def _limits() -> list[object]:
    return [None, None, None, "0.00004", "2000.0", None, None, None, 0.3, 0.15, None, None]


def _error(words: str) -> Answer:
    return json_answer(["error", 10020, words], 500)
