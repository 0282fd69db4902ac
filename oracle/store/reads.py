"""Named questions to a published file, answered with plain values; nothing outside this room knows its tables."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

import duckdb

from oracle.errors import HomeError
from oracle.law.verdict import Word

SCHEMA_VERSION = 1


class DatasetRow(NamedTuple):
    version: str
    published_at: datetime
    demo: bool
    schema_version: int


class CandleRow(NamedTuple):
    venue: str
    symbol: str
    market: str
    quote: str
    close: Decimal
    close_literal: str
    base_volume_literal: str
    turnover_literal: str | None
    turnover_low: Decimal
    observation: str


class ValueRow(NamedTuple):
    venue: str
    asset: str
    path: str
    legs: str
    reason: str | None


class VenueDayRow(NamedTuple):
    venue: str
    turnover_rub: Decimal | None
    turnover_rub_low: Decimal
    turnover_rub_high: Decimal | None
    turnover_rub_all_bases_low: Decimal
    counted_markets: int
    unpriced: str
    published_since: date | None
    published_days: int
    window_days: int


class VerdictRow(NamedTuple):
    venue: str
    rulebook: str
    in_force_from: date | None
    verdict: Word
    turnover_rub_low: Decimal
    reasons: list[dict[str, str]]


class EditionRow(NamedTuple):
    rulebook: str
    in_force_from: date
    stablecoin_path: str
    quote_kinds: str


class VenueRow(NamedTuple):
    venue: str
    title: str
    opens: timedelta


class RateInForceRow(NamedTuple):
    currency: str
    value: str
    nominal: int
    effective_on: date
    observation: str


class AssetRow(NamedTuple):
    asset: str
    name: str
    kind: str
    obligated_person: str | None
    note: str | None


class ListedRow(NamedTuple):
    venue: str
    symbol: str
    market: str
    first_day: date | None
    last_day: date | None


class BrokenRow(NamedTuple):
    venue: str
    symbol: str
    reason: str


class Reads:
    """The published file at `path`, open for reading until the block ends; HomeError if it is not there or too new."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> Self:
        if not self.path.exists():
            raise HomeError(f"nothing is published at {self.path}; run `oracle collect`, or try `oracle demo`")
        try:
            self._connection = duckdb.connect(str(self.path), read_only=True)
            self._connection.execute("SET TimeZone = 'UTC'")
            found = self._rows("SELECT version, published_at, demo, schema_version FROM dataset")
        except duckdb.Error as error:
            raise HomeError(f"cannot read {self.path}: {str(error)[:160]}; run `oracle publish` again") from error
        self.dataset = DatasetRow(*found[0])._replace(published_at=found[0][1].astimezone(UTC))
        if self.dataset.schema_version > SCHEMA_VERSION:
            raise HomeError(
                f"{self.path} has schema {self.dataset.schema_version}, this program knows {SCHEMA_VERSION}; "
                "upgrade the program"
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def _rows(self, query: str, *parameters: object) -> list[Any]:
        return self._connection.execute(query, list(parameters)).fetchall()

    def coins(self) -> list[str]:
        """Base assets of all markets."""
        return [coin for (coin,) in self._rows("SELECT DISTINCT base FROM markets ORDER BY base")]

    def markets_of(self, coin: str) -> list[ListedRow]:
        """Every market in which the coin is valued."""
        return [
            ListedRow(*row)
            for row in self._rows(
                "SELECT venue, symbol, market, first_day, last_day FROM markets WHERE base = ? ORDER BY ALL", coin
            )
        ]

    def candles(self, coin: str, day: date) -> list[CandleRow]:
        """Current candles of the coin on the day."""
        return [
            CandleRow(*row)
            for row in self._rows(
                """SELECT venue, symbol, market, quote, close, close_literal, base_volume_literal, turnover_literal,
                   turnover_low, observation FROM candles WHERE coin = ? AND day = ? ORDER BY venue, market, symbol""",
                coin,
                day,
            )
        ]

    def values(self, day: date) -> list[ValueRow]:
        """Ruble values of quote assets on the day, all venues and paths but crosses."""
        return [
            ValueRow(*row)
            for row in self._rows(
                "SELECT venue, asset, path, legs, reason FROM ruble_values WHERE day = ? AND path <> 'cross'", day
            )
        ]

    def venue_days(self, day: date) -> dict[str, VenueDayRow]:
        """Figures of the day by venue."""
        rows = self._rows(
            """SELECT venue, turnover_rub, turnover_rub_low, turnover_rub_high, turnover_rub_all_bases_low,
               counted_markets, unpriced, published_since, published_days, window_days
               FROM venue_days WHERE day = ?""",
            day,
        )
        return {row[0]: VenueDayRow(*row) for row in rows}

    def verdicts(self, day: date) -> list[VerdictRow]:
        """Verdicts of the day, all venues and rulebooks."""
        rows = self._rows(
            """SELECT venue, rulebook, in_force_from, verdict, turnover_rub_low, reasons FROM verdicts
               WHERE day = ? ORDER BY venue, rulebook""",
            day,
        )
        return [VerdictRow(*row)._replace(reasons=json.loads(row[-1])) for row in rows]

    def editions(self) -> list[EditionRow]:
        """Editions of all rulebooks, oldest first."""
        rows = self._rows(
            """SELECT p.rulebook, p.in_force_from, p.value, q.value FROM rulebooks p
               JOIN rulebooks q USING (rulebook, in_force_from)
               WHERE p.key = 'stablecoin_path' AND q.key = 'quote_kinds' ORDER BY ALL"""
        )
        return [EditionRow(*row) for row in rows]

    def venues(self) -> dict[str, VenueRow]:
        """The venues by name; `opens` is when their day D opens, after D 00:00 UTC."""
        rows = self._rows("SELECT venue, title, day_opens_minutes FROM venues")
        return {row[0]: VenueRow(row[0], row[1], timedelta(minutes=row[2])) for row in rows}

    def rates_in_force(self, day: date) -> dict[str, RateInForceRow]:
        """Official rates in force on the day, by currency."""
        rows = self._rows(
            "SELECT currency, value, nominal, effective_on, observation FROM rates_in_force WHERE day = ?", day
        )
        return {row[0]: RateInForceRow(*row) for row in rows}

    def assets(self, codes: list[str]) -> dict[str, AssetRow]:
        """The register's entries for these codes."""
        rows = self._rows(
            "SELECT asset, name, kind, obligated_person, note FROM assets WHERE list_contains(?, asset)", codes
        )
        return {row[0]: AssetRow(*row) for row in rows}

    def missing_markets(self, day: date) -> dict[str, list[str]]:
        """By venue, listed markets that were not read for the day, or whose row broke a check."""
        rows = self._rows(
            """SELECT venue, symbol FROM
                 (SELECT venue, symbol, last_seen, max(last_seen) OVER (PARTITION BY venue) AS newest FROM markets)
               WHERE (last_seen = newest OR last_seen::DATE >= $1)
                 AND (venue, symbol) NOT IN
                     (SELECT (venue, symbol) FROM coverage WHERE $1 BETWEEN first_day AND last_day)""",
            day,
        )
        result: dict[str, list[str]] = {}
        for venue, symbol in sorted({*rows, *((row.venue, row.symbol) for row in self.broken(day))}):
            result.setdefault(venue, []).append(symbol)
        return result

    def broken(self, day: date) -> list[BrokenRow]:
        """Markets whose row of the day broke a check, and that have no good row."""
        rows = [
            BrokenRow(*row)
            for row in self._rows(
                "SELECT DISTINCT venue, symbol, reason FROM quarantine WHERE day = ? ORDER BY ALL", day
            )
        ]
        if not rows:
            return []
        good = set(self._rows("SELECT venue, symbol FROM candles WHERE day = ?", day))
        return [row for row in rows if (row.venue, row.symbol) not in good]

    def covered(self, coin: str, day: date) -> bool:
        """Whether at least one market of the coin was answered for on the day."""
        return bool(
            self._rows(
                """FROM coverage c JOIN markets m USING (venue, symbol)
                   WHERE m.base = ? AND ? BETWEEN c.first_day AND c.last_day LIMIT 1""",
                coin,
                day,
            )
        )

    def status(self) -> list[dict[str, Any]]:
        """Per source: markets, first and last day, gaps, quarantine by reason, last success and last error."""
        cursor = self._connection.execute(_STATUS)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


# A gap: a day between a market's first and last candle without one.
_STATUS = """
WITH m AS (
    SELECT venue AS source, count(*) AS markets, count(*) FILTER (candles > 0) AS markets_with_candles,
        min(first_day) AS first_day, max(last_day) AS last_day, sum(candles) AS candles,
        sum(CASE WHEN candles > 0 THEN last_day - first_day + 1 - candles ELSE 0 END) AS gaps
    FROM markets GROUP BY venue),
r AS (SELECT 'cbr' AS source, count(DISTINCT currency) AS markets, count(DISTINCT currency) AS markets_with_candles,
        min(effective_on) AS first_day, max(effective_on) AS last_day, count(*) AS candles, 0 AS gaps
      FROM official_rates WHERE known_to IS NULL HAVING count(*) > 0),
q AS (SELECT venue AS source, map_from_entries(list((reason, rows) ORDER BY reason)) AS quarantine
      FROM (SELECT venue, reason, count(*) AS rows FROM quarantine GROUP BY ALL) GROUP BY venue),
o AS (SELECT source, max(received_at) FILTER (outcome = 'ok') AS last_success,
        max(received_at) FILTER (outcome <> 'ok') AS last_error_at,
        arg_max(subject || CASE WHEN subject = '' THEN '' ELSE ': ' END || detail, received_at)
            FILTER (outcome <> 'ok') AS last_error
      FROM observations GROUP BY source)
SELECT o.source, coalesce(a.markets, 0) AS markets, coalesce(a.markets_with_candles, 0) AS markets_with_candles,
    a.first_day, a.last_day, coalesce(a.candles, 0) AS candles, coalesce(a.gaps, 0) AS gaps,
    coalesce(q.quarantine, MAP {}) AS quarantine, o.last_success, o.last_error_at, o.last_error
FROM o LEFT JOIN (FROM m UNION ALL FROM r) a USING (source) LEFT JOIN q USING (source)
ORDER BY o.source = 'cbr', o.source
"""
