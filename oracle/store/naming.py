"""Names of assets for SQL: entries into a connection, and what every code of every market denoted, as spans of days."""

from collections.abc import Sequence

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
    columns = [[getattr(each, _OURS.get(name, name)) for each in aliases] for name in _SCHEMA.names]
    connection.register("aliases_given", pa.Table.from_pydict(dict(zip(_SCHEMA.names, columns, strict=True)), _SCHEMA))
    connection.execute("CREATE OR REPLACE TEMP TABLE alias_entries AS FROM aliases_given")
    connection.unregister("aliases_given")
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW markets_seen AS SELECT venue, symbol, base, quote FROM {markets}"  # noqa: S608
    )
    connection.execute(statement("identity.sql"))
