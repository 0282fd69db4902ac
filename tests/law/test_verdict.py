"""The verdict on a venue day: what passes, what fails, and what must stay open."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from oracle.days import Span
from oracle.knowledge import knowledge
from oracle.law.publication import Publication
from oracle.law.rulebook import Rulebook
from oracle.law.turnover import Turnover
from oracle.law.verdict import Reason, Verdict, verdict
from oracle.words import language

BOOKS = knowledge().rulebooks
STATUTE, LOWER = BOOKS["tax-code"], BOOKS["hundred-million"]
DAY = date(2025, 3, 14)
BILLION = Decimal(1_000_000_000)
LONG_PUBLIC = Publication(Span(date(2022, 3, 14), date(2025, 3, 13)), date(2017, 8, 17), 1096, 0, start_open=False)


def _figure(low: str, high: str | None = "", missing: int = 0, unpriced: tuple[str, ...] = ()) -> Turnover:
    """A day's turnover in rubles; `high` is the same as `low` unless told, None where it is open."""
    upper = None if high is None else Decimal(high or low)
    return Turnover(Decimal(low), upper, Decimal(low), 1204, missing, unpriced)


def _text(reason: Reason) -> str:
    return language("en").reason(reason.code, reason.figures)


def _judge(figure: Turnover, publication: Publication = LONG_PUBLIC, jurisdiction: str = "foreign") -> Verdict:
    return verdict(STATUTE, DAY, figure, publication, jurisdiction)


def test_a_hundred_billion_exactly_does_not_exceed_a_hundred_billion() -> None:
    """The law says exceeds: strictly more."""
    judged = _judge(_figure("100000000000.00"))
    assert judged.verdict == "not_eligible"
    assert judged.reasons[0].code == "turnover_not_above_floor"
    assert _text(judged.reasons[0]) == (
        "turnover of 100 000 000 000 RUB over 1204 markets does not exceed 100 000 000 000 RUB"
    )


def test_one_kopeck_more_exceeds_it() -> None:
    """100,000,000,000.01 rubles are more than 100 billion."""
    judged = _judge(_figure("100000000000.01"))
    assert (judged.verdict, judged.in_force_from) == ("eligible", date(2025, 1, 1))
    assert _text(judged.reasons[0]) == (
        "turnover of 100 000 000 000.01 RUB over 1204 markets exceeds 100 000 000 000 RUB"
    )


def test_a_fraction_of_a_kopeck_more_exceeds_it() -> None:
    """The comparison is exact: rounding to kopecks happens nowhere in between."""
    assert _judge(_figure("100000000000.000000000000000001")).verdict == "eligible"
    assert _judge(_figure("99999999999.999999999999999999")).verdict == "not_eligible"


def test_a_market_missing_above_the_floor_changes_nothing() -> None:
    """What was read already exceeds the floor: the missing markets could only add."""
    judged = _judge(_figure("144821337500.12", high=None, missing=37))
    assert judged.verdict == "eligible"
    assert _text(judged.reasons[0]) == (
        "turnover of at least 144 821 337 500.12 RUB over 1204 markets exceeds 100 000 000 000 RUB"
    )


def test_a_market_missing_below_the_floor_leaves_it_open() -> None:
    """Below the floor with 37 markets missing nobody knows, and the reason says how many are missing."""
    judged = _judge(_figure("99000000000", high=None, missing=37))
    assert judged.verdict == "undetermined"
    assert (judged.reasons[0].code, judged.reasons[0].result) == ("turnover_undetermined", "open")
    assert "99 000 000 000 RUB" in _text(judged.reasons[0])
    assert "37 listed markets are missing" in _text(judged.reasons[0])


def test_unpriced_quotes_below_the_floor_leave_it_open() -> None:
    """Below the floor with deals in reais that have no ruble value nobody knows, and the quote is named."""
    judged = _judge(_figure("99000000000", high=None, unpriced=("BRL", "NEWCOIN")))
    assert judged.verdict == "undetermined"
    assert "markets quoted in BRL, NEWCOIN have no ruble value" in _text(judged.reasons[0])


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        ("99000000000", "101000000000", "undetermined"),
        ("100000000000", "100000000000.01", "undetermined"),
        ("100000000000.01", "300000000000", "eligible"),
        ("90000000000", "100000000000", "not_eligible"),
    ],
)
def test_only_the_low_bound_makes_a_venue_eligible(low: str, high: str, expected: str) -> None:
    """A venue that publishes volumes only counts if even low x volume exceeds the floor."""
    judged = _judge(_figure(low, high))
    assert judged.verdict == expected
    if expected == "undetermined":
        assert "for the venue publishes volumes only" in _text(judged.reasons[0])


