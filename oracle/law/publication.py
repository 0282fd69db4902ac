"""Whether a venue's quotations had been public for the years before a date, as far as was observed."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from oracle.days import DAY, Span, years_before


@dataclass(frozen=True, slots=True)
class Publication:
    """The window before the operation and what was observed of it.

    `published_days` had a close. `open_days` had none that we know of, but not every listed market was asked about
    them. `start_open`: whether that is so of the window's first day, when the first close is younger.
    """

    window: Span
    first_published: date | None
    published_days: int
    open_days: int
    start_open: bool


class Published:
    """A venue's days with at least one published close, and the days about which every listed market was asked."""

    def __init__(self, published: Iterable[date], settled: Iterable[date]) -> None:
        # Numbers in four bytes each: years of days of many coins are held at a time.
        numbers = {day.toordinal() for day in published}
        self._published = array("i", sorted(numbers))
        self._silent = array("i", sorted({day.toordinal() for day in settled} - numbers))

    def before(self, day: date, years: int) -> Publication:
        """What is known about the `years` before `day`, the day itself not included."""
        window = Span(years_before(day, years), day - DAY)
        published, silent = _count(self._published, window), _count(self._silent, window)
        first = date.fromordinal(self._published[0]) if self._published else None
        late = first is None or first > window.first
        return Publication(
            window,
            first,
            published,
            len(window) - published - silent,
            late and not _count(self._silent, Span(window.first, window.first)),
        )


def _count(days: "array[int]", window: Span) -> int:
    return bisect_right(days, window.last.toordinal()) - bisect_left(days, window.first.toordinal())
