"""What the law came to stands in the working store until what it was made of changes: then those days are judged anew.

Everything is a function of the batches, the program, the rulebooks and the registers. With new batches alone, a day of
a venue is judged anew if any of this differs from what it was judged by:

* a response of a new batch was about the day, or one of its markets is called otherwise by now: its figures
* the markets missing or provisional on the day
* an official rate in force on it
* the days published, or asked about in vain, in the years before it; the venue's first day, for all its days
* the openings seen, where only they tell when the venue's day opens, for all days that any rulebook judges
"""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import pyarrow as pa

import oracle
from oracle.days import Span
from oracle.fill import fill_judgement
from oracle.grounds import Grounds, grounds
from oracle.judge import decide, name, no_garbage
from oracle.judged_by import judged_by
from oracle.knowledge import Knowledge
from oracle.law.boundary import Boundary
from oracle.law.rates import RateRow
from oracle.store import figures
from oracle.store.opening import statement
from oracle.store.reads import SCHEMA_VERSION
from oracle.venues import VENUES

VenueDays = dict[str, set[date]]
# Tables by venue and day, of which the days that are judged anew are replaced.
_DAILY = ("ruble_values", "venue_days", "verdicts")
_WHOLE = ("coverage", "utc_coverage", "day_openings")
_MADE_OF = ("candle_days", "first_candles", "doubted", "market_spans", "facts")


@no_garbage()
def bring_up_to_date(
    connection: figures.Connection,
    known: Knowledge,
    days: Span = figures.ALL_DAYS,
    alone: frozenset[date] | None = None,
) -> None:
    """Make the tables of the schema `law` what `judge` would make of the store as it is now, within a transaction.

    `alone`: judge these days and no others, in a store that was not judged before.
    """
    program = f"{oracle.__version__} {judged_by()} {SCHEMA_VERSION}"
    digest = hashlib.sha256(f"{program} {known.digest} {days}".encode()).hexdigest()
    stands = _stands(connection, digest)
    if stands and not _new_batches(connection):
        return
    if not stands:
        connection.execute(statement("standing.sql"))
        connection.execute("INSERT INTO law.made_by VALUES (?)", [digest])
        connection.execute(_NEW_BATCHES)
    name(connection, known)
    if stands:
        figures.survey(connection, _told_since(connection), "law")
    else:
        figures.survey(connection)
    given = grounds(connection, known, _rates_told_since(connection) if stands else date.min)
    _lay_beside(connection, given)
    anew = _changed(connection, known, given) if stands else _each_on(given, alone)
    in_force = given.in_force if anew is None else given.in_force | _rates_that_stand(connection, given, anew)
    judgement = decide(connection, known, replace(given, in_force=in_force), days, anew)
    if anew is not None:
        for table in _DAILY:
            connection.execute(f"DELETE FROM law.{table} t USING anew a WHERE t.venue = a.venue AND t.day = a.day")  # noqa: S608
        for table in _WHOLE:
            connection.execute(f"DELETE FROM law.{table}")  # noqa: S608 - our own names
        connection.execute("DELETE FROM law.rates_in_force WHERE day >= ?", [given.rates_since])
    fill_judgement(connection, judgement, "law.")
    for table in _MADE_OF:
        connection.execute(f"DELETE FROM law.{table}; INSERT INTO law.{table} SELECT * FROM temp.{table}")  # noqa: S608
    connection.execute("INSERT INTO law.batches FROM new_batches")


def _each_on(given: Grounds, days: frozenset[date] | None) -> VenueDays | None:
    """These days of every venue."""
    return None if days is None else {venue: set(days) for venue in given.venues}


def _stands(connection: figures.Connection, digest: str) -> bool:
    """Whether something is kept that was judged by the same law."""
    kept = "SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'law' AND table_name = 'made_by'"
    ((found,),) = connection.execute(kept).fetchall()
    return bool(found) and connection.execute("SELECT digest FROM law.made_by").fetchall() == [(digest,)]


_NEW_BATCHES = (
    "CREATE OR REPLACE TEMP TABLE new_batches AS SELECT batch FROM batches ANTI JOIN law.batches USING (batch)"
)


def _new_batches(connection: figures.Connection) -> int:
    connection.execute(_NEW_BATCHES)
    ((count,),) = connection.execute("SELECT count(*) FROM new_batches").fetchall()
    return int(count)


