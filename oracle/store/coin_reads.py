"""Named questions to a published file about one coin, or about all of them, at every venue."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from oracle.days import Span
from oracle.law.boundary import Boundary
from oracle.law.coverage import MarketCoverage, missing_markets
from oracle.law.publication import Published
from oracle.store.rows import VenueRow

if TYPE_CHECKING:
    from oracle.store.reads import Reads

Markets = dict[str, list[MarketCoverage]]


class CoinSumRow(NamedTuple):
    """What a venue's markets in one quote asset turned over on the day; `provisional` of them may still change."""

    venue: str
    quote: str
    base_kind: str
    low: Decimal
    high: Decimal
    markets: int
    provisional: int


class CoinReads:
    """Questions about `coin`; about every coin where that is None. `utc`: about the UTC days of views instead."""

    def __init__(self, reads: "Reads", coin: str | None) -> None:
        self._reads, self._coin = reads, coin
        self._of = "TRUE" if coin is None else "coin = $coin"
        self._published: dict[Span, dict[str, set[date]]] = {}
        self._markets: Markets | None = None

    def _rows(self, query: str, **parameters: object) -> list[tuple[object, ...]]:
        given = parameters if self._coin is None else {"coin": self._coin, **parameters}
        return self._reads.rows(query, given)

    def sums(self, day: date, *, utc: bool = False) -> dict[str, list[CoinSumRow]]:
        """By venue, the day's turnover per quote asset and kind of base asset."""
        result: dict[str, list[CoinSumRow]] = defaultdict(list)
        for _, found in self.sums_between(Span(day, day), utc=utc):
            result[found.venue].append(found)
        return result

    def sums_between(self, span: Span, *, utc: bool = False) -> list[tuple[date, CoinSumRow]]:
        """The same of every day of the span, in order of venue, day and quote asset."""
        table = "utc_days" if utc else "candles"
        rows = self._rows(
            f"""SELECT day, venue, quote, coalesce(a.kind, 'unclassified') AS kind, sum(turnover_low),
                  sum(turnover_high), count(*), count(*) FILTER (NOT final)
                FROM {table} c LEFT JOIN assets a ON a.asset = c.coin
                WHERE {self._of} AND day BETWEEN $first AND $last
                GROUP BY day, venue, c.quote, a.kind ORDER BY venue, day, quote, kind""",  # noqa: S608 - our own names
            first=span.first,
            last=span.last,
        )
        return [(day, CoinSumRow(*row)) for day, *row in rows]  # type: ignore[arg-type, misc]

    def published(self, venue: str, window: Span) -> Published:
        """What the venue published in `window`, as far as every market was asked about."""
        if window not in self._published:
            self._published[window] = self.published_days(window)
        if self._markets is None:
            self._markets = self.markets()
        return published(self._published[window].get(venue, ()), self._markets.get(venue, []), window)

    def published_days(self, window: Span) -> dict[str, set[date]]:
        """By venue, the days of `window` with a current candle, and the first such day of all."""
        # Of whole venues a published file tells it in fewer rows, unless it was made for some days alone.
        whole = self._coin is None and not self._reads.is_partial
        table = "venue_days" if whole else "candles"
        result: dict[str, set[date]] = defaultdict(set)
        for venue, day in self._rows(
            f"""SELECT DISTINCT venue, day FROM {table} WHERE {self._of} AND day BETWEEN $first AND $last
                UNION ALL SELECT venue, min(day) FROM {table} WHERE {self._of} GROUP BY venue""",  # noqa: S608
            first=window.first,
            last=window.last,
        ):
            result[str(venue)].add(day)  # type: ignore[arg-type]
        return result

    def markets(self, *, utc: bool = False) -> Markets:
        """By venue, its markets of the coin, with the days answered for and the days whose row broke a check."""
        result: Markets = defaultdict(list)
        for markets in _markets(self._rows, self._of, utc=utc).values():
            for venue, found in markets.items():
                result[venue] += found
        return result

    def boundaries(self, venues: dict[str, VenueRow]) -> dict[str, Boundary]:
        """By venue, what is known of when its days open."""
        rows = self._reads.rows("SELECT venue, stated, days_on, candles_off FROM day_openings", {})
        return {name: Boundary(venues[name].opens, stated, on, off) for name, stated, on, off in rows}


