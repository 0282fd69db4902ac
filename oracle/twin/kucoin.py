"""KuCoin as it answers: GET /api/v1/market/candles, /api/v2/symbols and what ccxt asks for with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oracle.twin.answer import Answer, Query, body_answer, json_answer, whole
from oracle.twin.series import Bar, Habits, Series, turnover

if TYPE_CHECKING:
    from oracle.twin.desk import Desk
    from oracle.twin.table import TwinMarket

LIMIT_IN_200 = False
DEFAULT_ROWS = 100  # where no start is given
MOST_ROWS = 1500


def answer(path: str, query: Query, desk: Desk) -> Answer:
    """The answer to a GET of the path."""
    match path:
        case "/api/v1/market/candles":
            return _candles(query, desk)
        case "/api/v2/symbols":
            return _data([_listing(symbol, market) for symbol, market in _listed(desk).items()])
        case "/api/v1/market/allTickers":
            return _data({"time": desk.now_ms, "ticker": [_ticker(symbol) for symbol in _listed(desk)]})
        case "/api/v3/currencies":
            return _data(_currencies(desk))
        case "/api/v1/timestamp":
            return _data(desk.now_ms)
    return json_answer({"code": "404000", "msg": "Url Not Found"}, 404)


def limited(_now_ms: int) -> Answer:
    """Too many requests, which is said with status 429."""
    return json_answer({"code": "429000", "msg": "Too many requests in a short period of time."}, 429)


def _symbol(market: TwinMarket) -> str:
    return f"{market.base}-{market.quote}"


def _write(bar: Bar) -> bytes:
    row = bar.row
    prices = f'"{row.open}","{row.close}","{row.high}","{row.low}"'
    return f'["{bar.open_ms // 1000}",{prices},"{row.base_volume}","{turnover(row)}"]'.encode()


# "Some of the data may be missing": there is no bar of a period without a tick.
HABITS = Habits(symbol=_symbol, write=_write, omits_idle_days=True)


def _candles(query: Query, desk: Desk) -> Answer:
    market = desk.find(query.get("symbol", ""))
    if market is None or market.state == "delisted":
        return _error("400100", "Unsupported trading pair.")
    if query.get("type") != "1day":  # the twin keeps days only
        return _error("400100", "Incorrect candlestick type.")
    if any(name in query and whole(query[name]) is None for name in ("startAt", "endAt")):
        return _error("400100", "Parameter error.")
    series = desk.series(market)
    texts = desk.texts(series, *_window(query, series, desk.visible(series)))
    texts.reverse()
    return body_answer(b'{"code":"200000","data":[' + b",".join(texts) + b"]}")


def _window(query: Query, series: Series, visible: int) -> tuple[int, int]:
    """The start counts and the end does not; both may be 0, which is none; of too many bars the newest come."""
    start, end = int(query.get("startAt", 0)) * 1000, int(query.get("endAt", 0)) * 1000
    stop = min(visible, series.from_open(end)) if end else visible
    if not start:
        return max(0, stop - DEFAULT_ROWS), stop
    return max(series.from_open(start), stop - MOST_ROWS), stop


def _listed(desk: Desk) -> dict[str, TwinMarket]:
    """A delisted market is not in the list any more; a halted one is, with its trading off."""
    return {symbol: market for symbol, market in desk.markets.items() if market.state != "delisted"}


def _listing(symbol: str, market: TwinMarket) -> dict[str, object]:
    return {
        "symbol": symbol,
        "name": symbol,
        "baseCurrency": market.base,
        "quoteCurrency": market.quote,
        "feeCurrency": market.quote,
        "market": "USDS",
        "baseMinSize": "0.00001",
        "quoteMinSize": "0.1",
        "baseMaxSize": "10000000000",
        "quoteMaxSize": "99999999",
        "baseIncrement": "0.00000001",
        "quoteIncrement": "0.000001",
        "priceIncrement": "0.000001",
        "priceLimitRate": "0.1",
        "minFunds": "0.1",
        "isMarginEnabled": False,
        "enableTrading": market.state == "live",
        "feeCategory": 1,
        "makerFeeCoefficient": "1.00",
        "takerFeeCoefficient": "1.00",
        "st": False,
    }


def _ticker(symbol: str) -> dict[str, str]:
    fees = {"takerFeeRate": "0.001", "makerFeeRate": "0.001", "takerCoefficient": "1", "makerCoefficient": "1"}
    return {"symbol": symbol, "symbolName": symbol, **fees}


def _currencies(desk: Desk) -> list[dict[str, object]]:
    codes = {code: None for market in desk.markets.values() for code in (market.base, market.quote)}
    return [
        {
            "currency": code,
            "name": code,
            "fullName": code,
            "precision": 8,
            "confirms": None,
            "contractAddress": None,
            "isMarginEnabled": False,
            "isDebitEnabled": False,
            "chains": None,
        }
        for code in codes
    ]


def _data(value: object) -> Answer:
    return json_answer({"code": "200000", "data": value})


def _error(code: str, text: str) -> Answer:
    """Said with status 200."""
    return json_answer({"code": code, "msg": text})
