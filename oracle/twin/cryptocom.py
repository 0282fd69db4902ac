"""Crypto.com as it answers: GET /exchange/v1/public/get-candlestick and /exchange/v1/public/get-instruments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oracle.twin.answer import Answer, Query, body_answer, json_answer, whole
from oracle.twin.series import Bar, Habits, Series

if TYPE_CHECKING:
    from oracle.twin.desk import Desk
    from oracle.twin.table import TwinMarket

LIMIT_IN_200 = False
DEFAULT_ROWS = 25
MOST_ROWS = 300  # of a larger `count` the rest is left out

_BELOW = "/exchange/v1/"


def answer(path: str, query: Query, desk: Desk) -> Answer:
    """The answer to a GET of the path."""
    method = path.removeprefix(_BELOW)
    match method:
        case "public/get-candlestick":
            return _candles(method, query, desk)
        case "public/get-instruments":
            listed = [_listing(symbol, market) for symbol, market in desk.markets.items() if market.state != "delisted"]
            return json_answer({"id": -1, "method": method, "code": 0, "result": {"data": [*listed, _perpetual()]}})
    return _error(method, 40002, "METHOD_NOT_FOUND", 404)


def limited(_now_ms: int) -> Answer:
    """Too many requests, which is said with status 429."""
    return _error("public/get-candlestick", 42901, "RATE_LIMIT", 429)


def _symbol(market: TwinMarket) -> str:
    return f"{market.base}_{market.quote}"


def _write(bar: Bar) -> bytes:
    row = bar.row
    prices = f'"o":"{row.open}","h":"{row.high}","l":"{row.low}","c":"{row.close}"'
    return f'{{{prices},"v":"{row.base_volume}","t":{bar.open_ms}}}'.encode()


HABITS = Habits(symbol=_symbol, write=_write)


def _candles(method: str, query: Query, desk: Desk) -> Answer:
    market = desk.find(query.get("instrument_name", ""))
    if market is None or market.state == "delisted":
        return _error(method, 40004, "Invalid instrument_name", 400)
    if query.get("timeframe", "M1") not in ("1D", "D1"):  # the twin keeps days only
        return _error(method, 40004, "Invalid timeframe", 400)
    for name in ("start_ts", "end_ts", "count"):
        if name in query and whole(query[name]) is None:
            return _error(method, 40004, f"Invalid {name}", 400)
    series = desk.series(market)
    texts = desk.texts(series, *_window(query, series, desk.visible(series)))
    head = f'{{"id":-1,"method":"{method}","code":0,"result":{{"interval":"1D","data":['
    tail = f'],"instrument_name":"{_symbol(market)}"}}}}'
    return body_answer(head.encode() + b",".join(texts) + tail.encode())


def _window(query: Query, series: Series, visible: int) -> tuple[int, int]:
    """Neither bound counts, and the newest of what lies between them are shown."""
    start, end = whole(query.get("start_ts")), whole(query.get("end_ts"))
    stop = visible if end is None else min(visible, series.from_open(end))
    first = 0 if start is None else series.past_open(start)
    return max(first, stop - min(int(query.get("count", DEFAULT_ROWS)), MOST_ROWS)), stop


def _listing(symbol: str, market: TwinMarket) -> dict[str, object]:
    return {
        "symbol": symbol,
        "inst_type": "CCY_PAIR",
        "display_name": f"{market.base}/{market.quote}",
        "base_ccy": market.base,
        "quote_ccy": market.quote,
        "quote_decimals": 6,
        "quantity_decimals": 8,
        "price_tick_size": "0.000001",
        "qty_tick_size": "0.00000001",
        "max_leverage": "50",
        "tradable": market.state == "live",
        "expiry_timestamp_ms": 0,
        "beta_product": False,
        "margin_buy_enabled": False,
        "margin_sell_enabled": False,
    }


def _perpetual() -> dict[str, object]:
    return {
        "symbol": "BTCUSD-PERP",
        "inst_type": "PERPETUAL_SWAP",
        "display_name": "BTCUSD Perpetual",
        "base_ccy": "BTC",
        "quote_ccy": "USD",
        "quote_decimals": 2,
        "quantity_decimals": 4,
        "price_tick_size": "0.5",
        "qty_tick_size": "0.0001",
        "max_leverage": "50",
        "tradable": True,
        "expiry_timestamp_ms": 0,
        "beta_product": False,
        "underlying_symbol": "BTCUSD-INDEX",
        "contract_size": "1",
        "margin_buy_enabled": False,
        "margin_sell_enabled": False,
    }


def _error(method: str, code: int, text: str, status: int) -> Answer:
    return json_answer({"id": -1, "method": method, "code": code, "message": text}, status)
