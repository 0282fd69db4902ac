"""What of the log lies in the working store: leaves kept as a batch is taken in, read when a version is published."""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

import duckdb

from oracle.days import parse_instant
from oracle.errors import HomeError
from oracle.seal.journal import Entry
from oracle.seal.log import REBUILD, Growth, Log
from oracle.seal.tree import root_of


def seal(connection: duckdb.DuckDBPyConnection, batch: str, hashes: Sequence[bytes]) -> None:
    """Keep the leaf hashes of a batch that is being taken in."""
    connection.execute("INSERT INTO leaves VALUES (?, ?, ?)", [batch, root_of(hashes).hex(), b"".join(hashes)])


def growth(source: duckdb.DuckDBPyConnection, log: Log) -> Growth:
    """What the store adds to the log; HomeError if it contradicts what was logged.

    The log's order is that in which batches were taken in. A store that was rebuilt has taken them in by their names,
    which changes nothing: what was logged stays where it is, and only what is new is added behind it.
    """

    def read(batches: Sequence[str]) -> list[bytes]:
        if not batches:
            return []
        query = "SELECT batch, leaves FROM leaves WHERE batch IN (SELECT unnest(?))"
        found = dict(source.execute(query, [list(batches)]).fetchall())
        return [found[batch] for batch in batches]

    # A batch and its leaves are committed together, so the order of the one is that of the other.
    rows = sorted(source.execute("SELECT rowid, batch, root FROM leaves").fetchall())
    if source.execute("SELECT count(*) FROM batches").fetchall() != [(len(rows),)]:
        raise HomeError(f"the working store holds batches without their leaves; {REBUILD}")
    added = log.grown({batch: root for _, batch, root in rows}, read)
    log.mend(read)
    return added


# Rows of the published tables that tell of the log.
Logged = Mapping[str, list[tuple[Any, ...]]]
NOT_LOGGED: Logged = {}


def logged(log: Log, added: Growth, entry: Entry) -> Logged:
    """What a published file tells of the log, with the version that is about to be entered."""
    batches = [(each.taken, each.version) for each in log.batches] + [(each, entry.version) for each in added.batches]
    firsts = accumulate((taken.leaves for taken, _ in batches), initial=0)
    return {
        "log_versions": [
            (
                each.tree,
                each.version,
                parse_instant(each.at),
                each.size,
                each.root,
                each.batches,
                each.reason or None,
                each.previous,
                each.previous_root,
                each.chain,
            )
            for each in (*log.entries, entry)
        ],
        "log_batches": [
            (taken.batch, first, taken.leaves, taken.root, version, taken.late)
            for first, (taken, version) in zip(firsts, batches, strict=False)
        ],
    }


def logged_before(connection: duckdb.DuckDBPyConnection, schema: str) -> Logged:
    """What a published file, attached under that name, tells of the log."""
    return {table: connection.execute(f"FROM {schema}.{table}").fetchall() for table in ("log_versions", "log_batches")}
