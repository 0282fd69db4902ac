"""Binance as it answers: GET /api/v3/klines, /api/v3/exchangeInfo, /api/v3/time and /api/v3/ping."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from oracle.twin.answer import Answer, Query, body_answer, json_answer, whole
from oracle.twin.series import Bar, Habits, Series, turnover

if TYPE_CHECKING:
    from oracle.twin.desk import Desk
    from oracle.twin.table import TwinMarket

LIMIT_IN_200 = False
DEFAULT_ROWS = 500
MOST_ROWS = 1000

_STATUS = {"live": "TRADING", "halted": "HALT", "delisted": "BREAK"}
_SYMBOL = re.compile(r"[A-Z0-9-_.]{1,20}")
_ZONE = re.compile(r"([+-]?)([0-9]{1,2})(?::([0-9]{2}))?")
_QUOTED = re.compile(r'"([^"]*)"')
_ZONES = range(-12, 15)
_ORDER_TYPES = ["LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT"]


def answer(path: str, query: Query, desk: Desk) -> Answer:
    """The answer to a GET of the path."""
    match path:
        case "/api/v3/klines":
            return _klines(query, desk)
        case "/api/v3/exchangeInfo":
            return _exchange_info(query, desk)
        case "/api/v3/time":
            return json_answer({"serverTime": desk.now_ms})
        case "/api/v3/ping":
            return json_answer({})
    return Answer(404, b"<html><body><h2>404 Not found</h2></body></html>", "text/html")


def limited(_now_ms: int) -> Answer:
    """Too many requests, which Binance says with status 429 (or 418 after too many of those)."""
    text = "Too much request weight used; current limit is 6000 request weight per 1 MINUTE."
    return json_answer({"code": -1003, "msg": text}, 429)


def _symbol(market: TwinMarket) -> str:
    return market.base + market.quote


def _write(bar: Bar) -> bytes:
    row = bar.row
    volumes = (row.base_volume, turnover(row))
    taker = (row.taker_base or _half(volumes[0]), row.taker_turnover or _half(volumes[1]))
    return (
        f'[{bar.open_ms},"{row.open}","{row.high}","{row.low}","{row.close}","{volumes[0]}",{bar.close_ms},'
        f'"{volumes[1]}",{row.trades},"{taker[0]}","{taker[1]}","0"]'
    ).encode()


def _half(text: str) -> str:
    """Half the volume in eight decimals, invented: what takers bought is known to nobody here."""
    return f"{Decimal(text) / 2:.8f}"


HABITS = Habits(symbol=_symbol, write=_write)


def _klines(query: Query, desk: Desk) -> Answer:
    refusal = _refusal(query)
    if refusal is not None:
        return refusal
    market = desk.find(query["symbol"])
    if market is None:
        return _error(-1121, "Invalid symbol.")
    series = desk.series(market, None)
    zone = _zone(query.get("timeZone", "0"))
    if zone is None:
        return _error(-1130, "Data sent for parameter 'timeZone' is not valid.")
    if zone:
        series = desk.series(market, -zone)
    first, stop = _window(query, series, desk.visible(series))
    body = b"[" + b",".join(desk.texts(series, first, stop)) + b"]"
    return body_answer(body, (("X-MBX-USED-WEIGHT", "2"), ("X-MBX-USED-WEIGHT-1M", "2")))


def _window(query: Query, series: Series, visible: int) -> tuple[int, int]:
    """Both bounds count; with a start the page counts forward from it, otherwise back from the end."""
    limit = min(int(query.get("limit", DEFAULT_ROWS)), MOST_ROWS)
    start, end = whole(query.get("startTime")), whole(query.get("endTime"))
    stop = visible if end is None else min(visible, series.past_open(end))
    if start is None:
        return max(0, stop - limit), stop
    first = series.from_open(start)
    return first, min(stop, first + limit)


def _refusal(query: Query) -> Answer | None:
    """What is wrong with the parameters, in the venue's order and words."""
    for name in ("symbol", "interval"):
        if not query.get(name):
            return _error(-1102, f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed.")
    if not _SYMBOL.fullmatch(query["symbol"]):
        return _illegal("symbol", "^[A-Z0-9-_.]{1,20}$")
    for name in ("startTime", "endTime", "limit"):
        if name in query and whole(query[name]) is None:
            return _illegal(name, "^[0-9]{1,20}$")
    if int(query.get("limit", "1")) < 1:
        return _error(-1130, "Data sent for parameter 'limit' is not valid.")
    # The twin keeps days only: the other intervals are refused like unknown ones rather than answered with days.
    return None if query["interval"] == "1d" else _error(-1120, "Invalid interval.")


def _zone(text: str) -> int | None:
    """Whole hours east of UTC ("8", "-1:00"), None for what is no zone."""
    found = _ZONE.fullmatch(text)
    if found is None or (found[3] or "00") != "00":
        return None
    hours = int(found[2]) * (-1 if found[1] == "-" else 1)
    return hours if hours in _ZONES else None


def _exchange_info(query: Query, desk: Desk) -> Answer:
    wanted = list(desk.markets)
    if "symbol" in query:
        wanted = [query["symbol"]]
    elif "symbols" in query:
        wanted = _QUOTED.findall(query["symbols"])  # written as a JSON list: ["BTCUSDT","ETHUSDT"]
    if any(symbol not in desk.markets for symbol in wanted):
        return _error(-1121, "Invalid symbol.")
    sets = query.get("showPermissionSets", "true") == "true"
    listed = [_listing(symbol, desk.markets[symbol], sets) for symbol in wanted]
    status = query.get("symbolStatus")
    return json_answer(
        {
            "timezone": "UTC",
            "serverTime": desk.now_ms,
            "rateLimits": [
                {"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1, "limit": 6000},
                {"rateLimitType": "RAW_REQUESTS", "interval": "MINUTE", "intervalNum": 5, "limit": 61000},
            ],
            "exchangeFilters": [],
            "symbols": [entry for entry in listed if status is None or entry["status"] == status],
        },
        headers=(("X-MBX-USED-WEIGHT", "20"), ("X-MBX-USED-WEIGHT-1M", "20")),
    )


def _listing(symbol: str, market: TwinMarket, permission_sets: bool) -> dict[str, object]:
    tick = {"filterType": "PRICE_FILTER", "minPrice": "0.00000001", "maxPrice": "1000000.00000000"}
    lot = {"filterType": "LOT_SIZE", "minQty": "0.00001000", "maxQty": "9000.00000000", "stepSize": "0.00001000"}
    return {
        "symbol": symbol,
        "status": _STATUS[market.state],
        "baseAsset": market.base,
        "baseAssetPrecision": 8,
        "quoteAsset": market.quote,
        "quotePrecision": 8,
        "quoteAssetPrecision": 8,
        "baseCommissionPrecision": 8,
        "quoteCommissionPrecision": 8,
        "orderTypes": _ORDER_TYPES,
        "icebergAllowed": True,
        "ocoAllowed": True,
        "otoAllowed": True,
        "quoteOrderQtyMarketAllowed": True,
        "allowTrailingStop": True,
        "cancelReplaceAllowed": True,
        "isSpotTradingAllowed": True,
        "isMarginTradingAllowed": False,
        "filters": [{**tick, "tickSize": "0.00000001"}, lot],
        "permissions": [],
        **({"permissionSets": [["SPOT"]]} if permission_sets else {}),
        "defaultSelfTradePreventionMode": "EXPIRE_MAKER",
        "allowedSelfTradePreventionModes": ["EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH"],
    }


def _illegal(name: str, pattern: str) -> Answer:
    return _error(-1100, f"Illegal characters found in parameter '{name}'; legal range is '{pattern}'.")


def _error(code: int, text: str) -> Answer:
    return json_answer({"code": code, "msg": text}, 400)
