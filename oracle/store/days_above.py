"""On which share of days venues' turnovers were above the floor of a rulebook, out of a published file."""

from decimal import Decimal
from typing import NamedTuple

from oracle.errors import QuestionError
from oracle.store.opening import statement
from oracle.store.reads import Reads


class DaysAbove(NamedTuple):
    """A venue's year: the days seen, of these the ones above the floor, not above it, and open between the bounds.

    `markets`: how many of the venue's markets had a candle in the year; the turnover is at least theirs.
    """

    venue: str
    year: int
    markets: int
    days: int
    above: int
    not_above: int
    open: int

    @property
    def share(self) -> Decimal:
        """The share of days above the floor, cut after four decimals."""
        return (Decimal(self.above) / self.days).quantize(Decimal("0.0001"), "ROUND_DOWN")

    @property
    def percent(self) -> int:
        """The same in whole percent, half up."""
        return int((Decimal(100 * self.above) / self.days).quantize(Decimal(1), "ROUND_HALF_UP"))


def days_above(reads: Reads, rulebook: str) -> list[DaysAbove]:
    """By venue and year; QuestionError for a rulebook that is unknown or judges coins' days instead of venues'."""
    books = reads.rulebooks()
    if rulebook not in books:
        raise QuestionError(f"unknown rulebook {rulebook[:40]!r}; known: {', '.join(sorted(books))}")
    if any(edition.per_coin for edition in books[rulebook].editions):
        raise QuestionError(
            f"{rulebook} judges the days of coins, not of venues; "
            f"ask `oracle quotation COIN DAY --rulebook {rulebook}`, "
            "or choose a rulebook that counts all deals of a venue"
        )
    return [DaysAbove(*row) for row in reads.rows(statement("days_above.sql"), {"rulebook": rulebook})]
