"""Gate as it answers: GET /api/v4/spot/candlesticks, /spot/currency_pairs and what ccxt asks for with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oracle.twin.answer import Answer, Query, body_answer, json_answer, whole
from oracle.twin.series import DAY_MS, Bar, Habits, turnover

if TYPE_CHECKING:
    from oracle.twin.desk import Desk
    from oracle.twin.table import TwinMarket

LIMIT_IN_200 = False
DEFAULT_ROWS = 100
MOST_ROWS = 1000
REACH_ROWS = 10_000

_STATUS = {"live": "tradable", "halted": "untradable"}


def answer(path: str, query: Query, desk: Desk) -> Answer:
    """The answer to a GET of the path."""
    match path:
        case "/api/v4/spot/candlesticks":
            return _candlesticks(query, desk)
        case "/api/v4/spot/currency_pairs":
            # A delisted market is not in the list any more.
            listed = [(symbol, market) for symbol, market in desk.markets.items() if market.state != "delisted"]
            return json_answer([_listing(symbol, market) for symbol, market in listed])
        case "/api/v4/margin/currency_pairs":
            return json_answer([])
        case "/api/v4/spot/currencies":
            return json_answer(_currencies(desk))
        case "/api/v4/spot/time":
            return json_answer({"server_time": desk.now_ms})
    return _error("NOT_FOUND", "Request url not found", 404)


def limited(_now_ms: int) -> Answer:
    """Too many requests, which is said with status 429."""
    return _error("TOO_MANY_REQUESTS", "Request Rate limit Exceeded", 429)


def _symbol(market: TwinMarket) -> str:
    return f"{market.base}_{market.quote}"


def _write(bar: Bar) -> bytes:
    row = bar.row
    prices = f'"{row.close}","{row.high}","{row.low}","{row.open}"'
    mark = "true" if bar.closed else "false"
    return f'["{bar.open_ms // 1000}","{turnover(row)}",{prices},"{row.base_volume}","{mark}"]'.encode()


HABITS = Habits(symbol=_symbol, write=_write)


def _candlesticks(query: Query, desk: Desk) -> Answer:
    market = desk.find(query.get("currency_pair", ""))
    if market is None or market.state == "delisted":
        return _error("INVALID_CURRENCY_PAIR", f"Invalid currency pair {query.get('currency_pair', '')}", 400)
    if wrong := _wrong(query):
        return _error("INVALID_PARAM_VALUE", wrong, 400)
    to = int(query["to"]) * 1000 if "to" in query else desk.now_ms
    limit = int(query.get("limit", DEFAULT_ROWS))
    start = int(query["from"]) * 1000 if "from" in query else (to // DAY_MS - limit + 1) * DAY_MS
    if out_of_range := _out_of_range(start, to, desk.now_ms):
        return _error("INVALID_PARAM_VALUE", out_of_range, 400)
    series = desk.series(market)
    texts = desk.texts(series, series.from_open(start), min(desk.visible(series), series.past_open(to)))
    return body_answer(b"[" + b",".join(texts) + b"]")


def _wrong(query: Query) -> str | None:
    if query.get("interval", "30m") != "1d":  # the twin keeps days only
        return "Invalid request parameter `interval` value"
    for name in ("limit", "from", "to"):
        if name in query and whole(query[name]) is None:
            return f"Invalid request parameter `{name}` value: {query[name]}"
    if "limit" in query and {"from", "to"} & query.keys():
        return "limit conflicts with range query parameters"
    if not 1 <= int(query.get("limit", DEFAULT_ROWS)) <= MOST_ROWS:
        return f"Invalid request parameter `limit` value: {query['limit']}"
    return None


def _out_of_range(start: int, to: int, now_ms: int) -> str | None:
    """Both ends count, so 1,000 points span 999 days."""
    if start < now_ms - REACH_ROWS * DAY_MS:
        return f"Candlestick too long ago. Maximum {REACH_ROWS} points ago are allowed"
    if to - start >= MOST_ROWS * DAY_MS:
        return f"Candlestick range too broad. Maximum {MOST_ROWS} data points are allowed per request"
    return None


def _listing(symbol: str, market: TwinMarket) -> dict[str, object]:
    return {
        "id": symbol,
        "base": market.base,
        "base_name": market.base,
        "quote": market.quote,
        "quote_name": market.quote,
        "fee": "0.2",
        "min_base_amount": "0.00001",
        "min_quote_amount": "3",
        "max_quote_amount": "5000000",
        "amount_precision": 8,
        "precision": 6,
        "trade_status": _STATUS[market.state],
        "sell_start": 1516378650,
        "buy_start": 1516378650,
        "delisting_time": 0,
        "type": "normal",
        "trade_url": f"https://www.gate.com/trade/{symbol}",
    }


def _currencies(desk: Desk) -> list[dict[str, object]]:
    codes = {code: None for market in desk.markets.values() for code in (market.base, market.quote)}
    return [
        {
            "currency": code,
            "name": code,
            "delisted": False,
            "withdraw_disabled": False,
            "withdraw_delayed": False,
            "deposit_disabled": False,
            "trade_disabled": False,
            "chain": code,
            "chains": [],
        }
        for code in codes
    ]


def _error(label: str, text: str, status: int) -> Answer:
    return json_answer({"label": label, "message": text}, status)
