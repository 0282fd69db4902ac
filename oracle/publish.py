"""Publishing: an immutable, read-only DuckDB file and its manifest, renamed into place whole.

Readers open `published/oracle.duckdb`; whoever has an older version open keeps it. A crash at any moment leaves the
last published version answering.
"""

import hashlib
import json
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

import oracle
from oracle.archive import sync_folder
from oracle.errors import HomeError
from oracle.judge import Judgement, covered, judge
from oracle.knowledge import Knowledge
from oracle.store.opening import statement
from oracle.store.writer import Store
from oracle.venues import VENUES

SCHEMA_VERSION = 1
FILE, MANIFEST = "oracle.duckdb", "manifest.json"
# DuckDB 1.5 and later open this; the default of 2.0 only 2.0 does.
STORAGE = "v1.5.0"
# Older versions stay for readers and for comparison; more than these are removed.
KEPT = 3


@dataclass(frozen=True, slots=True)
class Published:
    """A version: where its file is and what its manifest says."""

    path: Path
    manifest: dict[str, Any]
    new: bool


def publish(store: Store, folder: Path, known: Knowledge, now: datetime) -> Published:
    """Make a version of what the store holds and put it in place; the present one stays if nothing has changed."""
    content = _content(store, known)
    present = current(folder)
    if present and present.get("content") == content and (folder / FILE).exists():
        return Published(folder / FILE, present, new=False)
    stamp = now.astimezone(UTC)
    version = f"{stamp:%Y%m%dT%H%M%S}Z-{content[:8]}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.glob("*.tmp*"):
            left.unlink()
        aside = folder / f"{version}.tmp"
        counts, demo = _write(store, aside, known, version, stamp, content)
        manifest = {
            "version": version,
            "published_at": stamp.isoformat(),
            "demo": demo,
            "software": f"market-quotation-oracle {oracle.__version__}",
            "schema_version": SCHEMA_VERSION,
            "storage_version": STORAGE,
            "content": content,
            "file": f"{version}.duckdb",
            "bytes": aside.stat().st_size,
            "sha256": _sha256(aside),
            "tables": counts,
        }
        _put_in_place(folder, aside, manifest)
    except OSError as error:
        raise HomeError(
            f"cannot publish into {folder}: {error.strerror}; free space or choose another --home"
        ) from error
    return Published(folder / FILE, manifest, new=True)


def current(folder: Path) -> dict[str, Any] | None:
    """The manifest of the version in place; None if there is none or it is damaged."""
    with suppress(OSError, ValueError):
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        return manifest if isinstance(manifest, dict) else None
    return None


def _content(store: Store, known: Knowledge) -> str:
    """Hash over all that a version is made of: same hash, same figures."""
    digest = hashlib.sha256(f"{oracle.__version__} {SCHEMA_VERSION} {known.digest}".encode())
    for batch in sorted(store.recorded()):
        digest.update(batch.encode())
    return digest.hexdigest()


def _write(
    store: Store, path: Path, known: Knowledge, version: str, stamp: datetime, content: str
) -> tuple[dict[str, int], bool]:
    source = store.connection
    source.execute("RESET threads")
    judgement = judge(source, known)
    # A cursor keeps its own search path: the store's stays as it is. The store cannot be read under its own alias
    # from inside another catalogue, so its tables are shown there as views of the attached original.
    with source.cursor() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        (name,) = _one(connection, "SELECT current_database()")
        connection.execute(f"ATTACH '{_quoted(path)}' AS published (STORAGE_VERSION '{STORAGE}')")
        try:
            connection.execute("USE published")
            connection.execute(statement("published.sql").replace("store.", f'"{name}".'))
            (demo,) = _one(connection, f'SELECT coalesce(bool_or(demo), FALSE) FROM "{name}".observations')  # noqa: S608
            software = f"market-quotation-oracle {oracle.__version__}"
            connection.execute(
                "INSERT INTO dataset VALUES (?, ?, ?, ?, ?, ?)",
                [version, stamp, demo, software, SCHEMA_VERSION, content],
            )
            for table, rows in _known_rows(known).items():
                _fill(connection, table, rows)
            _fill_judgement(connection, judgement)
            _fill(connection, "coverage", _coverage(store))
            connection.execute(statement("views.sql"))
            counts = {
                table: _one(connection, f'SELECT count(*) FROM "{table}"')[0]  # noqa: S608 - names from the catalogue
                for (table,) in connection.execute(
                    "SELECT table_name FROM duckdb_tables() WHERE database_name = 'published' ORDER BY 1"
                ).fetchall()
            }
            connection.execute("CHECKPOINT published")
        finally:
            connection.execute(f'USE "{name}"')
            connection.execute("DETACH published")
    return counts, bool(demo)


