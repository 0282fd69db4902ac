"""The official rate in force on a day: the last one set before it, if all days between were asked for."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import zip_longest

from oracle.days import DAY, Span, merged

# The longest pause of the Bank is the New Year's: twelve days. A rate much older than that is no longer being set.
OLDEST = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class RateRow:
    """A rate as published, with the observation that shows it."""

    currency: str
    effective_on: date
    per_unit: Decimal
    nominal: int
    value: str
    observation: str


class RateBook:
    """The rates of one currency and the days for which the Bank's answers are conclusive."""

    def __init__(self, rows: Iterable[RateRow], answered: Iterable[Span]) -> None:
        self._rows: Sequence[RateRow] = sorted(rows, key=lambda row: row.effective_on)
        self._dates = [row.effective_on for row in self._rows]
        self._answered = merged(answered)

    def in_force(self, day: date) -> RateRow | None:
        """The rate in force on `day`; None if it is not known for sure."""
        position = bisect_right(self._dates, day)
        if not position:
            return None
        row = self._rows[position - 1]
        if row.effective_on == day:
            return row
        known = any(span.first <= row.effective_on and day <= span.last for span in self._answered)
        return row if known and day - row.effective_on <= OLDEST else None

    def spans(self) -> Iterator[tuple[RateRow, Span]]:
        """Each rate with the days on which it is in force for sure, oldest first: what `in_force` says of each day."""
        for row, following in zip_longest(self._rows, self._dates[1:]):
            begun = row.effective_on
            until = min(begun + OLDEST, following - DAY) if following else begun + OLDEST
            known = next((span.last for span in self._answered if span.first <= begun <= span.last), begun)
            if begun <= until:
                yield row, Span(begun, min(until, known))
