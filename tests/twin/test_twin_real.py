"""Real days and rates come through the twin digit for digit as their sources have them."""

from __future__ import annotations

import csv
import gzip
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import aiohttp
import pytest
from real import bitget_1600, okx_estimated, real

from oracle.twin import Twin, TwinData

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
pytestmark = pytest.mark.skipif(
    not (SHARED / "data").is_dir(), reason="the shared test material lies not beside the project"
)


@pytest.fixture(scope="module")
def data() -> TwinData:
    return real(SHARED)


async def _get(twin: Twin, path: str) -> bytes:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{twin.port}/{path}") as response:
        return await response.read()


async def test_binance_byte_for_byte(data: TwinData) -> None:
    """A page of Binance's days is the recorded page, all twelve fields, and bears no mark of a demonstration."""
    path = SHARED / "data" / "candles" / "binance" / "BTCUSDT_1d.klines.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        recorded = list(csv.reader(file))[1:1001]
    numbers = {0, 6, 8}
    wanted = [[int(cell) if at in numbers else cell for at, cell in enumerate(row)] for row in recorded]
    async with Twin(data, now=datetime(2026, 5, 1, tzinfo=UTC)) as twin:
        body = await _get(twin, "binance/api/v3/klines?symbol=BTCUSDT&interval=1d&startTime=0&limit=1000")
    assert body == json.dumps(wanted, separators=(",", ":")).encode()


async def test_known_closes(data: TwinData) -> None:
    """The closes of 2024-12-31 on which independent sources agree come out of three venues' answers."""
    async with Twin(data, now=datetime(2025, 3, 1, tzinfo=UTC)) as twin:
        start = 1735603200
        binance = json.loads(
            await _get(twin, f"binance/api/v3/klines?symbol=BTCUSDT&interval=1d&startTime={start}000&limit=1")
        )
        bybit = json.loads(
            await _get(twin, f"bybit/v5/market/kline?category=spot&symbol=BTCUSDT&interval=D&start={start}000&limit=1")
        )
        page = f"coinbase/products/BTC-USD/candles?granularity=86400&start={start}&end={start}"
        coinbase = json.loads(await _get(twin, page), parse_float=Decimal)
    assert binance[0][4] == "93576.00000000"
    assert bybit["result"]["list"][0][4] == "93571.01"
    assert coinbase[0][4] == Decimal("93354.22")


async def test_kraken_has_its_means(data: TwinData) -> None:
    """Kraken's 80 recorded days carry the volume-weighted means of the record, not closes."""
    async with Twin(data, now=datetime(2024, 3, 21, 0, 5, tzinfo=UTC)) as twin:
        rows = json.loads(await _get(twin, "kraken/0/public/OHLC?pair=XBTUSD&interval=1440"))["result"]["XXBTZUSD"]
    assert len(rows) == 80
    assert rows[-1] == [1710892800, "61905.3", "64360.8", "60778.2", "63529.2", "62800.6", "2948.31501029", 33404]


async def test_official_rates(data: TwinData) -> None:
    """The official dollar on days with and without a rate of their own is the one independent sources agree on."""
    wanted = {
        date(2016, 6, 26): ("25.06.2016", "65,5287"),
        date(2021, 8, 22): ("21.08.2021", "74,3640"),
        date(2022, 3, 11): ("11.03.2022", "120,3785"),
        date(2024, 6, 13): ("12.06.2024", "89,0214"),
        date(2025, 1, 15): ("15.01.2025", "103,4380"),
    }
    async with Twin(data, now=datetime(2026, 5, 1, tzinfo=UTC)) as twin:
        for day, (dated, value) in wanted.items():
            text = (await _get(twin, f"cbr/scripts/XML_daily.asp?date_req={day:%d/%m/%Y}")).decode("cp1251")
            assert f'<ValCurs Date="{dated}"' in text
            assert f"<Name>Доллар США</Name><Value>{value}</Value>" in text


async def test_bitget_opens_in_the_afternoon() -> None:
    """Bitget's collected days open at 16:00 UTC although UTC days were asked for."""
    async with Twin(bitget_1600(SHARED), now=datetime(2023, 1, 1, tzinfo=UTC)) as twin:
        query = "symbol=BTCUSDT&granularity=1Dutc&endTime=1660100000000&limit=5"
        rows = json.loads(await _get(twin, f"bitget/api/v2/spot/market/history-candles?{query}"))["data"]
    first = datetime(2022, 8, 9, 16, tzinfo=UTC)
    assert [(int(row[0]), row[4]) for row in rows] == [(int(first.timestamp() * 1000), "23997.51")]


def test_okx_days_are_whole() -> None:
    """OKX's days are those of which all 24 hours are known, and the last hour's close is the day's."""
    rows = {row.day: row for row in okx_estimated(SHARED).markets["okx"][0].rows}
    assert date(2024, 4, 9) not in rows  # the file ends at 20:00 of that day
    row = rows[date(2022, 6, 18)]
    assert Decimal(row.low) * Decimal(row.base_volume) <= Decimal(row.turnover or 0)
    assert abs(Decimal(row.close) - Decimal("18970.79")) < 20  # Binance's close of that UTC day
