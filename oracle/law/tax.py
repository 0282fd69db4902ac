"""What follows from a quotation for a tax: corridor, income of mining, bounds of sale and cost, material benefit."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from oracle.numbers import EXACT, kopecks, times

# Twenty percent either side: Federal law 418-FZ of 29.11.2024 for the profit tax, as secondary sources report it.
FLOOR, CAP = Decimal("0.8"), Decimal("1.2")
ROUNDING = "every figure is computed exactly and rounded half-up to kopecks once, by itself"

Use = Literal["mining_income", "sale_floor", "sale_income", "purchase_cap", "purchase_cost", "material_benefit"]

# The day whose quotation counts, per use.
DATES: dict[Use, str] = {
    "mining_income": "the day the right to dispose of the coins arises, also when they are credited to somebody else",
    "sale_floor": "the day the income is recognised",
    "sale_income": "the day the income is recognised",
    "purchase_cap": "the day of the purchase",
    "purchase_cost": "the day of the purchase",
    "material_benefit": "the day of the deal",
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
    text: str
    held: bool | None = None

    @property
    def date_that_counts(self) -> str:
        """In words."""
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
        return Line("sale_income", Amount(sold), "the actual price, which is not below the floor", held=True)
    return Line("sale_income", floor, "the floor, for the actual price is below it", held=False)


def purchase(value: Amount, paid: Decimal) -> Line:
    """The cost of a purchase for `paid` rubles: the actual price, not above the market value and 20 %."""
    cap = corridor(value.rub).cap
    if paid <= cap.rub:
        return Line("purchase_cost", Amount(paid), "the actual price, which is not above the cap", held=True)
    return Line("purchase_cost", cap, "the cap, for the actual price is above it", held=False)


def material_benefit(value: Amount, paid: Decimal) -> Line:
    """Of a purchase from a related person: the market value less the actual expense, never below zero."""
    if paid > value.rub:
        return Line(
            "material_benefit", Amount(Decimal(0)), "none: the expense is above the market value, never below zero"
        )
    benefit = Amount(EXACT.subtract(value.rub, paid))
    return Line("material_benefit", benefit, "market value less the actual expense, if a related person sold")


def lines(quotation: Decimal, quantity: Decimal, paid: Decimal | None, sold: Decimal | None) -> tuple[Line, ...]:
    """All that follows for a quantity; cost and benefit of what was paid, income of what it was sold for, in rubles."""
    value = market_value(quotation, quantity)
    around = corridor(value.rub)
    found = [Line("mining_income", value, "quantity x quotation")]
    found.append(Line("sale_floor", around.floor, "market value x 0.8: income of a sale is not below it"))
    if sold is not None:
        found.append(sale(value, sold))
    found.append(Line("purchase_cap", around.cap, "market value x 1.2: cost of a purchase is not above it"))
    if paid is not None:
        found += [purchase(value, paid), material_benefit(value, paid)]
    return tuple(found)
