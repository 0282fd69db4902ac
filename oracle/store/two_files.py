"""Two published files side by side, for what differs between them; SQL names them `old` and `new`."""

import tempfile
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb

from oracle.errors import HomeError
from oracle.store.bulk import Bulk


class TwoFiles:
    """Both files, read-only; what is made of them is temporary and goes to the disk where memory does not do."""

    def __init__(self, old: Path, new: Path) -> None:
        self._paths = {"old": old, "new": new}

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="oracle-"))
            self._connection = stack.enter_context(duckdb.connect())
            self._connection.execute("SET TimeZone = 'UTC'")
            self._connection.execute(f"SET temp_directory = '{folder}'")
            for name, path in self._paths.items():
                quoted = str(path).replace("'", "''")
                try:
                    self._connection.execute(f"ATTACH '{quoted}' AS \"{name}\" (READ_ONLY)")
                except duckdb.Error as error:
                    raise HomeError(f"cannot read {path}: {str(error)[:160]}") from error
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def of(self, name: str) -> Bulk:
        """Statements that mean one of the files, `old` or `new`, by names without one; temporary tables are shared."""
        self._connection.execute(f'USE "{name}"')
        return Bulk(self._connection)
