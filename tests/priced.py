"""A home in which two venues qualify, with figures that can be multiplied by hand."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from oracle.settings import Home
from oracle.twin import RateRow, Row, TwinData, TwinMarket
from tests.conftest import Rig

NOW = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)
FIRST, LAST = date(2022, 12, 1), date(2026, 3, 13)


def market(base: str, quote: str, price: int, volume: int) -> TwinMarket:
    """Dearer by one on each day of the month; closes at a half and five hundredths."""
    rows = []
    for day in (FIRST + timedelta(at) for at in range((LAST - FIRST).days + 1)):
        whole = price + day.day
        figures = (f"{whole}", f"{whole + 2}", f"{whole - 2}", f"{whole + 1}.55", f"{volume}", f"{whole * volume}")
        rows.append(Row(day, *figures))
    return TwinMarket(base, quote, tuple(rows))


def two_venues() -> TwinData:
    """Binance and OKX above the floor, Bybit below it; the dollar at 80 and the euro at 90 and the day's hundredths."""
    days = [FIRST - timedelta(30) + timedelta(at) for at in range((LAST - FIRST).days + 31)]
    usdt = TwinMarket(
        "USDT", "EUR", tuple(Row(day, "0.91", "0.92", "0.90", "0.9155", "1000", "910") for day in days if day >= FIRST)
    )
    working = [day for day in days if day.weekday() not in (6, 0)]
    return TwinData(
        {
            "binance": (market("BTC", "USDT", 100_000, 15_000), market("BTC", "EUR", 88_000, 20), usdt),
            "okx": (market("BTC", "USDT", 100_010, 14_000),),
            "bybit": (market("BTC", "USDT", 100_020, 1_000),),
        },
        {
            code: tuple(RateRow(day, 1, f"{whole}.{day.day:02}") for day in working)
            for code, whole in (("USD", 80), ("EUR", 90))
        },
        demo=False,
    )


@pytest.fixture(scope="session")
def priced(tmp_path_factory: pytest.TempPathFactory) -> Rig:
    """A home that has collected it once; not to be written into."""
    rig = Rig(Home(tmp_path_factory.mktemp("priced")).usable(), NOW)
    outcome = asyncio.run(rig.collect_all(two_venues(), venues=frozenset(("binance", "okx", "bybit"))))
    assert outcome.failures == {}
    rig.publish()
    return rig
