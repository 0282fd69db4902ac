"""How far the quotations of a day lie apart: the lowest, the highest and the middle one, exactly."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from oracle.law.choice import Candidate, ordered, preferred
from oracle.numbers import EXACT, times

_HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Spread:
    """The lowest and the highest of all quotations; `median`: of the venues' preferred pairs.

    Each venue has one voice in the median: one with ten pairs does not outvote five with one.
    """

    lowest: Candidate
    highest: Candidate
    median: Decimal
    venues: int
    quotations: int


def median(numbers: Sequence[Decimal]) -> Decimal:
    """The middle one; of an even number the mean of the two middle ones. Exact; ValueError for none."""
    if not numbers:
        raise ValueError("no numbers")
    inner, odd = sorted(numbers), len(numbers) % 2
    middle = len(inner) // 2
    return inner[middle] if odd else times(EXACT.add(inner[middle - 1], inner[middle]), _HALF)


def extremes(candidates: Sequence[Candidate]) -> tuple[Candidate, Candidate]:
    """The lowest and the highest; of equals the first by name."""
    inner = ordered(candidates)
    return min(inner, key=lambda each: each.rub), max(inner, key=lambda each: each.rub)


def spread(candidates: Sequence[Candidate]) -> Spread | None:
    """Of all candidates; None if there are none."""
    if not candidates:
        return None
    venues = sorted({each.venue for each in candidates})
    voices = [preferred([each for each in candidates if each.venue == venue]).rub for venue in venues]
    lowest, highest = extremes(candidates)
    return Spread(lowest, highest, median(voices), len(venues), len(candidates))
