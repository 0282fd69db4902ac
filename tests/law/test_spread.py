"""How far eligible quotations lie apart: figures that can be checked by hand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle.law.choice import Candidate
from oracle.law.spread import median, spread

rubles = st.decimals("0.000000000000000001", "99999999999", places=18)


def _candidate(venue: str, market: str, rub: str, turnover: int) -> Candidate:
    return Candidate(venue, market, Decimal(rub), Decimal(turnover), Decimal(1))


@pytest.mark.parametrize(
    ("numbers", "middle"),
    [(["7"], "7"), (["3", "1", "2"], "2"), (["4", "1", "2", "3"], "2.5"), (["0.01", "0.02"], "0.015")],
)
def test_the_median_is_the_middle_one_or_the_mean_of_two(numbers: list[str], middle: str) -> None:
    """1, 2, 3, 4 have 2.5 in the middle, exactly."""
    assert median([Decimal(each) for each in numbers]) == Decimal(middle)


def test_each_venue_has_one_voice_in_the_median() -> None:
    """Binance's lira and real pairs do not outvote OKX and Bybit: the median is of the three preferred pairs."""
    found = spread(
        [
            _candidate("binance", "BTC/USDT", "100", 500),
            _candidate("binance", "BTC/TRY", "108", 20),
            _candidate("binance", "BTC/BRL", "109", 10),
            _candidate("bybit", "BTC/USDT", "102", 300),
            _candidate("okx", "BTC/USDT", "101", 200),
        ]
    )
    assert found is not None
    assert (found.lowest.rub, found.highest.rub) == (Decimal(100), Decimal(109))
    assert found.highest.market == "BTC/BRL"
    assert (found.median, found.venues, found.quotations) == (Decimal(101), 3, 5)


def test_nothing_has_no_spread() -> None:
    """Without an eligible quotation there is none, and that is a value."""
    assert spread([]) is None


@given(
    st.lists(
        st.builds(
            Candidate,
            st.sampled_from(["binance", "okx", "bybit"]),
            st.sampled_from(["BTC/USD", "BTC/USDT", "BTC/EUR"]),
            rubles,
            rubles,
            rubles,
        ),
        min_size=1,
        unique_by=lambda each: (each.venue, each.market),
    )
)
def test_the_median_lies_between_the_lowest_and_the_highest(drawn: list[Candidate]) -> None:
    """Lowest <= median <= highest for any quotations, without a digit lost."""
    found = spread(drawn)
    assert found is not None
    assert found.lowest.rub <= found.median <= found.highest.rub
    assert {found.lowest, found.highest} <= set(drawn)
