"""Many questions at once to a published file, set by set: tables of the asker's own connection, gone at the end."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

import duckdb
import pyarrow as pa

from oracle.errors import HomeError
from oracle.store.opening import statement
from oracle.store.reads import Reads


class Bulk:
    """Runs SQL files of this room over Arrow tables; values go in by name, rows and tables come out."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def put(self, name: str, table: pa.Table) -> None:
        """A table that the next statements can read."""
        self._connection.register(name, table)

    def run(self, file: str, parameters: Mapping[str, object] | None = None, *, parts: tuple[str, ...] = ()) -> None:
        """The statements of a file; `parts`: the comments between marks of these names are made part of them."""
        text = statement(file)
        for part in parts:
            text = text.replace(f"/*{part}", "").replace(f"{part}*/", "")
        for each in text.split(";\n"):
            if each.strip():
                used = {name: value for name, value in (parameters or {}).items() if f"${name}" in each}
                self._connection.execute(each, used)

    def do(self, query: str, parameters: Mapping[str, object] | None = None) -> None:
        """One statement of the asker's own."""
        self._connection.execute(query, dict(parameters or {}))

    def rows(self, query: str, parameters: Mapping[str, object] | None = None) -> list[tuple[Any, ...]]:
        """Rows as Python's values."""
        return self._connection.execute(query, dict(parameters or {})).fetchall()

    def table(self, query: str, parameters: Mapping[str, object] | None = None) -> pa.Table:
        """Rows as an Arrow table, decimals exact; `{name.sql}` in the query stands for the query in that file."""
        for file in _files(query):
            query = query.replace(f"{{{file}}}", f"({statement(file)})")
        return self._connection.sql(query, params=dict(parameters or {})).to_arrow_table()


def _files(query: str) -> list[str]:
    return [part.partition("}")[0] for part in query.split("{")[1:] if part.partition("}")[0].endswith(".sql")]


@cache
def _beside() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(":memory:")


@contextmanager
def aside() -> Iterator[Bulk]:
    """A place to compute without any file, on whatever thread, while the published version may be replaced."""
    connection = _beside().cursor()
    try:
        # What is asked here are projections of a few thousand rows: threads of its own would only wait for another.
        yield Bulk(connection)
    finally:
        connection.close()


@contextmanager
def bulk(reads: Reads) -> Iterator[Bulk]:
    """The way to ask about many; HomeError where the machine has no room for the answer."""
    connection = reads.cursor()
    try:
        yield Bulk(connection)
    except duckdb.OutOfMemoryException as error:
        raise HomeError(f"no memory for so many rows at once: {str(error)[:160]}; ask for them in parts") from error
    finally:
        connection.close()
