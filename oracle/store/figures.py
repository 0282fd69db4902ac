"""Named questions to the working store for the law: sums, closes and coverage, as plain rows."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import duckdb
import pyarrow as pa

from oracle.days import Span


class SumRow(NamedTuple):
    """A venue's markets of one day in one quote asset and one kind of base asset; turnover in the quote asset."""

    venue: str
    day: date
    quote: str
    base_kind: str
    low: Decimal
    high: Decimal
    markets: int


class CloseRow(NamedTuple):
    """A close of an asset against a currency or a stablecoin, with the market's turnover in the quote asset."""

    venue: str
    day: date
    asset: str
    market: str
    quote: str
    close: Decimal
    turnover_quote: Decimal


class ListedRow(NamedTuple):
    """A market that a venue listed; `gone_after`: the last day on which it must be counted, None while it is listed.

    `first_candle`: its oldest day with a candle. `needed_from`: of a market in no list, known from imported files only,
    the first day of these files: it must be counted from then to their last.
    """

    venue: str
    symbol: str
    gone_after: date | None
    first_candle: date | None
    needed_from: date | None = None


Connection = duckdb.DuckDBPyConnection
ALL_DAYS = Span(date.min, date.max)
# Names of markets by venue: of the venues themselves, and of the views that show their UTC days.
OWN_DAYS, UTC_DAYS = "market_spans", "utc_market_spans"


def register_kinds(connection: Connection, kinds: Iterable[tuple[str, str]]) -> None:
    """Tell the store the kinds of registered assets, for grouping."""
    given = list(kinds)
    texts = ([asset for asset, _ in given], [kind for _, kind in given])
    table = pa.Table.from_arrays([pa.array(each, pa.string()) for each in texts], ["asset", "kind"])
    connection.register("kinds_given", table)
    connection.execute("CREATE OR REPLACE TEMP TABLE kinds AS FROM kinds_given")
    connection.unregister("kinds_given")


def sums(connection: Connection, days: Span = ALL_DAYS, spans: str = OWN_DAYS) -> list[SumRow]:
    """Current turnover per venue, day, quote asset and kind of base asset, ordered by venue and day.

    `spans`: OWN_DAYS, or UTC_DAYS for the days of views, under the venue's own name.
    """
    rows = connection.execute(
        f"""WITH grouped AS (
             SELECT venue, symbol, day, turnover_low, turnover_high FROM candles
             WHERE known_to IS NULL AND day BETWEEN $first AND $last),
           named AS (
             SELECT m.venue, m.symbol, m.quote, coalesce(k.kind, 'unclassified') AS base_kind, first_day, last_day
             FROM {spans} m LEFT JOIN kinds k ON k.asset = m.coin)
           SELECT venue, day, quote, base_kind, sum(turnover_low), sum(turnover_high), count(*)
           FROM grouped JOIN named USING (venue, symbol) WHERE day BETWEEN first_day AND last_day
           GROUP BY ALL ORDER BY venue, day, quote, base_kind""",  # noqa: S608 - our own names
        {"first": days.first, "last": days.last},
    ).fetchall()
    return [SumRow(*row) for row in rows]


def published_days(connection: Connection) -> dict[str, set[date]]:
    """By venue, every day on which some market of it has a current candle."""
    result: dict[str, set[date]] = {}
    for venue, day in connection.execute("SELECT DISTINCT venue, day FROM candles WHERE known_to IS NULL").fetchall():
        result.setdefault(venue, set()).add(day)
    return result


def provisional(connection: Connection) -> dict[tuple[str, date], int]:
    """By venue and day, how many markets await the second reading of the day, are in doubt or told by a user's file."""
    rows = connection.execute(
        """WITH own_files AS (SELECT sha256, source, subject FROM observations
                              WHERE kind = 'file' AND starts_with(url, 'file:csv/'))
           SELECT venue, day, count(DISTINCT symbol) FROM (
             SELECT venue, symbol, day FROM readings
             UNION ALL SELECT venue, symbol, day FROM quarantine WHERE reason = 'candle_vanished'
             UNION ALL SELECT c.venue, c.symbol, c.day FROM candles c JOIN own_files f
               ON f.sha256 = c.observation AND f.source = c.venue AND f.subject = c.symbol WHERE c.known_to IS NULL)
           GROUP BY ALL"""
    ).fetchall()
    return {(venue, day): count for venue, day, count in rows}


