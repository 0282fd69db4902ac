"""Bybit as it answers: GET /v5/market/kline, /v5/market/instruments-info and /v5/market/time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oracle.twin.answer import Answer, Query, body_answer, json_answer, whole
from oracle.twin.series import DAY_MS, Bar, Habits, Series, turnover

if TYPE_CHECKING:
    from collections.abc import Mapping

    from oracle.twin.desk import Desk
    from oracle.twin.table import TwinMarket

LIMIT_IN_200 = True
DEFAULT_ROWS = 200
MOST_ROWS = 1000

_CATEGORIES = ("spot", "linear", "inverse", "option")
_WRONG = 10001


def answer(path: str, query: Query, desk: Desk) -> Answer:
    """The answer to a GET of the path."""
    match path:
        case "/v5/market/kline":
            return _kline(query, desk)
        case "/v5/market/instruments-info":
            return _instruments(query, desk)
        case "/v5/market/time":
            seconds = {"timeSecond": str(desk.now_ms // 1000), "timeNano": f"{desk.now_ms}000000"}
            return _said(0, "OK", seconds, desk.now_ms)
    return Answer(404, b"")


def limited(now_ms: int) -> Answer:
    """Too many requests, said with status 200."""
    return _said(10006, "Too many visits. Exceeded the API Rate Limit.", {}, now_ms)


def _symbol(market: TwinMarket) -> str:
    return market.base + market.quote


def _write(bar: Bar) -> bytes:
    row = bar.row
    prices = f'"{row.open}","{row.high}","{row.low}","{row.close}"'
    return f'["{bar.open_ms}",{prices},"{row.base_volume}","{turnover(row)}"]'.encode()


HABITS = Habits(symbol=_symbol, write=_write)


def _kline(query: Query, desk: Desk) -> Answer:
    category = query.get("category", "linear")  # without it a client is given the futures, of which there are none
    if category not in _CATEGORIES:
        return _said(_WRONG, "params error: Category is invalid", {}, desk.now_ms)
    market = desk.find(query.get("symbol", "")) if category == "spot" else None
    if market is None or market.state == "delisted":
        return _said(_WRONG, "Not supported symbols", {}, desk.now_ms)
    if query.get("interval") != "D":  # the twin keeps days only
        return _said(_WRONG, "Invalid period!", {}, desk.now_ms)
    if any(name in query and whole(query[name]) is None for name in ("start", "end", "limit")):
        return _said(_WRONG, "params error", {}, desk.now_ms)
    series = desk.series(market)
    texts = desk.texts(series, *_window(query, series, desk.visible(series)))
    texts.reverse()
    head = f'{{"retCode":0,"retMsg":"OK","result":{{"category":"spot","symbol":"{_symbol(market)}","list":['
    tail = f']}},"retExtInfo":{{}},"time":{desk.now_ms}}}'
    return body_answer(head.encode() + b",".join(texts) + tail.encode())


def _window(query: Query, series: Series, visible: int) -> tuple[int, int]:
    """Both bounds count, and the bar that holds `start` is in; only a start without an end counts forward."""
    limit = min(max(1, int(query.get("limit", DEFAULT_ROWS))), MOST_ROWS)
    start, end = whole(query.get("start")), whole(query.get("end"))
    stop = visible if end is None else min(visible, series.past_open(end))
    first = 0 if start is None else series.from_open(start // DAY_MS * DAY_MS)
    if start is not None and end is None:
        return first, min(stop, first + limit)
    return max(first, stop - limit), stop


def _instruments(query: Query, desk: Desk) -> Answer:
    category = query.get("category", "")
    if category not in _CATEGORIES:
        return _said(_WRONG, "params error: Category is invalid", {}, desk.now_ms)
    # Spot lists what is trading and nothing else: a halted market is as absent as a delisted one.
    trading = {
        symbol: market
        for symbol, market in desk.markets.items()
        if category == "spot" and market.state == "live" and query.get("symbol", symbol) == symbol
    }
    if "symbol" in query and not trading:
        return _said(_WRONG, "Not supported symbols", {}, desk.now_ms)
    listed = [_listing(symbol, market) for symbol, market in trading.items()]
    return _said(0, "OK", {"category": category, "list": listed}, desk.now_ms)


def _listing(symbol: str, market: TwinMarket) -> dict[str, object]:
    return {
        "symbol": symbol,
        "baseCoin": market.base,
        "quoteCoin": market.quote,
        "innovation": "0",
        "status": "Trading",
        "marginTrading": "none",
        "stTag": "0",
        "lotSizeFilter": {
            "basePrecision": "0.000001",
            "quotePrecision": "0.00000001",
            "minOrderQty": "0.00001",
            "maxOrderQty": "1000000",
            "minOrderAmt": "1",
            "maxOrderAmt": "4000000",
        },
        "priceFilter": {"tickSize": "0.000001"},
        "riskParameters": {"priceLimitRatioX": "0.01", "priceLimitRatioY": "0.02"},
    }


def _said(code: int, text: str, result: Mapping[str, object], now_ms: int) -> Answer:
    return json_answer({"retCode": code, "retMsg": text, "result": result, "retExtInfo": {}, "time": now_ms})
