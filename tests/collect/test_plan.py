"""What is asked for: the missing days and those worth another reading, in the fewest pages."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle.collect.plan import Known, estimate, needed, next_page, without
from oracle.days import Span, merged
from oracle.venues import VENUES
from oracle.venues.venue import Paging, Venue

LAST = date(2026, 3, 13)


def day(back: int) -> date:
    """So many days before the last closed one."""
    return LAST - timedelta(days=back)


def span(back: int, until: int = 0) -> Span:
    """From so many days back until so many days back."""
    return Span(day(back), day(until))


def held(venue: Venue, page: Span) -> Span:
    """The days whose rows an answer to `page` holds if every day has one."""
    if venue.paging is Paging.OLDEST:
        return Span(page.first, min(page.last, page.first + timedelta(days=venue.page_days - 1)))
    return page.newest(venue.page_days)


def fewest(page_days: int, days: set[date]) -> int:
    """How many pages of so many consecutive days cover all of these: the newest day needs one, and it reaches back."""
    count, left = 0, sorted(days)
    while left:
        reach = left[-1] - timedelta(days=page_days - 1)
        left = [each for each in left if each < reach]
        count += 1
    return count


gaps = st.lists(st.tuples(st.integers(0, 2500), st.integers(0, 700)), min_size=1, max_size=6)


@given(st.sampled_from(list(VENUES.values())), gaps)
def test_pages_are_the_fewest_that_cover_what_is_needed(venue: Venue, many: list[tuple[int, int]]) -> None:
    """Whatever is missing: every needed day is asked for, in as few pages as any covering of these days takes."""
    need = merged(span(start + length, start) for start, length in many)
    days = {each for part in need for each in part.days()}
    count, left = 0, need
    while left:
        page = next_page(venue, left)
        assert venue.paging is not Paging.RANGE or len(page) <= venue.page_days
        assert {page.first, page.last} <= days
        left = without(left, held(venue, page))
        count += 1
    assert count == fewest(venue.page_days, days)


def test_the_second_reading_rides_with_the_next_day() -> None:
    """Yesterday is missing, the day before awaits its second reading: one page of two days."""
    known = Known({"BTCUSDT": [Span(date(2017, 7, 1), day(1))]}, {"BTCUSDT": [span(1, 1)]})
    need = needed(VENUES["binance"], Span(date(2017, 7, 1), LAST), known, "BTCUSDT")
    assert need == [span(1)]
    assert next_page(VENUES["binance"], need) == span(1)


def test_days_outside_of_the_wish_are_not_read_again() -> None:
    """A doubtful day last year is no business of a run that was asked for this month."""
    known = Known({"X": [Span(date(2017, 7, 1), LAST)]}, {"X": [span(400, 400), span(3, 3)]})
    assert needed(VENUES["binance"], span(10), known, "X") == [span(3, 3)]


def test_again_means_every_day() -> None:
    """--again asks for days that are final too."""
    known = Known({"X": [Span(date(2017, 7, 1), LAST)]})
    assert needed(VENUES["binance"], span(10), known, "X") == []
    assert needed(VENUES["binance"], span(10), known, "X", again=True) == [span(10)]


@pytest.mark.parametrize(
    ("venue", "least", "most"),
    [
        # the list, and for a market that was never asked about: a page at least; all pages, the end, and that once more
        ("binance", 1 + 1, 1 + 4 + 2),
        ("okx", 1 + 1, 1 + 12 + 2),
        ("coinbase", 1 + 1, 1 + 14 + 2),
        # answers for its newest days only
        ("kraken", 1 + 1, 1 + 1),
    ],
)
def test_an_estimate_tells_what_is_not_known(venue: str, least: int, most: int) -> None:
    """Before a market's history was met its length is open: requests at least and at most."""
    facts = VENUES[venue]
    days = Span(max(facts.first_day, day(719 - 1)) if facts.reach_days else facts.first_day, LAST)
    told = estimate(facts, days, Known(), ["X"])
    assert (told.markets, told.least, told.most) == (1, least, most)
    assert told.least_minutes * facts.pace_per_minute == pytest.approx(least)


def test_an_estimate_is_exact_where_the_beginning_is_known() -> None:
    """A market whose beginning was met needs one page for its new day, and a final one none."""
    whole = Span(VENUES["okx"].first_day, day(1))
    known = Known({"A": [whole], "B": [Span(whole.first, LAST)]}, {}, {"A": day(500), "B": day(500)})
    told = estimate(VENUES["okx"], Span(whole.first, LAST), known, ["A", "B"])
    assert (told.least, told.most) == (2, 2)


def test_days_before_a_known_beginning_are_not_asked_for() -> None:
    """Coinbase answers no whole history: a page without a row before the first candle shows where a market begins."""
    coinbase = VENUES["coinbase"]
    days = Span(coinbase.first_day, LAST)
    begun = Known({"X": [span(359, 1)]}, {}, {"X": day(59)})
    assert needed(coinbase, days, begun, "X") == [span(0)]
    doubtful = Known({"X": [span(359, 1)]}, {"X": [span(70, 70)]}, {"X": day(59)})
    assert needed(coinbase, days, doubtful, "X") == [span(70, 70), span(0)]
    open_ended = Known({"X": [span(300, 1)]}, {}, {"X": day(59)})
    assert needed(coinbase, days, open_ended, "X") == [Span(coinbase.first_day, day(301)), span(0)]
