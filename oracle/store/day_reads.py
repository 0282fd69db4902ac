"""Named questions to a published file about the days of a span: all that is told of them but for their candles."""

import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

import msgspec

from oracle.days import Span
from oracle.law.verdict import Reason, Result
from oracle.store.day_values import DayValues
from oracle.store.rows import BrokenRow, DayRows, RateInForceRow, ValueRow, VenueDayRow, VerdictRow

if TYPE_CHECKING:
    from oracle.store.reads import Reads

Row = TypeVar("Row")
ByDay = defaultdict[date, list[Row]]


class DayReads:
    """Questions about the days of `span`; a day of which nothing is told has no rows."""

    def __init__(self, reads: "Reads", span: Span) -> None:
        self._reads, self._span = reads, span
        self._last: dict[str, list[str]] = {}

    def all(self, missing: Mapping[date, list[tuple[str, list[str]]]]) -> dict[date, DayRows]:
        """All of it, day by day; `missing`: see there."""
        values, figures, verdicts = self.values(), self.figures(), self.verdicts()
        rates, broken = self.rates(), self.broken()
        return {
            day: DayRows(
                by_path(values[day]),
                {row.venue: row for row in figures[day]},
                by_book(verdicts[day]),
                {row.currency: row for row in rates[day]},
                broken[day],
                by_venue(missing.get(day, ()), broken[day]),
            )
            for day in self._span.days()
        }

    def values(self) -> ByDay[ValueRow]:
        """Ruble values of quote assets, of all venues and by all paths."""
        return self._by_day(
            "SELECT day, venue, asset, path, legs, reason FROM ruble_values WHERE day BETWEEN $first AND $last",
            # A currency has the same legs on every venue, and a day the same reasons as the one before it.
            lambda venue, asset, path, legs, reason: ValueRow(
                sys.intern(venue), sys.intern(asset), sys.intern(path), sys.intern(legs), reason and sys.intern(reason)
            ),
        )

    def figures(self) -> ByDay[VenueDayRow]:
        """Figures of venues."""
        return self._by_day(
            """SELECT day, venue, turnover_rub, turnover_rub_low, turnover_rub_high, turnover_rub_all_bases_low,
               counted_markets, unpriced, published_since, published_days, window_days
               FROM venue_days WHERE day BETWEEN $first AND $last""",
            VenueDayRow,
        )

    def verdicts(self, rulebook: str | None = None) -> ByDay[VerdictRow]:
        """Verdicts of all venues and of the rulebooks that do not judge by coins, or of one, by venue and rulebook."""
        return self._by_day(
            """SELECT day, venue, rulebook, in_force_from, verdict, turnover_rub_low, reasons FROM verdicts
               WHERE day BETWEEN $first AND $last AND rulebook = coalesce($rulebook, rulebook)
               ORDER BY venue, rulebook""",
            lambda *row: VerdictRow(*row)._replace(reasons=_reasons(row[-1])),
            rulebook=rulebook,
        )

    def rates(self) -> ByDay[RateInForceRow]:
        """Official rates in force."""
        return self._by_day(
            """SELECT day, currency, value, nominal, effective_on, observation FROM rates_in_force
               WHERE day BETWEEN $first AND $last""",
            RateInForceRow,
        )

    def broken(self) -> ByDay[BrokenRow]:
        """Markets whose row broke a check, and that have no good row."""
        return self._by_day(
            # The few of them first: an anti join over all candles would be built of those.
            """WITH found AS MATERIALIZED (
                 SELECT DISTINCT day, venue, symbol, reason FROM quarantine WHERE day BETWEEN $first AND $last),
               good AS (SELECT day, venue, symbol FROM candles SEMI JOIN found USING (day, venue, symbol))
               FROM found ANTI JOIN good USING (day, venue, symbol) ORDER BY ALL""",
            BrokenRow,
        )

    def missing(self) -> ByDay[tuple[str, list[str]]]:
        """By venue, the symbols of listed markets that were not read, in order."""
        return self._by_day(
            """SELECT d.day, m.venue, list(m.symbol ORDER BY m.symbol) FROM
                 (SELECT venue, symbol, state, first_seen, last_seen,
                    max(last_seen) FILTER (state <> 'imported') OVER (PARTITION BY venue) AS newest FROM markets) m
               ANTI JOIN coverage w
                 ON w.venue = m.venue AND w.symbol = m.symbol AND w.first_day <= $first AND w.last_day >= $last
               JOIN (SELECT unnest(range($first, $last + 1, INTERVAL 1 DAY))::DATE AS day) d
                 ON CASE WHEN state = 'imported' THEN d.day BETWEEN first_seen::DATE AND last_seen::DATE
                    ELSE last_seen = newest OR last_seen::DATE >= d.day END
               ANTI JOIN coverage c
                 ON c.venue = m.venue AND c.symbol = m.symbol AND d.day BETWEEN c.first_day AND c.last_day
               GROUP BY ALL ORDER BY ALL""",
            self._shared,
        )

    def _shared(self, venue: str, symbols: list[str]) -> tuple[str, list[str]]:
        """The list of the day before where it is the same: a venue that was not read lacks thousands on end."""
        if self._last.get(venue) != symbols:
            self._last[venue] = [sys.intern(symbol) for symbol in symbols]
        return venue, self._last[venue]

    def _by_day(self, query: str, row: Callable[..., Row], **more: object) -> ByDay[Row]:
        """Rows whose first column is the day, without it; the query names $first and $last."""
        result: ByDay[Row] = defaultdict(list)
        for day, *columns in self._reads.rows(query, {"first": self._span.first, "last": self._span.last, **more}):
            result[day].append(row(*columns))
        return result


