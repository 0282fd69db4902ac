"""Bitstamp as it answers: GET /api/v2/ohlc/{pair}/, /api/v2/markets/ and /api/v2/currencies/."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oracle.twin.answer import Answer, Query, body_answer, json_answer, whole
from oracle.twin.series import Bar, Habits, Series

if TYPE_CHECKING:
    from oracle.twin.desk import Desk
    from oracle.twin.table import TwinMarket

LIMIT_IN_200 = False
MOST_ROWS = 1000

_DAY = "86400"


def answer(path: str, query: Query, desk: Desk) -> Answer:
    """The answer to a GET of the path."""
    match path.strip("/").split("/"):
        case ["api", "v2", "ohlc", symbol]:
            return _ohlc(symbol, query, desk)
        case ["api", "v2", "markets"]:
            return json_answer(_markets(desk))
        case ["api", "v2", "currencies"]:
            return json_answer(_currencies(desk))
    return _not_found()


def limited(_now_ms: int) -> Answer:
    """Too many requests, with the response code of the manual."""
    text = "Request rejected due to exceeded rate limit."
    return json_answer({"response_code": "400.002", "response_explanation": text}, 429)


def _symbol(market: TwinMarket) -> str:
    return (market.base + market.quote).lower()


def _write(bar: Bar) -> bytes:
    row = bar.row
    prices = f'"open":"{row.open}","high":"{row.high}","low":"{row.low}","close":"{row.close}"'
    return f'{{"timestamp":"{bar.open_ms // 1000}",{prices},"volume":"{row.base_volume}"}}'.encode()


HABITS = Habits(symbol=_symbol, write=_write)


def _ohlc(symbol: str, query: Query, desk: Desk) -> Answer:
    market = desk.find(symbol)
    if market is None or market.state == "delisted":
        return _not_found()
    if query.get("step") != _DAY:  # the twin keeps days only
        return _invalid("step", "Not a valid choice.")
    limit = whole(query.get("limit"))
    if limit is None or not 1 <= limit <= MOST_ROWS:
        return _invalid("limit", f"Must be greater than or equal to 1 and less than or equal to {MOST_ROWS}.")
    for name in ("start", "end"):
        if name in query and whole(query[name]) is None:
            return _invalid(name, "Not a valid integer.")
    series = desk.series(market)
    visible = desk.visible(series)
    if query.get("exclude_current_candle") == "true" and visible and not series.bar(visible - 1, desk.now_ms).closed:
        visible -= 1
    rows = b",".join(desk.texts(series, *_window(query, series, visible, limit)))
    return body_answer(b'{"data":{"pair":"%s/%s","ohlc":[%s]}}' % (market.base.encode(), market.quote.encode(), rows))


def _window(query: Query, series: Series, visible: int, limit: int) -> tuple[int, int]:
    """The end is counted in; where there is one, the rows are counted back from it and `start` is not heeded."""
    end, start = whole(query.get("end")), whole(query.get("start"))
    if end is None and start is not None:
        first = series.from_open(start * 1000)
        return first, min(visible, first + limit)
    stop = visible if end is None else min(visible, series.past_open(end * 1000))
    return max(0, stop - limit), stop


def _markets(desk: Desk) -> list[dict[str, object]]:
    spot = [
        _listing(symbol, market.base, market.quote, "SPOT", market.state == "live")
        for symbol, market in desk.markets.items()
        if market.state != "delisted"
    ]
    return [*spot, _listing("btcusd-perp", "BTC", "USD", "PERPETUAL", is_live=True)]


def _listing(symbol: str, base: str, quote: str, kind: str, is_live: bool) -> dict[str, object]:
    swap = {"underlying_asset": "Index", "payoff_type": "Linear", "contract_size": "1.00000000"}
    return {
        "name": f"{base}/{quote}" if kind == "SPOT" else f"{base}/{quote}-PERP",
        "market_symbol": symbol,
        "base_currency": base,
        "base_decimals": 8,
        "counter_currency": quote,
        "counter_decimals": 2,
        "minimum_order_value": "10",
        "trading": "Enabled" if is_live else "Disabled",
        "instant_order_counter_decimals": 2,
        "instant_and_market_orders": "Enabled",
        "description": f"{base} / {quote}",
        "market_type": kind,
        **(swap if kind == "PERPETUAL" else {}),
    }


def _currencies(desk: Desk) -> list[dict[str, object]]:
    codes = {code: None for market in desk.markets.values() for code in (market.base, market.quote)}
    return [{"name": code, "currency": code, "type": "crypto", "decimals": 8, "networks": []} for code in codes]


def _not_found() -> Answer:
    return json_answer({"error": "Not found"}, 404)


def _invalid(field: str, message: str) -> Answer:
    errors = [{"field": field, "message": message, "code": "validation-error"}]
    return json_answer({"code": "validation-error", "errors": errors}, 400)
