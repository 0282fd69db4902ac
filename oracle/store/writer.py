"""The one writer of the working store: takes archive batches in, each with its rows in one transaction."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib import resources
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import pyarrow as pa

from oracle.days import Span
from oracle.errors import HomeError
from oracle.numbers import ceiling18, exact, floor18, times
from oracle.terms import CandlePage, Columns, MarketList, Observation, RatePage, Reading

SCHEMA_VERSION = 1


def statement(name: str) -> str:
    """The text of an SQL file of this room."""
    return resources.files("oracle.store").joinpath(name).read_text("utf-8")


class Store:
    """The working store at `path`, open for writing; HomeError if it is in use, damaged or of a newer program."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> Self:
        self.connection = _open(self.path)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connection.close()

    def recorded(self) -> set[str]:
        """Names of the archive batches that are already in."""
        return {name for (name,) in self._all("SELECT batch FROM batches")}

    def record(self, batch: str, observations: Sequence[Observation], readings: Iterable[Reading]) -> None:
        """Take one archive batch in: all of it or, after an error, nothing of it."""
        pages = [each for each in readings if isinstance(each, CandlePage)]
        lists = [each for each in readings if isinstance(each, MarketList)]
        rates = [each for each in readings if isinstance(each, RatePage)]
        self.connection.begin()
        try:
            self.connection.execute("INSERT INTO batches VALUES (?, ?)", [batch, len(observations)])
            self._insert("observations", _observation_rows(batch, observations))
            for listed in lists:
                self._take_markets(listed)
            for together in _disjoint(pages):
                self._take_candles(together)
            for page in rates:
                self._take_rates(page)
            self.connection.commit()
        except BaseException:
            self.connection.rollback()
            raise

    def answered(self, venue: str) -> dict[str, list[Span]]:
        """By market, the days for which the venue has answered."""
        return self._spans("SELECT symbol, first_day, last_day FROM answered WHERE venue = ?", venue)

    def quarantined(self, venue: str) -> dict[str, list[Span]]:
        """By market, days whose row broke a check and is worth another reading: seen less than three times."""
        return self._spans(
            """SELECT DISTINCT symbol, day, day FROM quarantine q WHERE venue = ? AND seen < 3 AND day IS NOT NULL
               AND NOT EXISTS (FROM candles c WHERE c.venue = q.venue AND c.symbol = q.symbol AND c.day = q.day)""",
            venue,
        )

    def first_candles(self, venue: str) -> dict[str, date]:
        """By market, the oldest day with a candle."""
        return dict(self._ask("SELECT symbol, min(day) FROM candles WHERE venue = ? GROUP BY symbol", venue))

    def rates_answered(self, currency: str) -> list[Span]:
        """The days for which the Bank's answer is conclusive."""
        rows = self._ask("SELECT first_day, last_day FROM rates_answered WHERE currency = ?", currency)
        return [Span(first, last) for first, last in rows]

    def _spans(self, query: str, key: str) -> dict[str, list[Span]]:
        result: dict[str, list[Span]] = {}
        for name, first, last in self._ask(query, key):
            result.setdefault(name, []).append(Span(first, last))
        return result

    def _ask(self, query: str, key: str) -> list[Any]:
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
        seen = listed.observation.received_at
        rows = [
            {
                "venue": each.venue,
                "symbol": each.symbol,
                "base": each.base,
                "quote": each.quote,
                "state": each.state,
                "first_seen": seen,
                "last_seen": seen,
                "observation": listed.observation.sha256,
            }
            for each in listed.markets
        ]
        if not rows:
            return
        self.connection.register("incoming", pa.Table.from_pylist(rows))
        self.connection.execute(
            """INSERT INTO markets BY NAME SELECT DISTINCT ON (venue, symbol) * FROM incoming
               ON CONFLICT (venue, symbol) DO UPDATE SET
                 base = excluded.base, quote = excluded.quote, state = excluded.state,
                 last_seen = greatest(markets.last_seen, excluded.last_seen), observation = excluded.observation"""
        )
        self.connection.unregister("incoming")

    def _take_candles(self, pages: Sequence[CandlePage]) -> None:
        full = [page for page in pages if page.columns.opened_ms]
        if full:
            self.connection.register("incoming_rows", _candle_rows(full))
            self.connection.register("incoming_pages", _page_rows(full))
            self.connection.execute(statement("take_candles.sql"))
            ((revised,),) = self._all("SELECT count(*) FROM known WHERE NOT same")
            if revised:
                self.connection.execute(statement("keep_candles.sql"))
            self.connection.execute(_KEEP_NEW)
            self.connection.unregister("incoming_rows")
            self.connection.unregister("incoming_pages")
        if answered := _answered_rows(pages):
            self._insert("answered", pa.Table.from_pylist(answered))

    def _take_rates(self, page: RatePage) -> None:
        observation, received = page.observation.sha256, page.observation.received_at
        rows = [
            {
                "currency": rate.currency,
                "effective_on": rate.effective_on,
                "nominal": rate.nominal,
                "value": rate.value,
                "per_unit": rate.per_unit,
            }
            for rate in page.rates
        ]
        if rows:
            self.connection.register("incoming", pa.Table.from_pylist(rows, _RATES))
            self.connection.execute(_NEW_RATES)
            self.connection.execute(_END_REVISED_RATES, [received])
            self.connection.execute("INSERT INTO rates SELECT *, ?, ?, NULL FROM new_rates", [observation, received])
            self.connection.unregister("incoming")
        if page.answered:
            self.connection.execute(
                "INSERT INTO rates_answered VALUES (?, ?, ?, ?, ?)",
                [page.currency, page.answered.first, page.answered.last, received, observation],
            )


