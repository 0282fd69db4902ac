"""How many of a venue's listed markets were not read, day by day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from oracle.days import DAY, Span, merged, missing


@dataclass(frozen=True, slots=True)
class MarketCoverage:
    """A listed market: the days answered for, the days whose row broke a check, and the last day that it is needed.

    `needed_from`: of a market that no list shows, the first day of what was imported of it; None of all others. Of one
    coin's markets it is no earlier than the code denotes the coin; `files_from` is the day of the files all the same.
    """

    answered: Sequence[Span]
    quarantined: frozenset[date]
    gone_after: date | None
    needed_from: date | None = None
    files_from: date | None = None


def history_begins(answered: Iterable[Span], first: date | None, page_days: int) -> bool:
    """Whether `first`, a market's oldest candle, is where it begins: a whole page before it was asked for in vain."""
    if first is None:
        return False
    return not missing(Span(first - timedelta(days=page_days), first - DAY), answered)


def with_beginning(answered: Sequence[Span], first: date | None, page_days: int, since: date) -> list[Span]:
    """The days that are answered for, and those before the market began, from `since`, before which nothing was."""
    if (
        first is not None
        and since < first
        # nearly every market was asked for from there on, which leaves nothing to add
        and not any(span.first <= since and first - DAY <= span.last for span in answered)
        and history_begins([*answered, Span(_LONG_AGO, since - DAY)], first, page_days)
    ):
        return merged([*answered, Span(since, first - DAY)])
    return merged(answered)


_LONG_AGO = date(1970, 1, 1)


def missing_markets(markets: Iterable[MarketCoverage], days: Span) -> Mapping[date, int]:
    """For every day of `days`, how many markets are missing: listed, needed, and not read or not readable."""
    changes: dict[date, int] = {}

    def count(first: date, last: date, amount: int) -> None:
        first, last = max(first, days.first), min(last, days.last)
        if first <= last:
            changes[first] = changes.get(first, 0) + amount
            changes[last + DAY] = changes.get(last + DAY, 0) - amount

    for market in markets:
        first = max(days.first, market.needed_from or days.first)
        needed = Span(first, min(days.last, market.gone_after or days.last))
        count(needed.first, needed.last, 1)
        for span in merged(market.answered):
            count(max(span.first, needed.first), min(span.last, needed.last), -1)
        for day in market.quarantined:
            if needed.first <= day <= needed.last and any(span.first <= day <= span.last for span in market.answered):
                count(day, day, 1)
    result, missing = {}, 0
    for day in days.days():
        missing += changes.get(day, 0)
        result[day] = missing
    return result
