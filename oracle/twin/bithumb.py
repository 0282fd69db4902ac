"""Bithumb as it answers (generation 2): GET /v1/candles/days and /v1/market/all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING

from oracle.twin.answer import Answer, Query, body_answer, json_answer, number, whole
from oracle.twin.series import Bar, Habits, turnover

if TYPE_CHECKING:
    from oracle.twin.desk import Desk
    from oracle.twin.table import TwinMarket

LIMIT_IN_200 = False
DEFAULT_ROWS = 1
MOST_ROWS = 200

_SEOUL = timezone(timedelta(hours=9))


def answer(path: str, query: Query, desk: Desk) -> Answer:
    """The answer to a GET of the path."""
    match path:
        case "/v1/candles/days":
            return _days(query, desk)
        case "/v1/market/all":
            return _markets(query, desk)
    return _error(404, "Not Found", 404)


def limited(_now_ms: int) -> Answer:
    """Too many requests, which is always said with status 429."""
    return _error("too_many_requests", "Too many API requests.", 429)


def _symbol(market: TwinMarket) -> str:
    return f"{market.quote}-{market.base}"


def _write(bar: Bar) -> bytes:
    """All of the row but the market's name, which `_days` puts before each."""
    row = bar.row
    opened = datetime.fromtimestamp(bar.open_ms / 1000, UTC)
    previous = bar.previous_close or row.open
    change = Decimal(row.close) - Decimal(previous)  # of "NaN", a fault's close, this is NaN and written as text
    share = change / Decimal(previous)
    return (
        f'"candle_date_time_utc":"{opened:%Y-%m-%dT%H:%M:%S}",'
        f'"candle_date_time_kst":"{opened.astimezone(_SEOUL):%Y-%m-%dT%H:%M:%S}",'
        f'"opening_price":{number(row.open)},"high_price":{number(row.high)},"low_price":{number(row.low)},'
        f'"trade_price":{number(row.close)},"timestamp":{bar.told_ms},'
        f'"candle_acc_trade_price":{number(turnover(row))},"candle_acc_trade_volume":{number(row.base_volume)},'
        f'"prev_closing_price":{number(previous)},"change_price":{number(f"{change:f}")},'
        f'"change_rate":{number(f"{share:.10f}")}'
    ).encode()


# The day is Seoul's: it opens at midnight there, 15:00 UTC of the day before.
HABITS = Habits(symbol=_symbol, write=_write, opens_hours=-9, omits_idle_days=True)


def _days(query: Query, desk: Desk) -> Answer:
    if not query.get("market"):
        return _error(400, "Missing request parameter error. Check the required parameters!", 400)
    market = desk.find(query["market"])
    if market is None or market.state == "delisted":
        return _error(404, "Code not found", 404)
    count = whole(query.get("count", str(DEFAULT_ROWS)))
    if not count:
        return _error(400, "Type mismatch error. Check the parameters type!", 400)
    series = desk.series(market)
    stop = desk.visible(series)
    if query.get("to"):
        end = _instant_ms(query["to"])
        if end is None:
            return _error(400, "Type mismatch error. Check the parameters type!", 400)
        stop = min(stop, series.from_open(end))
    texts = desk.texts(series, max(0, stop - min(count, MOST_ROWS)), stop)
    texts.reverse()
    named = b'{"market":"%s",' % _symbol(market).encode()
    return body_answer(b"[" + b",".join(named + text + b"}" for text in texts) + b"]")


def _instant_ms(text: str) -> int | None:
    """An ISO instant, with a T or a space in it; without a zone it is Korean time, unlike Upbit's."""
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return int((at if at.tzinfo else at.replace(tzinfo=_SEOUL)).timestamp() * 1000)


def _markets(query: Query, desk: Desk) -> Answer:
    warning = {"market_warning": "NONE"} if query.get("isDetails", "").lower() == "true" else {}
    return json_answer(
        [
            {"market": symbol, "korean_name": market.base, "english_name": market.base, **warning}
            for symbol, market in desk.markets.items()
            if market.state != "delisted"
        ]
    )


def _error(name: int | str, text: str, status: int) -> Answer:
    return json_answer({"error": {"name": name, "message": text}}, status)