def _told_since(connection: figures.Connection) -> date:
    """The first day that responses in new batches are about; every candle that they brought lies in the days asked."""
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE told AS
           SELECT DISTINCT source AS venue, first_day, last_day FROM observations SEMI JOIN new_batches USING (batch)
           WHERE kind IN ('candles', 'hours', 'file') AND first_day IS NOT NULL"""
    )
    ((first,),) = connection.execute("SELECT min(first_day) FROM told").fetchall()
    return first or date.max


def _rates_told_since(connection: figures.Connection) -> date:
    """The first day whose rate in force new batches may change: one took effect, or was asked about, on it."""
    ((first,),) = connection.execute(
        """WITH told AS (SELECT sha256 FROM observations SEMI JOIN new_batches USING (batch) WHERE kind = 'rates')
           SELECT least(
             (SELECT min(effective_on) FROM rates SEMI JOIN told ON observation = sha256),
             (SELECT min(first_day) FROM rates_answered SEMI JOIN told ON observation = sha256))"""
    ).fetchall()
    return first or date.max


def _rates_that_stand(
    connection: figures.Connection, given: Grounds, anew: VenueDays
) -> dict[tuple[str, date], RateRow]:
    """The rates in force, of those that no new batch changes, on the days that are judged anew."""
    days = sorted(set().union(*anew.values()))
    rows = connection.execute(
        """SELECT currency, effective_on, per_unit, nominal, value, observation, day FROM law.rates_in_force
           WHERE day < ? AND list_contains(?::DATE[], day)""",
        [given.rates_since, days],
    ).fetchall()
    return {(row[0], row[-1]): RateRow(*row[:-1]) for row in rows}


def _lay_beside(connection: figures.Connection, given: Grounds) -> None:
    """The temporary tables `facts` and `rates_in_force`, to be compared with those that are kept."""
    columns: list[list[object]] = [[] for _ in _FACTS]
    for venue, each in given.venues.items():
        for column, values in zip(columns, _facts_of(venue, each.missing.missing, given), strict=True):
            column.extend(values)
    kinds = [pa.string(), pa.date32(), pa.bool_(), *[pa.int32()] * 4, pa.string()]
    table = pa.table([pa.array(*each) for each in zip(columns, kinds, strict=True)], _FACTS)
    connection.register("facts_given", table)
    connection.execute("CREATE OR REPLACE TEMP TABLE facts AS FROM facts_given")
    connection.unregister("facts_given")


_FACTS = ["venue", "day", "published", "missing", "provisional", "utc_missing", "utc_provisional", "missing_kinds"]


def _facts_of(venue: str, days: Iterable[date], given: Grounds) -> list[Iterable[object]]:
    each, all_days = given.venues[venue], list(days)
    counts = [each.missing.missing, each.provisional, each.utc_missing.missing, each.utc_provisional]
    kinds = [f"{each.missing.kinds_on(day)} {each.utc_missing.kinds_on(day)}".strip() for day in all_days]
    return [
        [venue] * len(all_days),
        all_days,
        [day in each.published for day in all_days],
        *([count.get(day, 0) for day in all_days] for count in counts),
        kinds,
    ]


def _changed(connection: figures.Connection, known: Knowledge, given: Grounds) -> VenueDays:
    """The days of each venue that are to be judged anew, of those that have a candle or had been judged."""
    editions = [each for book in known.rulebooks.values() for each in book.editions]
    reach = timedelta(days=366 * max(each.publication_years for each in editions))
    anew: VenueDays = {venue: set() for venue in given.venues}
    for question in (_FIGURES, _CALLED_OTHERWISE, _COUNTS):
        for venue, day in connection.execute(question).fetchall():
            anew.setdefault(venue, set()).add(day)
    rates = _days_of_other_rates(connection, given)
    published = dict(connection.execute(_REACHING).fetchall())
    first_before = dict(connection.execute("SELECT venue, min(day) FROM law.candle_days GROUP BY venue").fetchall())
    openings = {
        name: Boundary(VENUES[name].opens, *seen)
        for name, *seen in connection.execute("SELECT * FROM law.day_openings").fetchall()
    }
    judged_from = min(each.in_force_from for each in editions)
    for venue, each in given.venues.items():
        found, days = anew[venue], each.published
        found |= rates.intersection(days)
        if venue in published:
            first, last = published[venue]["first"], published[venue]["last"] + reach
            found |= {day for day in days if first < day <= last}
        if first_before.get(venue) != min(days):
            found |= set(days)
        if not each.boundary.stated and (venue not in openings or not each.boundary.says_the_same(openings[venue])):
            found |= {day for day in days if day >= judged_from}
    return anew


_FIGURES = """SELECT DISTINCT d.venue, d.day FROM temp.candle_days d JOIN told t
    ON t.venue = d.venue AND d.day BETWEEN t.first_day AND t.last_day"""
_CALLED_OTHERWISE = """WITH others AS (
        SELECT venue, symbol FROM (
            (FROM temp.market_spans EXCEPT FROM law.market_spans) UNION ALL
            (FROM law.market_spans EXCEPT FROM temp.market_spans)) GROUP BY ALL),
    named AS (FROM others UNION ALL SELECT venue || '-utc', symbol FROM others)
    SELECT DISTINCT regexp_replace(venue, '-utc$', ''), day FROM candles SEMI JOIN named USING (venue, symbol)"""
_COUNTS = """SELECT DISTINCT venue, day FROM (
    (FROM temp.facts EXCEPT FROM law.facts) UNION ALL (FROM law.facts EXCEPT FROM temp.facts))"""
# The first and last day that is now published, or asked about in vain, and was not; or the other way round.
_REACHING = """WITH before AS (SELECT venue, day, published, missing = 0 AS asked FROM law.facts),
    now AS (SELECT venue, day, published, missing = 0 AS asked FROM temp.facts)
    SELECT venue, {'first': min(day), 'last': max(day)} FROM (
        (FROM now EXCEPT FROM before) UNION ALL (FROM before EXCEPT FROM now)) GROUP BY venue"""


def _days_of_other_rates(connection: figures.Connection, given: Grounds) -> set[date]:
    before = {
        (currency, day): (effective_on, observation, value, nominal)
        for currency, day, effective_on, observation, value, nominal in connection.execute(
            """SELECT currency, day, effective_on, observation, value, nominal FROM law.rates_in_force
               WHERE day >= ?""",
            [given.rates_since],
        ).fetchall()
    }
    now = {key: (row.effective_on, row.observation, row.value, row.nominal) for key, row in given.in_force.items()}
    return {day for (_, day), _ in before.items() ^ now.items()}
