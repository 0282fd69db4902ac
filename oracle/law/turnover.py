"""The turnover of a venue day in rubles: a lower bound always, an upper bound where nothing is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from oracle.law.valuation import RubleValue, Unpriced
from oracle.numbers import EXACT

COLLECTED = ("spot",)


class QuoteSum(NamedTuple):
    """What a venue's markets in one quote asset turned over on one day, in that asset.

    `base_kind` is the kind of the assets dealt in. `low` and `high` differ where the venue publishes no turnover.
    """

    quote: str
    base_kind: str
    low: Decimal
    high: Decimal
    markets: int


@dataclass(frozen=True, slots=True)
class Turnover:
    """A venue day's turnover in rubles; `high` is None where markets are missing or unpriced: it could be anything.

    `with_all_low`: the lower bound if deals in every kind of asset counted. `unpriced`: quote assets without a value.
    `uncollected`: types of markets that count and that nobody collects. `missing_uncounted`: those of the missing
    markets whose base asset is of a kind that does not count, so that they leave nothing open.
    """

    low: Decimal
    high: Decimal | None
    with_all_low: Decimal
    counted_markets: int
    missing_markets: int
    unpriced: tuple[str, ...]
    uncollected: tuple[str, ...] = ()
    missing_uncounted: int = 0

    @property
    def exact(self) -> Decimal | None:
        """The turnover itself, where both bounds agree."""
        return self.low if self.high == self.low else None


def turnover(
    sums: Sequence[QuoteSum],
    values: Mapping[str, RubleValue | Unpriced],
    counted_bases: Sequence[str],
    missing_markets: int,
    market_types: Sequence[str] = COLLECTED,
    missing_uncounted: int = 0,
) -> Turnover:
    """Sum first, convert after: each quote asset's sum is multiplied by its ruble value once, exactly.

    `missing_uncounted`: how many of the `missing_markets` have a base asset of a kind that does not count.
    """
    low = high = others = Decimal(0)
    counted, unpriced, add, multiply = 0, [], EXACT.add, EXACT.multiply
    for quote, base_kind, least, most, markets in sums:
        value = values[quote]
        counts = base_kind in counted_bases
        if isinstance(value, Unpriced):
            if counts and most > 0:
                unpriced.append(quote)
            continue
        rubles = multiply(least, value.rub)
        if counts:
            low = add(low, rubles)
            high = add(high, rubles if most is least else multiply(most, value.rub))
            counted += markets
        else:
            others = add(others, rubles)
    uncollected = tuple(each for each in market_types if each not in COLLECTED)
    bounded = missing_markets == missing_uncounted and not unpriced and not uncollected
    named = tuple(sorted(set(unpriced)))
    with_all = add(low, others)
    upper = high if bounded else None
    return Turnover(low, upper, with_all, counted, missing_markets, named, uncollected, missing_uncounted)
