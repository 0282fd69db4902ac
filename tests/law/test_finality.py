"""When a day is final, in situations that an operator can read."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle.knowledge import knowledge
from oracle.law.boundary import LEAST_DAYS, Boundary
from oracle.law.finality import GRACE, SETTLED, due_at, is_final
from oracle.law.publication import Published
from oracle.law.turnover import Turnover
from oracle.law.verdict import verdict
from oracle.words import language

CLOSED = datetime(2026, 3, 14, tzinfo=UTC)
PLENTY = Turnover(Decimal(10) ** 12, Decimal(10) ** 12, Decimal(10) ** 12, 1, 0, ())


def after(hours: float) -> datetime:
    """So many hours after the day's close."""
    return CLOSED + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("first", "changed", "last", "final"),
    [
        # read once, right after the close
        (after(1), None, after(1), False),
        # read again at once: the grace period has not passed
        (after(1), None, after(2), False),
        # the night after
        (after(1), None, after(25), True),
        # exactly the grace period later
        (after(1), None, after(13), True),
        # the second reading told another figure: it needs a confirmation of its own
        (after(1), after(25), after(25), False),
        (after(1), after(25), after(49), True),
        # first read a month after the close
        (after(24 * 30), None, after(24 * 30), True),
        (after(24 * 30 - 1), None, after(24 * 30 - 1), False),
    ],
)
def test_a_day_is_final_by_a_second_reading_or_by_age(
    first: datetime, changed: datetime | None, last: datetime, *, final: bool
) -> None:
    """Both readings at least the grace period apart and agreed, or one reading long after the close."""
    assert is_final(first, changed, last, CLOSED) is final


instants = st.integers(0, 80 * 24).map(after)


@given(instants, st.none() | instants, instants, instants)
def test_a_later_reading_never_makes_a_day_less_final(
    first: datetime, changed: datetime | None, last: datetime, later: datetime
) -> None:
    """Reading once more without another figure only confirms; and a day that is due becomes final by that reading."""
    if is_final(first, changed, last, CLOSED):
        assert is_final(first, changed, max(last, later), CLOSED)
    assert is_final(first, changed, due_at(first, changed), CLOSED)
    assert timedelta() < GRACE < SETTLED


@pytest.mark.parametrize(
    ("boundary", "proven", "words"),
    [
        (Boundary(timedelta(), stated=True), True, ""),
        (
            Boundary(timedelta(hours=-8), stated=False, on=29),
            False,
            "presumed to open at 16:00 UTC, which 29 days show",
        ),
        (Boundary(timedelta(hours=-8), stated=False, on=LEAST_DAYS + 9), True, "at least 30 days opened then"),
        (Boundary(timedelta(), stated=False, on=1000, off=1), False, "but 1 candles opened at another time"),
    ],
)
def test_a_presumed_day_counts_once_its_openings_prove_it(boundary: Boundary, words: str, *, proven: bool) -> None:
    """Stated by the venue, or shown by thirty days without an exception."""
    assert boundary.proven is proven
    day, nothing = date(2025, 3, 14), Published((), ()).before(date(2025, 3, 14), 3)
    judged = verdict(knowledge().rulebooks["tax-code"], day, PLENTY, nothing, "foreign", boundary)
    told = [language("en").reason(each.code, each.figures) for each in judged.reasons if each.code.startswith("day_")]
    assert told == [] if boundary.stated else words in told[0]
