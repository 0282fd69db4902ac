"""Named questions of the operator to a published file: what is there of each source, what is not, and why."""

from datetime import date, datetime
from typing import NamedTuple, Self

from oracle.days import Span
from oracle.store.opening import statement
from oracle.store.reads import Reads


class SourceRow(NamedTuple):
    """What a published file tells of one source; for the Bank `markets` are currencies.

    `newest_day`: the newest day that the source was conclusively asked about. `covered`: of the markets on its newest
    list, how many are covered up to which day.
    """

    source: str
    markets: int
    markets_with_candles: int
    first_day: date | None
    last_day: date | None
    candles: int
    gaps: int
    quarantine: dict[str, int]
    last_success: datetime | None
    last_error_at: datetime | None
    last_error: str | None
    newest_day: date | None
    covered: list[tuple[date | None, int]]
    revisions: int
    provisional_days: int


class MarketRow(NamedTuple):
    """A market; `gone_after`: the last day on which it must be counted, None while it is listed."""

    venue: str
    symbol: str
    market: str
    first_day: date | None
    last_day: date | None
    gone_after: date | None


class AttemptRow(NamedTuple):
    """The newest failed attempt to read some days of a market."""

    span: Span
    at: datetime
    outcome: str
    detail: str


Key = tuple[str, str]


class Watch(Reads):
    """A published file as the operator reads it."""

    @classmethod
    def over(cls, reads: Reads) -> Self:
        """The file that is open already, for as long as it is: by now it may have been cleared away."""
        watch = cls(reads.path)
        watch.__dict__.update(reads.__dict__)
        return watch

    def sources(self) -> list[SourceRow]:
        """Every source that was ever asked, the Bank of Russia last."""
        newest, covered = self._newest_days(), self._covered()
        revisions, provisional = self._revisions(), self._provisional()
        rows = self._rows(statement("status.sql"))
        return [
            SourceRow._make(
                (
                    *row,
                    newest.get(row[0]),
                    covered.get(row[0], []),
                    revisions.get(row[0], 0),
                    provisional.get(row[0], 0),
                )
            )
            for row in rows
        ]

    def newest_rate(self) -> date | None:
        """The newest date on which a known rate of the dollar takes effect."""
        ((newest,),) = self._rows("SELECT max(effective_on) FROM official_rates WHERE currency = 'USD'")
        return date.fromordinal(newest.toordinal()) if newest else None

    def _newest_days(self) -> dict[str, date]:
        return dict(
            self._rows(
                """SELECT venue, max(last_day) FROM coverage GROUP BY venue
                   UNION ALL SELECT 'cbr', max(day) FROM rates_in_force HAVING count(*) > 0"""
            )
        )

    def _covered(self) -> dict[str, list[tuple[date | None, int]]]:
        result: dict[str, list[tuple[date | None, int]]] = {}
        for venue, last, markets in self._rows(
            """SELECT venue, last, count(*) FROM (
                 SELECT m.venue, m.symbol, max(c.last_day) AS last
                 FROM (FROM markets QUALIFY last_seen = max(last_seen) OVER (PARTITION BY venue)) m
                 LEFT JOIN coverage c USING (venue, symbol) GROUP BY ALL) GROUP BY ALL ORDER BY ALL"""
        ):
            result.setdefault(venue, []).append((last, markets))
        return result

    def _revisions(self) -> dict[str, int]:
        return dict(
            self._rows(
                """SELECT venue, count(*) FROM candle_history WHERE known_to IS NOT NULL GROUP BY venue
                   UNION ALL SELECT 'cbr', count(*) FROM official_rates WHERE known_to IS NOT NULL"""
            )
        )

    def _provisional(self) -> dict[str, int]:
        """By venue, days of which some figure was not confirmed by a second reading yet."""
        return dict(self._rows("SELECT venue, count(*) FROM venue_days WHERE provisional_markets > 0 GROUP BY venue"))

    def markets(self, venue: str | None, coin: str | None) -> list[MarketRow]:
        """Markets of a venue and of a coin; None means all."""
        rows = self._rows(
            """SELECT venue, symbol, market, first_day, last_day,
                 CASE WHEN last_seen < (SELECT max(last_seen) FROM markets o WHERE o.venue = m.venue)
                   THEN last_seen::DATE END
               FROM markets m WHERE venue = coalesce($1, venue)
                 AND ($2 IS NULL OR (venue, symbol) IN (SELECT (venue, symbol) FROM market_names WHERE coin = $2))
               ORDER BY venue, symbol""",
            venue,
            coin,
        )
        return [MarketRow(*row) for row in rows]

    def answered(self, venue: str | None) -> dict[Key, list[Span]]:
        """By market, the days for which it was answered, or before which it had not begun."""
        result: dict[Key, list[Span]] = {}
        for name, symbol, first, last in self._rows(
            "SELECT venue, symbol, first_day, last_day FROM coverage WHERE venue = coalesce(?, venue)", venue
        ):
            result.setdefault((name, symbol), []).append(Span(first, last))
        return result

    def holes(self, venue: str | None) -> dict[Key, list[Span]]:
        """By market, the days between two candles that have none."""
        result: dict[Key, list[Span]] = {}
        for name, symbol, first, last in self._rows(
            """SELECT venue, symbol, before + 1, day - 1 FROM (
                 SELECT venue, symbol, day, lag(day) OVER (PARTITION BY venue, symbol ORDER BY day) AS before
                 FROM candles WHERE venue = coalesce(?, venue))
               WHERE day - before > 1 ORDER BY ALL""",
            venue,
        ):
            result.setdefault((name, symbol), []).append(Span(first, last))
        return result

    def broken_days(self, venue: str | None) -> dict[Key, dict[date, str]]:
        """By market, the days whose row broke a check, with the checks."""
        result: dict[Key, dict[date, str]] = {}
        for name, symbol, day, reasons in self._rows(
            """SELECT venue, symbol, day, string_agg(DISTINCT reason, ', ' ORDER BY reason) FROM quarantine
               WHERE venue = coalesce(?, venue) GROUP BY ALL""",
            venue,
        ):
            result.setdefault((name, symbol), {})[day] = reasons
        return result

    def failures(self, venue: str | None) -> dict[Key, list[AttemptRow]]:
        """By market, failed attempts to read its candles, the newest of each span first; '' is the market list."""
        result: dict[Key, list[AttemptRow]] = {}
        for name, symbol, first, last, at, outcome, detail in self._rows(
            """SELECT source, subject, coalesce(first_day, DATE '1970-01-01'), coalesce(last_day, DATE '9999-12-31'),
                 received_at, outcome, detail FROM observations
               WHERE outcome <> 'ok' AND kind IN ('candles', 'markets') AND source = coalesce(?, source)
               QUALIFY row_number() OVER (PARTITION BY source, subject, first_day, last_day
                                          ORDER BY received_at DESC) = 1
               ORDER BY received_at DESC""",
            venue,
        ):
            result.setdefault((name, symbol), []).append(AttemptRow(Span(first, last), at, outcome, detail))
        return result
