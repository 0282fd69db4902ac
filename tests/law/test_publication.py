"""Three years of published quotations: which days count, and what is open rather than absent."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from oracle.days import Span
from oracle.knowledge import knowledge
from oracle.law.publication import Publication, Published
from oracle.law.turnover import Turnover
from oracle.law.verdict import verdict

STATUTE = knowledge().rulebooks["tax-code"]
OPERATION = date(2025, 3, 14)
THREE_YEARS = Span(date(2022, 3, 14), date(2025, 3, 13))  # 29 February 2024 is in it: 1,096 days
PLENTY = Turnover(Decimal(10) ** 12, Decimal(10) ** 12, Decimal(10) ** 12, 1, 0, ())


def _every(first: date, last: date, but: Iterable[date] = ()) -> set[date]:
    return set(Span(first, last).days()) - set(but)


def _judged(publication: Publication) -> tuple[str, list[str]]:
    """The verdict of the statute on a foreign venue with turnover to spare, and its two reasons on publication."""
    judged = verdict(STATUTE, OPERATION, PLENTY, publication, "foreign")
    return judged.verdict, [reason.code for reason in judged.reasons[1:3]]


def test_published_exactly_three_years_before_is_enough() -> None:
    """An operation on 14 March 2025 needs quotations since 14 March 2022, and that day is enough."""
    days = _every(date(2022, 3, 14), date(2025, 3, 13))
    publication = Published(days, days).before(OPERATION, 3)
    assert (publication.window, len(publication.window)) == (THREE_YEARS, 1096)
    assert (publication.first_published, publication.published_days) == (date(2022, 3, 14), 1096)
    assert _judged(publication) == ("eligible", ["published_before_window", "publication_covered"])


def test_published_one_day_later_is_too_late() -> None:
    """A venue whose first quotation is of 15 March 2022 does not qualify on 14 March 2025, but does a day later."""
    published = Published(
        _every(date(2022, 3, 15), date(2025, 3, 14)), settled=_every(date(2021, 1, 1), date(2025, 3, 14))
    )
    today, tomorrow = published.before(OPERATION, 3), published.before(OPERATION + timedelta(1), 3)
    assert _judged(today) == ("not_eligible", ["published_too_late", "publication_covered"])
    assert _judged(tomorrow) == ("eligible", ["published_before_window", "publication_covered"])


def test_the_day_of_the_operation_is_not_in_the_window() -> None:
    """A quotation on the operation's own day is no quotation of the years before it."""
    published = Published({OPERATION}, settled=_every(date(2022, 1, 1), OPERATION)).before(OPERATION, 3)
    assert (published.published_days, published.open_days) == (0, 0)


def test_days_before_the_window_do_not_fill_it() -> None:
    """Ten years of quotations that ended before the window leave it empty."""
    publication = Published(
        _every(date(2012, 1, 1), date(2022, 3, 13)), settled=_every(date(2012, 1, 1), date(2025, 3, 13))
    ).before(OPERATION, 3)
    assert (publication.published_days, publication.open_days) == (0, 0)
    assert _judged(publication) == ("not_eligible", ["published_before_window", "publication_gaps"])


@pytest.mark.parametrize(
    ("operation", "begin", "length"),
    [
        # 29 February has no counterpart three years earlier: the window begins a day earlier, not later
        (date(2028, 2, 29), date(2025, 2, 28), 1096),
        (date(2028, 3, 1), date(2025, 3, 1), 1096),
        (date(2027, 2, 28), date(2024, 2, 28), 1096),
        (date(2027, 3, 1), date(2024, 3, 1), 1095),
    ],
)
def test_leap_years(operation: date, begin: date, length: int) -> None:
    """The window around 29 February begins on a day that exists and ends the day before the operation."""
    window = Published((), ()).before(operation, 3).window
    assert (window.first, window.last, len(window)) == (begin, operation - timedelta(1), length)


