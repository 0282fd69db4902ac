"""How many of a venue's listed markets were not read, day by day."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from oracle.days import DAY, Span, merged, missing


@dataclass(frozen=True, slots=True)
class MarketCoverage:
    """A listed market: the days answered for, the days whose row broke a check, and the last day that it is needed.

    `needed_from`: of a market that no list shows, the first day of what was imported of it; None of all others. Of one
    coin's markets it is no earlier than the code denotes the coin; `files_from` is the day of the files all the same.
    `base_kind` of the asset dealt in, on those days.
    """

    answered: Sequence[Span]
    quarantined: frozenset[date]
    gone_after: date | None
    needed_from: date | None = None
    files_from: date | None = None
    base_kind: str = "unclassified"


@dataclass(frozen=True, slots=True)
class Missing:
    """By day, how many markets of a venue are `missing`, and `of_kind` how many of those by the kind of their base.

    `of_kind` tells of the kinds alone that some reading leaves out, and that some market is of.
    """

    missing: Mapping[date, int]
    of_kind: Mapping[str, Mapping[date, int]]

    def uncounted(self, day: date, counted_bases: Collection[str]) -> int:
        """How many of the missing markets would not count: deals in such a base asset are left out."""
        if not self.of_kind or not self.missing.get(day):
            return 0
        return sum(days.get(day, 0) for kind, days in self.of_kind.items() if kind not in counted_bases)

    def kinds_on(self, day: date) -> str:
        """The same as a text, to be compared with what it was; empty where no such market is missing."""
        return ",".join(f"{kind}={count}" for kind, days in self.of_kind.items() if (count := days.get(day, 0)))


NOTHING_MISSING = Missing({}, {})


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


def uncounted(markets: Iterable[MarketCoverage], counted_bases: Collection[str]) -> list[MarketCoverage]:
    """Those in whose base asset deals do not count."""
    return [market for market in markets if market.base_kind not in counted_bases]


def missing_of(markets: Iterable[MarketCoverage], left_out: Iterable[MarketCoverage], days: Span) -> Missing:
    """What is missing of all `markets`; `left_out`: those of them, and the days, that some reading does not count."""
    by_kind: dict[str, list[MarketCoverage]] = {}
    for market in left_out:
        by_kind.setdefault(market.base_kind, []).append(market)
    of_kind = {kind: missing_markets(found, days) for kind, found in sorted(by_kind.items())}
    return Missing(
        missing_markets(markets, days), {kind: found for kind, found in of_kind.items() if any(found.values())}
    )
