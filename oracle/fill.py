"""Rows into the tables of a published file: what the product knows, what it collected, what the law makes of it."""

from collections.abc import Collection, Iterable
from typing import Any

import duckdb
import pyarrow as pa

from oracle.judgement import Judgement
from oracle.knowledge import Knowledge
from oracle.law.rulekeys import KEYS
from oracle.venues import VENUES


def known_rows(known: Knowledge, seen: Collection[str]) -> dict[str, list[dict[str, Any]]]:
    """Rows of the tables that come from what the product knows, by table; leveraged tokens only if they were `seen`."""
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
                "since": each.since,
                "units": each.units,
                "units_of": each.units_of or None,
                "source": each.source,
                "note": each.note or None,
            }
            for each in known.identity.assets.all()
            if each.code in known.assets or each.code in seen
        ],
        "publication_facts": [each._asdict() for each in known.publication],
        "rulebooks": [
            {
                "rulebook": book.name,
                "title": book.title,
                "in_force_from": edition.in_force_from,
                "key": key,
                "value": KEYS[key].kind.text(getattr(edition, key)),
                "holds_from": citation.holds_from,
                "clause": citation.clause,
                "source": citation.source,
                "note": citation.note or None,
            }
            for book in known.rulebooks.values()
            for edition in book.editions
            for key, citation in edition.citations.items()
        ],
    }


def fill_judgement(connection: duckdb.DuckDBPyConnection, judgement: Judgement) -> None:
    """The tables that the law makes."""
    fill(connection, "rates_in_force", judgement.rates_in_force)
    fill(connection, "ruble_values", judgement.ruble_values, "day, venue, asset, path")
    fill(connection, "venue_days", judgement.venue_days, "day, venue")
    fill(connection, "verdicts", judgement.verdicts, "day, venue, rulebook")
    fill(connection, "coverage", judgement.coverage)
    fill(connection, "utc_coverage", judgement.utc_coverage)
    fill(connection, "day_openings", judgement.day_openings)


def fill(connection: duckdb.DuckDBPyConnection, table: str, rows: Iterable[dict[str, Any]], order: str = "") -> None:
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
