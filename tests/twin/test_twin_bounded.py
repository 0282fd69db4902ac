"""The stand-ins of Bitstamp, Bitfinex, Crypto.com and Gemini keep their venue's contract."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from made import CANDLES, DAYS, IDLE, TODAY, Client, asking, opening, row

from oracle.twin import TwinData, TwinMarket

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def ask() -> AsyncIterator[Client]:
    async with asking() as client:
        yield client


def _days_ago(days: int) -> int:
    return opening(TODAY - timedelta(days=days))


def _seconds(days: int) -> int:
    return _days_ago(days) // 1000


async def test_bitstamp_counts_back_from_the_end(ask: Client) -> None:
    """Bitstamp answers oldest first, needs a limit of at most 1000, and heeds `start` only where there is no `end`."""
    path = "/api/v2/ohlc/btcusdt/?step=86400"
    rows = await ask.rows("bitstamp", f"{path}&limit=2&start={_seconds(900)}&end={_seconds(7) + 5}")
    assert [row["timestamp"] for row in rows] == [str(_seconds(8)), str(_seconds(7))]
    rows = await ask.rows("bitstamp", f"{path}&limit=2&start={_seconds(900) - 5}")
    assert [row["timestamp"] for row in rows] == [str(_seconds(900)), str(_seconds(899))]
    assert len(await ask.rows("bitstamp", f"{path}&limit=1000")) == 1000
    rows = await ask.rows("bitstamp", f"{path}&limit=1&exclude_current_candle=true")
    assert rows == [{"timestamp": str(_seconds(1)), "open": "1697.00", "high": "1699.00", "low": "1696.00",
                     "close": "1698.00", "volume": "20.00000000"}]  # fmt: skip
    for query in ("step=86400", "step=86400&limit=1001", "step=86400&limit=0", "step=90&limit=1"):
        assert (await ask.get("bitstamp", f"/api/v2/ohlc/btcusdt/?{query}")).status == 400
    got = await ask.get("bitstamp", "/api/v2/ohlc/nope/?step=86400&limit=1")
    assert (got.status, got.json) == (404, {"error": "Not found"})


async def test_bitstamp_lists_perpetuals_too(ask: Client) -> None:
    """Bitstamp's list says of each market whether it is spot and whether it trades."""
    listed = (await ask.get("bitstamp", "/api/v2/markets/")).json
    assert [(each["market_symbol"], each["trading"], each["market_type"]) for each in listed] == [
        ("btcusdt", "Enabled", "SPOT"), ("ethusdt", "Disabled", "SPOT"), ("btcusd-perp", "Enabled", "PERPETUAL")
    ]  # fmt: skip


async def test_bitfinex_sorts_as_it_is_asked(ask: Client) -> None:
    """Bitfinex answers newest first, or oldest first with sort=1, both bounds counted in, 100 rows unless asked."""
    path = "/v2/candles/trade:1D:tBTCUST/hist"
    rows = await ask.rows("bitfinex", path)
    assert (len(rows), rows[0][0]) == (100, opening(TODAY))
    assert len(await ask.rows("bitfinex", f"{path}?limit=10000")) == DAYS - 1  # but the day without a trade
    bounds = f"start={_days_ago(9)}&end={_days_ago(7)}"
    rows = await ask.rows("bitfinex", f"{path}?{bounds}&limit=2")
    assert [row[0] for row in rows] == [_days_ago(7), _days_ago(8)]
    rows = await ask.rows("bitfinex", f"{path}?{bounds}&limit=2&sort=1")
    assert [row[0] for row in rows] == [_days_ago(9), _days_ago(8)]
    assert rows[0][1:] == ["1689.00", "1690.00", "1691.00", "1688.00", "20.00000000"]  # open, close, high, low
    wanted = {
        f"{path}?limit=10001": "limit: invalid",
        f"{path}?sort=2": "sort: invalid",
        path.replace("BTC", "NOPE"): "symbol: invalid",
        path.replace("1D", "1h"): "timeframe: invalid",
    }
    for wrong, words in wanted.items():
        got = await ask.get("bitfinex", wrong)
        assert (got.status, got.json) == (500, ["error", 10020, words])


