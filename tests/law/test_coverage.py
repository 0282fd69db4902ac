"""Markets missing on a day: listed and needed, but not read or not readable."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from oracle.days import Span
from oracle.law.coverage import MarketCoverage, missing_markets

WEEK = Span(date(2025, 3, 10), date(2025, 3, 16))


def _march(first: int, last: int) -> Span:
    return Span(date(2025, 3, first), date(2025, 3, last))


def _missing(*markets: MarketCoverage) -> list[int]:
    """How many markets are missing on each day from 10 to 16 March 2025."""
    counted = missing_markets(markets, WEEK)
    assert list(counted) == list(WEEK.days())
    return list(counted.values())


def test_an_imported_market_is_needed_between_its_files_only() -> None:
    """In no list, told of by files of the 11th to 12th and of the 14th: missing on the 13th and on no other day."""
    files = [_march(11, 12), _march(14, 14)]
    imported = MarketCoverage(files, frozenset(), date(2025, 3, 14), date(2025, 3, 11))
    assert _missing(READ, imported) == [0, 0, 0, 1, 0, 0, 0]
    broken = MarketCoverage(files, frozenset([date(2025, 3, 12)]), date(2025, 3, 14), date(2025, 3, 11))
    assert _missing(broken) == [0, 0, 1, 1, 0, 0, 0]


READ = MarketCoverage([_march(1, 31)], frozenset(), None)


def test_a_venue_that_was_read_wholly_misses_nothing() -> None:
    """Two markets answered for every day."""
    assert _missing(READ, READ) == [0, 0, 0, 0, 0, 0, 0]


def test_no_markets_listed_none_missing() -> None:
    """Every day is counted even where there is nothing to count."""
    assert _missing() == [0, 0, 0, 0, 0, 0, 0]


def test_a_market_never_asked_about_is_missing_every_day() -> None:
    """Listed and never read: missing on each day, beside one that was read."""
    assert _missing(READ, MarketCoverage([], frozenset(), None)) == [1, 1, 1, 1, 1, 1, 1]


def test_a_market_partly_asked_about_is_missing_on_the_other_days() -> None:
    """Read from 1 to 11 and from 14 March: missing on the 12th and 13th."""
    assert _missing(MarketCoverage([_march(14, 31), _march(1, 11)], frozenset(), None)) == [0, 0, 1, 1, 0, 0, 0]


def test_answers_that_overlap_count_once() -> None:
    """A day answered for twice is not less than not missing."""
    assert _missing(MarketCoverage([_march(10, 14), _march(12, 15), _march(13, 13)], frozenset(), None)) == [
        *([0] * 6),
        1,
    ]


def test_a_quarantined_day_is_missing_though_it_was_answered() -> None:
    """A row that broke a check is not counted, so the market is missing on its day."""
    quarantined = frozenset({date(2025, 3, 12), date(2025, 3, 16), date(2025, 2, 1), date(2025, 4, 1)})
    assert _missing(MarketCoverage([_march(1, 31)], quarantined, None)) == [0, 0, 1, 0, 0, 0, 1]


def test_a_quarantined_day_that_was_not_answered_is_missing_once() -> None:
    """A market is missing or not; two reasons do not make it two markets."""
    assert _missing(MarketCoverage([_march(1, 11)], frozenset({date(2025, 3, 11), date(2025, 3, 13)}), None)) == [
        *(0, 1, 1, 1, 1, 1, 1)
    ]


def test_a_market_gone_from_the_list_is_not_needed_afterwards() -> None:
    """Last listed on 12 March and never read: missing up to the 12th, not needed from the 13th."""
    assert _missing(MarketCoverage([], frozenset(), date(2025, 3, 12))) == [1, 1, 1, 0, 0, 0, 0]
    assert _missing(MarketCoverage([_march(1, 31)], frozenset({date(2025, 3, 14)}), date(2025, 3, 12))) == [0] * 7


def test_a_market_gone_before_the_days_does_not_matter() -> None:
    """Taken off in February, it is missing on no day of March, read or not."""
    gone = date(2025, 2, 1)
    read = MarketCoverage([_march(1, 31)], frozenset({date(2025, 3, 11)}), gone)
    assert _missing(MarketCoverage([], frozenset(), gone), read) == [0] * 7


def test_answers_outside_the_days_do_not_matter() -> None:
    """What was read of February and April says nothing of March."""
    spans = [Span(date(2025, 2, 1), date(2025, 3, 9)), Span(date(2025, 3, 17), date(2025, 4, 30))]
    assert _missing(MarketCoverage(spans, frozenset(), None)) == [1] * 7


offsets = st.integers(-5, 25)
days = offsets.map(lambda offset: date(2025, 3, 1) + timedelta(offset))
spans = st.builds(lambda first, length: Span(first, first + timedelta(length)), days, st.integers(0, 8))
markets = st.builds(MarketCoverage, st.lists(spans, max_size=4), st.frozensets(days, max_size=4), st.none() | days)


def _counted_one_by_one(drawn: list[MarketCoverage], day: date) -> int:
    count = 0
    for market in drawn:
        if market.gone_after is not None and day > market.gone_after:
            continue
        read = any(span.first <= day <= span.last for span in market.answered)
        if not read or day in market.quarantined:
            count += 1
    return count


@settings(max_examples=60)
@given(st.lists(markets, max_size=6), spans)
def test_the_count_equals_a_naive_one(drawn: list[MarketCoverage], asked: Span) -> None:
    """Counting market by market and day by day comes to the same."""
    assert dict(missing_markets(drawn, asked)) == {day: _counted_one_by_one(drawn, day) for day in asked.days()}
