"""What follows from a quotation for a tax: corridor, income of mining, bounds of sale and cost, material benefit."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from oracle.numbers import EXACT, kopecks, times

# Twenty percent either side: Federal law 418-FZ of 29.11.2024 for the profit tax, as secondary sources report it.
FLOOR, CAP = Decimal("0.8"), Decimal("1.2")

Use = Literal["mining_income", "sale_floor", "sale_income", "purchase_cap", "purchase_cost", "material_benefit"]

# How a figure came about.
How = Literal[
    "quantity_at_quotation",
    "value_times_floor",
    "price_not_below_floor",
    "floor_above_price",
    "value_times_cap",
    "price_not_above_cap",
    "cap_below_price",
    "value_less_expense",
    "expense_above_value",
]
# When the right to dispose of coins arises (also when they are credited to somebody else), when income is recognised.
Day = Literal["right_to_dispose", "recognition", "purchase", "deal"]

# The day whose quotation counts, per use.
DATES: dict[Use, Day] = {
    "mining_income": "right_to_dispose",
    "sale_floor": "recognition",
    "sale_income": "recognition",
    "purchase_cap": "purchase",
    "purchase_cost": "purchase",
    "material_benefit": "deal",
}


@dataclass(frozen=True, slots=True)
class Amount:
    """Rubles exactly, and rounded half-up to kopecks once."""

    rub: Decimal

    @property
    def kopecks(self) -> Decimal:
        """For a return: two decimals."""
        return kopecks(self.rub)


@dataclass(frozen=True, slots=True)
class Corridor:
    """Twenty percent below and above a quotation or a market value."""

    floor: Amount
    cap: Amount


@dataclass(frozen=True, slots=True)
class Line:
    """One figure: its use, the rubles, how it came about, and the day whose quotation counts for it.

    `held`: whether an actual price kept within its bound; None where none was given.
    """

    use: Use
    amount: Amount
    how: How
    held: bool | None = None

    @property
    def day(self) -> Day:
        """As a code; `words` says which day that is."""
        return DATES[self.use]


def corridor(rub: Decimal) -> Corridor:
    """x 0.8 and x 1.2, exactly."""
    return Corridor(Amount(times(rub, FLOOR)), Amount(times(rub, CAP)))


def market_value(quotation: Decimal, quantity: Decimal) -> Amount:
    """Quantity x quotation: also the income of mining, and the cost of mined coins when they are sold."""
    return Amount(times(quotation, quantity))


def sale(value: Amount, sold: Decimal) -> Line:
    """The income of a sale for `sold` rubles: the actual price, not below the market value less 20 %."""
    floor = corridor(value.rub).floor
    if sold >= floor.rub:
        return Line("sale_income", Amount(sold), "price_not_below_floor", held=True)
    return Line("sale_income", floor, "floor_above_price", held=False)


def purchase(value: Amount, paid: Decimal) -> Line:
    """The cost of a purchase for `paid` rubles: the actual price, not above the market value and 20 %."""
    cap = corridor(value.rub).cap
    if paid <= cap.rub:
        return Line("purchase_cost", Amount(paid), "price_not_above_cap", held=True)
    return Line("purchase_cost", cap, "cap_below_price", held=False)


def material_benefit(value: Amount, paid: Decimal) -> Line:
    """Of a purchase from a related person: the market value less the actual expense, never below zero."""
    if paid > value.rub:
        return Line("material_benefit", Amount(Decimal(0)), "expense_above_value")
    benefit = Amount(EXACT.subtract(value.rub, paid))
    return Line("material_benefit", benefit, "value_less_expense")


def lines(quotation: Decimal, quantity: Decimal, paid: Decimal | None, sold: Decimal | None) -> tuple[Line, ...]:
    """All that follows for a quantity; cost and benefit of what was paid, income of what it was sold for, in rubles."""
    value = market_value(quotation, quantity)
    around = corridor(value.rub)
    found = [Line("mining_income", value, "quantity_at_quotation")]
    found.append(Line("sale_floor", around.floor, "value_times_floor"))
    if sold is not None:
        found.append(sale(value, sold))
    found.append(Line("purchase_cap", around.cap, "value_times_cap"))
    if paid is not None:
        found += [purchase(value, paid), material_benefit(value, paid)]
    return tuple(found)
