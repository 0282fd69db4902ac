"""OKX as it answers: GET /api/v5/market/candles, history-candles, public/instruments and public/time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oracle.twin.answer import Answer, Query, body_answer, json_answer, whole
from oracle.twin.series import Bar, Habits, Series, turnover

if TYPE_CHECKING:
    from oracle.twin.desk import Desk
    from oracle.twin.table import TwinMarket

LIMIT_IN_200 = True
DEFAULT_ROWS = 100
MOST_ROWS = 300
RECENT_ROWS = 1440  # what /market/candles reaches back; older days are in /market/history-candles

# The day of bar=1D is Hong Kong's: it opens at 16:00 UTC of the day before.
_HOURS = {"1Dutc": 0, "1D": -8}
_TYPES = ("SPOT", "MARGIN", "SWAP", "FUTURES", "OPTION", "EVENTS")
_STATE = {"live": "live", "halted": "suspend"}


def answer(path: str, query: Query, desk: Desk) -> Answer:
    """The answer to a GET of the path."""
    match path:
        case "/api/v5/market/candles":
            return _candles(query, desk, RECENT_ROWS)
        case "/api/v5/market/history-candles":
            return _candles(query, desk, None)
        case "/api/v5/public/instruments":
            return _instruments(query, desk)
        case "/api/v5/public/time":
            return json_answer({"code": "0", "data": [{"ts": str(desk.now_ms)}], "msg": ""})
    return json_answer({"data": None, "error_code": "404", "error_message": "Not Found", "code": "404"}, 404)


def limited(_now_ms: int) -> Answer:
    """Too many requests, said with status 200."""
    return _error("50011", "Too Many Requests", 200)


def _symbol(market: TwinMarket) -> str:
    return f"{market.base}-{market.quote}"


def _write(bar: Bar) -> bytes:
    row = bar.row
    prices = f'"{row.open}","{row.high}","{row.low}","{row.close}"'
    quoted = turnover(row)  # for spot the columns 6 and 7 are both the turnover
    return f'["{bar.open_ms}",{prices},"{row.base_volume}","{quoted}","{quoted}","{int(bar.closed)}"]'.encode()


HABITS = Habits(symbol=_symbol, write=_write)


def _candles(query: Query, desk: Desk, reach: int | None) -> Answer:
    if not query.get("instId"):
        return _error("50014", "Parameter instId can not be empty.", 400)
    market = desk.find(query["instId"])
    if market is None or market.state == "delisted":
        return _error("51001", "Instrument ID, Instrument ID code, or Spread ID doesn't exist.", 200)
    if query.get("bar", "1m") not in _HOURS:  # the twin keeps days only
        return _error("51000", "Parameter bar error", 400)
    for name in ("after", "before", "limit"):
        if query.get(name) and whole(query[name]) is None:
            return _error("51000", f"Parameter {name} error", 400)
    limit = int(query.get("limit") or DEFAULT_ROWS)
    if not 1 <= limit <= MOST_ROWS:
        return _error("51000", "Parameter limit error", 400)
    series = desk.series(market, _HOURS[query["bar"]])
    first, stop = _window(query, series, desk.visible(series), limit)
    if reach is not None:
        first = max(first, desk.visible(series) - reach)
    texts = desk.texts(series, first, stop)
    texts.reverse()
    return body_answer(b'{"code":"0","msg":"","data":[' + b",".join(texts) + b"]}")


def _window(query: Query, series: Series, visible: int, limit: int) -> tuple[int, int]:
    """Neither bound counts, and a page is always the newest of what lies between them."""
    after, before = whole(query.get("after")), whole(query.get("before"))
    stop = visible if after is None else min(visible, series.from_open(after))
    first = 0 if before is None else series.past_open(before)
    return max(first, stop - limit), stop


def _instruments(query: Query, desk: Desk) -> Answer:
    kind = query.get("instType", "")
    if not kind:
        return _error("50014", "Parameter instType can not be empty.", 400)
    if kind not in _TYPES:
        return _error("51000", "Parameter instType error", 400)
    # A delisted market is not in the list any more.
    listed = [
        _listing(symbol, market)
        for symbol, market in desk.markets.items()
        if kind == "SPOT" and market.state != "delisted" and query.get("instId", symbol) == symbol
    ]
    if "instId" in query and not listed:
        return _error("51001", "Instrument ID, Instrument ID code, or Spread ID doesn't exist.", 200)
    return json_answer({"code": "0", "msg": "", "data": listed})


def _listing(symbol: str, market: TwinMarket) -> dict[str, object]:
    blank = ("alias", "auctionEndTime", "ctMult", "ctType", "ctVal", "ctValCcy", "expTime", "instFamily", "lever")
    return {
        **dict.fromkeys(blank, ""),
        "baseCcy": market.base,
        "category": "1",
        "instId": symbol,
        "instType": "SPOT",
        "listTime": "1606468572000",
        "lotSz": "0.00000001",
        "maxIcebergSz": "9999999999.0000000000000000",
        "maxLmtAmt": "20000000",
        "maxLmtSz": "9999999999",
        "maxMktAmt": "1000000",
        "maxMktSz": "1000000",
        "maxStopSz": "1000000",
        "maxTriggerSz": "9999999999.0000000000000000",
        "maxTwapSz": "9999999999.0000000000000000",
        "minSz": "0.00001",
        "optType": "",
        "quoteCcy": market.quote,
        "ruleType": "normal",
        "settleCcy": "",
        "state": _STATE[market.state],
        "stk": "",
        "tickSz": "0.000001",
        "uly": "",
    }


def _error(code: str, text: str, status: int) -> Answer:
    return json_answer({"code": code, "data": [], "msg": text}, status)
