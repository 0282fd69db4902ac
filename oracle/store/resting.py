"""Named questions to a published file about which observations answers rest on; what is wanted is kept beside it."""

from collections.abc import Iterable
from datetime import date, datetime
from types import TracebackType
from typing import NamedTuple, Self

import pyarrow as pa

from oracle.days import Span
from oracle.store.opening import statement
from oracle.store.reads import Reads


class DayAsked(NamedTuple):
    """A venue's day that answers tell of; `since`: markets that were listed then matter.

    `page_days`: most days of one response of the venue; `proven`: whether it is known when its days open.
    """

    venue: str
    day: date
    since: date
    page_days: int
    proven: bool


class Window(NamedTuple):
    """The days of a venue, or of a coin at it (empty: of all), of which it is asked whether quotations were public."""

    venue: str
    coin: str
    first: date
    last: date


class Run(NamedTuple):
    """Days on end, of which the observation `n` shows a current figure of a market."""

    venue: str
    coin: str
    symbol: str
    n: int
    observation: str
    first: date
    last: date


class Key(NamedTuple):
    """What an observation is found again by in its batch."""

    source: str
    kind: str
    subject: str
    url: str
    asked_at: datetime
    received_at: datetime
    sha256: str | None


_DAYS = pa.schema(
    [
        ("venue", pa.string()),
        ("day", pa.date32()),
        ("since", pa.date32()),
        ("page_days", pa.int32()),
        ("proven", pa.bool_()),
    ]
)
_COINS = pa.schema([("coin", pa.string()), ("day", pa.date32())])
_WINDOWS = pa.schema([("venue", pa.string()), ("coin", pa.string()), ("first", pa.date32()), ("last", pa.date32())])


class Resting:
    """What answers about these days and coins rest on, of what was received by `known_at`; `utc`: UTC days as well."""

    def __init__(
        self, reads: Reads, known_at: datetime, days: list[DayAsked], coins: list[tuple[str, date]], *, utc: bool
    ) -> None:
        self._connection, self._known_at = reads.cursor(), known_at
        self._put("asked_days", days, _DAYS)
        self._put("asked_coins", coins, _COINS)
        given = {"known_at": known_at, "utc": utc}
        for each in statement("resting.sql").split(";\n"):
            self._connection.execute(each, {name: value for name, value in given.items() if f"${name}" in each})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def _put(self, name: str, rows: Iterable[tuple[object, ...]], schema: pa.Schema) -> None:
        columns = zip(*rows, strict=True)
        given = list(columns) or [()] * len(schema)
        table = pa.table([pa.array(each, kind) for each, kind in zip(given, schema.types, strict=True)], schema)
        self._connection.register("given", table)
        self._connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS FROM given")
        self._connection.unregister("given")

    def published(self, windows: Iterable[Window]) -> dict[tuple[str, str], set[date]]:
        """By venue and coin, the days of the windows with a figure."""
        self._show(windows)
        result: dict[tuple[str, str], set[date]] = {}
        for venue, coin, day in self._connection.execute("SELECT DISTINCT venue, coin, day FROM shown").fetchall():
            result.setdefault((venue, coin), set()).add(day)
        return result

    def _show(self, windows: Iterable[Window]) -> None:
        """The temporary table `shown`: figures of the windows with the observations that show them."""
        self._put("windows", windows, _WINDOWS)
        self._connection.execute(_SHOWN, {"known_at": self._known_at})

    def runs(self) -> list[Run]:
        """All runs of what was last asked whether it is `published`."""
        return [Run(*row) for row in self._connection.execute(_RUNS).fetchall()]

    def first_shown(self) -> list[int]:
        """Of each venue and coin of the windows, the observation that shows its oldest figure of all."""
        return [n for (n,) in self._connection.execute(_FIRST, {"known_at": self._known_at}).fetchall()]

    def want(self, numbers: Iterable[int]) -> None:
        """Observations that are wanted too."""
        self._put("more", ((n,) for n in numbers), pa.schema([("n", pa.int64())]))
        self._connection.execute("INSERT INTO wanted (n) FROM more")

    def want_silent(self, window: Window, days: Span, page_days: int) -> None:
        """What tells of every market of the venue, or of the coin, that there was nothing on these days."""
        given = {"venue": window.venue, "coin": window.coin, "first": days.first, "last": days.last}
        self._connection.execute(_SILENT, {**given, "page_days": page_days})

    def want_all(self, venues: Iterable[str], days: Span) -> None:
        """Every list of the venues, and every response about their markets that is about any of the days."""
        given = {"venues": sorted(venues), "first": days.first, "last": days.last}
        self._connection.execute(_ALL, given)

    def by_batch(self) -> dict[str, dict[Key, bool]]:
        """What is wanted, by archive batch; whether it is only for what it tells of a market on the days."""
        rows = self._connection.execute(
            """SELECT batch, source, kind, subject, url, asked_at, received_at, sha256,
                 bool_and(of_day) AND bool_and(kind = 'candles' AND outcome = 'ok')
               FROM seen JOIN (SELECT n, bool_and(of_day) AS of_day FROM wanted GROUP BY n) USING (n) GROUP BY ALL"""
        ).fetchall()
        result: dict[str, dict[Key, bool]] = {}
        for batch, *key, of_day in rows:
            result.setdefault(batch, {})[Key(*key)] = of_day
        return result


