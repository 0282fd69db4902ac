"""Named questions to the working store for an import: what is recorded, which markets are known, what venues told."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import NamedTuple

import duckdb

from oracle.days import Span
from oracle.terms import Market

_OF_USERS = "SELECT sha256 FROM observations WHERE kind = 'file' AND starts_with(url, 'file:csv/')"


class FileRow(NamedTuple):
    """A file that was imported: whose market it is about, where its bytes are and when that was."""

    source: str
    subject: str
    url: str
    batch: str
    received_at: datetime


class FiguresRow(NamedTuple):
    """What a venue told of a day."""

    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    base_volume: Decimal
    turnover: Decimal | None


class Shelf:
    """The working store, as an import looks at it before it writes."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def files(self) -> dict[str, FileRow]:
        """Every imported file by its hash."""
        rows = self._connection.execute(
            "SELECT sha256, source, subject, url, batch, received_at FROM observations WHERE kind = 'file'"
        ).fetchall()
        return {sha256: FileRow(*row)._replace(received_at=row[-1].astimezone(UTC)) for sha256, *row in rows}

    def markets(self, venue: str) -> list[Market]:
        """Every market of the venue, listed or imported."""
        rows = self._connection.execute(
            "SELECT venue, symbol, base, quote, state FROM markets WHERE venue = ? ORDER BY symbol", [venue]
        ).fetchall()
        return [Market(*row) for row in rows]

    def told_by_venue(self, venue: str, symbol: str, span: Span) -> dict[date, FiguresRow]:
        """Current figures of a market by day, but for what users' own files say."""
        rows = self._connection.execute(
            f"""SELECT day, open, high, low, close, base_volume, turnover_quote FROM candles
                WHERE venue = ? AND symbol = ? AND day BETWEEN ? AND ? AND known_to IS NULL
                AND observation NOT IN ({_OF_USERS}) ORDER BY day""",  # noqa: S608 - our own text
            [venue, symbol, span.first, span.last],
        ).fetchall()
        return {day: FiguresRow(*row) for day, *row in rows}

    def revised(self) -> int:
        """How many figures were ended by newer ones."""
        row = self._connection.execute("SELECT count(known_to) FROM candles").fetchone()
        return int(row[0]) if row else 0
