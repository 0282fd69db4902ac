"""How many of a venue's listed markets were not read, day by day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

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
        and not _holds(answered, since, first - DAY)
        and history_begins([*answered, Span(_LONG_AGO, since - DAY)], first, page_days)
    ):
        return merged([*answered, Span(since, first - DAY)])
    return merged(answered)


def _holds(answered: Sequence[Span], first: date, last: date) -> bool:
    for span in answered:  # noqa: SIM110 - asked of every market: a generator costs more than the question
        if span.first <= first and last <= span.last:
            return True
    return False


_LONG_AGO = date(1970, 1, 1)


def missing_markets(markets: Iterable[MarketCoverage], days: Span) -> Mapping[date, int]:
    """For every day of `days`, how many markets are missing: listed, needed, and not read or not readable."""
    changes = [0] * (len(days) + 1)
    # By number of the day: tens of thousands of markets are counted whenever a day was collected.
    begin, most = days.first.toordinal(), len(days) - 1

    def count(first: int, last: int, amount: int) -> None:
        if first <= last:
            changes[first] += amount
            changes[last + 1] -= amount

    for market in markets:
        first = max(0, market.needed_from.toordinal() - begin) if market.needed_from else 0
        last = min(most, market.gone_after.toordinal() - begin) if market.gone_after else most
        count(first, last, 1)
        spans = market.answered if len(market.answered) < 2 else merged(market.answered)  # noqa: PLR2004 - one is merged
        for span in spans:
            count(max(span.first.toordinal() - begin, first), min(span.last.toordinal() - begin, last), -1)
        for day in market.quarantined:
            number = day.toordinal() - begin
            if first <= number <= last and any(span.first <= day <= span.last for span in spans):
                count(number, number, 1)
    return dict(zip(days.days(), accumulate(changes), strict=False))
