"""Verdicts out of a published file, for one coin and day, by the same pure law.

Those under readings by coins are too many to be made for every coin and day beforehand, and so are those under the many
readings that an adviser weighs against each other.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from oracle.days import DAY, Span, years_before
from oracle.law.boundary import Boundary
from oracle.law.coverage import MarketCoverage, missing_markets, uncounted
from oracle.law.publication import Publication
from oracle.law.rulebook import Edition, Rulebook
from oracle.law.turnover import QuoteSum, Turnover, turnover
from oracle.law.valuation import RubleValue, Unpriced, legs_of, product
from oracle.law.verdict import UtcDay, verdict
from oracle.lazy import lazy
from oracle.store.coin_reads import CoinReads, CoinSumRow, Markets
from oracle.store.reads import Reads
from oracle.store.rows import ValueRow, VenueRow, VerdictRow

Values = Mapping[tuple[str, str, str], ValueRow]


class CoinCourt:
    """Judges a coin's day on venues; `values` are the ruble values of that day by venue, asset and path."""

    def __init__(self, reads: Reads, coin: str, day: date, venues: dict[str, VenueRow], values: Values) -> None:
        self._coin, self._day, self._venues, self._values = coin, day, venues, values
        self._facts = {"coin": _Facts(reads.of_coin(coin), day), "venue": _Facts(reads.of_coin(None), day)}
        self._turnovers: dict[tuple[object, ...], tuple[Turnover, int, UtcDay | None]] = {}
        self._publications: dict[tuple[object, ...], Publication] = {}

    def rows(self, books: Iterable[Rulebook], venues: Iterable[str]) -> list[VerdictRow]:
        """The verdicts of those among `books` that judge by coins on the day, on these venues."""
        return [
            row
            for book in books
            if (edition := book.edition(self._day)) and edition.per_coin
            for row in self.judged(book, edition, venues)
        ]

    def judged(self, book: Rulebook, edition: Edition, venues: Iterable[str]) -> list[VerdictRow]:
        """The verdicts of any book, by coins or not; `edition`: the one in force, before the first one that itself."""
        return [self._judge(book, edition, name) for name in venues]

    def _judge(self, book: Rulebook, edition: Edition, name: str) -> VerdictRow:
        figure, provisional, utc = self._turnover(edition, name)
        judged = verdict(
            book,
            self._day,
            figure,
            self._publication(edition, name),
            self._venues[name].jurisdiction,
            self._boundaries.get(name),
            provisional=provisional,
            utc=utc,
            coin=self._coin,
        )
        return VerdictRow(name, book.name, judged.in_force_from, judged.verdict, figure.low, list(judged.reasons))

    @lazy
    def _boundaries(self) -> dict[str, Boundary]:
        return self._facts["coin"].reads.boundaries(self._venues)

    def _turnover(self, edition: Edition, name: str) -> tuple[Turnover, int, UtcDay | None]:
        """The turnover that the edition counts, how many of its markets are provisional, and the UTC day if asked."""
        scope, path, day = edition.turnover_scope, edition.stablecoin_path, edition.trading_day
        key = name, scope, path, day, edition.counted_bases, edition.market_types
        if key not in self._turnovers:
            facts = self._facts[scope]
            is_view = asks_for_view(edition, self._venues[name])
            rows = (facts.utc_sums if is_view else facts.sums).get(name, [])
            markets = (facts.utc_markets if is_view else facts.markets).get(name, [])
            missing, uncounted = self._missing(markets, edition)
            utc = None
            if is_view:
                built = view_built(rows, markets, missing)
                utc = UtcDay(Boundary(self._venues[name].opens, stated=True).clock, built)
                missing, uncounted = (missing, uncounted) if built else (max(missing, 1), 0)
            shown = f"{name}-utc" if is_view else name
            figure = counted_turnover(edition, shown, rows, (missing, uncounted), self._values)
            self._turnovers[key] = figure, sum(row.provisional for row in rows), utc
        return self._turnovers[key]

    def _missing(self, markets: Sequence[MarketCoverage], edition: Edition) -> tuple[int, int]:
        """How many markets are missing on the day, and how many of those would not count."""
        day = Span(self._day, self._day)
        missing = missing_markets(markets, day)[self._day]
        if not missing:
            return 0, 0
        return missing, missing_markets(uncounted(markets, edition.counted_bases), day)[self._day]

    def _publication(self, edition: Edition, name: str) -> Publication:
        key = name, edition.publication_scope, edition.publication_years
        if key not in self._publications:
            facts = self._facts[edition.publication_scope]
            window = Span(years_before(self._day, edition.publication_years), self._day - DAY)
            published = facts.reads.published(name, window)
            self._publications[key] = published.before(self._day, edition.publication_years)
        return self._publications[key]


def asks_for_view(edition: Edition, venue: VenueRow) -> bool:
    """Whether the UTC day is asked for of a venue whose own day is another."""
    return edition.trading_day == "utc" and bool(venue.opens)


def view_built(rows: Sequence[CoinSumRow], markets: Sequence[MarketCoverage], missing: int) -> bool:
    """Whether a UTC day is known: it shows deals, or every market was asked about it."""
    return bool(rows) or (bool(markets) and not missing)


def counted_turnover(
    edition: Edition, shown: str, rows: Sequence[CoinSumRow], missing: tuple[int, int], values: Values
) -> Turnover:
    """The turnover that the edition counts of a day's rows; `shown`: under which name `values` has the venue.

    `missing`: markets that were not read, and those of them that would not count.
    """
    sums = [QuoteSum(row.quote, row.base_kind, row.low, row.high, row.markets) for row in rows]
    worth = {row.quote: _value(values, shown, row.quote, edition.stablecoin_path) for row in rows}
    return turnover(sums, worth, edition.counted_bases, missing[0], edition.market_types, missing[1])


def _value(values: Values, venue: str, quote: str, path: str) -> RubleValue | Unpriced:
    """A currency has one way to rubles, another coin too; a stablecoin that of the edition."""
    for way in ("official", path, "cross"):
        row = values.get((venue, quote, way))
        if row and row.reason is None:
            legs = legs_of(row.legs)
            return RubleValue(quote, way, product(legs), legs)
    return Unpriced(quote, path, f"{quote} has no ruble value that day")


@dataclass
class _Facts:
    """What is read of a coin's day, or of the whole venues', when it is first needed."""

    reads: CoinReads
    day: date

    @lazy
    def sums(self) -> dict[str, list[CoinSumRow]]:
        return self.reads.sums(self.day)

    @lazy
    def utc_sums(self) -> dict[str, list[CoinSumRow]]:
        return self.reads.sums(self.day, utc=True)

    @lazy
    def markets(self) -> Markets:
        return self.reads.markets()

    @lazy
    def utc_markets(self) -> Markets:
        return self.reads.markets(utc=True)
