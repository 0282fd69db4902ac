"""What is kept of an answer while a bundle is made or verified: a thousand whole answers would take a gigabyte."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from oracle.answer import Answer


@dataclass(frozen=True, slots=True)
class Gist:
    """Of an answer: its venues, its quoted markets by venue and symbol, the markets of its legs, and its products.

    `chosen`: venue, market and rubles of what the policy took.
    """

    coin: str
    date: date
    venues: tuple[str, ...]
    quoted: tuple[tuple[str, str], ...]
    legs: tuple[str, ...]
    products: list[dict[str, Any]]
    chosen: tuple[str, str, str] | None


def gist(answer: Answer) -> Gist:
    """What is kept of an answer."""
    taken = answer.chosen
    return Gist(
        answer.coin,
        answer.date,
        tuple(each.venue for each in answer.venues),
        tuple((each.venue, each.symbol) for each in answer.quotations),
        tuple({leg.market for each in answer.quotations for leg in each.legs if leg.market}),
        [
            {
                "venue": each.venue,
                "market": each.market,
                "observation": each.observation,
                "close": each.close,
                "times": [f"{leg.rate} {leg.into} for 1 {leg.of}" for leg in each.legs],
                "rates": [leg.rate for leg in each.legs],
                "rub": each.rub,
                "rub_kopecks": each.rub_kopecks,
            }
            for each in answer.quotations
        ],
        (taken.venue, taken.market, taken.rub) if taken else None,
    )
