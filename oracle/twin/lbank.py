"""LBank as it answers: GET /v2/kline.do, /v2/accuracy.do, /v2/timestamp.do and what ccxt asks besides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oracle.twin.answer import Answer, Query, body_answer, json_answer, number, whole
from oracle.twin.series import DAY_MS, Bar, Habits

if TYPE_CHECKING:
    from oracle.twin.desk import Desk
    from oracle.twin.table import TwinMarket

LIMIT_IN_200 = True
MOST_ROWS = 2000

_WRONG = 10003


def answer(path: str, query: Query, desk: Desk) -> Answer:
    """The answer to a GET of the path."""
    match path:
        case "/v2/kline.do":
            return _kline(query, desk)
        case "/v2/accuracy.do":
            # What cannot be traded is not in the list.
            listed = [_listing(symbol) for symbol, market in desk.markets.items() if market.state == "live"]
            return _said(listed, desk.now_ms)
        case "/v2/withdrawConfigs.do":
            return _said(_networks(desk), desk.now_ms)
        case "/v2/timestamp.do":
            return _said(desk.now_ms, desk.now_ms)
        case "/cfd/openApi/v1/pub/instrument":  # the futures' host, of which there are none
            return _said([], desk.now_ms)
    return Answer(404, b"<html><body>404 Not Found</body></html>", "text/html")


def limited(now_ms: int) -> Answer:
    """Too many requests, said with status 200."""
    return _error(10004, "Request too frequent", now_ms)


def _symbol(market: TwinMarket) -> str:
    return f"{market.base}_{market.quote}".lower()


def _write(bar: Bar) -> bytes:
    row = bar.row
    prices = ",".join(map(number, (row.open, row.high, row.low, row.close)))
    return f"[{bar.open_ms // 1000},{prices},{number(row.base_volume)}]".encode()


# The day of the manual's example is that of UTC+8: it opens at 16:00 UTC of the day before.
HABITS = Habits(symbol=_symbol, write=_write, opens_hours=-8)


def _kline(query: Query, desk: Desk) -> Answer:
    for name in ("symbol", "size", "type", "time"):
        if not query.get(name):
            return _error(10001, "The required parameters can not be empty", desk.now_ms)
    market = desk.find(query["symbol"])
    if market is None or market.state == "delisted":
        return _error(10008, "Invalid Trading Pair", desk.now_ms)
    size, time = whole(query["size"]), whole(query["time"])
    if query["type"] != "day1" or time is None or size is None or not 1 <= size <= MOST_ROWS:  # days only
        return _error(_WRONG, "Invalid parameter", desk.now_ms)
    series = desk.series(market)
    # The row that holds `time` is the first, and the page counts forward from it.
    first = series.from_open(time * 1000 - DAY_MS + 1)
    rows = b",".join(desk.texts(series, first, first + size))
    tail = f'],"error_code":0,"ts":{desk.now_ms}}}'
    return body_answer(b'{"msg":"Success","result":"true","data":[' + rows + tail.encode())


def _listing(symbol: str) -> dict[str, object]:
    return {"symbol": symbol, "quantityAccuracy": "4", "minTranQua": "0.0001", "priceAccuracy": "6"}


def _networks(desk: Desk) -> list[dict[str, object]]:
    codes = {code.lower(): None for market in desk.markets.values() for code in (market.base, market.quote)}
    plain = {"amountScale": "4", "min": "1", "transferAmtScale": "4", "canWithDraw": True, "fee": "1.0000"}
    return [{**plain, "chain": code, "assetCode": code, "minTransfer": "0.0001", "type": "1"} for code in codes]


def _said(data: object, now_ms: int) -> Answer:
    return json_answer({"msg": "Success", "result": "true", "data": data, "error_code": 0, "ts": now_ms})


def _error(code: int, text: str, now_ms: int) -> Answer:
    return json_answer({"result": "false", "msg": text, "error_code": code, "ts": now_ms})
