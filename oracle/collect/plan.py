"""What is missing, in pages: pure functions from coverage to the spans that must be asked for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from oracle.days import DAY, Span, merged, missing
from oracle.venues.venue import Venue


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a run is asked to bring: filters are empty for "all"; `since` and `until` None for "all there is"."""

    venues: frozenset[str] = frozenset()
    markets: frozenset[str] = frozenset()
    coins: frozenset[str] = frozenset()
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What the store already has of a venue, by market: days answered, days in quarantine, the oldest candle."""

    answered: Mapping[str, list[Span]]
    quarantined: Mapping[str, list[Span]]
    first_candles: Mapping[str, date]


def wanted_days(venue: Venue, wanted: Wanted, last_closed: date) -> Span | None:
    """The days to have of every market of `venue`; None if there are none that closed."""
    first = wanted.since or venue.first_day
    last = min(wanted.until or last_closed, last_closed)
    if venue.reach_days is not None:
        first = max(first, last_closed - timedelta(days=venue.reach_days - 1))
    return Span(first, last) if first <= last else None


def pages(venue: Venue, days: Span, answered: Iterable[Span], again: Iterable[Span] = ()) -> list[Span]:
    """The missing days and those to be read `again`, as spans of at most one page each, newest first."""
    result: list[Span] = []
    worth_asking = [Span(max(each.first, days.first), min(each.last, days.last)) for each in again]
    gaps = merged([*missing(days, answered), *(each for each in worth_asking if each.first <= each.last)])
    for gap in reversed(gaps):
        last = gap.last
        while last >= gap.first:
            page = Span(gap.first, last).newest(venue.page_days)
            result.append(page)
            last = page.first - DAY
    return result
