"""Coinbase Exchange as it answers: GET /products, /products/{id}, /products/{id}/candles, /currencies and /time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from oracle.twin.answer import Answer, Query, body_answer, json_answer, number
from oracle.twin.series import DAY_MS, Bar, Habits, Series

if TYPE_CHECKING:
    from oracle.twin.desk import Desk
    from oracle.twin.table import TwinMarket

LIMIT_IN_200 = False
MOST_ROWS = 300

_GRANULARITY = "86400"
_STATUS = {"live": "online", "halted": "offline", "delisted": "delisted"}


def answer(path: str, query: Query, desk: Desk) -> Answer:
    """The answer to a GET of the path."""
    match path.strip("/").split("/"):
        case ["products"]:
            return json_answer([_listing(symbol, market) for symbol, market in desk.markets.items()])
        case ["products", symbol] if symbol in desk.markets:
            return json_answer(_listing(symbol, desk.markets[symbol]))
        case ["products", symbol, "candles"]:
            return _candles(symbol, query, desk)
        case ["currencies"]:
            return json_answer(_currencies(desk))
        case ["time"]:
            iso = datetime.fromtimestamp(desk.now_ms / 1000, UTC).isoformat(timespec="milliseconds")
            return json_answer({"iso": iso.replace("+00:00", "Z"), "epoch": desk.now_ms / 1000})
    return _error("NotFound", 404)


def limited(_now_ms: int) -> Answer:
    """Too many requests, which is always said with status 429."""
    return _error("Public rate limit exceeded", 429)


def _symbol(market: TwinMarket) -> str:
    return f"{market.base}-{market.quote}"


def _write(bar: Bar) -> bytes:
    row = bar.row
    prices = f"{number(row.low)},{number(row.high)},{number(row.open)},{number(row.close)}"
    return f"[{bar.open_ms // 1000},{prices},{number(row.base_volume)}]".encode()


HABITS = Habits(symbol=_symbol, write=_write, omits_idle_days=True)


def _candles(symbol: str, query: Query, desk: Desk) -> Answer:
    market = desk.find(symbol)
    if market is None:
        return _error("NotFound", 404)
    if query.get("granularity", "60") != _GRANULARITY:  # the twin keeps days only
        return _error("Unsupported granularity", 400)
    series = desk.series(market)
    visible = desk.visible(series)
    first, stop = max(0, visible - MOST_ROWS), visible
    if "start" in query and "end" in query:  # one of them without the other is not heeded
        start, end = _instant_ms(query["start"]), _instant_ms(query["end"])
        if start is None or end is None:
            return _error("Invalid start or end", 400)
        if end // DAY_MS - start // DAY_MS >= MOST_ROWS:
            return _error(_too_many(), 400)
        # The day that holds `start` is in, although it opened before it.
        first, stop = series.from_open(start // DAY_MS * DAY_MS), min(visible, series.past_open(end))
    return _page(desk, series, first, stop)


def _page(desk: Desk, series: Series, first: int, stop: int) -> Answer:
    texts = desk.texts(series, first, stop)
    texts.reverse()
    return body_answer(b"[" + b",".join(texts) + b"]")


def _too_many() -> str:
    return f"granularity too small for the requested time range. Count of aggregations requested exceeds {MOST_ROWS}"


def _instant_ms(text: str) -> int | None:
    """An ISO instant (UTC where it names no zone) or whole seconds since 1970."""
    if text.isdigit():
        return int(text) * 1000
    try:
        # A plus sign that was not escaped in the address arrives as a space: "2024-01-01T00:00:00 00:00".
        at = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
    except ValueError:
        return None
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)


def _listing(symbol: str, market: TwinMarket) -> dict[str, object]:
    return {
        "id": symbol,
        "base_currency": market.base,
        "quote_currency": market.quote,
        "quote_increment": "0.000001",
        "base_increment": "0.00000001",
        "display_name": f"{market.base}-{market.quote}",
        "min_market_funds": "1",
        "margin_enabled": False,
        "post_only": False,
        "limit_only": False,
        "cancel_only": False,
        "status": _STATUS[market.state],
        "status_message": "",
        "trading_disabled": market.state != "live",
        "fx_stablecoin": False,
        "max_slippage_percentage": "0.02000000",
        "auction_mode": False,
        "high_bid_limit_percentage": "",
    }


def _currencies(desk: Desk) -> list[dict[str, object]]:
    codes = {code: None for market in desk.markets.values() for code in (market.base, market.quote)}
    return [
        {
            "id": code,
            "name": code,
            "min_size": "0.00000001",
            "status": "online",
            "message": "",
            "max_precision": "0.00000001",
            "convertible_to": [],
            "details": {"type": "fiat" if code in ("USD", "EUR", "GBP") else "crypto"},
            "supported_networks": [],
        }
        for code in codes
    ]


def _error(text: str, status: int) -> Answer:
    return json_answer({"message": text}, status)