_RATES = pa.schema(
    [
        ("currency", pa.string()),
        ("effective_on", pa.date32()),
        ("nominal", pa.int32()),
        ("value", pa.string()),
        ("per_unit", pa.decimal128(20, 10)),
    ]
)
_NEW_RATES = """CREATE OR REPLACE TEMP TABLE new_rates AS
    SELECT DISTINCT ON (currency, effective_on) * FROM incoming i ANTI JOIN
        (FROM rates WHERE known_to IS NULL) r USING (currency, effective_on, nominal, value)"""
_END_REVISED_RATES = """UPDATE rates SET known_to = greatest(?, known_from + INTERVAL 1 MICROSECOND)
    FROM new_rates n
    WHERE rates.currency = n.currency AND rates.effective_on = n.effective_on AND rates.known_to IS NULL"""
_KEEP_NEW = """INSERT INTO candles
    SELECT g.venue, g.symbol, g.day, g.open, g.high, g.low, g.close, g.base_volume, g.turnover,
        coalesce(g.turnover, g.turnover_low), coalesce(g.turnover, g.turnover_high),
        g.close_literal, g.base_volume_literal, g.turnover_literal, g.observation, g.received_at, NULL
    FROM good g LEFT JOIN known k USING (venue, symbol, day)
    WHERE k.same IS NOT TRUE ORDER BY g.venue, g.symbol, g.day"""


def _open(path: Path) -> duckdb.DuckDBPyConnection:
    fresh = not path.exists()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = duckdb.connect(str(path))
        connection.execute("SET TimeZone = 'UTC'")
    except OSError as error:
        raise HomeError(f"cannot use {path.parent}: {error.strerror}; choose another with --home") from error
    except duckdb.IOException as error:
        if "lock" in str(error).lower():
            raise HomeError(f"{path} is in use by another collector ({_holder(str(error))}); wait for it") from error
        raise HomeError(f"cannot open {path}: {str(error)[:200]}; move it away, the archive rebuilds it") from error
    except duckdb.Error as error:
        raise HomeError(f"cannot open {path}: {str(error)[:200]}; move it away, the archive rebuilds it") from error
    tables = connection.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'meta'").fetchone()
    if fresh or tables == (0,):
        connection.begin()
        connection.execute(statement("schema.sql"))
        connection.execute("INSERT INTO meta VALUES (?, ?)", [SCHEMA_VERSION, datetime.now(UTC)])
        connection.commit()
    found = connection.execute("SELECT max(schema_version) FROM meta").fetchone()
    if found != (SCHEMA_VERSION,):
        connection.close()
        raise HomeError(
            f"{path} has schema {found and found[0]}, this program knows {SCHEMA_VERSION}; "
            "upgrade the program, or move the file away: the archive rebuilds it"
        )
    connection.execute(statement("macros.sql"))
    return connection


def _holder(message: str) -> str:
    return message.partition("held in ")[2].partition(").")[0] + ")" if "held in " in message else "unknown"


def _disjoint(pages: Sequence[CandlePage]) -> list[list[CandlePage]]:
    """The pages in rounds, such that no market's day is asked for twice within one round."""
    rounds: list[list[CandlePage]] = []
    taken: list[set[tuple[str, str, date]]] = []
    for page in pages:
        span = page.observation.span
        days = {(page.observation.source, page.observation.subject, day) for day in span.days()} if span else set()
        for pages_so_far, days_so_far in zip(rounds, taken, strict=True):
            if days.isdisjoint(days_so_far):
                pages_so_far.append(page)
                days_so_far |= days
                break
        else:
            rounds.append([page])
            taken.append(days)
    return rounds


def _observation_rows(batch: str, observations: Sequence[Observation]) -> pa.Table:
    rows = [
        {
            "batch": batch,
            "source": each.source,
            "kind": each.kind,
            "subject": each.subject,
            "first_day": each.span and each.span.first,
            "last_day": each.span and each.span.last,
            "url": each.url,
            "status": each.status,
            "asked_at": each.asked_at,
            "received_at": each.received_at,
            "outcome": each.outcome,
            "detail": each.detail,
            "sha256": each.sha256,
            "demo": ("x-oracle-twin", "demo") in each.headers,
        }
        for each in observations
    ]
    return pa.Table.from_pylist(rows, _OBSERVATIONS)


