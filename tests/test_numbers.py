"""Exact decimals stay exact."""

from decimal import Decimal, Inexact

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle.numbers import EXACT, ceiling18, exact, floor18, kopecks, plain, shifted, times

numbers = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=18)


def test_text_becomes_the_same_number() -> None:
    """A literal of 22 digits goes through without losing one."""
    assert plain(exact("1000.123456789012345678")) == "1000.123456789012345678"


@pytest.mark.parametrize(
    "text", ["", "NaN", "Infinity", "1_000", " 1", "1,5", "0x10", "٣", "1e9999", "--1", "1.", ".5"]
)
def test_only_plain_numbers_are_numbers(text: str) -> None:
    """Whatever Python or DuckDB would also take for a number is refused."""
    with pytest.raises(ValueError, match="not a decimal number"):
        exact(text)


def test_canonical_text_has_no_trailing_zeros_and_no_exponent() -> None:
    """The exact rubles are written the same way whatever zeros the factors had."""
    assert plain(times(Decimal("93576.00000000"), Decimal("101.6797"))) == "9514779.6072"
    assert [plain(Decimal(each)) for each in ("1E-7", "100", "0.00", "-0")] == ["0.0000001", "100", "0", "0"]


def test_kopecks_are_rounded_half_up_once() -> None:
    """Half a kopeck goes up, never to the even neighbour."""
    assert [str(kopecks(Decimal(each))) for each in ("0.125", "0.135", "9514779.6072", "1")] == [
        "0.13",
        "0.14",
        "9514779.61",
        "1.00",
    ]


def test_nominal_is_divided_away_exactly() -> None:
    """64.4685 rubles for 1000 won are 0.0644685 for one."""
    assert shifted(Decimal("64.4685"), -3) == Decimal("0.0644685")


def test_rounding_in_between_is_an_error() -> None:
    """What does not fit is never rounded silently."""
    with pytest.raises(Inexact):
        EXACT.divide(Decimal(1), Decimal(3))


@given(numbers, numbers)
def test_bounds_enclose_the_product(first: Decimal, second: Decimal) -> None:
    """Cutting outwards to the store's 18 decimals never crosses the exact product."""
    product = times(first, second)
    assert floor18(product) <= product <= ceiling18(product)
