"""What the law is given of every venue besides the figures of its days: rates in force, coverage, what is missing."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from oracle.court import Venues
from oracle.days import DAY, Span, merged
from oracle.judgement import Rows
from oracle.knowledge import Knowledge
from oracle.law.boundary import Boundary
from oracle.law.coverage import NOTHING_MISSING, MarketCoverage, missing_of, with_beginning
from oracle.law.rates import OLDEST, RateBook, RateRow
from oracle.law.rulekeys import KINDS
from oracle.store import figures
from oracle.venues import UTC_VIEWS, VENUES


class _Markets(NamedTuple):
    """A venue's listed markets; and those of them, with the days, whose base asset some rulebook does not count."""

    listed: list[MarketCoverage]
    left_out: list[MarketCoverage]


class Covered(NamedTuple):
    """A listed market with the days known about: answered for, or before it began."""

    listed: figures.ListedRow
    spans: list[Span]


@dataclass(frozen=True, slots=True)
class Grounds:
    """By currency and day the rate in force; by name the venues that can be judged; and rows of published tables.

    Rates in force before `rates_since` stand as they were.
    """

    rates_since: date
    in_force: dict[tuple[str, date], RateRow]
    venues: dict[str, Venues]
    coverage: Rows
    utc_coverage: Rows


def grounds(connection: figures.Connection, known: Knowledge, rates_since: date = date.min) -> Grounds:
    """Everything for all days, but for rates; needs the `survey` of the candles."""
    answered = figures.answered(connection)
    own = _covered(connection, answered)
    utc = _covered_in_utc(own, answered)
    broken = figures.quarantined(connection)
    kinds = figures.base_kinds(connection, _left_out(known))
    markets, markets_in_utc = _markets(own, broken, kinds), _markets(utc, broken, kinds, "-utc")
    published, provisional = figures.published_days(connection), figures.provisional(connection)
    off, found = figures.off_boundary(connection), {}
    # A venue whose list has not been taken in yet has no markets to judge by, whatever candles it has.
    for name in sorted(set(published) & set(markets)):
        venue, days = VENUES[name], published[name]
        first, last = min(days), max(days)
        oldest = min((span.first for market in markets[name].listed for span in market.answered), default=first)
        span = Span(min(oldest, first), last)
        has_view = asks_for_utc(known) and name in markets_in_utc
        found[name] = Venues(
            venue,
            missing_of(*markets[name], span),
            days,
            Boundary(venue.opens, venue.opens_proven, len(days), off.get(name, 0)),
            provisional.get(name, {}),
            missing_of(*markets_in_utc[name], span) if has_view else NOTHING_MISSING,
            provisional.get(f"{name}-utc", {}),
        )
    return Grounds(rates_since, _rates_in_force(connection, rates_since), found, _spans(own), _spans(utc))


_NONE: frozenset[date] = frozenset()


def asks_for_utc(known: Knowledge) -> bool:
    """Whether any rulebook looks at UTC days of venues whose own day is another."""
    return any(each.trading_day == "utc" for book in known.rulebooks.values() for each in book.editions)


def _left_out(known: Knowledge) -> list[str]:
    """The kinds of assets in which deals do not count under one of the rulebooks at least."""
    editions = [each for book in known.rulebooks.values() for each in book.editions]
    return [kind for kind in KINDS if not all(kind in each.counted_bases for each in editions)]


def _rates_in_force(connection: figures.Connection, since: date) -> dict[tuple[str, date], RateRow]:
    answered = figures.rates_answered(connection)
    rows: dict[str, list[RateRow]] = {}
    # An older rate is in force on none of these days.
    for each in figures.rates(connection, since - OLDEST if since > date.min else since):
        rows.setdefault(each[0], []).append(RateRow(*each))
    return {
        (currency, day): row
        for currency in sorted(rows)
        for row, span in RateBook(rows[currency], answered.get(currency, [])).spans()
        for day in span.days()
        if day >= since
    }


def _spans(covered: Iterable[Covered]) -> Rows:
    return [(row.venue, row.symbol, span.first, span.last) for row, spans in covered for span in spans]


def _markets(
    covered: list[Covered],
    quarantined: dict[tuple[str, str], frozenset[date]],
    kinds: dict[tuple[str, str], list[figures.KindRow]],
    view: str = "",
) -> dict[str, _Markets]:
    result: dict[str, _Markets] = {}
    for row, answered in covered:
        broken = quarantined.get((row.venue + view, row.symbol), _NONE) if quarantined else _NONE
        found = result.get(row.venue)
        if found is None:
            found = result[row.venue] = _Markets([], [])
        market = MarketCoverage(answered, broken, row.gone_after, row.needed_from)
        found.listed.append(market)
        for each in kinds.get((row.venue, row.symbol), ()):
            found.left_out.append(_while(market, each))
    return result


def _while(market: MarketCoverage, kind: figures.KindRow) -> MarketCoverage:
    """The market on the days on which its base asset was of the kind."""
    last = min(market.gone_after or date.max, kind.last_day)
    first = max(market.needed_from or date.min, kind.first_day)
    return replace(market, needed_from=first, gone_after=last, base_kind=kind.base_kind)


def _covered(connection: figures.Connection, answered: dict[tuple[str, str], list[Span]]) -> list[Covered]:
    result = []
    for row in figures.listed(connection):
        venue, spans = VENUES[row.venue], answered.get((row.venue, row.symbol), [])
        result.append(Covered(row, with_beginning(spans, row.first_candle, venue.page_days, venue.first_day)))
    return result


def _covered_in_utc(own: list[Covered], answered: dict[tuple[str, str], list[Span]]) -> list[Covered]:
    """The same for the UTC days of views: what the hours answered for, and the days before any deals of the market."""
    result = []
    for row, spans in own:
        if row.venue in UTC_VIEWS:
            # An own day reaches into two UTC days: the one before the first candle is not known to be empty.
            last = row.first_candle - 2 * DAY if row.first_candle else date.max
            silent = [Span(span.first, min(span.last, last)) for span in spans if span.first <= last]
            hours = answered.get((f"{row.venue}-utc", row.symbol), [])
            result.append(Covered(row, merged([*hours, *silent])))
    return result
