"""MEXC as it answers: GET /api/v3/klines, /api/v3/exchangeInfo and the futures list that ccxt asks for with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oracle.twin.answer import Answer, Query, body_answer, json_answer, whole
from oracle.twin.series import Bar, Habits, Series, turnover

if TYPE_CHECKING:
    from oracle.twin.desk import Desk
    from oracle.twin.table import TwinMarket

LIMIT_IN_200 = False
MOST_ROWS = 500  # also where none are asked for

_STATUS = {"live": "1", "halted": "2", "delisted": "3"}


def answer(path: str, query: Query, desk: Desk) -> Answer:
    """The answer to a GET of the path."""
    match path:
        case "/api/v3/klines":
            return _klines(query, desk)
        case "/api/v3/exchangeInfo":
            return _info(desk)
        case "/api/v1/contract/detail":
            return json_answer({"success": True, "code": 0, "data": []})
        case "/api/v3/time":
            return json_answer({"serverTime": desk.now_ms})
    return _error(404, "Not Found", 404)


def limited(_now_ms: int) -> Answer:
    """Too many requests, which is said with status 429."""
    return _error(429, "Too Many Requests", 429)


def _symbol(market: TwinMarket) -> str:
    return market.base + market.quote


def _write(bar: Bar) -> bytes:
    row = bar.row
    prices = f'"{row.open}","{row.high}","{row.low}","{row.close}"'
    # The close time is the opening of the next day.
    return f'[{bar.open_ms},{prices},"{row.base_volume}",{bar.close_ms + 1},"{turnover(row)}"]'.encode()


HABITS = Habits(symbol=_symbol, write=_write)


def _klines(query: Query, desk: Desk) -> Answer:
    if not query.get("symbol"):
        return _error(700004, "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed.", 400)
    market = desk.find(query["symbol"])
    if market is None or market.state == "delisted":
        return _error(-1121, "Invalid symbol.", 400)
    if query.get("interval") != "1d":  # the twin keeps days only
        return _error(-1121, "Invalid interval.", 400)
    for name in ("startTime", "endTime", "limit"):
        if name in query and whole(query[name]) is None:
            return _error(700004, f"Illegal characters found in parameter '{name}'.", 400)
    series = desk.series(market)
    texts = desk.texts(series, *_window(query, series, desk.visible(series)))
    return body_answer(b"[" + b",".join(texts) + b"]")


def _window(query: Query, series: Series, visible: int) -> tuple[int, int]:
    """The start counts and the end does not; a start without an end is not heeded; else a page is the newest rows."""
    limit = min(max(1, int(query.get("limit", MOST_ROWS))), MOST_ROWS)
    if "endTime" not in query:
        return max(0, visible - limit), visible
    stop = min(visible, series.from_open(int(query["endTime"])))
    if "startTime" not in query:
        return max(0, stop - limit), stop
    first = series.from_open(int(query["startTime"]))
    return first, min(stop, first + limit)


def _info(desk: Desk) -> Answer:
    listed = [_listing(symbol, market) for symbol, market in desk.markets.items()]
    return json_answer(
        {"timezone": "CST", "serverTime": desk.now_ms, "rateLimits": [], "exchangeFilters": [], "symbols": listed}
    )


def _listing(symbol: str, market: TwinMarket) -> dict[str, object]:
    return {
        "symbol": symbol,
        "status": _STATUS[market.state],
        "baseAsset": market.base,
        "baseAssetPrecision": 8,
        "quoteAsset": market.quote,
        "quotePrecision": 6,
        "quoteAssetPrecision": 6,
        "baseCommissionPrecision": 8,
        "quoteCommissionPrecision": 6,
        "orderTypes": ["LIMIT", "MARKET", "LIMIT_MAKER"],
        "isSpotTradingAllowed": market.state == "live",
        "isMarginTradingAllowed": False,
        "quoteAmountPrecision": "1",
        "baseSizePrecision": "0.000001",
        "permissions": ["SPOT"],
        "filters": [],
        "maxQuoteAmount": "2000000",
        "makerCommission": "0",
        "takerCommission": "0.0005",
        "quoteAmountPrecisionMarket": "1",
        "maxQuoteAmountMarket": "100000",
        "fullName": market.base,
        "tradeSideType": 1,
    }


def _error(code: int, text: str, status: int) -> Answer:
    return json_answer({"code": code, "msg": text}, status)
