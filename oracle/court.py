"""The court of one venue: its days judged under every rulebook, as rows for the published tables."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from oracle.days import Span
from oracle.judgement import Judgement, value_row, venue_day_row, verdict_row
from oracle.knowledge import Knowledge
from oracle.law.boundary import Boundary
from oracle.law.coverage import MarketCoverage, missing_markets
from oracle.law.publication import Published
from oracle.law.rulebook import DEFAULT_RULEBOOK, Edition
from oracle.law.turnover import QuoteSum, Turnover, turnover
from oracle.law.valuation import QuotedClose, Rates, RubleValue, Scales, Unpriced, ruble_value
from oracle.law.verdict import UtcDay, no_rule, verdict
from oracle.store.figures import SumRow
from oracle.venues.venue import UTC_DAY, Venue

Closes = Mapping[str, list[QuotedClose]]


@dataclass(frozen=True, slots=True)
class View:
    """UTC days of a venue whose own day is another, as far as they were built out of hours."""

    sums: Mapping[date, list[SumRow]]
    closes: Mapping[date, Closes]
    markets: list[MarketCoverage]
    provisional: Mapping[date, int]


@dataclass(frozen=True, slots=True)
class Venues:
    """What was gathered about one venue. `published`: its days with a candle; `provisional`: markets by day."""

    venue: Venue
    markets: list[MarketCoverage]
    published: set[date]
    boundary: Boundary
    provisional: Mapping[date, int]
    view: View


@dataclass(frozen=True, slots=True)
class _Bench:
    """One day as one of its two readings shows it: sums, values by stablecoin path, markets missing and provisional."""

    sums: list[QuoteSum]
    values: Mapping[str, Mapping[str, RubleValue | Unpriced]]
    missing: int
    provisional: int
    utc: UtcDay | None = None

    def turnover(self, edition: Edition) -> Turnover:
        values = self.values[edition.stablecoin_path]
        return turnover(self.sums, values, edition.counted_bases, self.missing, edition.market_types)


class Court:
    """Judges the days of one venue; `values` are the rows of currencies and pegs, the same on every venue."""

    def __init__(self, gathered: Venues, known: Knowledge, values: dict[tuple[str, date], dict[str, Any]]) -> None:
        self._gathered, self._venue, self._known, self._values = gathered, gathered.venue, known, values
        first, last = min(gathered.published), max(gathered.published)
        oldest = min((span.first for market in gathered.markets for span in market.answered), default=first)
        self._missing = missing_markets(gathered.markets, Span(min(oldest, first), last))
        settled = [day for day, missing in self._missing.items() if not missing]
        self._published = Published(gathered.published, settled)
        # Peg and market stand in the published tables, whatever the rulebooks ask for.
        asked = {each.stablecoin_path for book in known.rulebooks.values() for each in book.editions}
        self._paths = sorted({"market", *asked} - {"peg"})

    def judge(self, day: date, rows: list[SumRow], rates: Rates, closes: Closes, result: Judgement) -> None:
        """The rows of one day, under every rulebook; those that judge by coins have none."""
        values = self._value(rows, Scales(self._known.assets, rates, closes))
        self._record(self._venue.name, day, values, result)
        own = _Bench(_sums(rows), values, self._missing[day], self._gathered.provisional.get(day, 0))
        benches = {"venue": own}
        turnovers: dict[tuple[object, ...], Turnover] = {}
        for book in self._known.rulebooks.values():
            edition = book.edition(day)
            counting = edition or book.editions[0]
            if counting.trading_day not in benches:
                benches["utc"] = self._utc(day, rates, own, result)
            bench = benches[counting.trading_day]
            key = counting.trading_day, counting.stablecoin_path, counting.counted_bases, counting.market_types
            if key not in turnovers:
                turnovers[key] = bench.turnover(counting)
            publication = None
            if edition or book.name == DEFAULT_RULEBOOK:
                publication = self._published.before(day, counting.publication_years)
            if publication and book.name == DEFAULT_RULEBOOK:
                result.venue_days.append(venue_day_row(self._venue, day, turnovers[key], publication, own.provisional))
            if counting.per_coin:
                continue
            judged = no_rule(book)
            if edition and publication:
                facts = turnovers[key], publication, self._venue.jurisdiction, self._gathered.boundary
                judged = verdict(book, day, *facts, provisional=bench.provisional, utc=bench.utc)
            result.verdicts.append(verdict_row(self._venue.name, day, judged, turnovers[key]))

    def _utc(self, day: date, rates: Rates, own: _Bench, result: Judgement) -> _Bench:
        """The UTC day: the venue's own where that is one, else the view's, else one of which nothing is known."""
        if self._venue.opens == UTC_DAY:
            return own
        view, clock = self._gathered.view, self._gathered.boundary.clock
        rows = view.sums.get(day, [])
        values = self._value(rows, Scales(self._known.assets, rates, view.closes.get(day, {})))
        missing = missing_markets(view.markets, Span(day, day))[day]
        if not rows:
            return _Bench([], values, max(missing, 1), 0, UtcDay(clock, built=False))
        self._record(f"{self._venue.name}-utc", day, values, result)
        return _Bench(_sums(rows), values, missing, view.provisional.get(day, 0), UtcDay(clock, built=True))

    def _value(self, rows: list[SumRow], scales: Scales) -> dict[str, dict[str, RubleValue | Unpriced]]:
        """By stablecoin path, what each quote asset of the day is worth."""
        quotes = {row.quote for row in rows}
        peg = {quote: ruble_value(quote, scales, "peg") for quote in quotes}
        coins = [quote for quote in quotes if self._known.assets[quote].kind == "stablecoin"]
        others = {path: peg | {quote: ruble_value(quote, scales, path) for quote in coins} for path in self._paths}
        return {"peg": peg, **others}

    def _record(
        self, venue: str, day: date, values: Mapping[str, Mapping[str, RubleValue | Unpriced]], result: Judgement
    ) -> None:
        for quote, value in values["peg"].items():
            ways = [value, values["market"][quote]]
            # Other assets have one way to rubles, whatever the reading of stablecoins.
            for way in ways if ways[0] is not ways[1] else ways[:1]:
                result.ruble_values.append({"venue": venue, "day": day, **self._value_row(way, day)})

    def _value_row(self, value: RubleValue | Unpriced, day: date) -> dict[str, Any]:
        """Currencies and pegs are worth the same on every venue: their rows are made once a day."""
        if value.path not in ("official", "peg"):
            return value_row(value)
        key = value.asset, day
        if key not in self._values:
            self._values[key] = value_row(value)
        return self._values[key]


def by_day(rows: list[SumRow]) -> Iterator[tuple[date, list[SumRow]]]:
    """Sums of one venue, day by day."""
    for day, found in groupby(rows, key=lambda row: row.day):
        yield day, list(found)


def _sums(rows: list[SumRow]) -> list[QuoteSum]:
    return [QuoteSum(row.quote, row.base_kind, row.low, row.high, row.markets) for row in rows]
