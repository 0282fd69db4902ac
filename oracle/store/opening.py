"""Opening the working store: its schema made or checked, every failure told with the way out."""

from functools import cache
from importlib import resources
from pathlib import Path

import duckdb

from oracle.errors import HomeError

SCHEMA_VERSION = 3
# Taking a batch in costs half as much on one thread as on two, and asking goes on beside it.
THREADS = 1
# Unlimited, the database keeps whatever it has touched: 1.1 GB of a first night of 20,000 markets. Beyond this it uses
# the disk; publishing, which sorts everything, lifts it for its time.
MEMORY = "192MB"


@cache
def statement(name: str) -> str:
    """The text of an SQL file of this room."""
    return resources.files("oracle.store").joinpath(name).read_text("utf-8")


def open_store(path: Path) -> duckdb.DuckDBPyConnection:
    """The store at `path`, made if it is not there; HomeError if it is in use, damaged or of a newer program."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = duckdb.connect(str(path))
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"SET threads = {THREADS}")
        connection.execute(f"SET memory_limit = '{MEMORY}'")
        connection.execute("SET checkpoint_threshold = '1GB'")
    except OSError as error:
        raise HomeError(f"cannot use {path.parent}: {error.strerror}; choose another with --home") from error
    except duckdb.IOException as error:
        if "lock" in str(error).lower():
            raise HomeError(f"{path} is in use by another collector ({_holder(str(error))}); wait for it") from error
        raise HomeError(f"cannot open {path}: {str(error)[:200]}; move it away, the archive rebuilds it") from error
    except duckdb.Error as error:
        raise HomeError(f"cannot open {path}: {str(error)[:200]}; move it away, the archive rebuilds it") from error
    try:
        found = connection.execute("SELECT max(schema_version) FROM meta").fetchone()
    except duckdb.CatalogException:  # a fresh file
        connection.begin()
        connection.execute(statement("schema.sql"))
        connection.execute("INSERT INTO meta VALUES (?)", [SCHEMA_VERSION])
        connection.commit()
        found = (SCHEMA_VERSION,)
    if found != (SCHEMA_VERSION,):
        connection.close()
        raise HomeError(
            f"{path} has schema {found and found[0]}, this program knows {SCHEMA_VERSION}; "
            "upgrade the program, or move the file away: the archive rebuilds it"
        )
    connection.execute(statement("by_users.sql"))
    connection.execute(statement("macros.sql"))
    return connection


def _holder(message: str) -> str:
    return message.partition("held in ")[2].partition(").")[0] + ")" if "held in " in message else "unknown"
