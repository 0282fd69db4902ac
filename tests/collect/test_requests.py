"""How many requests a collection sends: the theoretical minimum, on the twin, over real HTTP."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import ceil

import pytest

from oracle.collect.context import Outcome
from oracle.days import last_closed
from oracle.law.finality import GRACE
from oracle.settings import Home
from oracle.twin import Twin, TwinData
from oracle.twin.invented import many
from oracle.venues import VENUES
from oracle.venues.venue import Paging, Venue
from tests.conftest import Rig

UNTIL = date(2026, 6, 30)
NOW = datetime(2026, 6, 30, 18, 26, tzinfo=UTC)


@dataclass(frozen=True)
class Backfilled:
    """What one collection of everything brought: its outcome; candle requests and candles by venue."""

    outcome: Outcome
    asked: Counter[str]
    candles: dict[str, int]


def minimum(venue: Venue, days: int) -> int:
    """Requests that bring `days` closed days of a market that was never asked about, and prove that it has no more."""
    pages = ceil(days / venue.page_days)
    last = last_closed(NOW, venue.opens)
    all_days = (UNTIL - venue.first_day).days
    if venue.reach_days is not None or venue.paging is Paging.OLDEST or venue.page_days >= all_days:
        # A fixed window, pages from the beginning on, or a page that holds everything: nothing is left to be proved.
        return pages
    if venue.paging is Paging.RANGE and last - timedelta(days=2 * venue.page_days) < venue.first_day:
        # The second page reaches back to the venue's own beginning.
        return 2
    # Absence is told twice: by a page that ends early and an empty one before it, or by two empty ones.
    return pages + (1 if days % venue.page_days else 2)


def served(markets: int, until: date, days: dict[str, int]) -> TwinData:
    """So many markets of every venue, each of so many days as the venue has in `days`."""
    parts = {name: many(markets, days[name], name, until=until) for name in VENUES}
    longest = max(VENUES, key=lambda name: days[name])
    return TwinData({name: part.markets[name] for name, part in parts.items()}, parts[longest].rates, demo=True)


def asked(home: Rig) -> Counter[str]:
    """How many candle requests each venue has answered so far, by the ledger."""
    query = "SELECT source, count(*) FROM observations WHERE kind = 'candles' AND outcome = 'ok' GROUP BY source"
    return Counter(dict(home.stored(query)))


BACKFILL = {name: 300 if facts.reach_days else 1050 for name, facts in VENUES.items()}


@pytest.fixture(scope="module")
def backfilled(tmp_path_factory: pytest.TempPathFactory) -> Backfilled:
    """One market of every venue, of 1,050 days or of what the venue reaches back, collected in one run."""
    home = Rig(Home(tmp_path_factory.mktemp("backfill")).usable(), NOW)

    async def collected() -> Outcome:
        async with Twin(served(1, UNTIL, BACKFILL), now=NOW, gzip=False) as twin:
            return await home.collect(twin)

    outcome = asyncio.run(collected())
    candles = dict(home.stored("SELECT venue, count(*) FROM candles GROUP BY venue"))
    return Backfilled(outcome, asked(home), candles)


@pytest.mark.parametrize("venue", VENUES)
def test_a_backfill_takes_the_fewest_requests(backfilled: Backfilled, venue: str) -> None:
    """A market of 1,050 days, or of what the venue reaches back: as many candle requests as no plan could undercut."""
    closed = BACKFILL[venue] - (UNTIL - last_closed(NOW, VENUES[venue].opens)).days
    assert backfilled.outcome.failures == {}
    assert backfilled.outcome.candle_pages == backfilled.asked.total()
    assert (backfilled.asked[venue], backfilled.candles[venue]) == (minimum(VENUES[venue], closed), closed)


async def test_a_night_takes_one_request_a_market(rig: Callable[..., Rig]) -> None:
    """The new day, the second reading of the last one, and nothing else: one request for each market, then none."""
    data = served(2, UNTIL + timedelta(days=3), dict.fromkeys(VENUES, 60))
    home = rig(NOW)
    async with Twin(data, now=NOW, gzip=False) as twin:
        await home.collect(twin)
        for night in (1, 2):
            home.now = twin.now = NOW + timedelta(days=night)
            before = asked(home)
            outcome = await home.collect(twin)
            assert (outcome.failures, outcome.candle_pages) == ({}, 2 * len(VENUES))
            assert asked(home) - before == dict.fromkeys(VENUES, 2)
            again = await home.collect(twin)
            assert again.candle_pages == 0
    waiting = home.stored("SELECT DISTINCT venue, day FROM readings ORDER BY ALL")
    assert waiting == sorted((name, last_closed(home.now, facts.opens)) for name, facts in VENUES.items())
    for facts in VENUES.values():
        assert last_closed(home.now, facts.opens, GRACE) <= last_closed(home.now, facts.opens)


async def test_a_halted_market_is_asked_once_a_night(rig: Callable[..., Rig]) -> None:
    """A market without deals for months costs its one request; its silence is believed by the second night."""
    data = many(1, 60, "binance", until=UNTIL - timedelta(days=90))
    home = rig(NOW)
    async with Twin(data, now=NOW, gzip=False) as twin:
        await home.collect(twin, venues=frozenset(("binance",)))
        home.now = twin.now = NOW + timedelta(days=1)
        outcome = await home.collect(twin, venues=frozenset(("binance",)))
    assert outcome.candle_pages == 1
