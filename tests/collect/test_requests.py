"""How many requests a collection sends: the theoretical minimum, on the twin, over real HTTP."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from math import ceil

import pytest

from oracle.days import last_closed
from oracle.law.finality import GRACE
from oracle.twin import Twin
from oracle.twin.invented import many
from oracle.venues import VENUES
from oracle.venues.venue import Paging, Venue
from tests.conftest import Rig

UNTIL = date(2026, 6, 30)
NOW = datetime(2026, 6, 30, 18, 26, tzinfo=UTC)


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


@pytest.mark.parametrize("venue", VENUES)
async def test_a_backfill_takes_the_fewest_requests(rig: Callable[..., Rig], venue: str) -> None:
    """A market of 1,050 days, or of what the venue reaches back: as many candle requests as no plan could undercut."""
    facts = VENUES[venue]
    days = 300 if facts.reach_days else 1050
    home = rig(NOW)
    async with Twin(many(1, days, venue, until=UNTIL), now=NOW, gzip=False) as twin:
        outcome = await home.collect(twin, venues=frozenset((venue,)))
    closed = days - (UNTIL - last_closed(NOW, facts.opens)).days
    assert (outcome.failures, outcome.candle_pages) == ({}, minimum(facts, closed))
    assert home.stored("SELECT count(*) FROM candles") == [(closed,)]


@pytest.mark.parametrize("venue", VENUES)
async def test_a_night_takes_one_request_a_market(rig: Callable[..., Rig], venue: str) -> None:
    """The new day, the second reading of the last one, and nothing else: one request for each market, then none."""
    home = rig(NOW)
    data = many(2, 60, venue, until=UNTIL + timedelta(days=3))
    async with Twin(data, now=NOW, gzip=False) as twin:
        await home.collect(twin, venues=frozenset((venue,)))
        for night in (1, 2):
            home.now = twin.now = NOW + timedelta(days=night)
            outcome = await home.collect(twin, venues=frozenset((venue,)))
            assert (outcome.failures, outcome.candle_pages) == ({}, 2)
            again = await home.collect(twin, venues=frozenset((venue,)))
            assert again.candle_pages == 0
    opens, last = VENUES[venue].opens, last_closed(home.now, VENUES[venue].opens)
    waiting = home.stored("SELECT DISTINCT day FROM readings ORDER BY day")
    assert [day for (day,) in waiting] == [last]
    assert last_closed(home.now, opens, GRACE) <= last


async def test_a_halted_market_is_asked_once_a_night(rig: Callable[..., Rig]) -> None:
    """A market without deals for months costs its one request; its silence is believed by the second night."""
    data = many(1, 60, "binance", until=UNTIL - timedelta(days=90))
    home = rig(NOW)
    async with Twin(data, now=NOW, gzip=False) as twin:
        await home.collect(twin, venues=frozenset(("binance",)))
        home.now = twin.now = NOW + timedelta(days=1)
        outcome = await home.collect(twin, venues=frozenset(("binance",)))
    assert outcome.candle_pages == 1
