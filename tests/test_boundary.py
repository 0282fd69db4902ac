"""A venue whose day is only presumed counts once its own openings prove it, and says so in its verdicts."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from oracle.law.boundary import LEAST_DAYS
from oracle.twin import Twin, TwinData
from oracle.twin.invented import many
from oracle.venues import VENUES
from tests.conftest import Rig

NOW = datetime(2026, 6, 30, 18, 26, tzinfo=UTC)
DAY = NOW.date() - timedelta(days=2)
PRESUMED = [name for name, venue in VENUES.items() if not venue.opens_proven]


async def _reason(home: Rig, venue: str, data: TwinData) -> tuple[str, str]:
    """Result and words of the test on the venue's day, after one collection."""
    async with Twin(data, now=NOW, gzip=False) as twin:
        outcome = await home.collect(twin, venues=frozenset((venue,)))
    assert outcome.failures == {}
    home.publish()
    (part,) = [each for each in home.ask("C0001", str(DAY)).venues if each.venue == venue]
    (reason,) = [each for each in part.verdicts["tax-code"].reasons if each.code.startswith("day_")]
    return reason.result, reason.text


@pytest.mark.parametrize("venue", PRESUMED)
async def test_a_few_days_prove_nothing(rig: Callable[..., Rig], venue: str) -> None:
    """With fewer than thirty openings the venue's days stay undetermined, however large its turnover."""
    home = rig(NOW)
    result, words = await _reason(home, venue, many(1, LEAST_DAYS - 4, venue, until=NOW.date()))
    assert (result, "are needed" in words) == ("open", True)
    verdicts = home.sql("SELECT DISTINCT verdict FROM verdicts WHERE rulebook = 'hundred-million'")
    assert "eligible" not in {word for (word,) in verdicts}


@pytest.mark.parametrize("venue", ["mexc", "bithumb"])
async def test_thirty_openings_prove_the_day(rig: Callable[..., Rig], venue: str) -> None:
    """The same venue with forty days on one boundary has proved when its day opens."""
    result, words = await _reason(rig(NOW), venue, many(1, LEAST_DAYS + 10, venue, until=NOW.date()))
    assert (result, "no candle at another time" in words) == ("passed", True)


async def test_one_opening_elsewhere_spoils_the_proof(rig: Callable[..., Rig]) -> None:
    """Where another market of the venue opens at another hour, nothing is proved, and the other hour is kept."""
    home = rig(NOW)
    data = many(2, LEAST_DAYS + 10, "mexc", until=NOW.date())
    on, off = data.markets["mexc"]
    mixed = TwinData({"mexc": (on, replace(off, opens_hours=-8))}, data.rates, demo=True)
    result, words = await _reason(home, "mexc", mixed)
    assert (result, "candles opened at another time" in words) == ("open", True)
    assert home.sql("SELECT DISTINCT reason FROM quarantine") == [("opening_off_boundary",)]


async def test_a_stated_day_needs_no_proof(rig: Callable[..., Rig]) -> None:
    """Of a venue whose manual tells its day, the verdict does not speak of it."""
    home = rig(NOW)
    await home.collect_all(many(1, 5, "binance", until=NOW.date()), venues=frozenset(("binance",)))
    home.publish()
    assert home.sql("SELECT count(*) FROM verdicts WHERE contains(reasons, '\"day_')") == [(0,)]