_OBSERVATIONS = pa.schema(
    [
        *((name, pa.string()) for name in ("batch", "source", "kind", "subject")),
        *((name, pa.date32()) for name in ("first_day", "last_day")),
        ("url", pa.string()),
        ("status", pa.int16()),
        *((name, pa.timestamp("us", "UTC")) for name in ("asked_at", "received_at")),
        *((name, pa.string()) for name in ("outcome", "detail", "sha256")),
        ("demo", pa.bool_()),
    ]
)


def _candle_rows(pages: Sequence[CandlePage]) -> pa.Table:
    tables = []
    for number, page in enumerate(pages):
        columns, count = page.columns, len(page.columns.opened_ms)
        low, high = _bounds(columns)
        tables.append(
            pa.table(
                [
                    pa.repeat(pa.scalar(number, pa.int32()), count),
                    pa.array(columns.opened_ms, pa.int64()),
                    *(pa.array(column, pa.string()) for column in columns[1:6]),
                    _optional(columns.turnover, pa.string(), count),
                    _optional(columns.closed, pa.bool_(), count),
                    _optional(_duplicates(columns), pa.string(), count),
                    _optional(low, pa.decimal128(38, 18), count),
                    _optional(high, pa.decimal128(38, 18), count),
                ],
                names=_CANDLE_COLUMNS,
            )
        )
    return pa.concat_tables(tables)


_CANDLE_COLUMNS = [
    *("page", "opened_ms", "open", "high", "low", "close", "base_volume", "turnover", "closed", "duplicate"),
    *("turnover_low", "turnover_high"),
]


def _optional(values: Sequence[Any] | None, kind: Any, count: int) -> Any:  # noqa: ANN401 - pyarrow has no types
    return pa.nulls(count, kind) if values is None else pa.array(values, kind)


def _bounds(columns: Columns) -> tuple[Sequence[Any], Sequence[Any]] | tuple[None, None]:
    """Where no turnover is published: low x base and high x base, cut outwards to the store's width."""
    if columns.turnover is not None or not columns.opened_ms:
        return None, None
    low, high = zip(*map(_bound, columns.low, columns.high, columns.base_volume), strict=True)
    return low, high


def _bound(low: str, high: str, base: str) -> tuple[Decimal | None, Decimal | None]:
    """None where a number is none or does not fit the store: such a row breaks another check and is not used."""
    try:
        volume = exact(base)
        least, most = floor18(times(exact(low), volume)), ceiling18(times(exact(high), volume))
    except ValueError:
        return None, None
    return (least, most) if abs(most) < _STORE_LIMIT else (None, None)


_STORE_LIMIT = Decimal(10) ** 20


def _duplicates(columns: Columns) -> list[str | None] | None:
    """Per row: `repeat` for a day told again alike, `conflict` for a day told in two ways; None where all is well."""
    times_told = Counter(columns.opened_ms)
    if len(times_told) == len(columns.opened_ms):
        return None
    told: dict[int, set[tuple[str, ...]]] = {}
    rows = list(zip(columns.opened_ms, zip(*(each for each in columns[1:7] if each), strict=True), strict=True))
    for opened, row in rows:
        told.setdefault(opened, set()).add(row)
    seen: set[int] = set()
    result: list[str | None] = []
    for opened, _ in rows:
        result.append("conflict" if len(told[opened]) > 1 else "repeat" if opened in seen else None)
        seen.add(opened)
    return result


def _page_rows(pages: Sequence[CandlePage]) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {
                "page": number,
                "venue": page.observation.source,
                "symbol": page.observation.subject,
                "observation": page.observation.sha256,
                "received_at": page.observation.received_at,
                "first_day": page.observation.span and page.observation.span.first,
                "last_day": page.observation.span and page.observation.span.last,
                "opens_ms": page.opens_ms,
                "closed_before_ms": page.closed_before_ms,
            }
            for number, page in enumerate(pages)
        ]
    ).cast(_PAGES)


_PAGES = pa.schema(
    [
        ("page", pa.int32()),
        *((name, pa.string()) for name in ("venue", "symbol", "observation")),
        ("received_at", pa.timestamp("us", "UTC")),
        *((name, pa.date32()) for name in ("first_day", "last_day")),
        *((name, pa.int64()) for name in ("opens_ms", "closed_before_ms")),
    ]
)


def _answered_rows(pages: Sequence[CandlePage]) -> list[dict[str, Any]]:
    return [
        {
            "venue": page.observation.source,
            "symbol": page.observation.subject,
            "first_day": page.answered.first,
            "last_day": page.answered.last,
            "received_at": page.observation.received_at,
            "observation": page.observation.sha256,
        }
        for page in pages
        if page.answered
    ]
