"""The court of one venue: its days judged under every rulebook, as rows for the published tables."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from oracle.judgement import Judgement, Worth, reasons_json, venue_day_row, verdict_row, worth
from oracle.knowledge import Knowledge
from oracle.law.boundary import Boundary
from oracle.law.coverage import NOTHING_MISSING, Missing
from oracle.law.publication import Publication, Published
from oracle.law.rulebook import DEFAULT_RULEBOOK, Edition, Rulebook
from oracle.law.turnover import QuoteSum, Turnover, turnover
from oracle.law.valuation import QuotedClose, Rates, RubleValue, Scales, Unpriced, ruble_value
from oracle.law.verdict import UtcDay, Verdict, no_rule, verdict
from oracle.venues.venue import UTC_DAY, Venue

Closes = Mapping[str, list[QuotedClose]]


@dataclass(frozen=True, slots=True)
class Venues:
    """What was gathered about one venue. `published`: its days with a candle; `missing`, `provisional`: markets by day.

    Those of the UTC days of a venue whose own day is another, as far as they were built out of hours, stand beside.
    """

    venue: Venue
    missing: Missing
    published: Collection[date]
    boundary: Boundary
    provisional: Mapping[date, int]
    utc_missing: Missing
    utc_provisional: Mapping[date, int]


@dataclass(frozen=True, slots=True)
class View:
    """The figures of a venue's days: its own, or such UTC days."""

    sums: Mapping[date, list[QuoteSum]]
    closes: Mapping[date, Closes]


@dataclass(frozen=True, slots=True)
class _Bench:
    """One day as one of its two readings shows it: sums, values by stablecoin path, markets missing and provisional."""

    sums: list[QuoteSum]
    values: Mapping[str, Mapping[str, RubleValue | Unpriced]]
    day: date
    missing: int
    missing_by_kind: Missing
    provisional: int
    utc: UtcDay | None = None

    def turnover(self, edition: Edition) -> Turnover:
        values, bases = self.values[edition.stablecoin_path], edition.counted_bases
        uncounted = self.missing_by_kind.uncounted(self.day, bases) if self.missing else 0
        return turnover(self.sums, values, bases, self.missing, edition.market_types, uncounted)


class Bank:
    """What the Bank of Russia's rates make of a day on any venue: `reckoned` and `told`, each made once."""

    def __init__(self, rates: Rates) -> None:
        self.rates = rates
        self.reckoned: dict[str, RubleValue | Unpriced] = {}
        self.told: dict[str, Worth] = {}

    def worth(self, value: RubleValue | Unpriced) -> Worth:
        """The row of a value; that of a currency or a peg is the same on every venue."""
        if value.path not in ("official", "peg"):
            return worth(value)
        told = self.told.get(value.asset)
        if told is None:
            told = self.told[value.asset] = worth(value)
        return told


class Court:
    """Judges the days of one venue."""

    def __init__(self, gathered: Venues, view: View, known: Knowledge) -> None:
        self._gathered, self._venue, self._view, self._known = gathered, gathered.venue, view, known
        asked_of_all = [day for day, count in gathered.missing.missing.items() if not count]
        self._published = Published(gathered.published, asked_of_all)
        # Peg and market stand in the published tables, whatever the rulebooks ask for.
        asked = {each.stablecoin_path for book in known.rulebooks.values() for each in book.editions}
        self._paths = sorted({"market", *asked} - {"peg"})

    def judge(self, day: date, sums: list[QuoteSum], bank: Bank, closes: Closes, result: Judgement) -> None:
        """The rows of one day, under every rulebook; those that judge by coins have none."""
        values = self._value(sums, bank, closes)
        self._record(self._venue.name, day, values, bank, result)
        missing = self._gathered.missing
        own = _Bench(sums, values, day, missing.missing[day], missing, self._gathered.provisional.get(day, 0))
        benches = {"venue": own}
        turnovers: dict[tuple[object, ...], Turnover] = {}
        publications: dict[int, Publication] = {}
        for book in self._known.rulebooks.values():
            edition = book.edition(day)
            counting = edition or book.editions[0]
            if counting.trading_day not in benches:
                benches["utc"] = self._utc(day, bank, own, result)
            bench = benches[counting.trading_day]
            key = counting.trading_day, counting.stablecoin_path, counting.counted_bases, counting.market_types
            if key not in turnovers:
                turnovers[key] = bench.turnover(counting)
            publication, years = None, counting.publication_years
            if edition or book.name == DEFAULT_RULEBOOK:
                if years not in publications:
                    publications[years] = self._published.before(day, years)
                publication = publications[years]
            if publication and book.name == DEFAULT_RULEBOOK:
                result.venue_days.append(venue_day_row(self._venue, day, turnovers[key], publication, own.provisional))
            if counting.per_coin:
                continue
            judged, reasons = _no_rule(book)
            if edition and publication:
                facts = turnovers[key], publication, self._venue.jurisdiction, self._gathered.boundary
                judged = verdict(book, day, *facts, provisional=bench.provisional, utc=bench.utc)
                reasons = reasons_json(judged)
            result.verdicts.append(verdict_row(self._venue.name, day, judged, turnovers[key], reasons))

    def _utc(self, day: date, bank: Bank, own: _Bench, result: Judgement) -> _Bench:
        """The UTC day: the venue's own where that is one, else the view's, else one of which nothing is known."""
        if self._venue.opens == UTC_DAY:
            return own
        view, clock = self._view, self._gathered.boundary.clock
        sums = view.sums.get(day, [])
        values = self._value(sums, bank, view.closes.get(day, {}))
        by_kind = self._gathered.utc_missing
        missing = by_kind.missing.get(day, 0)
        if not sums:
            # Whatever kinds are missing, nothing is known: that leaves the turnover open.
            return _Bench([], values, day, max(missing, 1), NOTHING_MISSING, 0, UtcDay(clock, built=False))
        self._record(f"{self._venue.name}-utc", day, values, bank, result)
        provisional = self._gathered.utc_provisional.get(day, 0)
        return _Bench(sums, values, day, missing, by_kind, provisional, UtcDay(clock, built=True))

    def _value(self, sums: list[QuoteSum], bank: Bank, closes: Closes) -> dict[str, dict[str, RubleValue | Unpriced]]:
        """By stablecoin path, what each quote asset of the day is worth."""
        scales = Scales(self._known.assets, bank.rates, closes, bank.reckoned)
        peg = {quote: ruble_value(quote, scales, "peg") for quote in {each.quote for each in sums}}
        kinds = self._known.assets.kinds
        coins = [quote for quote in peg if kinds[quote] == "stablecoin"]
        others = {path: peg | {quote: ruble_value(quote, scales, path) for quote in coins} for path in self._paths}
        return {"peg": peg, **others}

    def _record(
        self,
        venue: str,
        day: date,
        values: Mapping[str, Mapping[str, RubleValue | Unpriced]],
        bank: Bank,
        result: Judgement,
    ) -> None:
        market, add, told = values["market"], result.ruble_values.append, bank.worth
        for quote, value in values["peg"].items():
            add((venue, day, *told(value)))
            # Other assets have one way to rubles, whatever the reading of stablecoins.
            other = market[quote]
            if other is not value:
                add((venue, day, *worth(other)))


@cache
def _no_rule(book: Rulebook) -> tuple[Verdict, str]:
    """Before its first edition, the same of every day."""
    judged = no_rule(book)
    return judged, reasons_json(judged)
