"""UTC days of a venue whose own day opens at another hour: a second view, beside what the law asks for."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import aiohttp
import pytest

from oracle.collect.context import Sources
from oracle.collect.forecast import forecast
from oracle.collect.plan import Wanted
from oracle.days import Span
from oracle.store.writer import Store
from oracle.twin import Twin
from oracle.twin.invented import many
from oracle.venues import UTC_VIEWS, VENUES
from tests.conftest import Rig

NOW = datetime(2026, 6, 30, 18, 26, tzinfo=UTC)
HTX = frozenset(("htx",))
DAYS = 100


async def _collected(home: Rig, twin: Twin) -> int:
    outcome = await home.collect(
        twin, venues=HTX, sources=Sources(twin.endpoints(), paced=False, timeout=5, utc_days=True)
    )
    assert outcome.failures == {}
    return outcome.candle_pages


async def _hours(twin: Twin, symbol: str, day: date) -> list[dict[str, Decimal]]:
    """The 24 hours of a UTC day as the venue tells them, oldest first."""
    opening = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    url = f"{twin.endpoint('htx')}/market/history/candles?symbol={symbol}&period=60min&from={opening}"
    async with aiohttp.ClientSession() as session, session.get(f"{url}&to={opening + 23 * 3600}&size=24") as answer:
        told = json.loads(await answer.read(), parse_float=Decimal, parse_int=Decimal)
    return sorted(told["data"], key=lambda each: each["id"])


async def test_utc_days_are_the_sums_of_their_hours(rig: Callable[..., Rig]) -> None:
    """Every UTC day that has all its hours is there, its figures are those of the hours, its page is in the archive."""
    home = rig(NOW)
    async with Twin(many(1, DAYS, "htx", until=NOW.date()), now=NOW, gzip=False) as twin:
        await _collected(home, twin)
        home.publish()
        figures_told = "open, high, low, close, base_volume, turnover_quote"
        rows = home.sql(f"SELECT day, {figures_told}, observation FROM utc_days ORDER BY day")
        days = [row[0] for row in rows]
        # The venue's oldest day opened at 16:00 UTC: the UTC day before it lacks its hours.
        assert days == list(Span(NOW.date() - timedelta(days=DAYS - 1), NOW.date() - timedelta(days=1)).days())
        for day, *figures, observation in (rows[0], rows[50], rows[-1]):
            hours = await _hours(twin, "c0001usdt", day)
            assert len(hours) == 24
            expected = [
                hours[0]["open"],
                max(each["high"] for each in hours),
                min(each["low"] for each in hours),
                hours[-1]["close"],
                sum(each["amount"] for each in hours),
                sum(each["vol"] for each in hours),
            ]
            assert figures == expected
            assert home.sql(f"SELECT kind FROM observations WHERE sha256 = '{observation}'") == [("hours",)]
        assert await _collected(home, twin) == 0


async def test_the_view_changes_nothing_that_the_law_uses(rig: Callable[..., Rig]) -> None:
    """With and without the UTC days, the venue's own days, verdicts, turnover and quotations are the same."""
    plain, both = rig(NOW, "plain"), rig(NOW, "both")
    async with Twin(many(2, DAYS, "htx", until=NOW.date()), now=NOW, gzip=False) as twin:
        await plain.collect(twin, venues=HTX)
        await _collected(both, twin)
    plain.publish()
    both.publish()
    assert plain.figures() == both.figures()
    assert plain.sql("FROM utc_days") == []
    assert both.sql("SELECT count(DISTINCT venue), min(venue) FROM candles") == [(1, "htx")]


async def test_the_view_is_planned_and_asked_only_when_wished(rig: Callable[..., Rig]) -> None:
    """The plan tells the hours as a line of its own; without the wish no hour is asked for."""
    home = rig(NOW)
    async with Twin(many(1, DAYS, "htx", until=NOW.date()), now=NOW, gzip=False) as twin:
        await home.collect(twin, venues=HTX)
        assert [each for each in twin.requests if each.query.get("period") == "60min"] == []
    with Store(home.home.store) as store:
        plans = forecast(store, Wanted(venues=HTX), Sources(utc_days=True), NOW)
    assert [each.venue for each in plans] == ["htx", "htx-utc"]
    assert plans[0].least == 1
    assert plans[1].least >= 1


@pytest.mark.parametrize("name", UTC_VIEWS)
def test_a_view_opens_at_midnight_and_asks_for_whole_days(name: str) -> None:
    """Only venues whose own day opens elsewhere have one; a page holds whole days of 24 hours."""
    venue, view = VENUES[name], UTC_VIEWS[name]
    assert (bool(venue.opens), view.opens) == (True, timedelta())
    asked = view.ask_candles("btcusdt", Span(date(2025, 3, 14), date(2025, 3, 16)))
    assert asked.params["size"] == 72
    assert view.page_days * 24 <= 1000
