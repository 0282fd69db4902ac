"""What users filed, into the working store and out of it: documents, quotations entered by hand, withdrawals."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import duckdb

from oracle.law.manual import ManualQuotation
from oracle.terms import Document, ManualEntry, ManualWithdrawal, Reading


def take(connection: duckdb.DuckDBPyConnection, readings: Sequence[Reading]) -> None:
    """The rows of what was filed, within the writer's transaction."""
    for each in readings:
        if isinstance(each, Document | ManualEntry | ManualWithdrawal):
            table, row = _row(each)
            connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", list(row))  # noqa: S608


def _row(filed: Document | ManualEntry | ManualWithdrawal) -> tuple[str, tuple[Any, ...]]:
    seen = filed.observation
    if isinstance(filed, Document):
        days = (seen.span.first, seen.span.last) if seen.span else (None, None)
        said = (filed.author, filed.note, filed.address or None, filed.name, filed.media)
        size = len(seen.body or b"")
        return "documents", (seen.sha256, filed.venue or None, *days, *said, size, seen.received_at)
    if isinstance(filed, ManualWithdrawal):
        return "manual_withdrawals", (seen.sha256, filed.of, filed.reason, seen.received_at)
    day = seen.span and seen.span.first
    price = (filed.close, filed.close, filed.closes_at)
    where = (filed.coin, day, filed.venue, filed.market, filed.quote)
    return "manual_entries", (
        seen.sha256, *where, *price, filed.document, filed.author, filed.reason, seen.received_at
    )  # fmt: skip


class EntryRow(NamedTuple):
    """An entry that stands: whose it is, and what it says, as far as another could repeat it."""

    id: str
    said: tuple[Any, ...]
    entered_at: datetime


class Filed:
    """The working store, as who files something looks at it before it is written."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def documents(self, sha256: str) -> list[tuple[Any, ...]]:
        """What was said of the document with this hash, once for each time that it was filed; empty: it is not here."""
        return self._connection.execute(
            """SELECT coalesce(venue, ''), first_day, last_day, author, note, coalesce(address, '') FROM documents
               WHERE sha256 = ? ORDER BY filed_at""",
            [sha256],
        ).fetchall()

    def entries(self) -> list[EntryRow]:
        """The entries that nobody has withdrawn, the oldest first."""
        rows = self._connection.execute(
            """SELECT id, coin, day, venue, market, close_literal, closes_at, document, entered_at FROM manual_entries e
               ANTI JOIN manual_withdrawals w ON w.entry = e.id ORDER BY entered_at, id"""
        ).fetchall()
        return [
            EntryRow(id_, (*said, closes_at and closes_at.astimezone(UTC), document), entered_at.astimezone(UTC))
            for id_, *said, closes_at, document, entered_at in rows
        ]

    def withdrawn(self) -> set[str]:
        """The entries that were withdrawn."""
        return {entry for (entry,) in self._connection.execute("SELECT entry FROM manual_withdrawals").fetchall()}


ENTERED = """SELECT id, coin, day, venue, market, quote, close, close_literal, closes_at, document, author, reason,
    entered_at FROM manual_quotations WHERE withdrawn_at IS NULL ORDER BY coin, day, venue, market, entered_at, id"""


def entered_by_day(rows: Iterable[Sequence[Any]]) -> dict[tuple[str, date], list[ManualQuotation]]:
    """The rows of `ENTERED` by coin and day."""
    result: dict[tuple[str, date], list[ManualQuotation]] = defaultdict(list)
    for row in rows:
        each = ManualQuotation(*row)
        closes, at = each.closes_at, each.entered_at.astimezone(UTC)
        result[each.coin, each.day].append(each._replace(closes_at=closes and closes.astimezone(UTC), entered_at=at))
    return dict(result)
