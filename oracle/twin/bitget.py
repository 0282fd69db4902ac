"""Bitget as it answers: GET /api/v2/spot/market/candles, history-candles, public/symbols and public/time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oracle.twin.answer import Answer, Query, json_answer, whole
from oracle.twin.series import DAY_MS, Bar, Habits, Series, turnover

if TYPE_CHECKING:
    from oracle.twin.desk import Desk
    from oracle.twin.table import TwinMarket

LIMIT_IN_200 = True
DEFAULT_ROWS = 100
MOST_ROWS = 1000
MOST_HISTORY_ROWS = 200
# How far back /candles reaches for days; ccxt tried it out, because the documentation's figures are wrong.
RECENT_DAYS = 1440

# The day of 1day is counted in UTC+8: it opens at 16:00 UTC of the day before.
_HOURS = {"1Dutc": 0, "1day": -8}
_EMPTY = "Parameter {} cannot be empty"
_STATUS = {"live": "online", "halted": "halt", "delisted": "offline"}


def answer(path: str, query: Query, desk: Desk) -> Answer:
    """The answer to a GET of the path."""
    match path:
        case "/api/v2/spot/market/candles":
            return _candles(query, desk)
        case "/api/v2/spot/market/history-candles":
            return _history(query, desk)
        case "/api/v2/spot/public/symbols":
            return _symbols(query, desk)
    plain = {
        "/api/v2/spot/public/coins": _coins(desk),
        "/api/v2/margin/currencies": [],  # ccxt asks for it while it loads the markets
        "/api/v2/public/time": {"serverTime": str(desk.now_ms)},
    }
    if path not in plain:
        return _said("40404", "Request URL NOT FOUND", None, desk.now_ms, 404)
    return _said("00000", "success", plain[path], desk.now_ms)


def limited(now_ms: int) -> Answer:
    """Too many requests, here said with status 200."""
    return _said("429", "Too Many Requests", None, now_ms)


def _symbol(market: TwinMarket) -> str:
    return market.base + market.quote


def _write(bar: Bar) -> bytes:
    row = bar.row
    prices = f'"{row.open}","{row.high}","{row.low}","{row.close}"'
    quoted = turnover(row)
    # Column 6 is in USDT and column 7 in the quote asset: the same number twice for BTC/USDT, not for BTC/EUR.
    return f'["{bar.open_ms}",{prices},"{row.base_volume}","{row.usdt_turnover or quoted}","{quoted}"]'.encode()


HABITS = Habits(symbol=_symbol, write=_write)


def _candles(query: Query, desk: Desk) -> Answer:
    found = _checked(query, desk, MOST_ROWS)
    if isinstance(found, Answer):
        return found
    series, limit = found
    start, end = whole(query.get("startTime")), whole(query.get("endTime"))
    visible = desk.visible(series)
    stop = visible if end is None else min(visible, series.from_open(end))
    reach = desk.now_ms - RECENT_DAYS * DAY_MS
    first = series.from_open(reach if start is None else max(start, reach))
    return _page(desk, series, max(first, stop - limit), stop)  # the page is counted back from the end


def _history(query: Query, desk: Desk) -> Answer:
    if not query.get("endTime"):
        return _said("40019", _EMPTY.format("endTime"), None, desk.now_ms, 400)
    found = _checked(query, desk, MOST_HISTORY_ROWS)
    if isinstance(found, Answer):
        return found
    series, limit = found
    stop = min(desk.visible(series), series.from_open(int(query["endTime"])))
    return _page(desk, series, max(0, stop - limit), stop)  # a startTime is not heeded here


def _checked(query: Query, desk: Desk, most: int) -> tuple[Series, int] | Answer:
    """The market's rows and the page's size, or what is wrong with the request."""
    symbol = query.get("symbol", "")
    market = desk.find(symbol)
    limit = whole(query.get("limit", str(DEFAULT_ROWS)))
    if market is None:
        missing = ("40034", f"Parameter {symbol} does not exist") if symbol else ("40019", _EMPTY.format("symbol"))
        return _said(*missing, None, desk.now_ms, 400)
    if market.state == "delisted":
        return _said("40309", "The symbol has been removed", None, desk.now_ms, 400)
    mistaken = [name for name in ("startTime", "endTime") if name in query and whole(query[name]) is None]
    if query.get("granularity") not in _HOURS:  # the twin keeps days only
        mistaken.append("granularity")
    if limit is None or mistaken or not 1 <= limit <= most:
        return _said("40017", f"Parameter verification failed {(mistaken or ['limit'])[0]}", None, desk.now_ms, 400)
    return desk.series(market, _HOURS[query["granularity"]]), limit


def _page(desk: Desk, series: Series, first: int, stop: int) -> Answer:
    head = f'{{"code":"00000","msg":"success","requestTime":{desk.now_ms},"data":['
    body = head.encode() + b",".join(desk.texts(series, first, stop)) + b"]}"
    return Answer(200, body, "application/json;charset=UTF-8")


def _symbols(query: Query, desk: Desk) -> Answer:
    wanted = query.get("symbol")
    if wanted is not None and wanted not in desk.markets:
        return _said("40034", f"Parameter {wanted} does not exist", None, desk.now_ms, 400)
    listed = [_listing(symbol, market) for symbol, market in desk.markets.items() if wanted in (None, symbol)]
    return _said("00000", "success", listed, desk.now_ms)


def _listing(symbol: str, market: TwinMarket) -> dict[str, object]:
    return {
        "symbol": symbol,
        "baseCoin": market.base,
        "quoteCoin": market.quote,
        "minTradeAmount": "0",
        "maxTradeAmount": "900000000000000000000",
        "takerFeeRate": "0.002",
        "makerFeeRate": "0.002",
        "pricePrecision": "6",
        "quantityPrecision": "6",
        "quotePrecision": "8",
        "status": _STATUS[market.state],
        "minTradeUSDT": "1",
        "buyLimitPriceRatio": "0.05",
        "sellLimitPriceRatio": "0.05",
        "areaSymbol": "no",
        "orderQuantity": "200",
        "openTime": "1532454360000",
        "offTime": "1700000000000" if market.state == "delisted" else "",
    }


def _coins(desk: Desk) -> list[dict[str, object]]:
    codes = {code: None for market in desk.markets.values() for code in (market.base, market.quote)}
    return [{"coinId": str(at), "coin": code, "transfer": "true", "chains": []} for at, code in enumerate(codes, 1)]


def _said(code: str, text: str, data: object, now_ms: int, status: int = 200) -> Answer:
    return json_answer({"code": code, "msg": text, "requestTime": now_ms, "data": data}, status)