def off_boundary(connection: Connection) -> dict[str, int]:
    """By venue, candles that opened elsewhere than its day and were not corrected."""
    rows = connection.execute(
        """SELECT venue, count(*) FROM quarantine q WHERE reason = 'opening_off_boundary'
           AND NOT EXISTS (FROM candles c WHERE c.venue = q.venue AND c.symbol = q.symbol AND c.day = q.day)
           GROUP BY venue"""
    ).fetchall()
    return dict(rows)


def closes(connection: Connection, days: Span = ALL_DAYS, spans: str = OWN_DAYS) -> list[CloseRow]:
    """Current closes of assets that serve as quote assets of their venue, against currencies and stablecoins."""
    rows = connection.execute(
        f"""WITH legs AS (
             SELECT m.venue, m.symbol, m.coin AS base, m.quote, m.first_day, m.last_day FROM {spans} m
             JOIN kinds q ON q.asset = m.quote AND q.kind IN ('fiat', 'stablecoin')
             LEFT JOIN kinds b ON b.asset = m.coin
             WHERE coalesce(b.kind, 'unclassified') <> 'fiat'
               AND EXISTS (FROM {spans} o WHERE o.venue = m.venue AND o.quote = m.coin))
           SELECT c.venue, c.day, l.base, l.base || '/' || l.quote, l.quote, c.close, c.turnover_low
           FROM candles c JOIN legs l USING (venue, symbol)
           WHERE c.known_to IS NULL AND c.day BETWEEN l.first_day AND l.last_day AND c.day BETWEEN $first AND $last
           ORDER BY c.venue, c.day""",  # noqa: S608 - our own names
        {"first": days.first, "last": days.last},
    ).fetchall()
    return [CloseRow(*row) for row in rows]


def listed(connection: Connection) -> list[ListedRow]:
    """Every market ever listed; one that the venue's newest list lacks need not be read after it was last seen."""
    rows = connection.execute(
        """SELECT venue, symbol, CASE WHEN state = 'imported' OR last_seen <
               max(last_seen) FILTER (state <> 'imported') OVER (PARTITION BY venue) THEN last_seen::DATE END,
             first_candle, CASE WHEN state = 'imported' THEN first_seen::DATE END
           FROM markets LEFT JOIN (SELECT venue, symbol, min(day) AS first_candle FROM candles
                                   WHERE known_to IS NULL GROUP BY ALL) USING (venue, symbol)
           ORDER BY venue, symbol"""
    ).fetchall()
    return [ListedRow(*row) for row in rows]


def answered(connection: Connection) -> dict[tuple[str, str], list[Span]]:
    """By venue and market, the days that the venue answered for."""
    result: dict[tuple[str, str], list[Span]] = {}
    for venue, symbol, first, last in connection.execute(
        "SELECT venue, symbol, first_day, last_day FROM answered"
    ).fetchall():
        result.setdefault((venue, symbol), []).append(Span(first, last))
    return result


def quarantined(connection: Connection) -> dict[tuple[str, str], set[date]]:
    """By venue and market, days whose row broke a check and that have no good row."""
    result: dict[tuple[str, str], set[date]] = {}
    for venue, symbol, day in connection.execute(
        """SELECT DISTINCT venue, symbol, day FROM quarantine q
           WHERE NOT EXISTS (FROM candles c WHERE c.venue = q.venue AND c.symbol = q.symbol AND c.day = q.day)"""
    ).fetchall():
        result.setdefault((venue, symbol), set()).add(day)
    return result


def rates(connection: Connection) -> list[tuple[str, date, Decimal, int, str, str]]:
    """Current official rates: currency, effective date, rubles per unit, nominal, value as published, observation."""
    return connection.execute(
        "SELECT currency, effective_on, per_unit, nominal, value, observation FROM rates WHERE known_to IS NULL"
    ).fetchall()


def rates_answered(connection: Connection) -> dict[str, list[Span]]:
    """By currency, the days for which the Bank's answers are conclusive."""
    result: dict[str, list[Span]] = {}
    for currency, first, last in connection.execute(
        "SELECT currency, first_day, last_day FROM rates_answered"
    ).fetchall():
        result.setdefault(currency, []).append(Span(first, last))
    return result
