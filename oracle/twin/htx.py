"""HTX as it answers: GET /market/history/candles, /market/history/kline, /v1/common/symbols and what goes with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oracle.twin.answer import Answer, Query, body_answer, json_answer, number, whole
from oracle.twin.series import Bar, Habits, Series, turnover

if TYPE_CHECKING:
    from oracle.twin.desk import Desk
    from oracle.twin.table import TwinMarket

LIMIT_IN_200 = True
DEFAULT_ROWS = 150
MOST_ROWS = 1000  # of /market/history/candles
MOST_KLINE_ROWS = 2000

_PERIODS = ("1day", "60min")
_STATE = {"live": "online", "halted": "suspend", "delisted": "offline"}


def answer(path: str, query: Query, desk: Desk) -> Answer:
    """The answer to a GET of the path."""
    match path:
        case "/market/history/candles":
            return _rows(query, desk, MOST_ROWS, ("from", "to"))
        case "/market/history/kline":
            return _rows(query, desk, MOST_KLINE_ROWS, ())
        case "/v1/common/symbols":
            listed = [_listing(symbol, market) for symbol, market in desk.markets.items()]
            return json_answer({"status": "ok", "data": listed})
        case "/v2/reference/currencies":
            return json_answer({"code": 200, "data": _currencies(desk)})
        case "/v1/common/timestamp":
            return json_answer({"status": "ok", "data": desk.now_ms})
    return json_answer({"code": 404, "message": "no message available", "success": False}, 404)


def limited(now_ms: int) -> Answer:
    """Too many requests, said with status 200."""
    return _error("api-limit", "too many requests", now_ms)


def _symbol(market: TwinMarket) -> str:
    return (market.base + market.quote).lower()


def _write(bar: Bar) -> bytes:
    row = bar.row
    prices = f'"open":{number(row.open)},"close":{number(row.close)},"low":{number(row.low)},"high":{number(row.high)}'
    volumes = f'"amount":{number(row.base_volume)},"vol":{number(turnover(row))}'
    return f'{{"id":{bar.open_ms // 1000},{prices},{volumes},"count":{row.trades}}}'.encode()


# The day is counted in UTC+8, and no parameter changes that: it opens at 16:00 UTC of the day before.
HABITS = Habits(symbol=_symbol, write=_write, opens_hours=-8)


def _rows(query: Query, desk: Desk, most: int, bounds: tuple[str, ...]) -> Answer:
    market = desk.find(query.get("symbol", ""))
    if market is None or market.state == "delisted":
        return _error("invalid-parameter", "invalid symbol", desk.now_ms)
    period = query.get("period")
    if period not in _PERIODS:  # the twin keeps days, and hours made of them
        return _error("invalid-parameter", "invalid period", desk.now_ms)
    size = whole(query.get("size", str(DEFAULT_ROWS)))
    if size is None or not 1 <= size <= most:
        return _error("invalid-parameter", f"invalid size, valid range: [1,{most}]", desk.now_ms)
    if any(name in query and whole(query[name]) is None for name in bounds):
        return _error("bad-request", "invalid from or to", desk.now_ms)
    series = desk.series(market) if period == "1day" else desk.hourly(market)
    heeded = {name: int(query[name]) * 1000 for name in bounds if name in query}
    texts = desk.texts(series, *_window(heeded, series, desk.visible(series), size))
    texts.reverse()
    head = f'{{"ch":"market.{_symbol(market)}.kline.{period}","status":"ok","ts":{desk.now_ms},"data":['
    return body_answer(head.encode() + b",".join(texts) + b"]}")


def _window(bounds: dict[str, int], series: Series, visible: int, size: int) -> tuple[int, int]:
    """Both bounds count; with a `from` the page counts forward from it, otherwise back from the end."""
    stop = min(visible, series.past_open(bounds["to"])) if "to" in bounds else visible
    if "from" not in bounds:
        return max(0, stop - size), stop
    first = series.from_open(bounds["from"])
    return first, min(stop, first + size)


def _listing(symbol: str, market: TwinMarket) -> dict[str, object]:
    return {
        "base-currency": market.base.lower(),
        "quote-currency": market.quote.lower(),
        "price-precision": 6,
        "amount-precision": 6,
        "symbol-partition": "main",
        "symbol": symbol,
        "state": _STATE[market.state],
        "value-precision": 8,
        "min-order-amt": 0.0001,
        "max-order-amt": 1000,
        "min-order-value": 5,
        "limit-order-min-order-amt": 0.0001,
        "limit-order-max-order-amt": 1000,
        "sell-market-min-order-amt": 0.0001,
        "sell-market-max-order-amt": 100,
        "buy-market-max-order-value": 1000000,
        "api-trading": "enabled" if market.state == "live" else "disabled",
        "tags": "",
    }


def _currencies(desk: Desk) -> list[dict[str, object]]:
    codes = {code.lower(): None for market in desk.markets.values() for code in (market.base, market.quote)}
    return [{"currency": code, "instStatus": "normal", "chains": []} for code in codes]


def _error(code: str, text: str, now_ms: int) -> Answer:
    return json_answer({"ts": now_ms, "status": "error", "err-code": code, "err-msg": text})
