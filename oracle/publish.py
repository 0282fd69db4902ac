"""Publishing: an immutable, read-only DuckDB file and its manifest, renamed into place whole.

Readers open `published/oracle.duckdb`; whoever has an older version open keeps it. A crash at any moment leaves the
last published version answering.
"""

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import msgspec

import oracle
from oracle.archive import sync_folder
from oracle.errors import HomeError
from oracle.fill import fill, known_rows
from oracle.judged_by import judged_by
from oracle.knowledge import Knowledge
from oracle.seal.log import Log
from oracle.seal.signature import Signature, signature_text
from oracle.standing import bring_up_to_date
from oracle.store.naming import name_markets
from oracle.store.opening import statement
from oracle.store.reads import SCHEMA_VERSION
from oracle.store.sealed import NOT_LOGGED, Logged, growth, logged
from oracle.store.writer import Store

SOFTWARE = f"market-quotation-oracle {oracle.__version__}"
FILE, MANIFEST, SIGNED = "oracle.duckdb", "manifest.json", ".sig"
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


Sign = Callable[[bytes], Signature]


def publish(store: Store, folder: Path, known: Knowledge, now: datetime, sign: Sign | None = None) -> Published:
    """Make a version of what the store holds and put it in place; the present one stays if nothing has changed.

    Batches may go in meanwhile on another thread: figures, hash and counts are all of the state at the beginning.
    Every version is entered into the log, which lies beside the store; HomeError if the store contradicts it. `sign`
    signs the manifest.
    """
    log = Log(store.path.with_name("log"))
    with store.one_state(lambda connection: bring_up_to_date(connection, known)) as source:
        return _publish(source, folder, known, now, log, sign)


def _publish(
    source: duckdb.DuckDBPyConnection, folder: Path, known: Knowledge, now: datetime, log: Log, sign: Sign | None
) -> Published:
    present = current(folder)
    log.confirm(present)
    added = growth(source, log)
    content = _content(added.roots, known, log.tree)
    if present and present.get("content") == content and (folder / FILE).exists():
        return Published(folder / FILE, present, new=False)
    stamp = now.astimezone(UTC)
    version = f"{stamp:%Y%m%dT%H%M%S}Z-{content[:8]}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.glob("*.tmp*"):
            left.unlink()
        aside = folder / f"{version}.tmp"
        entry = log.entry(added, version, stamp)
        described = Version(version, stamp, SOFTWARE, SCHEMA_VERSION, content)
        counts, demo = write_version(source, aside, known, described, logged(log, added, entry))
        manifest = {
            "version": version,
            "published_at": stamp.isoformat(),
            "demo": demo,
            "software": SOFTWARE,
            "schema_version": SCHEMA_VERSION,
            "storage_version": STORAGE,
            "content": content,
            "file": f"{version}.duckdb",
            "bytes": aside.stat().st_size,
            "sha256": _sha256(aside),
            "tables": counts,
            "log": msgspec.structs.asdict(entry),
        }
        # Entered before it is in place: no version is ever read that the log does not know.
        log.append(added, entry)
        _put_in_place(folder, aside, manifest, sign)
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


def _content(roots: Mapping[str, str], known: Knowledge, tree: int) -> str:
    """Hash over all that a version is made of: same hash, same figures. A log that was begun anew is told at once."""
    digest = hashlib.sha256(f"{oracle.__version__} {judged_by()} {SCHEMA_VERSION} {known.digest} {tree}".encode())
    for batch, root in sorted(roots.items()):
        digest.update(f"{batch} {root}".encode())
    return digest.hexdigest()


class Version(NamedTuple):
    """What a published file says of itself."""

    version: str
    published_at: datetime
    software: str
    schema_version: int
    content: str
    as_known_at: datetime | None = None


_JUDGED = {
    "rates_in_force": "currency, day",
    "ruble_values": "day, venue, asset, path",
    "venue_days": "day, venue",
    "verdicts": "day, venue, rulebook",
    "coverage": "venue, symbol, first_day",
    "utc_coverage": "venue, symbol, first_day",
    "day_openings": "venue",
}


def write_version(
    source: duckdb.DuckDBPyConnection, path: Path, known: Knowledge, version: Version, log: Logged = NOT_LOGGED
) -> tuple[dict[str, int], bool]:
    """Write the file of a version out of a working store that is judged; rows by table, and whether it is DEMO.

    Within a transaction that `source` has begun, so that all of it is of one state; it is committed here.
    """
    name_markets(source, known.identity.aliases, "markets")
    # `store` in the SQL stands for the store's catalogue, named after its file.
    (name,) = _one(source, "SELECT current_database()")
    source.execute(f"ATTACH '{_quoted(path)}' AS published (STORAGE_VERSION '{STORAGE}')")
    try:
        source.execute("USE published")
        source.execute(statement("published.sql").replace("store.", f'"{name}".'))
        (demo,) = _one(source, f'SELECT coalesce(bool_or(demo), FALSE) FROM "{name}".observations')  # noqa: S608
        source.execute("INSERT INTO dataset VALUES (?, ?, ?, ?, ?, ?, ?)", [*version[:2], demo, *version[2:]])
        seen = {asset for (asset,) in source.execute("SELECT DISTINCT asset FROM code_spans").fetchall()}
        for table, rows in {**known_rows(known, seen), **log}.items():
            fill(source, table, rows)
        for table, order in _JUDGED.items():
            # Sorted so that a day's rows lie together: a reader's question touches few of them.
            source.execute(f'INSERT INTO "{table}" FROM "{name}".law."{table}" ORDER BY {order}')
        source.execute(statement("published_by_users.sql").replace("store.", f'"{name}".'))
        source.execute(statement("views.sql"))
        counts = {
            table: _one(source, f'SELECT count(*) FROM "{table}"')[0]  # noqa: S608 - names from the catalogue
            for (table,) in source.execute(
                "SELECT table_name FROM duckdb_tables() WHERE database_name = 'published' ORDER BY 1"
            ).fetchall()
        }
        source.commit()
        source.execute("CHECKPOINT published")
    finally:
        with suppress(duckdb.TransactionException):  # an error left the transaction open
            source.rollback()
        source.execute(f'USE "{name}"')
        source.execute("DETACH published")
    return counts, bool(demo)


def _put_in_place(folder: Path, aside: Path, manifest: dict[str, Any], sign: Sign | None = None) -> None:
    """The versioned file and manifest first, then the names that readers use, each by one rename."""
    version = manifest["version"]
    with aside.open("rb") as file:
        os.fsync(file.fileno())
    aside.chmod(0o444)
    versioned = folder / f"{version}.duckdb"
    aside.rename(versioned)
    listed = folder / f"{version}.json"
    _write_whole(listed, text := json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")
    named = [(versioned, FILE), (listed, MANIFEST)]
    if sign:
        signed = folder / (listed.name + SIGNED)
        _write_whole(signed, signature_text(sign(text.encode())))
        named.append((signed, MANIFEST + SIGNED))
    else:
        (folder / (MANIFEST + SIGNED)).unlink(missing_ok=True)
    for target, name in named:
        link = folder / f"{name}.tmp"
        os.link(target, link)
        link.rename(folder / name)
        # Linking the same file twice leaves the link behind instead of renaming it.
        link.unlink(missing_ok=True)
    sync_folder(folder)
    for old in sorted(folder.glob("*Z-*.duckdb"))[:-KEPT]:
        old.unlink()
        for suffix in (".json", ".json" + SIGNED):
            old.with_suffix(suffix).unlink(missing_ok=True)


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
    row: tuple[Any, ...] = connection.execute(query).fetchall()[0]
    return row


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
