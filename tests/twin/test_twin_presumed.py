"""The twins whose day boundary their manuals leave open keep their venues' contracts: pages, bounds, refusals."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from made import IDLE, NOW, TODAY, Client, asking, opening

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def ask() -> AsyncIterator[Client]:
    async with asking() as client:
        yield client


def _seconds(days_ago: int, hours: int = 0) -> int:
    return opening(TODAY - timedelta(days=days_ago), hours) // 1000


async def test_bithumb_pages_in_korean_time(ask: Client) -> None:
    """Bithumb counts back from `to`, which is Korean time unless it says otherwise and is not counted in."""
    path = "/v1/candles/days?market=USDT-BTC"
    assert len(await ask.rows("bithumb", path)) == 1
    assert len(await ask.rows("bithumb", f"{path}&count=500")) == 200
    rows = await ask.rows("bithumb", f"{path}&count=2&to=2026-01-03%2000:00:00")
    assert [row["candle_date_time_kst"] for row in rows] == ["2026-01-02T00:00:00", "2026-01-01T00:00:00"]
    assert [row["candle_date_time_utc"] for row in rows] == ["2026-01-01T15:00:00", "2025-12-31T15:00:00"]
    assert await ask.rows("bithumb", f"{path}&count=2&to=2026-01-02T15:00:00%2B00:00") == rows
    wanted = {"market": "USDT-BTC", "trade_price": "1691.00", "candle_acc_trade_volume": "20.00000000"}
    assert {key: rows[0][key] for key in wanted} == wanted
    rows = await ask.rows("bithumb", f"{path}&count=200")
    assert f"{IDLE}T00:00:00" not in {row["candle_date_time_kst"] for row in rows}


async def test_bithumb_refuses(ask: Client) -> None:
    """Bithumb refuses with a name and a message, and lists what trades, with a warning where details are asked for."""
    path = "/v1/candles/days"
    for query, status in (("", 400), ("?market=KRW-NOPE", 404), ("?market=USDT-BTC&to=soon", 400)):
        got = await ask.get("bithumb", path + query)
        assert (got.status, list(got.json["error"])) == (status, ["name", "message"])
    listed = (await ask.get("bithumb", "/v1/market/all?isDetails=true")).json
    assert [(each["market"], each["market_warning"]) for each in listed] == [("USDT-BTC", "NONE"), ("USDT-ETH", "NONE")]


async def test_whitebit_pages(ask: Client) -> None:
    """WhiteBIT answers oldest first, a month unless asked for up to 1440 days, with the days that hold both bounds."""
    path = "/api/v1/public/kline?market=BTC_USDT&interval=1d"
    rows = await ask.rows("whitebit", path)
    assert [rows[0][0], rows[-1][0]] == [_seconds(30), _seconds(0)]
    rows = await ask.rows("whitebit", f"{path}&start={_seconds(1500)}")
    assert (len(rows), rows[0][0]) == (1440, _seconds(1500))
    rows = await ask.rows("whitebit", f"{path}&start={_seconds(9) + 5}&end={_seconds(7) + 5}")
    assert [row[0] for row in rows] == [_seconds(9), _seconds(8), _seconds(7)]
    # close before high and low, then both volumes
    assert rows[0][1:] == ["1689.00", "1690.00", "1691.00", "1688.00", "20.00000000", "33790.00000000"]


async def test_whitebit_refuses_in_200(ask: Client) -> None:
    """WhiteBIT says success false and why, field by field; its list marks halted markets and forgets delisted ones."""
    path = "/api/v1/public/kline"
    wrong = {"market=NO_PE&interval=1d": "market", "market=LUNA_USDT&interval=1d": "market",
             "market=BTC_USDT&interval=7m": "interval", "market=BTC_USDT&interval=1d&limit=1441": "limit",
             "market=BTC_USDT&interval=1d&start=9&end=8": "start"}  # fmt: skip
    for query, name in wrong.items():
        got = await ask.get("whitebit", f"{path}?{query}")
        assert (got.status, got.json["success"], list(got.json["message"])) == (200, False, [name])
    listed = (await ask.get("whitebit", "/api/v4/public/markets")).json
    assert [(each["name"], each["tradesEnabled"]) for each in listed] == [("BTC_USDT", True), ("ETH_USDT", False)]
    assert (await ask.get("whitebit", "/api/v4/public/time")).json == {"time": int(NOW.timestamp())}


async def test_hashkey_pages(ask: Client) -> None:
    """HashKey answers oldest first up to 1000 rows, counts both bounds in, and has a 0 where others close."""
    path = "/quote/v1/klines?symbol=BTCUSDT&interval=1d"
    rows = await ask.rows("hashkey", path)
    assert (len(rows), rows[-1][0]) == (1000, opening(TODAY))
    rows = await ask.rows("hashkey", f"{path}&startTime={_seconds(9)}000&endTime={_seconds(7)}000")
    assert [row[0] // 1000 for row in rows] == [_seconds(9), _seconds(8), _seconds(7)]
    assert rows[0][4:9] == ["1690.00", "20.00000000", 0, "33790.00000000", 7]


async def test_hashkey_refuses(ask: Client) -> None:
    """HashKey refuses with a code in text and status 400, and lists spot apart from futures."""
    wrong = {"symbol=NOPE&interval=1d": "-100010", "symbol=LUNAUSDT&interval=1d": "-100010", "interval=1d": "0001",
             "symbol=BTCUSDT&interval=7d": "0001", "symbol=BTCUSDT&interval=1d&limit=x": "0001"}  # fmt: skip
    for query, code in wrong.items():
        got = await ask.get("hashkey", f"/quote/v1/klines?{query}")
        assert (got.status, got.json["code"]) == (400, code)
    info = (await ask.get("hashkey", "/api/v1/exchangeInfo")).json
    assert [(each["symbol"], each["status"]) for each in info["symbols"]] == [
        ("BTCUSDT", "TRADING"), ("ETHUSDT", "HALT")
    ]  # fmt: skip
    assert info["contracts"] == []


async def test_lbank_pages_forward_from_the_day_that_holds_the_time(ask: Client) -> None:
    """LBank's day opens at 16:00 UTC; 03:00 UTC lies in the day that opened before it, as in the manual's example."""
    path = "/v2/kline.do?symbol=btc_usdt&type=day1"
    rows = await ask.rows("lbank", f"{path}&size=3&time={_seconds(9, 3)}")
    assert [row[0] for row in rows] == [_seconds(9, -8), _seconds(8, -8), _seconds(7, -8)]
    assert rows[0][1:] == ["1689.00", "1691.00", "1688.00", "1690.00", "20.00000000"]
    rows = await ask.rows("lbank", f"{path}&size=2000&time={_seconds(9, -8)}")
    assert (len(rows), rows[0][0], rows[-1][0]) == (10, _seconds(9, -8), _seconds(0, -8))


async def test_lbank_refuses_in_200(ask: Client) -> None:
    """LBank says result false with a number, wants every parameter, and lists only what can be traded."""
    path = "/v2/kline.do"
    wrong = {"symbol=no_pe&type=day1&size=1&time=1": 10008, "symbol=btc_usdt&type=day1&size=1": 10001,
             "symbol=btc_usdt&type=day1&size=2001&time=1": 10003,
             "symbol=btc_usdt&type=day9&size=1&time=1": 10003}  # fmt: skip
    for query, code in wrong.items():
        got = await ask.get("lbank", f"{path}?{query}")
        assert (got.status, got.json["result"], int(got.json["error_code"])) == (200, "false", code)
    listed = (await ask.get("lbank", "/v2/accuracy.do")).json["data"]
    assert [each["symbol"] for each in listed] == ["btc_usdt"]
