"""Small homes that publish one version after another: two coins on three venues, judged by a rulebook of their own."""

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from oracle.knowledge import knowledge
from oracle.publish import Published, publish
from oracle.settings import Home
from oracle.store.writer import Store
from oracle.twin import RateRow, Row, TwinData, TwinMarket
from tests.conftest import Ran, Rig, Run, ran

NOW = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)
FIRST, LAST = date(2026, 3, 6), date(2026, 3, 13)
BOOK = Path(__file__).resolve().parents[2] / "data" / "rulebooks" / "hundred-million.toml"


def market(base: str, quote: str, price: int, volume: int, last: date = LAST) -> TwinMarket:
    """Dearer by one on each day of the month; closes at a half."""
    rows = []
    for day in (FIRST + timedelta(at) for at in range((last - FIRST).days + 1)):
        whole = price + day.day
        figures = (f"{whole}", f"{whole + 2}", f"{whole - 2}", f"{whole + 1}.5", f"{volume}", f"{whole * volume}")
        rows.append(Row(day, *figures))
    return TwinMarket(base, quote, tuple(rows))


def small() -> TwinData:
    """Binance and OKX far above the floor of the own rulebook, Bybit just above it."""
    working = [day for day in (FIRST - timedelta(9) + timedelta(at) for at in range(40)) if day.weekday() not in (6, 0)]
    return TwinData(
        {
            "binance": (market("BTC", "USDT", 60_000, 1_000), market("ETH", "USDT", 3_000, 500)),
            "okx": (market("BTC", "USDT", 60_010, 900), market("ETH", "USDT", 3_010, 400)),
            "bybit": (market("BTC", "USDT", 60_020, 21),),
        },
        {"USD": tuple(RateRow(day, 1, f"80.{day.day:02}") for day in working)},
        demo=False,
    )


def restated(data: TwinData, venue: str, base: str, day: date, close: str, times: int = 1) -> TwinData:
    """The same, but for the close of one market's day, and its volume and turnover times a number."""
    markets = tuple(
        replace(each, rows=tuple(_changed(row, close, times) if row.day == day else row for row in each.rows))
        if each.base == base
        else each
        for each in data.markets[venue]
    )
    return replace(data, markets={**data.markets, venue: markets})


def _changed(row: Row, close: str, times: int) -> Row:
    volume, turnover = (str(int(text or 0) * times) for text in (row.base_volume, row.turnover))
    return replace(row, close=close, base_volume=volume, turnover=turnover)


def own_rulebook(home: Home, floor: str) -> None:
    """The rulebook `own`: this floor in rubles, and no years of publication."""
    text = BOOK.read_text("utf-8").replace('name = "hundred-million"', 'name = "own"')
    text = text.replace('value = "100000000"', f'value = "{floor}"').replace("value = 3\n", "value = 0\n")
    folder = home.path / "rulebooks"
    folder.mkdir(exist_ok=True)
    (folder / "own.toml").write_text(text, "utf-8")


def published(rig: Rig) -> Published:
    """Publish with the rulebooks of the home; each version a minute after the one before."""
    rig.now += timedelta(minutes=1)
    with Store(rig.home.store) as store:
        return publish(store, rig.home.published, knowledge(rig.home.path), rig.now)


async def night(rig: Rig, data: TwinData, hours: int = 0) -> None:
    """Collect so many hours later."""
    rig.now += timedelta(hours=hours)
    outcome = await rig.collect_all(data, venues=frozenset(("binance", "okx", "bybit")))
    assert outcome.failures == {}


@pytest.fixture(scope="session")
def first_night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home after its first night; to be copied, not to be written into."""
    import asyncio

    rig = Rig(Home(tmp_path_factory.mktemp("first")).usable(), NOW)
    own_rulebook(rig.home, "100000000")
    asyncio.run(night(rig, small()))
    published(rig)
    return rig.home.path


@pytest.fixture
def home(first_night: Path, tmp_path: Path) -> Rig:
    """A copy of it."""
    shutil.copytree(first_night, tmp_path / "home", copy_function=shutil.copy)
    return Rig(Home(tmp_path / "home"), NOW + timedelta(minutes=1))


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Rig) -> Run:
    """Runs `oracle` in that home; exit status, stdout, stderr."""

    def command(*words: str) -> Ran:
        monkeypatch.setenv("ORACLE_HOME", str(home.home.path))
        monkeypatch.setenv("ORACLE_NOW", home.now.isoformat())
        return ran(monkeypatch, capsys, *words)

    return command
