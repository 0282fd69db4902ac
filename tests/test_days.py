"""Trading days, Moscow dates and spans of days."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle.days import (
    Span,
    available,
    day_of,
    last_closed,
    merged,
    missing,
    moscow_date,
    opening_ms,
    parse_day,
    parse_when,
    trading_day,
    years_before,
)
from oracle.errors import QuestionError

HTX = timedelta(hours=-8)
spans = st.builds(
    lambda first, length: Span(date(2024, 1, 1) + timedelta(first), date(2024, 1, 1) + timedelta(first + length)),
    st.integers(0, 60),
    st.integers(0, 20),
)


def _days(given_spans: list[Span]) -> set[date]:
    return {day for span in given_spans for day in span.days()}


def test_htx_day_opens_the_day_before() -> None:
    """HTX's 5 July 2017 opened on the 4th at 16:00 UTC, as its own documentation shows."""
    assert trading_day(date(2017, 7, 5), HTX).opens_at == datetime(2017, 7, 4, 16, tzinfo=UTC)
    assert opening_ms(date(2017, 7, 5), HTX) == 1_499_184_000_000
    assert day_of(1_499_184_000_000, HTX) == date(2017, 7, 5)


def test_last_closed_day_needs_its_margin() -> None:
    """A day that ended half a minute ago is not closed yet under a margin of one minute."""
    midnight = datetime(2025, 3, 15, tzinfo=UTC)
    assert last_closed(midnight + timedelta(seconds=30), timedelta(), timedelta(seconds=60)) == date(2025, 3, 13)
    assert last_closed(midnight + timedelta(seconds=61), timedelta(), timedelta(seconds=60)) == date(2025, 3, 14)
    assert last_closed(datetime(2025, 3, 14, 16, tzinfo=UTC), HTX) == date(2025, 3, 14)


def test_moscow_is_three_hours_ahead() -> None:
    """An operation at 21:30 UTC belongs to the next Moscow date."""
    assert moscow_date(datetime(2025, 3, 13, 21, 30, tzinfo=UTC)) == date(2025, 3, 14)


@pytest.mark.parametrize(
    "text", ["2025-02-30", "14.03.2025", "2025-3-14", "", "tomorrow", "2025-03-14T00:00", "-1", "٢٠٢٥-٠٣-١٤"]
)
def test_malformed_dates_are_refused_with_the_right_form(text: str) -> None:
    """The message shows how a date is written."""
    with pytest.raises(QuestionError, match="YYYY-MM-DD"):
        parse_day(text)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-03-14", "2025-03-14"),
        ("2025-03-14T01:30:00+03:00", "2025-03-14"),
        ("2025-03-13T21:00:00Z", "2025-03-14"),
        ("2025-03-13T20:59:59Z", "2025-03-13"),
        ("2025-03-14T02:30:00+07:00", "2025-03-13"),
        # In winter 2012 Moscow was four hours ahead.
        ("2012-01-15T20:30:00Z", "2012-01-16"),
    ],
)
def test_an_instant_falls_on_a_moscow_date(text: str, day: str) -> None:
    """Whatever offset an instant is written with, the calendar date in Moscow counts."""
    assert parse_when(text)[0] == date.fromisoformat(day)


@pytest.mark.parametrize(
    "text", ["2025-03-14T01:30:00", "2025-03-14 01:30", "9999-12-31T23:59:59-12:00", "2025-03-14x"]
)
def test_an_instant_without_its_offset_is_refused(text: str) -> None:
    """Half past one in the morning is on another date in London: the message shows what to write."""
    with pytest.raises(QuestionError, match=r"write 2025-03-14T01:30:00\+03:00"):
        parse_when(text)


@given(st.text(max_size=30) | st.from_regex(r"\d{4}-\d\d-\d\dT\d\d:\d\d([+-]\d\d:\d\d|Z)?", fullmatch=True))
def test_whatever_is_typed_is_a_date_or_refused(text: str) -> None:
    """No text stops the program, and an instant always comes with its offset."""
    try:
        _, instant = parse_when(text)
    except QuestionError:
        return
    assert instant is None or instant.tzinfo is not None


def test_a_day_is_available_venue_by_venue() -> None:
    """HTX closes at 16:00 UTC of its day, the others eight hours later: the earliest is told first."""
    closes = {
        "okx": datetime(2026, 3, 15, tzinfo=UTC),
        "htx": datetime(2026, 3, 14, 16, tzinfo=UTC),
        "binance": datetime(2026, 3, 15, tzinfo=UTC),
    }
    assert available(closes) == ("available after 2026-03-14 16:00 UTC (htx), 2026-03-15 00:00 UTC (binance, okx)")


def test_three_years_before_a_leap_day() -> None:
    """29 February has its 28 February three years earlier."""
    assert years_before(date(2028, 2, 29), 3) == date(2025, 2, 28)
    assert years_before(date(2027, 2, 28), 3) == date(2024, 2, 28)


@given(st.lists(spans, max_size=8))
def test_merging_keeps_the_days(given_spans: list[Span]) -> None:
    """Merged spans hold the same days, do not touch, and are in order."""
    result = merged(given_spans)
    assert _days(result) == _days(given_spans)
    assert all(one.last + timedelta(days=1) < two.first for one, two in pairwise(result))


@given(spans, st.lists(spans, max_size=8))
def test_missing_days_are_those_that_nobody_holds(wanted: Span, known: list[Span]) -> None:
    """Wanted days are either known or missing, never both."""
    assert _days(missing(wanted, known)) == set(wanted.days()) - _days(known)
