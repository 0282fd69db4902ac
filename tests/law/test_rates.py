"""Which official rate is in force: the one set last, as long as nothing that was not asked for lies between."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from oracle.days import Span
from oracle.law.rates import RateBook, RateRow

# The Bank's own dollars: a usual weekend, the holiday of 12 June 2024 and the New Year of 2023.
USD = {
    "2021-08-20": "74.1503",
    "2021-08-21": "74.3640",
    "2021-08-24": "74.0666",
    "2022-12-30": "71.9778",
    "2022-12-31": "70.3375",
    "2023-01-10": "70.3002",
    "2024-06-11": "88.9944",
    "2024-06-12": "89.0214",
    "2024-06-14": "88.2080",
}
EVERYTHING = Span(date(2021, 8, 1), date(2024, 7, 31))


def _row(day: str, value: str) -> RateRow:
    return RateRow("USD", date.fromisoformat(day), Decimal(value), 1, value, "0" * 64)


def _book(*answered: Span) -> RateBook:
    return RateBook([_row(day, value) for day, value in USD.items()], answered or [EVERYTHING])


def _in_force(book: RateBook, day: str) -> str | None:
    row = book.in_force(date.fromisoformat(day))
    return None if row is None else row.value


@pytest.mark.parametrize(
    ("day", "value"),
    [
        ("2021-08-20", "74.1503"),  # a Friday
        ("2021-08-21", "74.3640"),  # Saturday's, set on Friday
        ("2021-08-22", "74.3640"),  # Sunday
        ("2021-08-23", "74.3640"),  # Monday: the next one is set on Monday for Tuesday
        ("2021-08-24", "74.0666"),
    ],
)
def test_saturdays_rate_holds_sunday_and_monday(day: str, value: str) -> None:
    """The rate set on Friday bears Saturday's date and is in force until Tuesday."""
    assert _in_force(_book(), day) == value


def test_a_holiday_keeps_the_rate_of_the_day_before() -> None:
    """None was set for 13 June 2024: the one of the 12th stayed in force and still bears its own date."""
    row = _book().in_force(date(2024, 6, 13))
    assert row is not None
    assert (row.effective_on, row.per_unit) == (date(2024, 6, 12), Decimal("89.0214"))
    assert _in_force(_book(), "2024-06-14") == "88.2080"


@pytest.mark.parametrize("day", ["2022-12-31", "2023-01-01", "2023-01-08", "2023-01-09"])
def test_the_rate_of_31_december_holds_over_the_new_year(day: str) -> None:
    """No rates are set in the first days of January: the last of the old year holds until 10 January."""
    assert _in_force(_book(), day) == "70.3375"
    assert _in_force(_book(), "2023-01-10") == "70.3002"


def test_before_the_first_rate_there_is_none() -> None:
    """The day before the oldest rate that was read has none, whatever was asked."""
    assert _in_force(_book(), "2021-08-19") is None
    assert _in_force(RateBook([], [EVERYTHING]), "2021-08-20") is None


def test_a_day_that_was_not_asked_about_may_have_a_rate_of_its_own() -> None:
    """Asked up to Sunday and from Tuesday: Monday's rate is not known, and Sunday's is not taken for it."""
    book = _book(Span(date(2021, 8, 1), date(2021, 8, 22)), Span(date(2021, 8, 24), date(2021, 9, 30)))
    assert _in_force(book, "2021-08-22") == "74.3640"
    assert _in_force(book, "2021-08-23") is None
    assert _in_force(book, "2021-08-24") == "74.0666"


def test_two_answers_that_touch_are_one() -> None:
    """Asked up to Saturday and from Sunday on, nothing lies between."""
    book = _book(Span(date(2021, 8, 1), date(2021, 8, 21)), Span(date(2021, 8, 22), date(2021, 8, 31)))
    assert _in_force(book, "2021-08-23") == "74.3640"


def test_a_rate_from_outside_the_answers_holds_its_own_day_only() -> None:
    """Rates learned from the day's list of all currencies say nothing of the day after."""
    book = _book(Span(date(2024, 6, 1), date(2024, 6, 30)))
    assert _in_force(book, "2021-08-21") == "74.3640"
    assert _in_force(book, "2021-08-22") is None


def test_an_answer_that_begins_after_the_rate_does_not_reach_back_to_it() -> None:
    """Asked from Sunday on, it is not known whether Saturday's row is the last before."""
    book = _book(Span(date(2021, 8, 22), date(2021, 8, 31)))
    assert _in_force(book, "2021-08-22") is None


@pytest.mark.parametrize(("day", "value"), [("2021-09-24", "74.0666"), ("2021-09-25", None)])
def test_a_rate_older_than_a_month_is_no_longer_being_set(day: str, value: str | None) -> None:
    """31 days after 24 August 2021 its rate still holds, after 32 days it is taken for abandoned."""
    assert _in_force(_book(), day) == value


def test_the_order_of_reading_does_not_matter() -> None:
    """Rows read newest first give the same rates."""
    rows = [_row(day, value) for day, value in USD.items()]
    backwards = RateBook(rows[::-1], [EVERYTHING])
    for day in Span(date(2021, 8, 18), date(2021, 8, 26)).days():
        assert backwards.in_force(day) == _book().in_force(day)


@pytest.mark.parametrize("answered", [EVERYTHING, Span(date(2021, 8, 22), date(2021, 8, 31))])
def test_the_spans_of_a_book_say_what_it_says_of_each_day(answered: Span) -> None:
    """Every day with a rate lies in one span, that of the rate in force; a day without lies in none."""
    book = _book(answered)
    told = [(day, row) for row, span in book.spans() for day in span.days()]
    days = Span(min(day for day, _ in told) - timedelta(days=40), max(day for day, _ in told) + timedelta(days=40))
    assert len(told) == len(dict(told))
    assert {day: row for day in days.days() if (row := book.in_force(day))} == dict(told)
