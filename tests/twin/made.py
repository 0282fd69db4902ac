"""A few markets made by hand, and a bare client to ask the twin with."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import aiohttp

from oracle.twin import Fault, RateRow, Row, Twin, TwinData, TwinMarket

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)  # a Saturday
TODAY = NOW.date()
DAY_MS = 86_400_000
DAYS = 1_600  # more than any page, and more than OKX's and Bitget's recent answers reach
IDLE = TODAY - timedelta(days=5)
VENUES = (
    *("binance", "bybit", "okx", "bitget", "coinbase", "kraken", "upbit", "htx"),
    *("kucoin", "gate", "mexc", "bingx", "bitstamp", "bitfinex", "cryptocom", "gemini"),
    *("bithumb", "whitebit", "hashkey", "lbank"),
)
# Hours from midnight UTC of a day's label to its opening, where it is another than midnight.
OPENS_HOURS = {"htx": -8, "lbank": -8, "bithumb": -9}

# One request of two closed days and today for each venue, as its own documentation has it.
FIRST = TODAY - timedelta(days=2)


def opening(day: date, hours: int = 0) -> int:
    """Milliseconds of the day's opening, so many hours from midnight UTC."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000) + hours * 3_600_000


CANDLES = {
    "binance": f"/api/v3/klines?symbol=BTCUSDT&interval=1d&startTime={opening(FIRST)}",
    "bybit": f"/v5/market/kline?category=spot&symbol=BTCUSDT&interval=D&start={opening(FIRST)}",
    "okx": f"/api/v5/market/candles?instId=BTC-USDT&bar=1Dutc&before={opening(FIRST) - 1}",
    "bitget": f"/api/v2/spot/market/candles?symbol=BTCUSDT&granularity=1Dutc&startTime={opening(FIRST)}",
    "coinbase": f"/products/BTC-USDT/candles?granularity=86400&start={opening(FIRST) // 1000}&end=1768046400",
    "kraken": f"/0/public/OHLC?pair=XBTUSDT&interval=1440&since={opening(FIRST) // 1000 - 1}",
    "upbit": "/v1/candles/days?market=USDT-BTC&count=3",
    "htx": "/market/history/candles?symbol=btcusdt&period=1day&size=3",
    "kucoin": f"/api/v1/market/candles?symbol=BTC-USDT&type=1day&startAt={opening(FIRST) // 1000}",
    "gate": f"/api/v4/spot/candlesticks?currency_pair=BTC_USDT&interval=1d&from={opening(FIRST) // 1000}",
    "mexc": "/api/v3/klines?symbol=BTCUSDT&interval=1d&limit=3",
    "bingx": f"/openApi/spot/v1/market/kline?symbol=BTC-USDT&interval=1d&timeZone=0&startTime={opening(FIRST) - 1}",
    "bitstamp": "/api/v2/ohlc/btcusdt/?step=86400&limit=3",
    "bitfinex": "/v2/candles/trade:1D:tBTCUST/hist?limit=3",
    "cryptocom": "/exchange/v1/public/get-candlestick?instrument_name=BTC_USDT&timeframe=1D&count=3",
    "gemini": "/v2/candles/btcusdt/1day",  # the newest 365 days, whatever is wanted
    "bithumb": "/v1/candles/days?market=USDT-BTC&count=3",
    "whitebit": f"/api/v1/public/kline?market=BTC_USDT&interval=1d&start={opening(FIRST) // 1000}",
    "hashkey": f"/quote/v1/klines?symbol=BTCUSDT&interval=1d&startTime={opening(FIRST)}",
    "lbank": f"/v2/kline.do?symbol=btc_usdt&type=day1&size=4&time={opening(FIRST, -8) // 1000}",
}


def row(day: date, at: int) -> Row:
    """A day of price 100 + at, so that every day has a close of its own."""
    price = 100 + at
    volume = "0.00000000" if day == IDLE else "20.00000000"
    turnover = "0.00000000" if day == IDLE else f"{price * 20 - 10}.00000000"
    opened, high, low, closed = (f"{price + more}.00" for more in (-1, 1, -2, 0))
    return Row(day, opened, high, low, closed, volume, turnover, trades=7, vwap=f"{price - 1}.5")


def made() -> TwinData:
    """Every venue with the same three markets up to tomorrow, one of them halted, another delisted, and three rates."""
    first = TODAY - timedelta(days=DAYS - 1)
    rows = tuple(row(first + timedelta(days=at), at) for at in range(DAYS + 1))
    dearer = tuple(row(first + timedelta(days=at), at + 5_000) for at in range(DAYS + 1))
    markets = (
        TwinMarket("BTC", "USDT", rows),
        TwinMarket("ETH", "USDT", dearer, "halted"),
        TwinMarket("LUNA", "USDT", rows[:900], "delisted"),
    )
    days = (date(2026, 1, 8), date(2026, 1, 9), TODAY, TODAY + timedelta(days=1), TODAY + timedelta(days=2))
    dollar = tuple(RateRow(day, 1, f"80.{at}000") for at, day in enumerate(days))
    yen = tuple(RateRow(day, 100, f"5{at}.1230") for at, day in enumerate(days))
    return TwinData(dict.fromkeys(VENUES, markets), {"USD": dollar, "JPY": yen}, demo=False)


DATA = made()


@dataclass(frozen=True)
class Got:
    """An answer as it came, its body after decompression."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body with its numbers as the text they were."""
        return json.loads(self.body, parse_float=str)


class Client:
    """Asks one twin; redirects are not followed."""

    def __init__(self, twin: Twin, session: aiohttp.ClientSession) -> None:
        self.twin = twin
        self._session = session

    async def get(self, venue: str, path: str) -> Got:
        """One GET below the venue's prefix."""
        async with self._session.get(self.twin.endpoint(venue) + path, allow_redirects=False) as response:
            return Got(response.status, dict(response.headers), await response.read())

    async def rows(self, venue: str, path: str) -> list[Any]:
        """The rows of the answer to a request for candles, in the order they came."""
        return rows_of(venue, (await self.get(venue, path)).json)


def rows_of(venue: str, value: Any) -> list[Any]:
    """The rows within the venue's wrapping."""
    if venue == "bybit":
        value = value["result"]["list"]
    elif venue == "whitebit":
        value = value["result"]
    elif venue in {"okx", "bitget", "htx", "kucoin", "bingx", "lbank"}:
        value = value["data"]
    elif venue == "bitstamp":
        value = value["data"]["ohlc"]
    elif venue == "cryptocom":
        value = value["result"]["data"]
    elif venue == "kraken":
        value = next(rows for key, rows in value["result"].items() if key != "last")
    return list(value)


@asynccontextmanager
async def asking(*faults: Fault, now: datetime = NOW, data: TwinData = DATA) -> AsyncIterator[Client]:
    """A twin of the hand-made data and a client to it."""
    async with Twin(data, now=now, faults=faults) as twin, aiohttp.ClientSession() as session:
        yield Client(twin, session)