def _known_rows(known: Knowledge) -> dict[str, list[dict[str, Any]]]:
    return {
        "venues": [
            {
                "venue": each.name,
                "title": each.title,
                "site": each.site,
                "jurisdiction": each.jurisdiction,
                "day_opens_minutes": int(each.opens.total_seconds()) // 60,
                "closed_by": each.closed_by,
                "turnover_published": each.turnover_published,
                "lists_delisted": each.lists_delisted,
                "source": each.source,
            }
            for each in VENUES.values()
        ],
        "assets": [
            {
                "asset": each.code,
                "name": each.name,
                "kind": each.kind,
                "obligated_person": each.obligated_person or None,
                "peg": each.peg or None,
                "source": each.source,
                "note": each.note or None,
            }
            for each in known.assets.all()
        ],
        "rulebooks": [
            {
                "rulebook": book.name,
                "title": book.title,
                "in_force_from": edition.in_force_from,
                "key": key,
                "value": _text(getattr(edition, key)),
                "clause": citation.clause,
                "source": citation.source,
            }
            for book in known.rulebooks.values()
            for edition in book.editions
            for key, citation in edition.citations.items()
        ],
    }


def _text(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _coverage(store: Store) -> list[dict[str, Any]]:
    return [
        {"venue": row.venue, "symbol": row.symbol, "first_day": span.first, "last_day": span.last}
        for row, spans in covered(store.connection)
        for span in spans
    ]


def _fill_judgement(connection: duckdb.DuckDBPyConnection, judgement: Judgement) -> None:
    _fill(connection, "rates_in_force", judgement.rates_in_force)
    _fill(connection, "ruble_values", judgement.ruble_values, "day, venue, asset, path")
    _fill(connection, "venue_days", judgement.venue_days, "day, venue")
    _fill(connection, "verdicts", judgement.verdicts, "day, venue, rulebook")


def _fill(connection: duckdb.DuckDBPyConnection, table: str, rows: Iterable[dict[str, Any]], order: str = "") -> None:
    """Rows into a table, sorted so that a day's rows lie together: a reader's question touches few of them."""
    kinds = pa.schema(
        [
            (name, _ARROW.get(kind.partition("(")[0]) or pa.decimal128(*map(int, kind[8:-1].split(","))))
            for name, kind, *_ in connection.execute(f'DESCRIBE "{table}"').fetchall()
        ]
    )
    filled = pa.Table.from_pylist(list(rows), kinds)
    connection.register("incoming", filled)
    ordered = f"ORDER BY {order}" if order else ""
    connection.execute(f'INSERT INTO "{table}" BY NAME SELECT * FROM incoming {ordered}')  # noqa: S608 - our own names
    connection.unregister("incoming")


_ARROW = {
    "VARCHAR": pa.string(),
    "DATE": pa.date32(),
    "INTEGER": pa.int32(),
    "BOOLEAN": pa.bool_(),
    "TIMESTAMP WITH TIME ZONE": pa.timestamp("us", "UTC"),
}


def _put_in_place(folder: Path, aside: Path, manifest: dict[str, Any]) -> None:
    """The versioned file and manifest first, then the two names that readers use, each by one rename."""
    version = manifest["version"]
    with aside.open("rb") as file:
        os.fsync(file.fileno())
    aside.chmod(0o444)
    versioned = folder / f"{version}.duckdb"
    aside.rename(versioned)
    listed = folder / f"{version}.json"
    _write_whole(listed, json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")
    for target, name in ((versioned, FILE), (listed, MANIFEST)):
        link = folder / f"{name}.tmp"
        os.link(target, link)
        link.rename(folder / name)
        # Linking the same file twice leaves the link behind instead of renaming it.
        link.unlink(missing_ok=True)
    sync_folder(folder)
    for old in sorted(folder.glob("*Z-*.duckdb"))[:-KEPT]:
        old.unlink()
        old.with_suffix(".json").unlink(missing_ok=True)


def _write_whole(path: Path, text: str) -> None:
    aside = path.with_suffix(".tmp")
    with aside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    aside.rename(path)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    row = connection.execute(query).fetchone()
    assert row is not None  # noqa: S101 - an aggregate always gives a row
    return row


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
