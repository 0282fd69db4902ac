"""The one writer of the working store: takes archive batches in, each with its rows in one transaction."""

import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import pyarrow as pa

from oracle.days import Span
from oracle.errors import HomeError
from oracle.law.finality import GRACE
from oracle.seal.leaf import leaves
from oracle.store import by_users
from oracle.store.incoming import (
    answer_rows,
    disjoint,
    imported_market_rows,
    market_rows,
    observation_rows,
    page_rows,
    rate_rows,
    rows_of,
)
from oracle.store.opening import MEMORY, THREADS, open_store, statement
from oracle.store.sealed import seal
from oracle.terms import CandlePage, Market, MarketList, Observation, RatePage, Reading


class Store:
    """The working store at `path`, open for writing; HomeError if it is in use, damaged or of a newer program."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writing = threading.Lock()

    def __enter__(self) -> Self:
        self.connection = open_store(self.path)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connection.close()

    def recorded(self) -> set[str]:
        """Names of the archive batches that are already in."""
        return {name for (name,) in self._ask("SELECT batch FROM batches")}

    def record(self, batch: str, observations: Sequence[Observation], readings: Sequence[Reading]) -> None:
        """Take one archive batch in: all of it or, after an error, nothing of it."""
        pages = [each for each in readings if isinstance(each, CandlePage)]
        lists = [each for each in readings if isinstance(each, MarketList)]
        rates = [each for each in readings if isinstance(each, RatePage)]
        with self._whole():
            self.connection.execute("INSERT INTO batches VALUES (?, ?)", [batch, len(observations)])
            seal(self.connection, batch, leaves(observations))
            self._insert("observations", observation_rows(batch, observations, readings))
            for listed in lists:
                self._take_markets(listed)
            self._take_imported_markets(pages)
            for together in disjoint(pages):
                self._take_candles(together)
            for page in rates:
                self._take_rates(page)
            by_users.take(self.connection, readings)

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """A transaction: all of it or, after an error, nothing of it; one at a time, whichever thread asks."""
        with self._writing, self._transaction():
            yield

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self.connection.begin()
        try:
            yield
            self.connection.commit()
        except BaseException as error:
            self.connection.rollback()
            if isinstance(error, duckdb.IOException):
                raise HomeError(f"cannot write {self.path}: {str(error)[:200]}; free space, then run again") from error
            raise

    def settle(self) -> None:
        """Days whose second reading agreed become final; done before planning and before publishing."""
        with self._whole():
            self._settle()

    def _settle(self) -> None:
        self.connection.execute("SET VARIABLE grace = ?::INTERVAL", [GRACE])
        self.connection.execute(statement("settle.sql"))

    @contextmanager
    def one_state(
        self, prepare: Callable[[duckdb.DuckDBPyConnection], None] = lambda _connection: None
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection inside a transaction that sees the store, settled, as it is now.

        `prepare` may write what follows from it before. Batches may go in meanwhile on another thread; the block may
        commit the transaction itself.
        """
        with self.connection.cursor() as source:
            source.execute("SET TimeZone = 'UTC'")
            source.execute("RESET threads")
            source.execute("RESET memory_limit")
            with self._writing:
                with self._transaction():
                    self._settle()
                    prepare(self.connection)
                source.begin()
                source.execute("SELECT count(*) FROM batches").fetchall()  # the state is that of the first question
            try:
                yield source
            finally:
                with suppress(duckdb.TransactionException):
                    source.rollback()
                source.execute(f"SET threads = {THREADS}")
                source.execute(f"SET memory_limit = '{MEMORY}'")

    def answered(self, venue: str) -> dict[str, list[Span]]:
        """By market, the days for which the venue has answered; a user's own file is no answer of it."""
        return self._spans("SELECT symbol, first_day, last_day FROM asked WHERE venue = ?", venue)

    def due(self, venue: str, now: datetime) -> dict[str, list[Span]]:
        """By market, days that are worth their second reading at `now`."""
        query = "SELECT symbol, day, day FROM pending WHERE venue = $1 AND doubts < 3 AND since + $2::INTERVAL <= $3"
        return self._spans(query, venue, GRACE, now)

    def markets(self, venue: str) -> list[Market]:
        """Every market that the venue ever listed and that it may still answer about, delisted ones last."""
        return [Market(venue, *row) for row in self._ask(_MARKETS, venue)]

    def quarantined(self, venue: str) -> dict[str, list[Span]]:
        """By market, days whose row broke a check and is worth another reading: seen less than three times."""
        return self._spans(_QUARANTINED, venue)

    def first_candles(self, venue: str) -> dict[str, date]:
        """By market, the oldest day with a candle."""
        return dict(self._ask("SELECT symbol, min(day) FROM candles WHERE venue = ? GROUP BY symbol", venue))

    def listed_at(self, venue: str) -> datetime | None:
        """When the venue's newest market list was received; None before the first."""
        ((newest,),) = self._ask("SELECT max(last_seen) FROM markets WHERE venue = ?", venue)
        return datetime.fromtimestamp(newest.timestamp(), UTC) if newest else None

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

    def _spans(self, query: str, *parameters: object) -> dict[str, list[Span]]:
        result: dict[str, list[Span]] = {}
        for name, first, last in self._ask(query, *parameters):
            result.setdefault(name, []).append(Span(first, last))
        return result

    def _ask(self, query: str, *parameters: object) -> list[Any]:
        # A cursor of its own: a batch may be going in on another thread, and a connection in use refuses a second call.
        with self.connection.cursor() as cursor:
            cursor.execute("SET TimeZone = 'UTC'")
            return cursor.execute(query, list(parameters)).fetchall()

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
                 first_seen = CASE WHEN markets.state = 'imported' THEN excluded.first_seen ELSE markets.first_seen END,
                 last_seen = greatest(markets.last_seen, excluded.last_seen), observation = excluded.observation"""
        )
        self.connection.unregister("incoming")

    def _take_imported_markets(self, pages: Sequence[CandlePage]) -> None:
        """A market of a file that no list has shown yet; one that a list has shown is left as the list has it."""
        rows = imported_market_rows(pages)
        if rows is None:
            return
        self.connection.register("incoming", rows)
        self.connection.execute(
            """INSERT INTO markets BY NAME
               SELECT venue, symbol, any_value(base) AS base, any_value(quote) AS quote, any_value(state) AS state,
                 min(first_seen)::TIMESTAMPTZ AS first_seen, max(last_seen)::TIMESTAMPTZ AS last_seen,
                 min(observation) AS observation
               FROM incoming GROUP BY venue, symbol
               ON CONFLICT (venue, symbol) DO UPDATE SET
                 first_seen = least(markets.first_seen, excluded.first_seen),
                 last_seen = greatest(markets.last_seen, excluded.last_seen)
               WHERE markets.state = 'imported'"""
        )
        self.connection.unregister("incoming")

    def _take_candles(self, pages: Sequence[CandlePage]) -> None:
        rows = rows_of(pages)
        self.connection.register("incoming_rows", rows)
        self.connection.register("incoming_pages", page_rows(pages))
        self.connection.execute(statement("judged.sql"))
        # A candle is only ever taken together with the span that its page answers for.
        ((asked_before,),) = self.connection.execute(_ASKED_BEFORE).fetchall()
        taken = self.connection.execute(statement("take_again.sql" if asked_before else "take_new.sql")).fetchone()
        if asked_before or taken != (rows.num_rows,):
            self.connection.execute(statement("quarantine.sql"))
        self.connection.register("incoming_answers", answer_rows(pages))
        self.connection.execute(statement("answered.sql"))
        self.connection.unregister("incoming_answers")
        self.connection.unregister("incoming_rows")
        self.connection.unregister("incoming_pages")

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
_ASKED_BEFORE = """SELECT count(*) > 0 FROM answered_spans a JOIN incoming_pages p ON a.venue = p.venue
    AND a.symbol = p.symbol AND a.first_day <= p.last_day AND p.first_day <= a.last_day"""
# An opening off the boundary may belong to either neighbour of the day that it falls into. The candles are joined from
# the few days in doubt: the other way round all of them would be hashed.
_QUARANTINED = """WITH doubtful AS MATERIALIZED (
        SELECT symbol, day, (reason = 'opening_off_boundary')::INTEGER AS shift
        FROM quarantine WHERE venue = $1 AND seen < 3),
    shown AS (SELECT DISTINCT c.symbol, c.day FROM candles c JOIN doubtful d
        ON c.venue = $1 AND c.symbol = d.symbol AND c.day = d.day)
    SELECT DISTINCT symbol, day - shift, day + shift FROM doubtful ANTI JOIN shown USING (symbol, day)"""
# A market that was taken off the list is given up when the venue has refused it three times since it last answered.
_MARKETS = """WITH known AS (
        SELECT symbol, base, quote, CASE WHEN last_seen < max(last_seen) OVER () THEN 'delisted' ELSE state END AS state
        FROM markets WHERE venue = $1 AND state <> 'imported'),
    refused AS (
        SELECT subject AS symbol, count(*) AS times FROM observations o
        WHERE source = $1 AND kind = 'candles' AND outcome = 'changed' AND NOT EXISTS (
            FROM observations g WHERE g.source = $1 AND g.kind = 'candles' AND g.subject = o.subject
            AND g.outcome = 'ok' AND g.received_at >= o.received_at)
        GROUP BY subject)
    SELECT symbol, base, quote, state FROM known LEFT JOIN refused USING (symbol)
    WHERE state <> 'delisted' OR coalesce(times, 0) < 3 ORDER BY state = 'delisted', symbol"""
