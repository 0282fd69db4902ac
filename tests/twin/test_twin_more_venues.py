"""KuCoin's, Gate's, MEXC's and BingX's twins keep their venues' contracts: pages, orders, bounds, refusals."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from made import CANDLES, DAY_MS, FIRST, IDLE, NOW, TODAY, Client, asking, opening

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def ask() -> AsyncIterator[Client]:
    async with asking() as client:
        yield client


def _days_ago(days: int) -> int:
    return opening(TODAY - timedelta(days=days))


def _seconds_ago(days: int) -> int:
    return _days_ago(days) // 1000


async def test_kucoin_pages(ask: Client) -> None:
    """KuCoin answers newest first up to 1,500 rows, counts the start in and the end out, the close before the high."""
    path = "/api/v1/market/candles?symbol=BTC-USDT&type=1day"
    assert len(await ask.rows("kucoin", path)) == 100
    rows = await ask.rows("kucoin", f"{path}&startAt={_seconds_ago(9)}&endAt={_seconds_ago(7)}")
    assert [row[0] for row in rows] == [str(_seconds_ago(8)), str(_seconds_ago(9))]
    rows = await ask.rows("kucoin", f"{path}&startAt={_seconds_ago(1599)}&endAt={_seconds_ago(50)}")
    assert [len(rows), rows[0][0]] == [1500, str(_seconds_ago(51))]
    rows = await ask.rows("kucoin", CANDLES["kucoin"])
    assert rows[1][0] == str(_seconds_ago(1))
    assert rows[1][1:] == ["1697.00", "1698.00", "1699.00", "1696.00", "20.00000000", "33950.00000000"]
    idle = await ask.rows("kucoin", f"{path}&startAt={opening(IDLE) // 1000 - 86400}&endAt={opening(IDLE) // 1000 + 1}")
    assert [row[0] for row in idle] == [str(opening(IDLE) // 1000 - 86400)]


async def test_kucoin_refuses_in_200(ask: Client) -> None:
    """KuCoin refuses with a code in text, forgets what was delisted and lists what is halted with its trading off."""
    for query in ("symbol=NO-PE&type=1day", "symbol=LUNA-USDT&type=1day", "symbol=BTC-USDT&type=1d"):
        got = await ask.get("kucoin", f"/api/v1/market/candles?{query}")
        assert (got.status, got.json["code"]) == (200, "400100")
    listed = (await ask.get("kucoin", "/api/v2/symbols")).json["data"]
    assert [(entry["symbol"], entry["enableTrading"]) for entry in listed] == [("BTC-USDT", True), ("ETH-USDT", False)]


async def test_gate_pages(ask: Client) -> None:
    """Gate answers oldest first, counts both ends in, begins a row with the turnover and ends it with the mark."""
    path = "/api/v4/spot/candlesticks?currency_pair=BTC_USDT&interval=1d"
    rows = await ask.rows("gate", path)
    assert [len(rows), rows[-1][0]] == [100, str(_seconds_ago(0))]
    assert len(await ask.rows("gate", f"{path}&limit=1000")) == 1000
    rows = await ask.rows("gate", f"{path}&from={_seconds_ago(1400)}&to={_seconds_ago(401)}")
    assert [len(rows), rows[0][0], rows[-1][0]] == [1000, str(_seconds_ago(1400)), str(_seconds_ago(401))]
    rows = await ask.rows("gate", CANDLES["gate"])
    assert [row[7] for row in rows] == ["true", "true", "false"]
    assert rows[1][0] == str(_seconds_ago(1))
    assert rows[1][1:7] == ["33950.00000000", "1698.00", "1699.00", "1696.00", "1697.00", "20.00000000"]


async def test_gate_refuses(ask: Client) -> None:
    """Gate refuses with 400 a limit beside a range, a range beyond a page, what is too old, and unknown markets."""
    path = "/api/v4/spot/candlesticks?interval=1d&currency_pair="
    wanted = {
        f"BTC_USDT&limit=10&from={_seconds_ago(9)}": "INVALID_PARAM_VALUE",
        f"BTC_USDT&from={_seconds_ago(1400)}&to={_seconds_ago(400)}": "INVALID_PARAM_VALUE",
        "BTC_USDT&from=0&to=86400": "INVALID_PARAM_VALUE",
        "BTC_USDT&limit=1001": "INVALID_PARAM_VALUE",
        "NO_PE": "INVALID_CURRENCY_PAIR",
        "LUNA_USDT": "INVALID_CURRENCY_PAIR",
    }
    for query, label in wanted.items():
        got = await ask.get("gate", path + query)
        assert (got.status, got.json["label"]) == (400, label), query
    listed = (await ask.get("gate", "/api/v4/spot/currency_pairs")).json
    assert [(entry["id"], entry["trade_status"]) for entry in listed] == [
        ("BTC_USDT", "tradable"), ("ETH_USDT", "untradable")
    ]  # fmt: skip


async def test_mexc_pages(ask: Client) -> None:
    """MEXC answers oldest first up to 500 rows, counts the end out, and heeds no start that stands alone."""
    path = "/api/v3/klines?symbol=BTCUSDT&interval=1d"
    rows = await ask.rows("mexc", f"{path}&limit=1000")
    assert [len(rows), rows[-1][0]] == [500, _days_ago(0)]
    rows = await ask.rows("mexc", f"{path}&startTime={_days_ago(9)}&endTime={_days_ago(7)}")
    assert [row[0] for row in rows] == [_days_ago(9), _days_ago(8)]
    rows = await ask.rows("mexc", f"{path}&startTime={_days_ago(900)}&limit=2")
    assert [row[0] for row in rows] == [_days_ago(1), _days_ago(0)]
    rows = await ask.rows("mexc", f"{path}&startTime={_days_ago(1400)}&endTime={_days_ago(0)}")
    assert [len(rows), rows[0][0]] == [500, _days_ago(1400)]
    # The close time is the next opening.
    assert (await ask.rows("mexc", CANDLES["mexc"]))[0] == [
        opening(FIRST), "1696.00", "1698.00", "1695.00", "1697.00", "20.00000000", opening(FIRST) + DAY_MS,
        "33930.00000000",
    ]  # fmt: skip


async def test_mexc_refuses(ask: Client) -> None:
    """MEXC refuses unknown markets with -1121, and lists what is paused and what is offline under numbers in text."""
    for symbol in ("NOPE", "LUNAUSDT"):
        got = await ask.get("mexc", f"/api/v3/klines?symbol={symbol}&interval=1d")
        assert (got.status, got.json["code"]) == (400, -1121)
    listed = (await ask.get("mexc", "/api/v3/exchangeInfo")).json["symbols"]
    assert [(entry["symbol"], entry["status"]) for entry in listed] == [
        ("BTCUSDT", "1"), ("ETHUSDT", "2"), ("LUNAUSDT", "3")
    ]  # fmt: skip


async def test_bingx_pages(ask: Client) -> None:
    """BingX answers newest first, counts forward from a start that it does not count in, up to an end that it does."""
    path = "/openApi/spot/v1/market/kline?symbol=BTC-USDT&interval=1d&timeZone=0"
    rows = await ask.rows("bingx", path)
    assert [len(rows), rows[0][0]] == [500, _days_ago(0)]
    assert len(await ask.rows("bingx", f"{path}&limit=1440")) == 1440
    rows = await ask.rows("bingx", f"{path}&startTime={_days_ago(9)}&endTime={_days_ago(7)}")
    assert [row[0] for row in rows] == [_days_ago(7), _days_ago(8)]
    rows = await ask.rows("bingx", f"{path}&startTime={_days_ago(300) - 1}&limit=2")
    assert [row[0] for row in rows] == [_days_ago(299), _days_ago(300)]
    assert (await ask.rows("bingx", CANDLES["bingx"]))[1] == [
        _days_ago(1), "1697.00", "1699.00", "1696.00", "1698.00", "20.00000000", _days_ago(0) - 1, "33950.00000000"
    ]  # fmt: skip


async def test_bingx_days_are_counted_in_utc8_unless_asked(ask: Client) -> None:
    """Without a time zone, and with timeZone=8, BingX's day opens at 16:00 UTC of the day before."""
    for asked in ("", "&timeZone=8"):
        rows = await ask.rows("bingx", f"/openApi/spot/v1/market/kline?symbol=BTC-USDT&interval=1d{asked}&limit=1")
        assert rows[0][0] == opening(TODAY, -8)
    ask.twin.now = NOW.replace(hour=16)
    rows = await ask.rows("bingx", "/openApi/spot/v1/market/kline?symbol=BTC-USDT&interval=1d&limit=1")
    assert rows[0][0] == opening(TODAY, 16)


async def test_bingx_refuses_in_200(ask: Client) -> None:
    """BingX refuses unknown markets and ranges of more than 380 days with 100204, other mistakes with 109400."""
    path = "/openApi/spot/v1/market/kline?interval=1d&timeZone=0&symbol="
    wanted = {
        "NO-PE": 100204,
        "LUNA-USDT": 100204,
        f"BTC-USDT&startTime={_days_ago(400)}&endTime={_days_ago(19)}": 100204,
        f"BTC-USDT&startTime={_days_ago(400)}": 100204,
        "BTC-USDT&limit=1441": 109400,
        "BTC-USDT&startTime=x": 109400,
    }
    for query, code in wanted.items():
        got = await ask.get("bingx", path + query)
        assert (got.status, got.json["code"]) == (200, code), query
    listed = (await ask.get("bingx", "/openApi/spot/v1/common/symbols")).json["data"]["symbols"]
    assert [(entry["symbol"], entry["status"]) for entry in listed] == [
        ("BTC-USDT", 1), ("ETH-USDT", 25), ("LUNA-USDT", 30)
    ]  # fmt: skip
