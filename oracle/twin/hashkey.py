"""HashKey Global as it answers: GET /quote/v1/klines and /api/v1/exchangeInfo, time and ping."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from oracle.twin.answer import Answer, Query, body_answer, json_answer, whole
from oracle.twin.series import Bar, Habits, Series, turnover

if TYPE_CHECKING:
    from oracle.twin.desk import Desk
    from oracle.twin.table import TwinMarket

LIMIT_IN_200 = False
MOST_ROWS = 1000

_STATUS = {"live": "TRADING", "halted": "HALT"}


def answer(path: str, query: Query, desk: Desk) -> Answer:
    """The answer to a GET of the path."""
    match path:
        case "/quote/v1/klines":
            return _klines(query, desk)
        case "/api/v1/exchangeInfo":
            return _exchange_info(desk)
        case "/api/v1/time":
            return json_answer({"serverTime": desk.now_ms})
        case "/api/v1/ping":
            return json_answer({})
    return _error("-1004", "Bad request", 404)


def limited(_now_ms: int) -> Answer:
    """Too many requests."""
    return _error("0003", "Rate limit exceeded", 429)


def _symbol(market: TwinMarket) -> str:
    return market.base + market.quote


def _write(bar: Bar) -> bytes:
    row = bar.row
    volumes = (row.base_volume, turnover(row))
    taker = (row.taker_base or _half(volumes[0]), row.taker_turnover or _half(volumes[1]))
    prices = f'"{row.open}","{row.high}","{row.low}","{row.close}"'
    # Where others have a closing time stands a bare 0.
    texts = f'"{volumes[0]}",0,"{volumes[1]}",{row.trades},"{taker[0]}","{taker[1]}"'
    return f"[{bar.open_ms},{prices},{texts}]".encode()


def _half(text: str) -> str:
    """Half the volume in eight decimals, invented: what takers bought is known to nobody here."""
    return f"{Decimal(text) / 2:.8f}"


HABITS = Habits(symbol=_symbol, write=_write)


def _klines(query: Query, desk: Desk) -> Answer:
    for name in ("symbol", "interval"):
        if not query.get(name):
            return _error("0001", f"Required field '{name}' missing or invalid.", 400)
    market = desk.find(query["symbol"])
    if market is None or market.state == "delisted":
        return _error("-100010", "Invalid Symbols!", 400)
    # The twin keeps days only: the other intervals are refused like unknown ones rather than answered with days.
    if query["interval"] != "1d":
        return _error("0001", "Required field 'interval' missing or invalid.", 400)
    for name in ("startTime", "endTime", "limit"):
        if name in query and whole(query[name]) is None:
            return _error("0001", f"Required field '{name}' missing or invalid.", 400)
    series = desk.series(market)
    first, stop = _window(query, series, desk.visible(series))
    return body_answer(b"[" + b",".join(desk.texts(series, first, stop)) + b"]")


def _window(query: Query, series: Series, visible: int) -> tuple[int, int]:
    """Both bounds count; with a start the page counts forward from it, otherwise back from the end."""
    limit = min(int(query.get("limit", MOST_ROWS)), MOST_ROWS)
    start, end = whole(query.get("startTime")), whole(query.get("endTime"))
    stop = visible if end is None else min(visible, series.past_open(end))
    if start is None:
        return max(0, stop - limit), stop
    first = series.from_open(start)
    return first, min(stop, first + limit)


def _exchange_info(desk: Desk) -> Answer:
    codes = {code: None for market in desk.markets.values() for code in (market.base, market.quote)}
    return json_answer(
        {
            "timezone": "UTC",
            "serverTime": str(desk.now_ms),
            "brokerFilters": [],
            # A delisted market is not in the list any more.
            "symbols": [
                _listing(symbol, market) for symbol, market in desk.markets.items() if market.state != "delisted"
            ],
            "options": [],
            "contracts": [],
            "coins": [_coin(code) for code in codes],
        }
    )


def _listing(symbol: str, market: TwinMarket) -> dict[str, object]:
    price = {"minPrice": "0.000001", "maxPrice": "100000.00000000", "tickSize": "0.000001"}
    lot = {"minQty": "0.00001", "maxQty": "1000000", "stepSize": "0.00001"}
    return {
        "symbol": symbol,
        "symbolName": symbol,
        "status": _STATUS[market.state],
        "baseAsset": market.base,
        "baseAssetName": market.base,
        "baseAssetPrecision": "0.00001",
        "quoteAsset": market.quote,
        "quoteAssetName": market.quote,
        "quotePrecision": "0.0000001",
        "retailAllowed": True,
        "piAllowed": True,
        "corporateAllowed": True,
        "omnibusAllowed": True,
        "icebergAllowed": False,
        "isAggregate": False,
        "allowMargin": False,
        "filters": [
            {**price, "filterType": "PRICE_FILTER"},
            {**lot, "marketOrderMinQty": "0.00001", "marketOrderMaxQty": "4", "filterType": "LOT_SIZE"},
            {"minNotional": "1", "filterType": "MIN_NOTIONAL"},
        ],
    }


def _coin(code: str) -> dict[str, object]:
    return {
        "orgId": "9001",
        "coinId": code,
        "coinName": code,
        "coinFullName": code,
        "allowWithdraw": True,
        "allowDeposit": True,
        "tokenType": "CHAIN_TOKEN",
        "chainTypes": [],
    }


def _error(code: str, text: str, status: int) -> Answer:
    return json_answer({"code": code, "msg": text}, status)
