"""A coin's turnover day by day under a rulebook that judges by coins, by the law that judges one day of it."""

from collections.abc import Mapping
from datetime import date

from oracle.days import Span
from oracle.law.coverage import MarketCoverage, missing_markets, uncounted
from oracle.law.rulebook import Edition, Rulebook
from oracle.law.threshold import FloorDay
from oracle.percoin import Values, asks_for_view, counted_turnover, view_built
from oracle.store.floor_reads import SumsByDay, sums_by_day, values_by_day, venue_days
from oracle.store.reads import Reads
from oracle.store.rows import VenueRow


def coin_days(reads: Reads, book: Rulebook, coin: str, span: Span) -> list[FloorDay]:
    """Every venue day of the span that has an edition in force, by venue and day."""
    venues, benches = reads.venues(), _Benches(reads, coin, span)
    result = []
    for venue, day in venue_days(reads, span):
        if edition := book.edition(day):
            result.append(benches.of(edition, venues[venue]).judged(edition, venue, day))
    return result


class _Bench:
    """What was read of the days of a coin, or of every coin; `utc`: of UTC days built out of hours."""

    def __init__(self, reads: Reads, coin: str | None, span: Span, *, utc: bool) -> None:
        of = reads.of_coin(coin)
        self._sums: SumsByDay = sums_by_day(of, span, utc=utc)
        self._markets, self._span, self._utc = of.markets(utc=utc), span, utc
        quotes = {row.quote for rows in self._sums.values() for row in rows}
        self._values: Mapping[date, Values] = values_by_day(reads, span, sorted(quotes))
        self._missing: dict[tuple[str, tuple[str, ...]], Mapping[date, int]] = {}

    def judged(self, edition: Edition, venue: str, day: date) -> FloorDay:
        rows, markets = self._sums.get((venue, day), []), self._markets.get(venue, [])
        missing, passed_over = self._missing_on(venue, day, markets, edition)
        if self._utc and not view_built(rows, markets, missing):
            missing, passed_over = max(missing, 1), 0
        shown = f"{venue}-utc" if self._utc else venue
        figure = counted_turnover(edition, shown, rows, (missing, passed_over), self._values.get(day, {}))
        return FloorDay(venue, day, edition.turnover_floor_rub, figure.low, figure.high)

    def _missing_on(self, venue: str, day: date, markets: list[MarketCoverage], edition: Edition) -> tuple[int, int]:
        """How many markets are missing, and how many of those would not count."""
        bases = edition.counted_bases
        if (venue, bases) not in self._missing:
            self._missing[venue, ()] = missing_markets(markets, self._span)
            self._missing[venue, bases] = missing_markets(uncounted(markets, bases), self._span)
        return self._missing[venue, ()][day], self._missing[venue, bases][day]


class _Benches:
    """Each read when it is first needed."""

    def __init__(self, reads: Reads, coin: str, span: Span) -> None:
        self._reads, self._coin, self._span = reads, coin, span
        self._read: dict[tuple[str, bool], _Bench] = {}

    def of(self, edition: Edition, venue: VenueRow) -> _Bench:
        key = edition.turnover_scope, asks_for_view(edition, venue)
        if key not in self._read:
            coin = self._coin if edition.turnover_scope == "coin" else None
            self._read[key] = _Bench(self._reads, coin, self._span, utc=key[1])
        return self._read[key]
