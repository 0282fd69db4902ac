"""What is missing, in pages: pure functions from what is known of a venue to the spans that must be asked for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from oracle.days import Span, merged, missing
from oracle.law.coverage import history_begins
from oracle.terms import Market
from oracle.venues.venue import Paging, Venue


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a run is asked to bring: filters are empty for "all"; `since` and `until` None for "all there is".

    `again`: days that were read are read once more, to notice what the venues have restated.
    """

    venues: frozenset[str] = frozenset()
    markets: frozenset[str] = frozenset()
    coins: frozenset[str] = frozenset()
    since: date | None = None
    until: date | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What is had of a venue, by market: days answered for, days worth another reading, the oldest candle."""

    answered: Mapping[str, list[Span]] = field(default_factory=dict)
    again: Mapping[str, list[Span]] = field(default_factory=dict)
    first_candles: Mapping[str, date] = field(default_factory=dict)


def is_wanted(market: Market, wanted: Wanted) -> bool:
    """Whether a market passes the filters; it may be named as BASE/QUOTE or as the venue writes it."""
    names = {market.name, market.symbol.upper()}
    return (not wanted.markets or bool(names & wanted.markets)) and (not wanted.coins or market.base in wanted.coins)


def wanted_days(venue: Venue, wanted: Wanted, last_closed: date) -> Span | None:
    """The days to have of every market of `venue`; None if there are none that closed."""
    first = wanted.since or venue.first_day
    last = min(wanted.until or last_closed, last_closed)
    if venue.reach_days is not None:
        first = max(first, last_closed - timedelta(days=venue.reach_days - 1))
    return Span(first, last) if first <= last else None


def beginning_is_known(venue: Venue, known: Known, symbol: str) -> bool:
    """Whether a market's oldest candle is known to be where it begins."""
    answered, first = known.answered.get(symbol, []), known.first_candles.get(symbol)
    return first is not None and (
        history_begins(answered, first, venue.page_days) or not missing(Span(venue.first_day, first), answered)
    )


def needed(venue: Venue, days: Span, known: Known, symbol: str, *, again: bool = False) -> list[Span]:
    """The days of a market that must be asked for: missing ones and those to be read again, oldest first."""
    again_days = [days] if again else known.again.get(symbol, ())
    worth = [
        Span(max(each.first, days.first), min(each.last, days.last))
        for each in again_days
        if each.first <= days.last and each.last >= days.first
    ]
    first = known.first_candles.get(symbol)
    begun = Span(max(days.first, first), days.last) if first and beginning_is_known(venue, known, symbol) else days
    # A row that broke a check may stand before what is taken for the beginning: it is read again all the same.
    return merged([*missing(begun, known.answered.get(symbol, ())), *worth])


def without(days: Iterable[Span], asked: Span) -> list[Span]:
    """`days` less those of `asked`."""
    return [rest for span in days for rest in missing(span, [asked])]


def next_page(venue: Venue, need: Sequence[Span]) -> Span:
    """The next span to ask for of the days in `need`, which is not empty: as many of them as one answer can hold.

    From the newest day back, or, where pages count forward, from the oldest on. Where a gap is longer than a page, a
    venue that counts rows is asked for all of it: days without deals take no room in its answer.
    """
    if venue.paging is Paging.OLDEST:
        first = need[0].first
        reach = first + timedelta(days=venue.page_days - 1)
        last = max(min(each.last, reach) for each in need if each.first <= reach)
        return Span(first, need[0].last if need[0].last > reach else last)
    last = need[-1].last
    reach = last - timedelta(days=venue.page_days - 1)
    within = [each for each in need if each.last >= reach]
    if venue.paging is Paging.NEWEST and within[0].first < reach:
        return Span(within[0].first, last)
    return Span(max(within[0].first, reach), last)


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a venue's markets will take: requests at least and at most, and the minutes that its pace needs for these.

    They differ where it is not known how far back a market goes.
    """

    venue: str
    markets: int
    least: int
    most: int
    least_minutes: float
    most_minutes: float


def estimate(
    venue: Venue, days: Span | None, known: Known, symbols: Iterable[str], *, again: bool = False, lists: bool = True
) -> Estimate:
    """The requests that a run would send, out of what is known now; the list of markets, if asked, is one of them."""
    least = most = int(lists)
    markets = 0
    counted: dict[tuple[Span, ...], int] = {}  # most markets lack the same days

    def count(need: Sequence[Span]) -> int:
        key = tuple(need)
        if key not in counted:
            counted[key] = _count(venue, need)
        return counted[key]

    for symbol in symbols:
        markets += 1
        need = needed(venue, days, known, symbol, again=again) if days else []
        if not need:
            continue
        full, first = count(need), known.first_candles.get(symbol)
        if venue.reach_days is not None or beginning_is_known(venue, known, symbol):
            least, most = least + full, most + full
            continue
        surely = [Span(max(each.first, first), each.last) for each in need if each.last >= first] if first else []
        least += count(surely) or 1
        # What lies before the oldest candle is asked for until an answer is empty, and that once more.
        most += full + 2
    pace = venue.pace_per_minute
    return Estimate(venue.name, markets, least, most, least / pace, most / pace)


def _count(venue: Venue, need: Sequence[Span]) -> int:
    """In how many pages these days can be asked for if each of them has a row."""
    count, rest = 0, list(need)
    while rest:
        page = next_page(venue, rest)
        last = min(page.last, page.first + timedelta(days=venue.page_days - 1))
        held = Span(page.first, last) if venue.paging is Paging.OLDEST else page.newest(venue.page_days)
        rest = without(rest, held)
        count += 1
    return count
