"""ccxt, which knows the real venues, is at home with every twin: its own calls work and give the twin's rows."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import ccxt.async_support as ccxt
import pytest

from oracle.twin import Twin, TwinData
from oracle.twin.invented import invented

NOW = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)
DAY = timedelta(days=1)
CASES = {
    "binance": ("binance", "BTC/USDT"),
    "bybit": ("bybit", "ETH/USDT"),
    "okx": ("okx", "BTC/USDT"),
    "bitget": ("bitget", "SOL/USDT"),
    "coinbase": ("coinbaseexchange", "BTC/EUR"),
    "kraken": ("kraken", "DOGE/USD"),
    "upbit": ("upbit", "BTC/KRW"),
    "htx": ("htx", "LTC/USDT"),
    "kucoin": ("kucoin", "SOL/USDT"),
    "gate": ("gate", "ETH/USDT"),
    "mexc": ("mexc", "BTC/USDT"),
    "bingx": ("bingx", "ETH/USDT"),
    "bitstamp": ("bitstamp", "BTC/EUR"),
    "bitfinex": ("bitfinex", "DOGE/USD"),
    "cryptocom": ("cryptocom", "SOL/USDT"),
    "gemini": ("gemini", "ETH/USD"),
    "bithumb": ("bithumb", "BTC/KRW"),
    "whitebit": ("whitebit", "SOL/USDT"),
    "hashkey": ("hashkey", "ETH/USDT"),
    "lbank": ("lbank", "DOGE/USDT"),
}
OPENS = {"htx": -timedelta(hours=8), "lbank": -timedelta(hours=8), "bithumb": -timedelta(hours=9)}
SEOUL = timedelta(hours=9)


@cache
def data() -> TwinData:
    """Every venue, for so long that some need two pages."""
    return invented(NOW, days=230)


def _pointed(name: str, base: str) -> Any:
    """The ccxt exchange with all its addresses leading to the twin, its clock to the twin's now, markets spot only."""
    types: Any = {"spot": True, "linear": False, "inverse": False} if name == "htx" else ["spot"]
    options = {"fetchMarkets": {"types": types}}
    exchange = getattr(ccxt, CASES[name][0])({"enableRateLimit": False, "options": options})

    def led(urls: Any) -> Any:
        if isinstance(urls, dict):
            return {key: led(value) for key, value in urls.items()}
        return re.sub(r"^https?://[^/]+", base, urls) if isinstance(urls, str) else urls

    exchange.urls = {**exchange.urls, "api": led(exchange.urls["api"])}
    exchange.milliseconds = lambda: int(NOW.timestamp() * 1000)
    return exchange


def _expected(name: str, first: datetime, limit: int) -> list[tuple[int, Decimal, Decimal]]:
    base, quote = CASES[name][1].split("/")
    market = next(market for market in data().markets[name] if (market.base, market.quote) == (base, quote))
    opened = [
        (datetime(row.day.year, row.day.month, row.day.day, tzinfo=UTC) + OPENS.get(name, timedelta()), row)
        for row in market.rows
    ]
    rows = [(at, row) for at, row in opened if first <= at <= NOW][:limit]
    return [(int(at.timestamp() * 1000), Decimal(row.close), Decimal(row.base_volume)) for at, row in rows]


@pytest.mark.parametrize("name", CASES)
async def test_ccxt_speaks(name: str) -> None:
    """What load_markets and fetch_ohlcv of ccxt find is the twin's: markets, times, closes, volumes, old and new."""
    symbol = CASES[name][1]
    async with Twin(data(), now=NOW) as twin:
        exchange = _pointed(name, twin.endpoint(name))
        try:
            markets = await exchange.load_markets()
            assert markets[symbol]["active"] is not False
            assert {market["symbol"] for market in markets.values() if market["spot"]} == {
                f"{market.base}/{market.quote}" for market in data().markets[name]
            }
            for days_ago in (210, 100, 6):
                first = datetime(NOW.year, NOW.month, NOW.day, tzinfo=UTC) - days_ago * DAY
                since = int(first.timestamp() * 1000)
                # ccxt does not tell Bithumb from when on: the page counts back from `to`, in Korean time.
                more = {"to": f"{first + 20 * DAY + SEOUL:%Y-%m-%d %H:%M:%S}"} if name == "bithumb" else {}
                rows = await exchange.fetch_ohlcv(symbol, "1d", since, 20, more)
                got = [(at, Decimal(repr(close)), Decimal(repr(volume))) for at, _, _, _, close, volume in rows]
                wanted = _expected(name, first, 20)
                assert [row[:2] for row in got] == [row[:2] for row in wanted]
                assert all(abs(row[2] - want[2]) <= want[2] / 10**14 for row, want in zip(got, wanted, strict=True))
        finally:
            await exchange.close()
