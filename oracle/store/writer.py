"""The one writer of the working store: takes archive batches in, each with its rows in one transaction."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import pyarrow as pa

from oracle.days import Span
from oracle.errors import HomeError
from oracle.store.incoming import (
    answered_rows,
    disjoint,
    market_rows,
    observation_rows,
    page_rows,
    rate_rows,
    rows_of,
)
from oracle.store.opening import open_store, statement
from oracle.terms import CandlePage, Market, MarketList, Observation, RatePage, Reading


class Store:
    """The working store at `path`, open for writing; HomeError if it is in use, damaged or of a newer program."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> Self:
        self.connection = open_store(self.path)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connection.close()

    def recorded(self) -> set[str]:
        """Names of the archive batches that are already in."""
        return {name for (name,) in self._all("SELECT batch FROM batches")}

    def record(self, batch: str, observations: Sequence[Observation], readings: Sequence[Reading]) -> None:
        """Take one archive batch in: all of it or, after an error, nothing of it."""
        pages = [each for each in readings if isinstance(each, CandlePage)]
        lists = [each for each in readings if isinstance(each, MarketList)]
        rates = [each for each in readings if isinstance(each, RatePage)]
        self.connection.begin()
        try:
            self.connection.execute("INSERT INTO batches VALUES (?, ?)", [batch, len(observations)])
            self._insert("observations", observation_rows(batch, observations))
            for listed in lists:
                self._take_markets(listed)
            for together in disjoint(pages):
                self._take_candles(together)
            for page in rates:
                self._take_rates(page)
            self.connection.commit()
        except duckdb.IOException as error:
            self.connection.rollback()
            raise HomeError(f"cannot write {self.path}: {str(error)[:200]}; free space, then run again") from error
        except BaseException:
            self.connection.rollback()
            raise

    def answered(self, venue: str) -> dict[str, list[Span]]:
        """By market, the days for which the venue has answered."""
        return self._spans("SELECT symbol, first_day, last_day FROM answered WHERE venue = ?", venue)

    def quarantined(self, venue: str) -> dict[str, list[Span]]:
        """By market, days whose row broke a check and is worth another reading: seen less than three times."""
        return self._spans(
            # An opening off the boundary may belong to either neighbour of the day that it falls into.
            """SELECT DISTINCT symbol, day - shift, day + shift
               FROM (SELECT *, (reason = 'opening_off_boundary')::INTEGER AS shift FROM quarantine) q
               WHERE venue = ? AND seen < 3
               AND NOT EXISTS (FROM candles c WHERE c.venue = q.venue AND c.symbol = q.symbol AND c.day = q.day)""",
            venue,
        )

    def first_candles(self, venue: str) -> dict[str, date]:
        """By market, the oldest day with a candle."""
        return dict(self._ask("SELECT symbol, min(day) FROM candles WHERE venue = ? GROUP BY symbol", venue))

    def listed(self, venue: str) -> tuple[datetime | None, list[Market]]:
        """When the venue's newest market list was received, and the markets on it; None and none before the first."""
        rows = self._ask(
            """SELECT last_seen, venue, symbol, base, quote, state FROM markets WHERE venue = ?
               QUALIFY last_seen = max(last_seen) OVER () ORDER BY symbol""",
            venue,
        )
        return (rows[0][0] if rows else None), [Market(*row[1:]) for row in rows]

    def quotes(self, venues: Collection[str]) -> set[str]:
        """The quote assets of all markets that these venues were ever seen to list."""
        rows = self._ask("SELECT DISTINCT quote FROM markets WHERE list_contains(?, venue)", sorted(venues))
        return {quote for (quote,) in rows}

    def newest_rate(self, currency: str) -> date | None:
        """The newest date on which a known rate takes effect."""
        ((newest,),) = self._ask("SELECT max(effective_on) FROM rates WHERE currency = ?", currency)
        return date.fromordinal(newest.toordinal()) if newest else None

    def rates_answered(self, currency: str) -> list[Span]:
        """The days for which the Bank's answer is conclusive."""
        rows = self._ask("SELECT first_day, last_day FROM rates_answered WHERE currency = ?", currency)
        return [Span(first, last) for first, last in rows]

    def _spans(self, query: str, key: str) -> dict[str, list[Span]]:
        result: dict[str, list[Span]] = {}
        for name, first, last in self._ask(query, key):
            result.setdefault(name, []).append(Span(first, last))
        return result

    def _ask(self, query: str, key: str | list[str]) -> list[Any]:
        # A cursor of its own: a batch may be going in on another thread.
        with self.connection.cursor() as cursor:
            return cursor.execute(query, [key]).fetchall()

    def _all(self, query: str, parameters: Sequence[Any] = ()) -> list[Any]:
        return self.connection.execute(query, list(parameters)).fetchall()

    def _insert(self, table: str, rows: pa.Table) -> None:
        self.connection.register("incoming", rows)
        self.connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM incoming")  # noqa: S608 - our own names
        self.connection.unregister("incoming")

    def _take_markets(self, listed: MarketList) -> None:
        if not listed.markets:
            return
        self.connection.register("incoming", market_rows(listed))
        self.connection.execute(
            """INSERT INTO markets BY NAME SELECT DISTINCT ON (venue, symbol) * FROM incoming
               ON CONFLICT (venue, symbol) DO UPDATE SET
                 base = excluded.base, quote = excluded.quote, state = excluded.state,
                 last_seen = greatest(markets.last_seen, excluded.last_seen), observation = excluded.observation"""
        )
        self.connection.unregister("incoming")

    def _take_candles(self, pages: Sequence[CandlePage]) -> None:
        full = [page for page in pages if page.rows.num_rows]
        if full:
            rows = rows_of(full)
            self.connection.register("incoming_rows", rows)
            self.connection.register("incoming_pages", page_rows(full))
            self.connection.execute(statement("judged.sql"))
            # A candle is only ever taken together with the span that its page answers for.
            ((asked_before,),) = self._all(_ASKED_BEFORE)
            taken = self.connection.execute(statement("take_again.sql" if asked_before else "take_new.sql")).fetchone()
            if taken != (rows.num_rows,):
                self.connection.execute(statement("quarantine.sql"))
            self.connection.unregister("incoming_rows")
            self.connection.unregister("incoming_pages")
        if (answered := answered_rows(pages)) is not None:
            self._insert("answered", answered)

    def _take_rates(self, page: RatePage) -> None:
        observation, received = page.observation.sha256, page.observation.received_at
        if page.rates:
            self.connection.register("incoming", rate_rows(page))
            self.connection.execute(_NEW_RATES)
            self.connection.execute(_END_REVISED_RATES, [received])
            self.connection.execute("INSERT INTO rates SELECT *, ?, ?, NULL FROM new_rates", [observation, received])
            self.connection.unregister("incoming")
        if page.answered:
            self.connection.execute(
                "INSERT INTO rates_answered VALUES (?, ?, ?, ?, ?)",
                [page.currency, page.answered.first, page.answered.last, received, observation],
            )


_NEW_RATES = """CREATE OR REPLACE TEMP TABLE new_rates AS
    SELECT DISTINCT ON (currency, effective_on) * FROM incoming i ANTI JOIN
        (FROM rates WHERE known_to IS NULL) r USING (currency, effective_on, nominal, value)"""
_END_REVISED_RATES = """UPDATE rates SET known_to = greatest(?, known_from + INTERVAL 1 MICROSECOND)
    FROM new_rates n
    WHERE rates.currency = n.currency AND rates.effective_on = n.effective_on AND rates.known_to IS NULL"""
_ASKED_BEFORE = """SELECT count(*) > 0 FROM answered a JOIN incoming_pages p ON a.venue = p.venue
    AND a.symbol = p.symbol AND a.first_day <= p.last_day AND p.first_day <= a.last_day"""