_FIGURES = """(FROM candle_history WHERE known_from <= $known_at AND (known_to IS NULL OR known_to > $known_at))"""
_SHOWN = f"""CREATE OR REPLACE TEMP TABLE shown AS
    WITH figures AS {_FIGURES},
    found AS (
        SELECT w.venue, w.coin, f.symbol, f.day, f.observation, f.known_from
        FROM figures f JOIN windows w ON w.venue = f.venue AND f.day BETWEEN w.first AND w.last
            AND (w.coin = '' OR w.coin = f.coin))
    SELECT f.venue, f.coin, f.symbol, f.day, s.n, f.observation
    FROM found f JOIN (SELECT source, subject, sha256, received_at, min(n) AS n FROM seen GROUP BY ALL) s
        ON s.source = f.venue AND s.subject = f.symbol AND s.sha256 = f.observation
        AND s.received_at = f.known_from"""  # noqa: S608 - our own text
# Nearly all observations show days on end: those with holes alone are cut into pieces.
_RUNS = """WITH spans AS (
        SELECT venue, coin, symbol, n, observation, min(day) AS first, max(day) AS last, count(*) AS days
        FROM shown GROUP BY ALL),
    holed AS (
        SELECT s.*, s.day - row_number() OVER (PARTITION BY s.coin, s.n ORDER BY s.day)::INTEGER AS island
        FROM shown s SEMI JOIN (FROM spans WHERE last - first + 1 <> days) h ON h.n = s.n AND h.coin = s.coin)
    SELECT venue, coin, symbol, n, observation, first, last FROM spans WHERE last - first + 1 = days
    UNION ALL
    SELECT venue, coin, symbol, n, observation, min(day), max(day) FROM holed
    GROUP BY venue, coin, symbol, n, observation, island"""
_FIRST = f"""WITH figures AS {_FIGURES},
    oldest AS (
        SELECT DISTINCT ON (w.venue, w.coin) f.venue, f.symbol, f.observation, f.known_from
        FROM figures f JOIN windows w ON w.venue = f.venue AND (w.coin = '' OR w.coin = f.coin)
        ORDER BY w.venue, w.coin, f.day, f.symbol)
    SELECT s.n FROM seen s JOIN oldest o ON s.source = o.venue AND s.subject = o.symbol
        AND s.sha256 = o.observation AND s.received_at = o.known_from"""  # noqa: S608 - our own text
_SILENT = """INSERT INTO wanted (n)
    WITH meant AS (
        SELECT venue, symbol, first_day, last_seen FROM markets m WHERE venue = $venue AND ($coin = '' OR EXISTS (
            FROM market_names n WHERE n.venue = m.venue AND n.symbol = m.symbol AND n.coin = $coin)))
    SELECT s.n FROM seen s JOIN meant m ON s.source = m.venue AND s.subject = m.symbol
    WHERE s.kind IN ('candles', 'file') AND (
        (s.answered_first <= $last AND s.answered_last >= $first)
        OR (m.first_day > $first AND s.first_day <= m.first_day AND s.last_day >= m.first_day - $page_days::INTEGER))
    UNION
    SELECT s.n FROM seen s JOIN meant m ON s.source = m.venue AND s.kind = 'markets' AND s.received_at = m.last_seen
    WHERE m.last_seen::DATE >= $first"""
_ALL = """INSERT INTO wanted (n)
    SELECT n FROM seen WHERE list_contains($venues, source)
        AND (kind = 'markets' OR (first_day <= $last AND last_day >= $first))"""
