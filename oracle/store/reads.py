"""Named questions to a published file, answered with plain values; nothing outside this room knows its tables."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb

from oracle.days import Span
from oracle.errors import HomeError
from oracle.law.asset import Asset
from oracle.law.identity import Alias
from oracle.law.manual import ManualQuotation
from oracle.law.publication_facts import PublicationFact
from oracle.law.rulebook import Citation, Rulebook, rulebook_of
from oracle.store.by_users import ENTERED, entered_by_day
from oracle.store.coin_reads import CoinReads
from oracle.store.day_reads import DayReads, by_book, by_path, by_venue
from oracle.store.older import refusal, stand_ins
from oracle.store.opening import statement
from oracle.store.rows import (
    FROM_HOURS,
    AssetRow,
    BrokenRow,
    CandleRow,
    DatasetRow,
    DayRows,
    ListedRow,
    RateInForceRow,
    RevisionRow,
    ValueRow,
    VenueDayRow,
    VenueRow,
    VerdictRow,
)

SCHEMA_VERSION = 5


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
            ((schema, software, name),) = self._rows("SELECT schema_version, software, current_database() FROM dataset")
            if unreadable := refusal(schema, SCHEMA_VERSION, software):
                self._connection.close()
                raise HomeError(f"{self.path} {unreadable}")
            self._lacking = stand_ins(schema, name)
            self._stand_in(self._connection)
            found = self._rows("SELECT version, published_at, demo, schema_version, as_known_at FROM dataset")
        except duckdb.Error as error:
            raise HomeError(f"cannot read {self.path}: {str(error)[:160]}; run `oracle publish` again") from error
        row = DatasetRow(*found[0])
        known_at = row.as_known_at and row.as_known_at.astimezone(UTC)
        self.dataset = row._replace(published_at=row.published_at.astimezone(UTC), as_known_at=known_at)
        # Made for some days alone: of the others it tells nothing but which have candles.
        self.is_partial = known_at is not None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def _stand_in(self, connection: duckdb.DuckDBPyConnection) -> None:
        """What a file of an earlier schema lacks, empty, for this connection."""
        for each in self._lacking:
            connection.execute(each)

    def interrupt(self) -> None:
        """From another thread: break off what is being asked at this moment."""
        self._connection.interrupt()

    def _rows(self, query: str, *parameters: object) -> list[Any]:
        return self._connection.execute(query, list(parameters)).fetchall()

    def rows(self, query: str, parameters: dict[str, object]) -> list[tuple[Any, ...]]:
        """For the other files of this room: rows of a query with named parameters."""
        return self._connection.execute(query, parameters).fetchall()

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """For the other files of this room: another connection to the same file, with temporary tables of its own."""
        cursor = self._connection.cursor()
        cursor.execute("SET TimeZone = 'UTC'")
        self._stand_in(cursor)
        return cursor

    def arrow(self, query: str, parameters: dict[str, object]) -> Any:  # noqa: ANN401 - pyarrow has no types
        """For the other files of this room: the same as an Arrow table."""
        return self._connection.sql(query, params=parameters).to_arrow_table()

    def coins(self) -> list[str]:
        """Assets that any market valued on any day."""
        return [coin for (coin,) in self._rows("SELECT DISTINCT coin FROM market_names ORDER BY coin")]

    def markets_of(self, coin: str, day: date) -> list[ListedRow]:
        """Every market in which the coin was valued on the day, or would have been if there had been any deals."""
        return [row for span, row in self.listings(coin) if day in span]

    def listings(self, coin: str) -> list[tuple[Span, ListedRow]]:
        """Every market in which the coin was ever valued, and on which days that name of it holds."""
        return self._listings("n.coin = ?", coin).get(coin, [])

    def listings_by_coin(self) -> dict[str, list[tuple[Span, ListedRow]]]:
        """The same of every coin."""
        return self._listings("TRUE")

    def _listings(self, of: str, *parameters: object) -> dict[str, list[tuple[Span, ListedRow]]]:
        result: dict[str, list[tuple[Span, ListedRow]]] = defaultdict(list)
        for coin, *row, first, last in self._rows(
            f"""SELECT n.coin, m.venue, m.symbol, n.coin || '/' || n.quote, m.first_day, m.last_day, n.first_day,
                  n.last_day
                FROM market_names n JOIN markets m USING (venue, symbol) WHERE {of} ORDER BY ALL""",  # noqa: S608 - ours
            *parameters,
        ):
            result[coin].append((Span(first, last), ListedRow(*row)))
        return result

    def entries(self, code: str) -> list[Alias]:
        """What the register of names says of a code."""
        return self.aliases.get(code, [])

    @cached_property
    def aliases(self) -> dict[str, list[Alias]]:
        """The register of names by code."""
        rows = self._rows(
            """SELECT code, coalesce(asset, ''), coalesce(venue, ''), coalesce(first_day, DATE '0001-01-01'),
               coalesce(last_day, DATE '9999-12-31'), source, coalesce(note, ''), coalesce(refused, ''), rank, origin
               FROM aliases ORDER BY rank, venue, first_day"""
        )
        result: dict[str, list[Alias]] = defaultdict(list)
        for row in rows:
            result[row[0]].append(Alias(*row))
        return result

    def called(self, name: str) -> list[Asset]:
        """Registered assets called so, or NAME-SOMETHING to tell them apart from others of the name."""
        return self.registered.get(name, [])

    @cached_property
    def registered(self) -> dict[str, list[Asset]]:
        """All registered assets by code, and by what stands before each hyphen of it."""
        result: dict[str, list[Asset]] = defaultdict(list)
        for code, title, kind, source, since in self._rows("SELECT asset, name, kind, source, since FROM assets"):
            parts = code.split("-")
            for length in range(1, len(parts) + 1):
                result["-".join(parts[:length])].append(Asset(code, title, kind, source, since=since))
        return result

    def unregistered(self) -> list[dict[str, Any]]:
        """Assets seen on venues that the register does not know."""
        rows = self._rows(
            "SELECT asset, venues, markets, refused FROM unregistered_assets ORDER BY markets DESC, asset"
        )
        return [dict(zip(("asset", "venues", "markets", "refused"), row, strict=True)) for row in rows]

    def first_day(self) -> date | None:
        """The oldest day of which a venue's figures are known."""
        first: date | None = self._rows("SELECT min(day) FROM venue_days")[0][0]
        return first

    def of_coin(self, coin: str | None) -> CoinReads:
        """Questions about one coin; about every coin where that is None."""
        return CoinReads(self, coin)

    def titles(self, codes: list[str]) -> dict[str, str]:
        """Names of assets by code."""
        return {code: row.name for code, row in self.assets(codes).items()}

    def candles(self, coin: str, day: date) -> list[CandleRow]:
        """Current candles of the coin on the day, the venue's own."""
        return self._candles("candles", "source", coin, day)

    def utc_candles(self, coin: str, day: date) -> list[CandleRow]:
        """The coin's UTC days built from hours, of venues whose own day is another."""
        return self._candles("utc_days", f"'{FROM_HOURS}'", coin, day)

    def _candles(self, table: str, source: str, coin: str, day: date) -> list[CandleRow]:
        rows = self._rows(
            f"""SELECT venue, symbol, market, quote, close, close_literal, base_volume_literal, turnover_literal,
                turnover_low, final, known_from, observation, {source}
                FROM {table} WHERE coin = ? AND day = ? ORDER BY venue, market, symbol""",  # noqa: S608 - our own names
            coin,
            day,
        )
        return [CandleRow(*row) for row in rows]

    def values(self, day: date) -> Mapping[tuple[str, str, str], ValueRow]:
        """Ruble values of quote assets on the day, by venue, asset and path."""
        return by_path(DayReads(self, Span(day, day)).values()[day])

    def venue_days(self, day: date) -> dict[str, VenueDayRow]:
        """Figures of the day by venue."""
        return {row.venue: row for row in DayReads(self, Span(day, day)).figures()[day]}

    def verdicts(self, day: date) -> dict[tuple[str, str], VerdictRow]:
        """Verdicts of the day by venue and rulebook, of those rulebooks that do not judge by coins."""
        return by_book(DayReads(self, Span(day, day)).verdicts()[day])

    def rates_in_force(self, day: date) -> dict[str, RateInForceRow]:
        """Official rates in force on the day, by currency."""
        return {row.currency: row for row in DayReads(self, Span(day, day)).rates()[day]}

    def broken(self, day: date) -> list[BrokenRow]:
        """Markets whose row of the day broke a check, and that have no good row."""
        return DayReads(self, Span(day, day)).broken()[day]

    def missing_markets(self, day: date) -> dict[str, list[str]]:
        """By venue, listed markets that were not read for the day, or whose row broke a check."""
        of = DayReads(self, Span(day, day))
        return by_venue(of.missing()[day], of.broken()[day])

    def days(self, span: Span) -> dict[date, DayRows]:
        """All of these of every day of the span."""
        return self.days_with(span, DayReads(self, span).missing())

    def days_with(self, span: Span, missing: Mapping[date, list[tuple[str, list[str]]]]) -> dict[date, DayRows]:
        """The same; `missing`: by day and venue, listed markets that were not read."""
        return DayReads(self, span).all(missing)

    def rulebooks(self) -> dict[str, Rulebook]:
        """The rulebooks that the file was published with, by name."""
        return self._books

    @cached_property
    def _books(self) -> dict[str, Rulebook]:
        rows = self._rows(
            """SELECT rulebook, title, in_force_from, key, value, clause, source, holds_from, coalesce(note, '')
               FROM rulebooks ORDER BY ALL"""
        )
        titles: dict[str, str] = {}
        stated: dict[str, dict[date, dict[str, tuple[str, Citation]]]] = {}
        for name, title, begins, key, value, *citation in rows:
            titles[name] = title
            stated.setdefault(name, {}).setdefault(begins, {})[key] = value, Citation(*citation)
        return {name: rulebook_of(name, titles[name], stated[name], str(self.path)) for name in stated}

    def venues(self) -> dict[str, VenueRow]:
        """The venues by name; `opens` is when their day D opens, after D 00:00 UTC."""
        return self._venues

    @cached_property
    def _venues(self) -> dict[str, VenueRow]:
        rows = self._rows("SELECT venue, title, day_opens_minutes, jurisdiction FROM venues")
        facts: dict[str, list[PublicationFact]] = {}
        for fact in self.publication_facts():
            facts.setdefault(fact.venue, []).append(fact)
        return {
            name: VenueRow(name, title, timedelta(minutes=opens), jurisdiction, tuple(facts.get(name, ())))
            for name, title, opens, jurisdiction in rows
        }

    def publication_facts(self) -> list[PublicationFact]:
        """Dated evidence that venues' quotations were public, by venue, oldest first."""
        rows = self._rows(
            """SELECT venue, what, shown_on, address, source, origin, note, shown_until, document FROM publication_facts
               ORDER BY venue, shown_on, what, source, document"""
        )
        return [PublicationFact(*row) for row in rows]

    @cached_property
    def register(self) -> dict[str, AssetRow]:
        """The asset register by code."""
        rows = self._rows("SELECT asset, name, kind, obligated_person, note, units, units_of, peg FROM assets")
        return {row[0]: AssetRow(*row) for row in rows}

    def assets(self, codes: list[str]) -> dict[str, AssetRow]:
        """The register's entries for these codes."""
        return {code: self.register[code] for code in codes if code in self.register}

    def manual(self, coin: str, day: date) -> list[ManualQuotation]:
        """Quotations of the coin's day that were entered by hand and not withdrawn."""
        return self.entered.get((coin, day), [])

    @cached_property
    def entered(self) -> dict[tuple[str, date], list[ManualQuotation]]:
        """All of them by coin and day."""
        return entered_by_day(self._rows(ENTERED))

    def covered(self, coin: str, day: date) -> bool:
        """Whether at least one market of the coin was answered for on the day."""
        return any(day in span for span in self.answered_for(coin))

    def answered_for(self, coin: str) -> list[Span]:
        """The days for which markets of the coin were answered for."""
        return self._answered("n.coin = ?", coin).get(coin, [])

    def answered_by_coin(self) -> dict[str, list[Span]]:
        """The same of every coin."""
        return self._answered("TRUE")

    def _answered(self, of: str, *parameters: object) -> dict[str, list[Span]]:
        result: dict[str, list[Span]] = defaultdict(list)
        for coin, *days in self._rows(
            f"""SELECT DISTINCT n.coin, greatest(n.first_day, c.first_day) AS begins,
                  least(n.last_day, c.last_day) AS ends
                FROM coverage c JOIN market_names n ON n.venue = c.venue AND n.symbol = c.symbol
                WHERE {of} AND n.first_day <= c.last_day AND c.first_day <= n.last_day
                ORDER BY ALL""",  # noqa: S608 - ours
            *parameters,
        ):
            result[coin].append(Span(*days))
        return result

    def status(self) -> list[dict[str, Any]]:
        """Per source: markets, first and last day, gaps, quarantine by reason, last success and last error."""
        return self.named(statement("status.sql"))

    def revisions(self, since: datetime) -> list[RevisionRow]:
        """What the venues and the Bank of Russia have restated since then, newest first."""
        rows = self._rows(statement("revisions.sql"), since)
        return [RevisionRow(*row)._replace(noticed_at=row[0].astimezone(UTC)) for row in rows]

    def named(self, query: str, **parameters: object) -> list[dict[str, Any]]:
        """For the other files of this room: rows of a query by the names of its columns."""
        cursor = self._connection.execute(query, parameters)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
