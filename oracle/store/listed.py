"""All markets of a published file at once: which coins they valued, what of them was asked about, and what was not.

For whoever asks about many coins and days: the named questions are those of `Reads` and `CoinReads`, which ask the file
about one at a time.
"""

from collections import defaultdict
from datetime import date
from itertools import groupby
from typing import NamedTuple

from oracle.days import Span
from oracle.store.coin_reads import Markets, markets_by_coin
from oracle.store.day_reads import missing_spans
from oracle.store.reads import Reads
from oracle.store.rows import ListedRow


class Missing(NamedTuple):
    """Listed markets of a venue that were not read in a span of days."""

    venue: str
    symbol: str
    days: Span


class Listed:
    """The markets of a file."""

    def __init__(self, reads: Reads) -> None:
        self.listings: dict[str, list[tuple[Span, ListedRow]]] = reads.listings_by_coin()
        self.answered: dict[str, list[Span]] = reads.answered_by_coin()
        self.markets: dict[str, Markets] = markets_by_coin(reads)
        self._missing = [
            Missing(venue, symbol, Span(first, last)) for venue, symbol, first, last in missing_spans(reads)
        ]

    def missing(self, span: Span) -> dict[date, list[tuple[str, list[str]]]]:
        """By day of the span, and by venue, the symbols of listed markets that were not read, in order."""
        near = [each for each in self._missing if each.days.first <= span.last and span.first <= each.days.last]
        result: dict[date, list[tuple[str, list[str]]]] = defaultdict(list)
        last: dict[str, list[str]] = {}
        for day in span.days():
            for venue, rows in groupby(near, key=lambda each: each.venue):
                symbols = [row.symbol for row in rows if day in row.days]
                if symbols:
                    # The list of the day before where it is the same: a venue that was not read lacks thousands on end.
                    if last.get(venue) != symbols:
                        last[venue] = symbols
                    result[day].append((venue, last[venue]))
        return result
