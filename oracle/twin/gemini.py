"""Gemini as it answers: GET /v2/candles/{symbol}/1day, /v1/symbols, /v1/symbols/details/... and its web page."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from oracle.twin.answer import Answer, Query, body_answer, html_answer, json_answer, number
from oracle.twin.series import Bar, Habits

if TYPE_CHECKING:
    from oracle.twin.desk import Desk
    from oracle.twin.table import TwinMarket

LIMIT_IN_200 = False
WINDOW_ROWS = 365  # the running day among them; nothing chooses others

_FRAMES = ("1m", "5m", "15m", "30m", "1hr", "6hr", "1day")
_STATUS = {"live": "open", "halted": "closed"}


def answer(path: str, _query: Query, desk: Desk) -> Answer:
    """The answer to a GET of the path; the query is not heeded."""
    match path.strip("/").split("/"):
        case ["v2", "candles", symbol, frame]:
            return _candles(symbol.lower(), frame, desk)
        case ["v1", "symbols"]:
            return json_answer([symbol for symbol, _ in _listed(desk)] + ["btcgusdperp"])
        case ["v1", "symbols", "details", "all"]:
            return json_answer([*(_details(market) for _, market in _listed(desk)), _perpetual()])
        case ["v1", "symbols", "details", symbol] if symbol.lower() in dict(_listed(desk)):
            return json_answer(_details(desk.markets[symbol.lower()]))
        case [""]:
            return _page(desk)
    return _error("EndpointNotFound", "API entry point does not exist", 404)


def limited(_now_ms: int) -> Answer:
    """Too many requests, which is said with status 429."""
    return _error("RateLimit", "Requests were made too frequently", 429)


def _symbol(market: TwinMarket) -> str:
    return (market.base + market.quote).lower()


def _write(bar: Bar) -> bytes:
    row = bar.row
    prices = f"{number(row.open)},{number(row.high)},{number(row.low)},{number(row.close)}"
    return f"[{bar.open_ms},{prices},{number(row.base_volume)}]".encode()


HABITS = Habits(symbol=_symbol, write=_write)


def _candles(symbol: str, frame: str, desk: Desk) -> Answer:
    market = desk.find(symbol)
    if market is None or market.state == "delisted":
        known = ", ".join(symbol for symbol, _ in _listed(desk))
        correct = f"Please correct your API request to use one of the supported symbols: [{known}]"
        return _error("Bad Request", f"Supplied value '{symbol}' is not a valid symbol.  {correct}", 400)
    if frame not in _FRAMES[-1:]:  # the twin keeps days only
        return _error("Bad Request", f"Supplied value '{frame}' is not a valid time frame: {', '.join(_FRAMES)}", 400)
    series = desk.series(market)
    visible = desk.visible(series)
    texts = desk.texts(series, max(0, visible - WINDOW_ROWS), visible)
    texts.reverse()
    return body_answer(b"[" + b",".join(texts) + b"]")


def _listed(desk: Desk) -> list[tuple[str, TwinMarket]]:
    return [(symbol, market) for symbol, market in desk.markets.items() if market.state != "delisted"]


def _details(market: TwinMarket) -> dict[str, object]:
    return {
        "symbol": market.base + market.quote,
        "base_currency": market.base,
        "quote_currency": market.quote,
        "tick_size": 1e-8,
        "quote_increment": 0.01,
        "min_order_size": "0.00001",
        "status": _STATUS[market.state],
        "wrap_enabled": False,
        "product_type": "spot",
        "contract_type": "vanilla",
        "contract_price_currency": market.quote,
    }


def _perpetual() -> dict[str, object]:
    return {
        "symbol": "BTCGUSDPERP",
        "base_currency": "BTC",
        "quote_currency": "GUSD",
        "tick_size": 0.0001,
        "quote_increment": 0.5,
        "min_order_size": "0.0001",
        "status": "open",
        "wrap_enabled": False,
        "product_type": "swap",
        "contract_type": "linear",
        "contract_price_currency": "GUSD",
    }


def _page(desk: Desk) -> Answer:
    """The page of the exchange, out of which ccxt takes the assets and the pairs with their decimals."""
    assets = {code: None for _, market in _listed(desk) for code in (market.base, market.quote)}
    pairs = [[symbol.upper(), 2, 8, "0.00001", 10, True] for symbol, _ in _listed(desk)]
    data = {
        "tradingPairs": [*pairs, ["BTCGUSDPERP", 1, 4, "0.0001", 10, True]],
        "currencies": [[code, code, 1, 6, 0, 8, 8, False, None, None] for code in assets],
        "networks": [],
    }
    script = f'<script type="application/json" id="currencyData">{json.dumps(data)}</script>'
    return html_answer(f"<!DOCTYPE html><html><head><title>Gemini</title></head><body>{script}</body></html>")


def _error(reason: str, message: str, status: int) -> Answer:
    return json_answer({"result": "error", "reason": reason, "message": message}, status)