async def test_bitfinex_has_codes_of_its_own(ask: Client) -> None:
    """Bitfinex calls USDT UST, writes a colon where a code is longer than three letters, and gives lists on demand."""
    pairs = (("BTC", "USDT"), ("DOGE", "USD"), ("ALGO", "USDT"))
    markets = tuple(TwinMarket(base, quote, (row(TODAY, 1),)) for base, quote in pairs)
    ask.twin.data = TwinData({"bitfinex": markets}, {}, demo=False)
    got = await ask.get("bitfinex", "/v2/conf/pub:list:pair:exchange,pub:map:currency:sym,pub:list:nothing")
    assert got.json == [
        ["BTCUST", "DOGE:USD", "ALGUST", "TESTBTC:TESTUSD"],
        [["UST", "USDt"], ["ALG", "ALGO"]],
        [],
    ]
    assert len(await ask.rows("bitfinex", "/v2/candles/trade:1D:tDOGE:USD/hist")) == 1


async def test_cryptocom_counts_neither_bound_in(ask: Client) -> None:
    """Crypto.com answers oldest first, 25 rows unless asked for up to 300, the newest between its two bounds."""
    path = "/exchange/v1/public/get-candlestick?instrument_name=BTC_USDT&timeframe=1D"
    rows = await ask.rows("cryptocom", path)
    assert (len(rows), rows[-1]["t"]) == (25, opening(TODAY))
    assert len(await ask.rows("cryptocom", f"{path}&count=1000")) == 300
    rows = await ask.rows("cryptocom", f"{path}&start_ts={_days_ago(9)}&end_ts={_days_ago(6)}")
    assert [row["t"] for row in rows] == [_days_ago(8), _days_ago(7)]
    assert rows[0] == {"o": "1690.00", "h": "1692.00", "l": "1689.00", "c": "1691.00", "v": "20.00000000",
                       "t": _days_ago(8)}  # fmt: skip
    rows = await ask.rows("cryptocom", f"{path}&start_ts={_days_ago(900)}&end_ts={_days_ago(6)}&count=1")
    assert [row["t"] for row in rows] == [_days_ago(7)]
    for wrong in (path.replace("BTC", "LUNA"), path.replace("1D", "1h"), f"{path}&count=x"):
        got = await ask.get("cryptocom", wrong)
        assert (got.status, got.json["code"]) == (400, 40004)
    listed = (await ask.get("cryptocom", "/exchange/v1/public/get-instruments")).json["result"]["data"]
    assert [(each["symbol"], each["inst_type"], each["tradable"]) for each in listed] == [
        ("BTC_USDT", "CCY_PAIR", True), ("ETH_USDT", "CCY_PAIR", False), ("BTCUSD-PERP", "PERPETUAL_SWAP", True)
    ]  # fmt: skip


async def test_gemini_has_one_window(ask: Client) -> None:
    """Gemini answers newest first with the newest 365 rows, whatever is wanted, and forgets what was delisted."""
    rows = await ask.rows("gemini", "/v2/candles/BTCUSDT/1day?since=1&limit=3")
    assert [len(rows), rows[0][0], rows[-1][0]] == [365, opening(TODAY), _days_ago(364)]
    assert rows[1][1:] == ["1697.00", "1699.00", "1696.00", "1698.00", "20.00000000"]
    for wrong in ("/v2/candles/lunausdt/1day", "/v2/candles/btcusdt/7d"):
        got = await ask.get("gemini", wrong)
        assert (got.status, got.json["result"], got.json["reason"]) == (400, "error", "Bad Request")
    assert (await ask.get("gemini", "/v1/symbols")).json == ["btcusdt", "ethusdt", "btcgusdperp"]
    listed = (await ask.get("gemini", "/v1/symbols/details/all")).json
    assert [(each["symbol"], each["status"], each["product_type"]) for each in listed] == [
        ("BTCUSDT", "open", "spot"), ("ETHUSDT", "closed", "spot"), ("BTCGUSDPERP", "open", "swap")
    ]  # fmt: skip
    assert (await ask.get("gemini", "/v1/symbols/details/ethusdt")).json == listed[1]
    assert (await ask.get("gemini", "/v1/symbols/details/nope")).status == 404


async def test_a_day_without_trades(ask: Client) -> None:
    """Bitfinex leaves it out, the other three have a row of no volume."""
    for venue, first, volume in (("bitstamp", "timestamp", "volume"), ("cryptocom", "t", "v"), ("gemini", 0, 5)):
        path = CANDLES[venue].replace("limit=3", "limit=9").replace("count=3", "count=9")
        idle = {str(row[first])[:10]: row[volume] for row in await ask.rows(venue, path)}
        assert idle[str(opening(IDLE) // 1000)] == "0.00000000"
    bitfinex = await ask.rows("bitfinex", CANDLES["bitfinex"].replace("limit=3", "limit=9"))
    assert opening(IDLE) not in {row[0] for row in bitfinex}