@pytest.mark.parametrize(
    ("published", "verdict_", "code"),
    [(990, "eligible", "publication_covered"), (989, "not_eligible", "publication_gaps")],
)
def test_coverage_of_exactly_99_percent_is_enough(published: int, verdict_: str, code: str) -> None:
    """990 of 1,000 days pass, 989 do not."""
    window = Span(date(2022, 6, 18), date(2025, 3, 13))
    assert len(window) == 1000
    publication = Publication(window, date(2020, 1, 1), published, 0, start_open=False)
    assert _judged(publication) == (verdict_, ["published_before_window", code])


@pytest.mark.parametrize(
    ("gaps", "verdict_", "code"),
    # 99 percent of 1,096 days are 1,085.04
    [(10, "eligible", "publication_covered"), (11, "not_eligible", "publication_gaps")],
)
def test_a_venue_with_gaps(gaps: int, verdict_: str, code: str) -> None:
    """Ten days without a quotation in three years are forgiven, eleven are not."""
    silent = [date(2023, 5, 1) + timedelta(days=20 * number) for number in range(gaps)]
    days = _every(date(2019, 1, 1), date(2025, 3, 13), but=silent)
    publication = Published(days, settled=_every(date(2019, 1, 1), date(2025, 3, 13))).before(OPERATION, 3)
    assert (publication.published_days, publication.open_days) == (1096 - gaps, 0)
    assert _judged(publication) == (verdict_, ["published_before_window", code])


def test_days_that_were_not_collected_leave_it_open() -> None:
    """The same gaps, on days about which not every market was asked, refute nothing."""
    silent = [date(2023, 5, 1) + timedelta(days=number) for number in range(40)]
    days = _every(date(2019, 1, 1), date(2025, 3, 13), but=silent)
    publication = Published(days, settled=days).before(OPERATION, 3)
    assert (publication.published_days, publication.open_days) == (1056, 40)
    assert _judged(publication) == ("undetermined", ["published_before_window", "publication_not_collected"])


def test_some_gaps_open_and_too_many_proven() -> None:
    """Where the proven gaps alone are too many, what was not collected cannot help."""
    proven = [date(2023, 5, 1) + timedelta(days=number) for number in range(11)]
    unknown = [date(2024, 5, 1) + timedelta(days=number) for number in range(30)]
    days = _every(date(2019, 1, 1), date(2025, 3, 13), but=[*proven, *unknown])
    publication = Published(days, settled=days | set(proven)).before(OPERATION, 3)
    assert _judged(publication) == ("not_eligible", ["published_before_window", "publication_gaps"])


def test_a_start_that_was_not_collected_is_open() -> None:
    """Collected since 2024 only: whether the venue published in March 2022 is not known, and is not denied."""
    days = _every(date(2024, 1, 1), date(2025, 3, 13))
    publication = Published(days, settled=days).before(OPERATION, 3)
    assert (publication.first_published, publication.start_open) == (date(2024, 1, 1), True)
    assert _judged(publication) == ("undetermined", ["publication_start_not_collected", "publication_not_collected"])


def test_a_start_that_was_asked_about_is_not_open() -> None:
    """Asked about 14 March 2022 and told nothing, the venue had no quotation then."""
    days = _every(date(2022, 3, 15), date(2025, 3, 13))
    publication = Published(days, settled=[date(2022, 3, 14)]).before(OPERATION, 3)
    assert not publication.start_open
    assert _judged(publication)[0] == "not_eligible"


def test_nothing_known_is_open_and_nothing_published_is_not() -> None:
    """A venue of which nothing was collected is undetermined; one that published nothing for sure does not qualify."""
    unknown = Published((), ()).before(OPERATION, 3)
    silent = Published((), THREE_YEARS.days()).before(OPERATION, 3)
    assert (unknown.open_days, silent.open_days) == (1096, 0)
    assert unknown.first_published is silent.first_published is None
    assert _judged(unknown)[0] == "undetermined"
    assert _judged(silent)[0] == "not_eligible"
