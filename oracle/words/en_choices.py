"""English: why a policy took what it took, what a name may mean, and what follows for a tax."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from oracle.numbers import kopecks
from oracle.words.en_reasons import rubles

_Figures = Mapping[str, Any]
_NUMBERS = {1: "one coin", 2: "two coins", 3: "three coins", 4: "four coins", 5: "five coins"}

TAX = {
    "mining_income": "mining income",
    "sale_floor": "sale floor",
    "sale_income": "sale income",
    "purchase_cap": "purchase cap",
    "purchase_cost": "purchase cost",
    "material_benefit": "material benefit",
    "quantity_at_quotation": "quantity x quotation",
    "value_times_floor": "market value x 0.8: income of a sale is not below it",
    "price_not_below_floor": "the actual price, which is not below the floor",
    "floor_above_price": "the floor, for the actual price is below it",
    "value_times_cap": "market value x 1.2: cost of a purchase is not above it",
    "price_not_above_cap": "the actual price, which is not above the cap",
    "cap_below_price": "the cap, for the actual price is above it",
    "value_less_expense": "market value less the actual expense, if a related person sold",
    "expense_above_value": "none: the expense is above the market value, never below zero",
    "right_to_dispose": "the day the right to dispose of the coins arises, also when they are credited to somebody "
    "else",
    "recognition": "the day the income is recognised",
    "purchase": "the day of the purchase",
    "deal": "the day of the deal",
    "rounding": "every figure is computed exactly and rounded half-up to kopecks once, by itself",
}


def choice(code: str, figures: _Figures) -> str:
    """Why this was taken, or nothing."""
    return CHOICES[code](figures)


def eligible(quotations: int, venues: int) -> str:
    """How many there are to choose from."""
    return f"Eligible: {_plural(quotations, 'quotation')} of {_plural(venues, 'venue')}"


def _plural(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _count(number: int, word: str) -> str:
    return _plural(number, f"eligible {word}")


def _rubles(text: str) -> str:
    return f"{rubles(kopecks(Decimal(text)))} RUB"


def _by_rubles(figures: _Figures, word: str) -> str:
    tie = f"; {figures['alike']} are alike, of which it is the first by name" if figures["alike"] > 1 else ""
    return f"{_rubles(figures['quotation_rub'])} is the {word} of {_count(figures['quotations'], 'quotation')}{tie}"


def _largest(figures: _Figures) -> str:
    tie = f" ({figures['alike']} are alike, of which it is the first by name)" if figures["alike"] > 1 else ""
    amount, venues = _rubles(figures["turnover_low_rub"]), _count(figures["venues"], "venue")
    return f"{figures['venue']} has the largest turnover of {venues}, {amount} at least{tie}"


def _passed(figures: _Figures) -> str:
    passed = ", ".join(figures["passed"])
    return f"; without an eligible quotation: {passed}" if passed else ""


CHOICES: Mapping[str, Callable[[_Figures], str]] = {
    "nothing_eligible": lambda _: "no venue has an eligible quotation, so there is nothing to choose from",
    "largest_turnover": lambda f: f"{_largest(f)}, and {f['market']} is its pair with the largest",
    "lowest": lambda f: _by_rubles(f, "lowest"),
    "highest": lambda f: _by_rubles(f, "highest"),
    "named_pair": lambda f: f"the policy names {f['place']}{_passed(f)}",
    "named_venue": lambda f: (
        f"the policy names {f['venue']}, and {f['market']} is its pair with the largest turnover{_passed(f)}"
    ),
    "nothing_at_named": lambda f: (
        f"the policy names {f['policy']}: no eligible quotation there; no other was taken for it"
    ),
    "nothing_at_tax_service": lambda f: (
        f"none of the tax service's venues ({', '.join(f['shown_venues'])}) has an eligible quotation"
    ),
    "manual_only": lambda f: (
        f"no eligible venue's own quotation was collected, and the rulebook allows one that was entered by hand: "
        f"{f['venue']} {f['market']} by {f['author']}, document {f['document']}"
        + (f"; the policy took it of {f['quotations']}" if f["quotations"] > 1 else "")
    ),
    "as_tax_service": lambda f: (
        f"{f['market']} is the lowest of {f['venue']}'s pairs, as the tax service shows; its page leaves the venue "
        f"open: {_largest(f)} among the tax service's own"
    ),
}


def meanings(name: str, meanings: Sequence[_Figures]) -> str:
    """All that a name may mean: `LUNA names two coins: LUNC (Terra Classic, until 2022-05-27) and LUNA (...)`."""
    each = [meaning(one) for one in meanings]
    listed = " and ".join([", ".join(each[:-1]), each[-1]] if len(each) > 1 else each)
    return f"{name} names {_NUMBERS.get(len(each), f'{len(each)} coins')}: {listed}"


def meaning(figures: _Figures) -> str:
    """An asset with where and when the name denotes it: `LUNC (Terra Classic, until 2022-05-27)`."""
    parts = [figures["title"]]
    if figures["venues"]:
        parts.append(f"at {', '.join(figures['venues'])}")
    if figures["first_on"]:
        parts.append(f"from {figures['first_on']}")
    if figures["last_on"]:
        parts.append(f"until {figures['last_on']}")
    if figures["beyond"]:
        parts.append(f"at {' and '.join(figures['beyond'])} beyond")
    return f"{figures['coin']} ({', '.join(parts)})"
