"""Named questions to the working store for the law: days, coverage and rates, as plain rows."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import duckdb
import pyarrow as pa

from oracle.days import Span


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


class KindRow(NamedTuple):
    """The kind of a market's base asset, and the days on which the venue's code denoted such an asset."""

    base_kind: str
    first_day: date
    last_day: date


Connection = duckdb.DuckDBPyConnection
ALL_DAYS = Span(date.min, date.max)


def register_kinds(connection: Connection, kinds: Iterable[tuple[str, str]]) -> None:
    """Tell the store the kinds of registered assets, for grouping."""
    given = list(kinds)
    texts = ([asset for asset, _ in given], [kind for _, kind in given])
    table = pa.Table.from_arrays([pa.array(each, pa.string()) for each in texts], ["asset", "kind"])
    connection.register("kinds_given", table)
    connection.execute("CREATE OR REPLACE TEMP TABLE kinds AS FROM kinds_given")
    connection.unregister("kinds_given")


def want(connection: Connection, days: Span) -> None:
    """Let what was `Dealt` in be of the current candles of these days."""
    connection.execute(
        f"""CREATE OR REPLACE TEMP VIEW wanted AS
            SELECT venue, symbol, day, close, turnover_low, turnover_high FROM candles
            WHERE known_to IS NULL AND day BETWEEN DATE '{days.first}' AND DATE '{days.last}'"""  # noqa: S608
    )


def want_alone(connection: Connection, venue_days: Mapping[str, Iterable[date]]) -> None:
    """Let what was `Dealt` in be of the current candles of these venue days; they are the temporary table `anew`."""
    pairs = [(venue, day) for venue, days in venue_days.items() for day in days]
    names, days = zip(*pairs, strict=True) if pairs else ((), ())
    columns = [pa.array(names, pa.string()), pa.array(days, pa.date32())]
    connection.register("anew_given", pa.table(columns, ["venue", "day"]))
    connection.execute("CREATE OR REPLACE TEMP TABLE anew AS FROM anew_given")
    connection.unregister("anew_given")
    # Venues whose days lie between the same two are looked up together: between constants few blocks have to be read.
    ranges = connection.execute(
        """SELECT list(venue), first, last FROM (
             SELECT venue, min(day) AS first, max(day) AS last FROM anew GROUP BY venue) GROUP BY first, last"""
    ).fetchall()
    want(connection, ALL_DAYS)
    connection.execute("CREATE OR REPLACE TEMP TABLE alone AS FROM wanted LIMIT 0")
    for venues, first, last in ranges:
        named = ", ".join(f"'{venue}'" for venue in sorted(venues))
        connection.execute(
            f"""INSERT INTO alone FROM wanted SEMI JOIN anew USING (venue, day)
                WHERE venue IN ({named}) AND day BETWEEN DATE '{first}' AND DATE '{last}'"""
        )
    connection.execute("CREATE OR REPLACE TEMP VIEW wanted AS FROM alone")


def survey(connection: Connection, since: date = date.min, kept: str = "") -> None:
    """Make the temporary tables `candle_days` (venue, day), `first_candles` (venue, symbol, day) and `doubted`.

    The last: (venue, symbol, day, good) of every row that broke a check, and whether there is a good one of the day.
    `kept`: a schema that holds these tables as they were, to be completed by candles from day `since` on: days with a
    candle never lose it.
    """
    for table, columns, newest in (
        ("candle_days", "venue, day", "SELECT DISTINCT venue, day"),
        ("first_candles", "venue, symbol, min(day) AS day", "SELECT venue, symbol, min(day) AS day"),
    ):
        more = f"UNION ALL SELECT * FROM {kept}.{table}" if kept else ""  # noqa: S608 - our own names
        connection.execute(
            f"""CREATE OR REPLACE TEMP TABLE {table} AS SELECT {columns} FROM (
                  {newest} FROM candles WHERE known_to IS NULL AND day >= DATE '{since}' GROUP BY ALL {more})
                GROUP BY ALL"""  # noqa: S608 - our own names
        )
    stood = (
        f"{kept}.doubted" if kept else "(SELECT NULL AS venue, NULL AS symbol, NULL::DATE AS day, NULL AS good LIMIT 0)"
    )
    connection.execute(_DOUBTED.format(stood=stood, since=since))


_DOUBTED = """CREATE OR REPLACE TEMP TABLE doubted AS
    WITH found AS MATERIALIZED (
        SELECT venue, symbol, day, k.good FROM (SELECT DISTINCT venue, symbol, day FROM quarantine)
        LEFT JOIN {stood} k USING (venue, symbol, day)),
    -- The few of them first: an anti join would be built of all candles. A day looked into before is good since.
    good AS (
        SELECT venue, symbol, day FROM candles SEMI JOIN (FROM found WHERE good IS NULL) f USING (venue, symbol, day)
        UNION
        SELECT venue, symbol, day FROM candles SEMI JOIN (FROM found WHERE NOT good) f USING (venue, symbol, day)
        WHERE day >= DATE '{since}')
    SELECT venue, symbol, day, f.good IS TRUE OR g.venue IS NOT NULL AS good
    FROM found f LEFT JOIN good g USING (venue, symbol, day)"""


def published_days(connection: Connection) -> dict[str, set[date]]:
    """By venue, every day on which some market of it has a current candle; by the `survey`."""
    rows = connection.execute("SELECT venue, list(day) FROM candle_days GROUP BY venue").fetchall()
    return {venue: set(days) for venue, days in rows}


def provisional(connection: Connection) -> dict[str, dict[date, int]]:
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
    result: dict[str, dict[date, int]] = {}
    for venue, day, count in rows:
        result.setdefault(venue, {})[day] = count
    return result


def off_boundary(connection: Connection) -> dict[str, int]:
    """By venue, candles that opened elsewhere than its day and were not corrected; by the `survey`."""
    rows = connection.execute(
        """SELECT venue, count(*) FROM quarantine JOIN doubted USING (venue, symbol, day)
           WHERE reason = 'opening_off_boundary' AND NOT good GROUP BY venue"""
    ).fetchall()
    return dict(rows)


def listed(connection: Connection) -> list[ListedRow]:
    """Every market ever listed; one that the venue's newest list lacks need not be read after it was last seen.

    First candles are those of the `survey`.
    """
    rows = connection.execute(
        """SELECT venue, symbol, CASE WHEN state = 'imported' OR last_seen <
               max(last_seen) FILTER (state <> 'imported') OVER (PARTITION BY venue) THEN last_seen::DATE END,
             day, CASE WHEN state = 'imported' THEN first_seen::DATE END
           FROM markets LEFT JOIN first_candles USING (venue, symbol)
           ORDER BY venue, symbol"""
    ).fetchall()
    return [ListedRow(*row) for row in rows]


def answered(connection: Connection) -> dict[tuple[str, str], list[Span]]:
    """By venue and market, the days that the venue answered for, not always in the fewest spans."""
    # Days as numbers: dates are ten times as long in being handed out. Many markets were answered for the same days.
    table = connection.sql(_ANSWERED).to_arrow_table()
    result: dict[tuple[str, str], list[Span]] = {}
    spans: dict[tuple[int, int], Span] = {}
    venues, symbols, firsts, lasts = (column.to_pylist() for column in table.columns)
    for key, days in zip(zip(venues, symbols, strict=True), zip(firsts, lasts, strict=True), strict=True):
        span = spans.get(days)
        if span is None:
            span = spans[days] = Span(*map(date.fromordinal, days))
        found = result.get(key)
        if found is None:
            result[key] = [span]
        else:
            found.append(span)
    return result


# The spans of `answered_spans`. Those of a market that all touch each other are one, as of nearly every market: to tell
# that takes a fifth of merging them all here.
_ANSWERED = """
    WITH days AS (SELECT DISTINCT venue, symbol, day FROM readings),
    blocks AS (
        SELECT venue, symbol, min(day) AS first_day, max(day) AS last_day, last_day - first_day + 1 = count(*) AS whole
        FROM days GROUP BY ALL),
    spans AS MATERIALIZED (
        SELECT venue, symbol, first_day, last_day FROM settled
        UNION ALL SELECT venue, symbol, first_day, last_day FROM told_by_users
        UNION ALL SELECT venue, symbol, first_day, last_day FROM blocks WHERE whole
        UNION ALL SELECT venue, symbol, day, day
        FROM days SEMI JOIN (FROM blocks WHERE NOT whole) b USING (venue, symbol)),
    markets AS MATERIALIZED (
        SELECT venue, symbol, min(first_day) AS first_day, max(last_day) AS last_day,
            max(first_day) <= min(last_day) + 1 AS touching
        FROM spans GROUP BY venue, symbol),
    told AS (
        SELECT venue, symbol, first_day, last_day FROM markets WHERE touching
        UNION ALL FROM spans SEMI JOIN (FROM markets WHERE NOT touching) m USING (venue, symbol))
    SELECT venue, symbol, first_day - DATE '0001-01-01' + 1, last_day - DATE '0001-01-01' + 1 FROM told"""


def base_kinds(connection: Connection, kinds: Iterable[str]) -> dict[tuple[str, str], list[KindRow]]:
    """By venue and market, the kinds of its base asset, of the markets that were of these kinds at any time.

    Needs the kinds of assets and the names of markets.
    """
    rows = connection.execute(
        """SELECT venue, symbol, coalesce(k.kind, 'unclassified') AS base_kind, first_day, last_day
           FROM market_spans LEFT JOIN kinds k ON k.asset = coin
           WHERE list_contains(?::VARCHAR[], base_kind) ORDER BY ALL""",
        [list(kinds)],
    ).fetchall()
    result: dict[tuple[str, str], list[KindRow]] = {}
    for venue, symbol, *row in rows:
        result.setdefault((venue, symbol), []).append(KindRow(*row))
    return result


def quarantined(connection: Connection) -> dict[tuple[str, str], frozenset[date]]:
    """By venue and market, days whose row broke a check and that have no good row; by the `survey`."""
    rows = connection.execute("SELECT venue, symbol, list(day) FROM doubted WHERE NOT good GROUP BY ALL").fetchall()
    return {(venue, symbol): frozenset(days) for venue, symbol, days in rows}


def rates(connection: Connection, since: date = date.min) -> list[tuple[str, date, Decimal, int, str, str]]:
    """Current official rates: currency, effective date, rubles per unit, nominal, value as published, observation."""
    return connection.execute(
        """SELECT currency, effective_on, per_unit, nominal, value, observation FROM rates
           WHERE known_to IS NULL AND effective_on >= ?""",
        [since],
    ).fetchall()


def rates_answered(connection: Connection) -> dict[str, list[Span]]:
    """By currency, the days for which the Bank's answers are conclusive."""
    result: dict[str, list[Span]] = {}
    for currency, first, last in connection.execute(
        "SELECT currency, first_day, last_day FROM rates_answered"
    ).fetchall():
        result.setdefault(currency, []).append(Span(first, last))
    return result
