"""WhiteBIT as it answers: GET /api/v1/public/kline and /api/v4/public/markets, assets, time and ping."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oracle.twin.answer import Answer, Query, body_answer, json_answer, whole
from oracle.twin.series import DAY_MS, Bar, Habits, Series, turnover

if TYPE_CHECKING:
    from oracle.twin.desk import Desk
    from oracle.twin.table import TwinMarket

LIMIT_IN_200 = False
MOST_ROWS = 1440

_MONTH_MS = 30 * DAY_MS  # how far a request without `start` looks back


def answer(path: str, query: Query, desk: Desk) -> Answer:
    """The answer to a GET of the path."""
    match path:
        case "/api/v1/public/kline":
            return _kline(query, desk)
        case "/api/v4/public/markets":
            # A delisted market is not in the list any more.
            listed = desk.markets.items()
            return json_answer([_listing(symbol, each) for symbol, each in listed if each.state != "delisted"])
        case "/api/v4/public/assets":
            return json_answer(_assets(desk))
        case "/api/v4/public/time":
            return json_answer({"time": desk.now_ms // 1000})
        case "/api/v4/public/ping":
            return json_answer(["pong"])
    return Answer(404, b"<html><body>404 Not Found</body></html>", "text/html")


def limited(_now_ms: int) -> Answer:
    """Too many requests, which is always said with status 429."""
    return json_answer({"success": False, "message": "Too many requests", "params": []}, 429)


def _symbol(market: TwinMarket) -> str:
    return f"{market.base}_{market.quote}"


def _write(bar: Bar) -> bytes:
    row = bar.row
    prices = f'"{row.open}","{row.close}","{row.high}","{row.low}"'
    return f'[{bar.open_ms // 1000},{prices},"{row.base_volume}","{turnover(row)}"]'.encode()


HABITS = Habits(symbol=_symbol, write=_write)


def _kline(query: Query, desk: Desk) -> Answer:
    market = desk.find(query.get("market", ""))
    if market is None or market.state == "delisted":
        return _wrong("market", "Market is not available")
    if query.get("interval", "1h") != "1d":  # the twin keeps days only
        return _wrong("interval", "Invalid interval.")
    for name in ("start", "end", "limit"):
        if name in query and whole(query[name]) is None:
            return _wrong(name, f"{name} must be an integer")
    limit = int(query.get("limit", MOST_ROWS))
    if not 1 <= limit <= MOST_ROWS:
        return _wrong("limit", f"limit must be less than or equal to {MOST_ROWS}")
    series = desk.series(market)
    first, stop = _window(query, series, desk)
    if first is None:
        return _wrong("start", "start must be less than end")
    body = b",".join(desk.texts(series, first, min(stop, first + limit)))
    return body_answer(b'{"success":true,"message":null,"result":[' + body + b"]}")


def _window(query: Query, series: Series, desk: Desk) -> tuple[int | None, int]:
    """The candles that hold `start` and `end` are both in; a page counts forward from the start."""
    end = int(query["end"]) * 1000 if "end" in query else desk.now_ms
    start = int(query["start"]) * 1000 if "start" in query else end - _MONTH_MS
    if start > end:
        return None, 0
    return series.from_open(start // DAY_MS * DAY_MS), min(desk.visible(series), series.past_open(end))


def _listing(symbol: str, market: TwinMarket) -> dict[str, object]:
    return {
        "name": symbol,
        "stock": market.base,
        "money": market.quote,
        "stockPrec": "6",
        "moneyPrec": "6",
        "feePrec": "6",
        "makerFee": "0.1",
        "takerFee": "0.1",
        "minAmount": "0.0001",
        "minTotal": "5",
        "maxTotal": "10000000",
        "tradesEnabled": market.state == "live",
        "isCollateral": False,
        "type": "spot",
    }


def _assets(desk: Desk) -> dict[str, object]:
    codes = {code: None for market in desk.markets.values() for code in (market.base, market.quote)}
    return {
        code: {
            "name": code,
            "unified_cryptoasset_id": at + 1,
            "can_withdraw": True,
            "can_deposit": True,
            "min_withdraw": "0.001",
            "max_withdraw": "0",
            "maker_fee": "0.1",
            "taker_fee": "0.1",
            "min_deposit": "0.0001",
            "max_deposit": "0",
            "currency_precision": 8,
            "is_memo": False,
            "networks": {"deposits": [code], "withdraws": [code], "default": code},
            "limits": {"deposit": {code: {"min": "0.0001"}}, "withdraw": {code: {"min": "0.001"}}},
            "confirmations": {code: 2},
        }
        for at, code in enumerate(codes)
    }


def _wrong(name: str, text: str) -> Answer:
    return json_answer({"success": False, "message": {name: [text]}, "result": None})
