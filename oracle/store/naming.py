"""Names of assets for SQL: entries into a connection, and what every code of every market denoted, as spans of days."""

from collections.abc import Sequence
from functools import lru_cache

import duckdb
import pyarrow as pa

from oracle.law.identity import Alias
from oracle.store.opening import statement

_COLUMNS = ("code", "asset", "venue", "source", "note", "refused", "rank", "origin")
_SCHEMA = pa.schema(
    [
        *((name, pa.int32() if name == "rank" else pa.string()) for name in _COLUMNS),
        ("first_day", pa.date32()),
        ("last_day", pa.date32()),
    ]
)
_OURS = {"first_day": "first", "last_day": "last"}


def name_markets(connection: duckdb.DuckDBPyConnection, aliases: Sequence[Alias], markets: str) -> None:
    """Make the temporary tables `alias_entries`, `code_spans` and `market_spans` of this connection.

    `markets`: the qualified name of a table of markets with venue, symbol, base and quote as the venue writes them.
    """
    connection.register("aliases_given", _table(_Same(aliases)))
    connection.execute("CREATE OR REPLACE TEMP TABLE alias_entries AS FROM aliases_given")
    connection.unregister("aliases_given")
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW markets_seen AS SELECT venue, symbol, base, quote FROM {markets}"  # noqa: S608
    )
    connection.execute(statement("identity.sql"))


class _Same:
    """A sequence as a key: equal to itself only, for comparing thousands of entries costs what the table costs."""

    def __init__(self, aliases: Sequence[Alias]) -> None:
        self.aliases = aliases

    def __hash__(self) -> int:
        return id(self.aliases)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.aliases is other.aliases


# What a process knows it names by again and again; the key holds the sequence, so its identity is not given away.
@lru_cache(maxsize=2)
def _table(given: _Same) -> pa.Table:
    columns = [[getattr(each, _OURS.get(name, name)) for each in given.aliases] for name in _SCHEMA.names]
    return pa.Table.from_pydict(dict(zip(_SCHEMA.names, columns, strict=True)), _SCHEMA)
