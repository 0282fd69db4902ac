"""A venue whose day is only presumed counts once its own openings prove it, and says so in its verdicts."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from oracle.law.boundary import LEAST_DAYS
from oracle.settings import Home
from oracle.twin import TwinData
from oracle.twin.invented import many
from oracle.venues import VENUES
from tests.conftest import Rig

NOW = datetime(2026, 6, 30, 18, 26, tzinfo=UTC)
DAY = NOW.date() - timedelta(days=2)
PRESUMED = [name for name, venue in VENUES.items() if not venue.opens_proven]
PROVED = ["mexc", "bithumb"]


def _judged(folder: Path, venues: list[str], days: int) -> Rig:
    """A published home after one collection of so many days of one market of each venue."""
    home = Rig(Home(folder).usable(), NOW)
    parts = {venue: many(1, days, venue, until=NOW.date()) for venue in venues}
    markets = {venue: part.markets[venue] for venue, part in parts.items()}
    rates = {code: rows for part in parts.values() for code, rows in part.rates.items()}
    outcome = asyncio.run(home.collect_all(TwinData(markets, rates, demo=True), venues=frozenset(venues)))
    assert outcome.failures == {}
    home.publish()
    return home


def _reason(home: Rig, venue: str) -> tuple[str, str]:
    """Result and words of the test on the venue's day."""
    (part,) = [each for each in home.ask("C0001", str(DAY)).venues if each.venue == venue]
    (reason,) = [each for each in part.verdicts["tax-code"].reasons if each.code.startswith("day_")]
    return reason.result, reason.text


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Rig:
    """Every venue whose day is presumed, with fewer days than prove it."""
    return _judged(tmp_path_factory.mktemp("few") / "home", PRESUMED, LEAST_DAYS - 4)


@pytest.mark.parametrize("venue", PRESUMED)
def test_a_few_days_prove_nothing(few: Rig, venue: str) -> None:
    """With fewer than thirty openings the venue's days stay undetermined, however large its turnover."""
    result, words = _reason(few, venue)
    assert (result, "are needed" in words) == ("open", True)
    verdicts = few.sql(
        f"SELECT DISTINCT verdict FROM verdicts WHERE rulebook = 'hundred-million' AND venue = '{venue}'"
    )
    assert verdicts
    assert "eligible" not in {word for (word,) in verdicts}


@pytest.fixture(scope="module")
def enough(tmp_path_factory: pytest.TempPathFactory) -> Rig:
    """Two such venues with forty days."""
    return _judged(tmp_path_factory.mktemp("enough") / "home", PROVED, LEAST_DAYS + 10)


@pytest.mark.parametrize("venue", PROVED)
def test_thirty_openings_prove_the_day(enough: Rig, venue: str) -> None:
    """The same venue with forty days on one boundary has proved when its day opens."""
    result, words = _reason(enough, venue)
    assert (result, "no candle at another time" in words) == ("passed", True)


async def test_one_opening_elsewhere_spoils_the_proof(rig: Callable[..., Rig]) -> None:
    """Where another market of the venue opens at another hour, nothing is proved, and the other hour is kept."""
    home = rig(NOW)
    data = many(2, LEAST_DAYS + 10, "mexc", until=NOW.date())
    on, off = data.markets["mexc"]
    mixed = TwinData({"mexc": (on, replace(off, opens_hours=-8))}, data.rates, demo=True)
    outcome = await home.collect_all(mixed, venues=frozenset(("mexc",)))
    assert outcome.failures == {}
    home.publish()
    result, words = _reason(home, "mexc")
    assert (result, "candles opened at another time" in words) == ("open", True)
    assert home.sql("SELECT DISTINCT reason FROM quarantine") == [("opening_off_boundary",)]


async def test_a_stated_day_needs_no_proof(rig: Callable[..., Rig]) -> None:
    """Of a venue whose manual tells its day, the verdict does not speak of it."""
    home = rig(NOW)
    await home.collect_all(many(1, 5, "binance", until=NOW.date()), venues=frozenset(("binance",)))
    home.publish()
    assert home.sql("SELECT count(*) FROM verdicts WHERE contains(reasons, '\"day_')") == [(0,)]
