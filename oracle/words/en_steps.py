"""English: the steps to rubles."""

from functools import lru_cache

from oracle.law.valuation import Leg
from oracle.numbers import plain


@lru_cache(8192)
def legs(legs: tuple[Leg, ...]) -> str:
    """The path in words: `1 USDT = 1 USD (peg); 1 USD = 101.6797 RUB (official rate of 2024-12-31)`."""
    words = []
    for leg in legs:
        how = {
            "peg": "peg",
            "official_rate": f"official rate of {leg.effective_on}",
            "close": f"close of {leg.market}",
        }[leg.by]
        words.append(f"1 {leg.of} = {plain(leg.rate)} {leg.into} ({how})")
    return "; ".join(words)
