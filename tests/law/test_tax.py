"""What follows from a quotation: situations that a lawyer can read, with figures by hand."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle.law.tax import DATES, Amount, corridor, lines, market_value, material_benefit, purchase, sale

BTC = Decimal("9514779.6072")  # Binance's close of 31 December 2024 at the rate in force
amounts = st.decimals("0", "999999999999", places=18, allow_nan=False)


def test_the_corridor_is_twenty_percent_either_side() -> None:
    """9514779.6072 x 0.8 = 7611823.68576 and x 1.2 = 11417735.52864, to kopecks once."""
    around = corridor(BTC)
    assert (around.floor.rub, around.cap.rub) == (Decimal("7611823.68576"), Decimal("11417735.52864"))
    assert (around.floor.kopecks, around.cap.kopecks) == (Decimal("7611823.69"), Decimal("11417735.53"))


def test_a_miner_has_income_of_what_was_received() -> None:
    """0.00123456 BTC at 9514779.6072 are 11746.566311864832 rubles of income: 11746.57."""
    income = market_value(BTC, Decimal("0.00123456"))
    assert (income.rub, income.kopecks) == (Decimal("11746.566311864832"), Decimal("11746.57"))


@pytest.mark.parametrize(
    ("sold", "income", "held"),
    [
        ("100", "100", True),
        ("80", "80", True),
        ("79.99", "80", False),
        ("0", "80", False),
    ],
)
def test_income_of_a_sale_is_not_below_the_floor(sold: str, income: str, held: bool) -> None:
    """Worth 100: sold for 80 the price counts, sold for a kopeck less the floor does."""
    line = sale(Amount(Decimal(100)), Decimal(sold))
    assert (line.amount.rub, line.held) == (Decimal(income), held)


@pytest.mark.parametrize(
    ("paid", "cost", "held"), [("100", "100", True), ("120", "120", True), ("120.01", "120", False)]
)
def test_cost_of_a_purchase_is_not_above_the_cap(paid: str, cost: str, held: bool) -> None:
    """Worth 100: bought for 120 the price counts, for a kopeck more the cap does."""
    line = purchase(Amount(Decimal(100)), Decimal(paid))
    assert (line.amount.rub, line.held) == (Decimal(cost), held)


@pytest.mark.parametrize(("paid", "benefit"), [("70", "30"), ("0", "100"), ("100", "0"), ("130", "0")])
def test_material_benefit_is_never_below_zero(paid: str, benefit: str) -> None:
    """Worth 100 and bought from a related person for 70: 30 are a benefit; for 130 none is."""
    line = material_benefit(Amount(Decimal(100)), Decimal(paid))
    assert line.amount.rub == Decimal(benefit)
    assert (line.how == "expense_above_value") == (Decimal(paid) > 100)


def test_every_line_names_its_day() -> None:
    """Income of mining counts on the day of the right to dispose, a purchase on its own day, a sale on recognition."""
    found = {each.use: each.day for each in lines(BTC, Decimal(1), Decimal(1), Decimal(1))}
    assert found == DATES
    assert found["mining_income"] == "right_to_dispose"


def test_without_actual_prices_only_the_bounds_are_told() -> None:
    """Nobody's price is guessed."""
    assert [each.use for each in lines(BTC, Decimal(1), None, None)] == ["mining_income", "sale_floor", "purchase_cap"]


@given(amounts, amounts, amounts, amounts)
def test_the_bounds_enclose_the_market_value(rub: Decimal, quantity: Decimal, paid: Decimal, sold: Decimal) -> None:
    """Floor <= market value <= cap; income >= floor, cost <= cap, benefit >= 0; all exact, nothing overflows."""
    found = {each.use: each.amount for each in lines(rub, quantity, paid, sold)}
    assert found["sale_floor"].rub <= found["mining_income"].rub <= found["purchase_cap"].rub
    assert found["sale_income"].rub == max(sold, found["sale_floor"].rub)
    assert found["purchase_cost"].rub == min(paid, found["purchase_cap"].rub)
    benefit = Fraction(found["mining_income"].rub) - Fraction(paid)
    assert Fraction(found["material_benefit"].rub) == max(Fraction(0), benefit)
    assert all(abs(each.kopecks - each.rub) <= Decimal("0.005") for each in found.values())
