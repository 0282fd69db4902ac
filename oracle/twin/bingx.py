"""BingX as it answers: GET /openApi/spot/v1/market/kline, common/symbols and the futures lists that ccxt asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oracle.twin.answer import Answer, Query, body_answer, json_answer, number, whole
from oracle.twin.series import DAY_MS, Bar, Habits, Series, turnover

if TYPE_CHECKING:
    from oracle.twin.desk import Desk
    from oracle.twin.table import TwinMarket

LIMIT_IN_200 = True
DEFAULT_ROWS = 500
MOST_ROWS = 1440
MOST_DAYS = 380

# Unasked the day is counted in UTC+8: it opens at 16:00 UTC of the day before.
_HOURS = {"0": 0, "8": -8}
_STATUS = {"live": 1, "halted": 25, "delisted": 30}


def answer(path: str, query: Query, desk: Desk) -> Answer:
    """The answer to a GET of the path."""
    match path:
        case "/openApi/spot/v1/market/kline":
            return _kline(query, desk)
        case "/openApi/spot/v1/common/symbols":
            listed = [_listing(symbol, market) for symbol, market in desk.markets.items()]
            return _said(0, "", {"symbols": listed})
        case "/openApi/swap/v2/quote/contracts" | "/openApi/cswap/v1/market/contracts":
            return _said(0, "", [])
        case "/openApi/spot/v1/server/time":
            return _said(0, "", {"serverTime": desk.now_ms})
    return _said(100400, "this api is not exist, please check the API docs", {})


def limited(_now_ms: int) -> Answer:
    """Too many requests, said with status 200."""
    return _said(100410, "rate limit, please try again later", {})


def _symbol(market: TwinMarket) -> str:
    return f"{market.base}-{market.quote}"


def _write(bar: Bar) -> bytes:
    row = bar.row
    prices = f"{number(row.open)},{number(row.high)},{number(row.low)},{number(row.close)}"
    volumes = f"{number(row.base_volume)},{bar.close_ms},{number(turnover(row))}"
    return f"[{bar.open_ms},{prices},{volumes}]".encode()


HABITS = Habits(symbol=_symbol, write=_write, opens_hours=-8)


def _kline(query: Query, desk: Desk) -> Answer:
    market = desk.find(query.get("symbol", ""))
    if market is None or market.state == "delisted":
        return _said(100204, "symbol is not found.", {})
    if wrong := _wrong(query):
        return _said(109400, wrong, {})
    limit = int(query.get("limit", DEFAULT_ROWS))
    end = int(query.get("endTime", desk.now_ms))
    if "startTime" in query and end - int(query["startTime"]) > MOST_DAYS * DAY_MS:
        text = f"The maximum query range for {market.base}_{market.quote} K-lines is {MOST_DAYS} days and 0 hours."
        return _said(100204, text, {})
    series = desk.series(market, _HOURS[query.get("timeZone", "8")])
    texts = desk.texts(series, *_window(query, series, min(desk.visible(series), series.past_open(end)), limit))
    texts.reverse()
    head = f'{{"code":0,"timestamp":{desk.now_ms},"data":['
    return body_answer(head.encode() + b",".join(texts) + b"]}")


def _wrong(query: Query) -> str | None:
    if query.get("interval") != "1d":  # the twin keeps days only
        return "interval: invalid"
    if query.get("timeZone", "8") not in _HOURS:
        return "timeZone: This field must be one of 0, 8"
    if any(name in query and whole(query[name]) is None for name in ("startTime", "endTime", "limit")):
        return "Invalid parameters"
    if not 1 <= int(query.get("limit", DEFAULT_ROWS)) <= MOST_ROWS:
        return f"limit: This field must be less than or equal to {MOST_ROWS}."
    return None


def _window(query: Query, series: Series, stop: int, limit: int) -> tuple[int, int]:
    """The start does not count and the end does; with a start the page counts forward, else back from the end."""
    if "startTime" not in query:
        return max(0, stop - limit), stop
    first = series.past_open(int(query["startTime"]))
    return first, min(stop, first + limit)


def _listing(symbol: str, market: TwinMarket) -> dict[str, object]:
    return {
        "symbol": symbol,
        "minQty": 0.00001,
        "maxQty": 100000,
        "minNotional": 5,
        "maxNotional": 500000,
        "maxMarketNotional": 500000,
        "status": _STATUS[market.state],
        "tickSize": 0.000001,
        "stepSize": 0.00000001,
        "apiStateSell": market.state == "live",
        "apiStateBuy": market.state == "live",
        "timeOnline": 0,
        "offTime": 0,
        "maintainTime": 0,
        "displayName": symbol,
    }


def _said(code: int, text: str, data: object) -> Answer:
    return json_answer({"code": code, "msg": text, "debugMsg": "", "data": data})