def published(days: Iterable[date], markets: Sequence[MarketCoverage], window: Span) -> Published:
    """What a venue published on `days`, and on which days of `window` every one of its markets was asked about."""
    if not (found := list(days)) and not markets:
        return _nothing(window)
    missing = missing_markets(markets, window)
    # Of what there was before the oldest file, files tell nothing.
    files = [each.files_from for each in markets if each.files_from]
    begins = min(files) if files and len(files) == len(markets) else date.min
    return Published(found, [day for day, count in missing.items() if not count and day >= begins])


def markets_by_coin(reads: "Reads") -> dict[str, Markets]:
    """By coin and venue, all markets of a file."""
    return _markets(lambda query: reads.rows(query, {}), "TRUE", utc=False)


def _markets(ask: Callable[[str], list[tuple[object, ...]]], of: str, *, utc: bool) -> dict[str, Markets]:
    spans: dict[tuple[object, object], list[Span]] = defaultdict(list)
    table, history, view = ("utc_coverage", "utc_day_history", "-utc") if utc else ("coverage", "candle_history", "")
    names = f"(SELECT DISTINCT venue, symbol FROM market_names WHERE {of})"  # noqa: S608 - our own names
    for venue, symbol, first, last in ask(f"FROM {table} SEMI JOIN {names} USING (venue, symbol)"):
        spans[venue, symbol].append(Span(first, last))  # type: ignore[arg-type]
    broken: dict[tuple[object, object], set[date]] = defaultdict(set)
    for venue, symbol, day in ask(
        f"""WITH found AS MATERIALIZED (
              SELECT DISTINCT n.venue, n.symbol, q.day FROM quarantine q
              JOIN {names} n ON q.venue = n.venue || '{view}' AND q.symbol = n.symbol),
            good AS (SELECT venue, symbol, day FROM {history} SEMI JOIN found USING (venue, symbol, day))
            FROM found ANTI JOIN good USING (venue, symbol, day)"""  # noqa: S608 - our own names
    ):
        broken[venue, symbol].add(day)  # type: ignore[arg-type]
    result: dict[str, Markets] = defaultdict(lambda: defaultdict(list))
    for coin, venue, symbol, first, last, files, kind in ask(
        f"""WITH listed AS (
              SELECT venue, symbol, state, first_seen::DATE AS first_seen, last_seen::DATE AS last_day,
                last_seen < max(last_seen) FILTER (state <> 'imported') OVER (PARTITION BY venue) AS gone
              FROM markets)
            SELECT n.coin, n.venue, n.symbol,
              nullif(greatest(n.first_day, CASE WHEN state = 'imported' THEN first_seen END), DATE '0001-01-01'),
              nullif(least(n.last_day, CASE WHEN state = 'imported' OR gone THEN l.last_day END),
                DATE '9999-12-31'),
              CASE WHEN state = 'imported' THEN first_seen END, coalesce(a.kind, 'unclassified')
            FROM market_names n JOIN listed l USING (venue, symbol) LEFT JOIN assets a ON a.asset = n.coin
            WHERE {of}"""  # noqa: S608
    ):
        key = venue, symbol
        days = last, first, files, kind
        found = MarketCoverage(spans.get(key, []), frozenset(broken.get(key, ())), *days)  # type: ignore[arg-type]
        result[str(coin)][str(venue)].append(found)
    return result


@lru_cache(64)
def _nothing(window: Span) -> Published:
    """Of a coin that a venue has no market of: the same of every coin."""
    return Published((), list(window.days()))