@lru_cache(256)
def _reasons(text: str) -> list[Reason]:
    read = msgspec.json.decode(text)
    return [Reason(each["code"], Result(each["result"]), each["figures"], each["clause"]) for each in read]


def by_path(rows: Iterable[ValueRow]) -> Mapping[tuple[str, str, str], ValueRow]:
    """By venue, asset and path."""
    return DayValues(rows)


def by_book(rows: Iterable[VerdictRow]) -> dict[tuple[str, str], VerdictRow]:
    """By venue and rulebook."""
    return {_shared(row.venue, row.rulebook): row for row in rows}


@lru_cache(1 << 12)
def _shared(venue: str, rulebook: str) -> tuple[str, str]:
    """The same on all days: of thousands of days it is held once."""
    return venue, rulebook


def by_venue(missing: Iterable[tuple[str, list[str]]], broken: Iterable[BrokenRow]) -> dict[str, list[str]]:
    """By venue, the symbols of all of them."""
    result = dict(missing)
    for row in broken:
        result[row.venue] = sorted({*result.get(row.venue, []), row.symbol})
    return dict(sorted(result.items()))


def missing_spans(reads: "Reads") -> list[tuple[str, str, date, date]]:
    """The days of all listed markets that were not read: venue, symbol, first and last day, in order of the names."""
    return reads.rows(
        """WITH listed AS (
             SELECT venue, symbol,
               CASE WHEN state = 'imported' THEN first_seen::DATE ELSE DATE '0001-01-01' END AS begins,
               CASE WHEN state <> 'imported' AND last_seen = max(last_seen) FILTER (state <> 'imported')
                 OVER (PARTITION BY venue) THEN DATE '9999-12-31' ELSE last_seen::DATE END AS ends
             FROM markets),
           answered AS (FROM coverage UNION ALL SELECT venue, symbol, DATE '9999-12-31' + 1, NULL FROM markets),
           followed AS (
             SELECT venue, symbol, ends, first_day, greatest(begins,
               max(last_day) OVER (PARTITION BY venue, symbol ORDER BY first_day, last_day
                 ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) + 1) AS follows
             FROM listed JOIN answered USING (venue, symbol))
           SELECT venue, symbol, follows, least(first_day - 1, ends) FROM followed
           WHERE follows <= least(first_day - 1, ends) ORDER BY ALL""",
        {},
    )
