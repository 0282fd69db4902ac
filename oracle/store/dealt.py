"""What was dealt in: sums of turnover and closes, by blocks of venues, asked for apart from being read out."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa

from oracle.law.turnover import QuoteSum
from oracle.law.valuation import QuotedClose

# By venue and day: turnover in each quote asset and kind of base asset; closes by asset.
Sums = dict[str, dict[date, list[QuoteSum]]]
Closes = dict[str, dict[date, dict[str, list[QuotedClose]]]]
# Names of markets by venue: of the venues themselves, and of the views that show their UTC days.
OWN_DAYS, UTC_DAYS = "market_spans", "utc_market_spans"
# A day as a number: of all kinds of values, days take Arrow the longest to hand out, ten times as long as numbers.
_ORDINAL = "day - DATE '0001-01-01' + 1"


class Told(NamedTuple):
    """What DuckDB told of a block of venues, not read out yet."""

    sums: pa.Table
    closes: pa.Table


class Dealt:
    """Current turnovers and closes of what one `wants`.

    `ask` keeps DuckDB busy and `read` Python: one block may be asked for on another thread while one is read here.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, spans: str = OWN_DAYS) -> None:
        """`spans`: OWN_DAYS, or UTC_DAYS for the days of views, under their own name."""
        self._connection, self._named, self._legs = connection, f"named_{spans}", f"legs_{spans}"
        self._view = "-utc" if spans == UTC_DAYS else ""
        connection.execute(_NAMED.format(named=self._named, spans=spans))
        connection.execute(_LEGS.format(legs=self._legs, spans=spans))
        self._groups: list[tuple[str, str, str]] = connection.execute(
            f"SELECT DISTINCT ON (id) venue, quote, base_kind FROM {self._named} ORDER BY id"  # noqa: S608 - our own names
        ).fetchall()
        self._markets: list[tuple[str, str, str]] = connection.execute(
            f"SELECT venue, base, quote FROM {self._legs} ORDER BY id"  # noqa: S608 - our own names
        ).fetchall()

    def ask(self, venues: Iterable[str]) -> Told:
        """Of these venues, or of their views. Decimals are text: by columns, that costs half of what they do."""
        named = ", ".join(f"'{venue}{self._view}'" for venue in venues)
        of_these = f"venue IN ({named}) AND day BETWEEN first_day AND last_day"
        sums = f"""SELECT id, {_ORDINAL}, sum(turnover_low)::VARCHAR,
                CASE WHEN sum(turnover_high) <> sum(turnover_low) THEN sum(turnover_high)::VARCHAR END, count(*)
            FROM wanted JOIN {self._named} USING (venue, symbol) WHERE {of_these} GROUP BY id, day"""  # noqa: S608
        closes = f"""SELECT id, {_ORDINAL}, close::VARCHAR, turnover_low::VARCHAR
            FROM wanted JOIN {self._legs} USING (venue, symbol) WHERE {of_these}"""  # noqa: S608 - our own names
        return Told(*(self._connection.sql(each).to_arrow_table() for each in (sums, closes)))

    def read(self, told: Told) -> tuple[Sums, Closes]:
        """Sums per quote asset and kind of base asset; closes of quote assets against currencies and stablecoins."""
        return self._read_sums(told.sums), self._read_closes(told.closes)

    def _read_sums(self, table: pa.Table) -> Sums:
        result: Sums = {}
        groups = [(result.setdefault(venue, {}), quote, base_kind) for venue, quote, base_kind in self._groups]
        fromordinal = date.fromordinal
        for at, day, low, high, markets in _rows(table):
            found, quote, base_kind = groups[at]
            least = Decimal(low)
            each = QuoteSum(quote, base_kind, least, least if high is None else Decimal(high), markets)
            found.setdefault(fromordinal(day), []).append(each)
        return result

    def _read_closes(self, table: pa.Table) -> Closes:
        result: Closes = {}
        legs = [(result.setdefault(venue, {}), base, f"{base}/{quote}", quote) for venue, base, quote in self._markets]
        fromordinal = date.fromordinal
        for at, day, close, turnover in _rows(table):
            found, base, market, quote = legs[at]
            each = QuotedClose(market, quote, Decimal(close), Decimal(turnover))
            found.setdefault(fromordinal(day), {}).setdefault(base, []).append(each)
        return result


def _rows(table: pa.Table) -> Iterator[tuple[Any, ...]]:
    return zip(*(column.to_pylist() for column in table.columns), strict=True)


_NAMED = """CREATE OR REPLACE TEMP TABLE {named} AS
    SELECT m.venue, m.symbol, m.quote, coalesce(k.kind, 'unclassified') AS base_kind, first_day, last_day,
        dense_rank() OVER (ORDER BY m.venue, quote, base_kind) - 1 AS id
    FROM {spans} m LEFT JOIN kinds k ON k.asset = m.coin"""
_LEGS = """CREATE OR REPLACE TEMP TABLE {legs} AS
    SELECT m.venue, m.symbol, m.coin AS base, m.quote, m.first_day, m.last_day, row_number() OVER () - 1 AS id
    FROM {spans} m
    JOIN kinds q ON q.asset = m.quote AND q.kind IN ('fiat', 'stablecoin')
    LEFT JOIN kinds b ON b.asset = m.coin
    WHERE coalesce(b.kind, 'unclassified') <> 'fiat'
        AND EXISTS (FROM {spans} o WHERE o.venue = m.venue AND o.quote = m.coin)"""
