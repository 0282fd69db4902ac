"""Kraken as it answers: GET /0/public/OHLC, AssetPairs, Assets and Time."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from oracle.twin.answer import Answer, Query, body_answer, json_answer, whole
from oracle.twin.series import Bar, Habits, Series, is_idle

if TYPE_CHECKING:
    from oracle.twin.desk import Desk
    from oracle.twin.table import Row, TwinMarket

LIMIT_IN_200 = True
# Whatever `since` says, nothing older exists; the running day comes on top (a recorded answer has 721 rows).
MOST_CLOSED_ROWS = 720

_DAY = "1440"
# Old assets have a code of their own with a class letter before it, XXBT and ZUSD; newer ones are called what they are.
_CODES = {
    **{code: f"X{code}" for code in ("ETC", "ETH", "LTC", "MLN", "REP", "XLM", "XMR", "XRP", "ZEC")},
    **{code: f"Z{code}" for code in ("AUD", "CAD", "EUR", "GBP", "JPY", "USD")},
    "BTC": "XXBT",
    "DOGE": "XXDG",
}
_SHORT = {"BTC": "XBT", "DOGE": "XDG"}


def answer(path: str, query: Query, desk: Desk) -> Answer:
    """The answer to a GET of the path."""
    match path:
        case "/0/public/OHLC":
            return _ohlc(query, desk)
        case "/0/public/AssetPairs":
            return _pairs(query, desk)
        case "/0/public/Assets":
            return _result(_assets(desk))
        case "/0/public/Time":
            return _result({"unixtime": desk.now_ms // 1000})
    return _error("EGeneral:Unknown method")


def limited(_now_ms: int) -> Answer:
    """Too many requests, said with status 200."""
    return _error("EGeneral:Too many requests")


def _short(code: str) -> str:
    return _SHORT.get(code, code)


def _altname(market: TwinMarket) -> str:
    return _short(market.base) + _short(market.quote)


def _symbol(market: TwinMarket) -> str:
    """The pair's id: the long codes where both assets are old (XXBTZUSD), otherwise as it is traded (SOLUSD)."""
    if market.base == "USDT" and market.quote == "USD":
        return "USDTZUSD"
    if market.base != "DOGE" and market.base in _CODES and market.quote in _CODES:
        return _CODES[market.base] + _CODES[market.quote]
    return _altname(market)


def _write(bar: Bar) -> bytes:
    row = bar.row
    seconds = bar.open_ms // 1000
    if is_idle(row):  # the venue fills a day without trades with the last price
        price = f'"{row.close}"'
        return f'[{seconds},{price},{price},{price},{price},"0.0","0.00000000",0]'.encode()
    prices = f'"{row.open}","{row.high}","{row.low}","{row.close}"'
    return f'[{seconds},{prices},"{_mean(row)}","{row.base_volume}",{row.trades}]'.encode()


def _mean(row: Row) -> str:
    """The volume-weighted mean price, rounded as the prices are where the data knows it only as a turnover."""
    if row.vwap is not None:
        return row.vwap
    if row.turnover is None:
        raise ValueError(f"the row of {row.day} has neither vwap nor turnover, and Kraken publishes a vwap")
    places = len(row.close.partition(".")[2])
    return f"{Decimal(row.turnover) / Decimal(row.base_volume):.{places}f}"


HABITS = Habits(symbol=_symbol, write=_write)


def _find(text: str, desk: Desk) -> TwinMarket | None:
    """A pair may be asked for by its id, its short name or its name with a slash; the delisted are gone."""
    for symbol, market in desk.markets.items():
        names = (symbol, _altname(market), _slashed(market), f"{market.base}/{market.quote}")
        if text in names and market.state != "delisted":
            return desk.find(symbol)
    return None


def _slashed(market: TwinMarket) -> str:
    return f"{_short(market.base)}/{_short(market.quote)}"


def _ohlc(query: Query, desk: Desk) -> Answer:
    if not query.get("pair"):
        return _error("EGeneral:Invalid arguments")
    market = _find(query["pair"], desk)
    if market is None:
        return _error("EQuery:Unknown asset pair")
    since = query.get("since") or "0"
    if query.get("interval", "1") != _DAY or whole(since) is None:  # the twin keeps days only
        return _error("EGeneral:Invalid arguments")
    series = desk.series(market)
    first, closed, stop = _window(int(since) * 1000, series, desk)
    key = f"{market.base}/{market.quote}" if query.get("assetVersion") == "1" else _symbol(market)
    last = series.opens[closed - 1] // 1000 if closed else 0  # the newest day that is over
    rows = b",".join(desk.texts(series, first, stop))
    return body_answer(b'{"error":[],"result":{"%s":[%s],"last":%d}}' % (key.encode(), rows, last))


def _window(since_ms: int, series: Series, desk: Desk) -> tuple[int, int, int]:
    """Days that opened after `since`, of the newest only, and the running day in any case: from, its index, end."""
    visible = desk.visible(series)
    running = visible > 0 and not series.bar(visible - 1, desk.now_ms).closed
    closed = visible - running
    first = max(series.past_open(since_ms), closed - MOST_CLOSED_ROWS, 0)
    return min(first, closed), closed, visible


def _pairs(query: Query, desk: Desk) -> Answer:
    listed = {symbol: market for symbol, market in desk.markets.items() if market.state != "delisted"}
    if query.get("pair"):
        wanted = [_find(text, desk) for text in query["pair"].split(",")]
        if None in wanted:
            return _error("EQuery:Unknown asset pair")
        listed = {_symbol(market): market for market in wanted if market is not None}
    return _result({symbol: _listing(market) for symbol, market in listed.items()})


def _listing(market: TwinMarket) -> dict[str, object]:
    return {
        "altname": _altname(market),
        "wsname": _slashed(market),
        "aclass_base": "currency",
        "base": _CODES.get(market.base, market.base),
        "aclass_quote": "currency",
        "quote": _CODES.get(market.quote, market.quote),
        "lot": "unit",
        "cost_decimals": 5,
        "pair_decimals": 5,
        "lot_decimals": 8,
        "lot_multiplier": 1,
        "leverage_buy": [],
        "leverage_sell": [],
        "fees": [[0, 0.4], [10000, 0.35]],
        "fees_maker": [[0, 0.25], [10000, 0.2]],
        "fee_volume_currency": "ZUSD",
        "margin_call": 80,
        "margin_stop": 40,
        "ordermin": "0.00005",
        "costmin": "0.5",
        "tick_size": "0.00001",
        "status": "online" if market.state == "live" else "cancel_only",
    }


def _assets(desk: Desk) -> dict[str, object]:
    codes = {code: None for market in desk.markets.values() for code in (market.base, market.quote)}
    return {
        _CODES.get(code, code): {
            "aclass": "currency",
            "altname": _short(code),
            "decimals": 10,
            "display_decimals": 5,
            "status": "enabled",
        }
        for code in codes
    }


def _result(value: object) -> Answer:
    return json_answer({"error": [], "result": value})


def _error(text: str) -> Answer:
    return json_answer({"error": [text]})