def test_a_russian_venue_does_not_count() -> None:
    """The statute speaks of a foreign organiser of trading, whatever the turnover."""
    judged = _judge(_figure("500000000000"), jurisdiction="russian")
    assert judged.verdict == "not_eligible"
    assert [(each.code, each.result) for each in judged.reasons][3] == ("jurisdiction_does_not_count", "failed")
    assert _text(judged.reasons[3]) == "a russian organiser of trading"


@pytest.mark.parametrize("book", BOOKS.values(), ids=BOOKS.keys())
def test_before_2025_no_rule_was_in_force(book: Rulebook) -> None:
    """The last day of 2024 gets no verdict of either kind, with the day on which the first edition begins."""
    judged = verdict(book, date(2024, 12, 31), _figure("1"), LONG_PUBLIC, "russian")
    assert (judged.verdict, judged.in_force_from) == ("no_rule_in_force", None)
    assert [_text(each) for each in judged.reasons] == ["no rule was in force: the first edition holds from 2025-01-01"]


def test_the_first_day_of_the_rule_is_judged() -> None:
    """1 January 2025 is judged like any later day."""
    window = Span(date(2022, 1, 1), date(2024, 12, 31))
    publication = replace(LONG_PUBLIC, window=window, published_days=len(window))
    assert verdict(STATUTE, date(2025, 1, 1), _figure("150000000000"), publication, "foreign").verdict == "eligible"


def test_every_reason_is_reported_even_after_the_first_failure() -> None:
    """A venue that fails everything is told everything at once: figures and clauses of all four tests."""
    publication = replace(LONG_PUBLIC, first_published=date(2024, 7, 1), published_days=256)
    judged = _judge(_figure("12345678901.239"), publication, "russian")
    assert judged.verdict == "not_eligible"
    assert [(each.code, each.result, _text(each)) for each in judged.reasons] == [
        (
            "turnover_not_above_floor",
            "failed",
            "turnover of 12 345 678 901.24 RUB over 1204 markets does not exceed 100 000 000 000 RUB",
        ),
        ("published_too_late", "failed", "first quotation of 2024-07-01, that is after 2022-03-14"),
        ("publication_gaps", "failed", "a quotation only on 256 of the 1096 days from 2022-03-14"),
        ("jurisdiction_does_not_count", "failed", "a russian organiser of trading"),
    ]
    assert [each.clause for each in judged.reasons] == [
        "Tax Code art. 282.3: turnover of the trading day exceeds 100 billion rubles (strictly more)",
        "Tax Code art. 282.3: quotations published on the official site for three years before the operation",
        "Tax Code art. 282.3: published for three years",
        "Tax Code art. 282.3: a foreign organiser of trading",
    ]


def test_every_reason_is_reported_when_all_is_well() -> None:
    """An eligible venue shows its four passed tests too."""
    judged = _judge(_figure("144821337500.12"))
    assert [(each.code, each.result) for each in judged.reasons] == [
        ("turnover_above_floor", "passed"),
        ("published_before_window", "passed"),
        ("publication_covered", "passed"),
        ("jurisdiction_counts", "passed"),
    ]
    assert _text(judged.reasons[1]) == "quotations published since 2017-08-17, that is before 2022-03-14"
    assert _text(judged.reasons[2]) == "a quotation on 1096 of the 1096 days from 2022-03-14"


def test_a_proven_failure_outweighs_what_is_open() -> None:
    """A Russian venue is not eligible, even while its turnover is still unknown."""
    judged = _judge(_figure("1", high=None, missing=2), jurisdiction="russian")
    assert [each.result for each in judged.reasons] == ["open", "passed", "passed", "failed"]
    assert judged.verdict == "not_eligible"


WAITING = replace(STATUTE, name="final-only", editions=(replace(STATUTE.editions[0], finality_required=True),))


@pytest.mark.parametrize(("provisional", "word"), [(0, "eligible"), (1, "undetermined")])
def test_a_reading_may_wait_for_final_figures(provisional: int, word: str) -> None:
    """Where final figures are required a single provisional market leaves the day open, whatever it turned over."""
    judged = verdict(WAITING, DAY, _figure("500000000000"), LONG_PUBLIC, "foreign", provisional=provisional)
    assert judged.verdict == word
