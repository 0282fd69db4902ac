"""When things are due, on simulated clocks: closes, working days, the New Year, downtime, failures."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from oracle.days import MOSCOW
from oracle.operate.due import (
    RETRY_AFTER,
    Turn,
    day_due,
    rate_day_due,
    rates_due,
    sets_rates,
    venue_due,
    wait_after_close,
)
from oracle.venues import VENUES

BINANCE, HTX, OKX = VENUES["binance"], VENUES["htx"], VENUES["okx"]


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _moscow(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MOSCOW)


def test_a_venue_is_due_five_minutes_after_its_day_has_closed() -> None:
    """Binance's day closes at 00:00 UTC, HTX's at 16:00; margin and grace pass before anybody asks."""
    assert venue_due(BINANCE, _at("2026-03-14T12:00")) == _at("2026-03-15T00:05")
    assert venue_due(BINANCE, _at("2026-03-15T00:04:59")) == _at("2026-03-15T00:05")
    htx = venue_due(HTX, _at("2026-03-14T12:00")) - _at("2026-03-14T16:00")
    assert timedelta(minutes=5) <= htx < timedelta(minutes=15)


def test_the_day_that_a_run_brings_is_the_one_that_is_due_then() -> None:
    """At the instant of the run the closed day is expected, a second before it the day before."""
    for venue in VENUES.values():
        at = venue_due(venue, _at("2026-03-14T12:00"))
        assert day_due(venue, at) - day_due(venue, at - timedelta(seconds=1)) == timedelta(days=1)
    assert day_due(HTX, _at("2026-03-14T18:00")) == date(2026, 3, 14)
    assert day_due(BINANCE, _at("2026-03-14T18:00")) == date(2026, 3, 13)


def test_a_due_instant_is_followed_by_the_next_day_s() -> None:
    """A month of firings asks every venue once a day, without one instant twice."""
    for venue in VENUES.values():
        at = _at("2025-12-20T07:00")
        fired = [at := venue_due(venue, at) for _ in range(31)]
        assert {later - earlier for earlier, later in pairwise(fired)} == {timedelta(days=1)}


def test_venues_that_close_together_do_not_start_together() -> None:
    """No two venues begin in the same second."""
    assert len({wait_after_close(venue) for venue in VENUES.values()}) == len(VENUES)


@pytest.mark.parametrize(
    ("after", "newest", "due"),
    [
        # Friday: not known yet, polls every quarter of an hour from eleven
        ("2026-03-13T08:00", "2026-03-13", "2026-03-13T11:00"),
        ("2026-03-13T11:00", "2026-03-13", "2026-03-13T11:15"),
        ("2026-03-13T12:07", "2026-03-13", "2026-03-13T12:15"),
        ("2026-03-13T18:50", "2026-03-13", "2026-03-13T19:00"),
        # out: no more that day, nor on Saturday and Sunday
        ("2026-03-13T15:45", "2026-03-14", "2026-03-16T11:00"),
        # never came: Monday again
        ("2026-03-13T19:00", "2026-03-13", "2026-03-16T11:00"),
        ("2026-03-14T12:00", "2026-03-14", "2026-03-16T11:00"),
        # the New Year: 31 December 2025 is a Wednesday, the next working day of the Bank is Friday 9 January
        ("2025-12-30T16:00", "2025-12-31", "2025-12-31T11:00"),
        ("2025-12-31T16:00", "2026-01-01", "2026-01-09T11:00"),
        ("2025-12-31T19:01", "2025-12-31", "2026-01-09T11:00"),
        ("2026-01-05T12:00", "2025-12-31", "2026-01-09T11:00"),
        ("2026-01-09T16:00", "2026-01-10", "2026-01-12T11:00"),
        # nothing known at all
        ("2026-03-11T23:00", None, "2026-03-12T11:00"),
    ],
)
def test_the_bank_is_polled_on_working_days_until_the_rate_is_out(after: str, newest: str | None, due: str) -> None:
    """The next poll after an instant in Moscow, by the newest date whose rate is known."""
    known = date.fromisoformat(newest) if newest else None
    assert rates_due(_moscow(after), known) == _moscow(due)
    assert rates_due(_moscow(after).astimezone(UTC), known) == _moscow(due)


def test_a_day_without_an_answer_is_polled_thirty_three_times() -> None:
    """From 11:00 to 19:00 both included, and then on the next working day."""
    at, polls = _moscow("2026-03-11T00:00"), 0
    while (at := rates_due(at, date(2026, 3, 11))) < _moscow("2026-03-12T00:00"):
        polls += 1
    assert polls == 33


def test_no_rates_are_set_in_the_first_eight_days_of_january_and_on_weekends() -> None:
    """The Bank's pause and its weekends."""
    days = [date(2026, 1, day) for day in range(1, 13)]
    assert [day.day for day in days if sets_rates(day)] == [9, 12]


def test_the_rate_of_today_is_expected_from_eleven_in_moscow() -> None:
    """Before that the newest day that must be known is yesterday."""
    assert rate_day_due(_moscow("2026-03-14T10:59")) == date(2026, 3, 13)
    assert rate_day_due(_moscow("2026-03-14T11:00")) == date(2026, 3, 14)


def test_a_start_is_owed_at_once_however_long_nothing_ran() -> None:
    """Before its first run a job is due now; after it when its source is."""
    turn = Turn(lambda after: venue_due(BINANCE, after))
    now = _at("2026-03-14T12:00")
    assert turn.next(now) == now
    turn.started(now)
    turn.ended(failed=False)
    assert turn.next(now + timedelta(minutes=1)) == _at("2026-03-15T00:05")


def test_a_day_that_closes_during_a_long_run_is_not_forgotten() -> None:
    """A backfill of thirty hours is followed by a run at once."""
    turn = Turn(lambda after: venue_due(OKX, after))
    turn.started(_at("2026-03-14T12:00"))
    turn.ended(failed=False)
    assert turn.next(_at("2026-03-15T18:00")) == _at("2026-03-15T18:00")


def test_a_failure_is_tried_again_soon_then_every_hour_until_it_succeeds() -> None:
    """5, 15, 30 and 60 minutes; after a success the usual time."""
    turn = Turn(lambda after: venue_due(BINANCE, after))
    now, waits = _at("2026-03-14T02:00"), []
    for _ in range(6):
        turn.started(now)
        turn.ended(failed=True)
        waits.append(turn.next(now) - now)
        now = turn.next(now)
    assert waits == [*RETRY_AFTER, RETRY_AFTER[-1], RETRY_AFTER[-1]]
    turn.started(now)
    turn.ended(failed=False)
    assert turn.next(now) == _at("2026-03-15T00:05")
