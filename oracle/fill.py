"""Rows into the tables of a published file: what the product knows, what it collected, what the law makes of it."""

from collections.abc import Collection, Sequence
from dataclasses import fields
from typing import Any

import duckdb
import pyarrow as pa

from oracle.judgement import Judgement, Rows
from oracle.knowledge import Knowledge
from oracle.law.rulekeys import KEYS
from oracle.venues import VENUES


def known_rows(known: Knowledge, seen: Collection[str]) -> dict[str, Rows]:
    """Rows of the tables that come from what the product knows, by table; leveraged tokens only if they were `seen`."""
    return {
        "venues": [
            (
                each.name,
                each.title,
                each.site,
                each.jurisdiction,
                int(each.opens.total_seconds()) // 60,
                each.closed_by,
                each.turnover_published,
                each.lists_delisted,
                each.source,
            )
            for each in VENUES.values()
        ],
        "assets": [
            (
                each.code,
                each.name,
                each.kind,
                each.obligated_person or None,
                each.peg or None,
                each.since,
                each.units,
                each.units_of or None,
                each.source,
                each.note or None,
            )
            for each in known.identity.assets.all()
            if each.code in known.assets or each.code in seen
        ],
        "rulebooks": [
            (
                book.name,
                book.title,
                edition.in_force_from,
                key,
                KEYS[key].kind.text(getattr(edition, key)),
                citation.holds_from,
                citation.clause,
                citation.source,
                citation.note or None,
            )
            for book in known.rulebooks.values()
            for edition in book.editions
            for key, citation in edition.citations.items()
        ],
    }


def fill_judgement(connection: duckdb.DuckDBPyConnection, judgement: Judgement, schema: str) -> None:
    """The tables that the law makes; `schema`: a prefix of their names."""
    for each in fields(judgement):
        fill(connection, schema + each.name, getattr(judgement, each.name))


def fill(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Rows into a table, by columns: rows of dictionaries cost several times as much."""
    columns = connection.execute(f"DESCRIBE {table}").fetchall()
    kinds = [
        _ARROW.get(kind.partition("(")[0]) or pa.decimal128(*map(int, kind[8:-1].split(","))) for _, kind, *_ in columns
    ]
    values = zip(*rows, strict=True) if rows else [()] * len(kinds)
    arrays = [pa.array(each, kind) for each, kind in zip(values, kinds, strict=True)]
    connection.register("incoming", pa.table(arrays, [name for name, *_ in columns]))
    connection.execute(f"INSERT INTO {table} FROM incoming")
    connection.unregister("incoming")


_ARROW = {
    "VARCHAR": pa.string(),
    "DATE": pa.date32(),
    "INTEGER": pa.int32(),
    "BOOLEAN": pa.bool_(),
    "TIMESTAMP WITH TIME ZONE": pa.timestamp("us", "UTC"),
}
