"""The archive: every attempt with the bytes as received, in immutable Parquet batches, found again by hash.

A batch is written aside, synced and renamed: it is there whole or not at all, and nothing ever changes it. Any Parquet
reader opens it without us: columns source, kind, subject, first_day, last_day, url, status, headers (JSON), asked_at,
received_at, outcome, detail, sha256 and body (the bytes; Parquet compresses them with Zstandard).
"""

import contextlib
import json
import os
import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from oracle.days import Span
from oracle.errors import HomeError
from oracle.terms import Observation

SCHEMA = pa.schema(
    [
        ("source", pa.string()),
        ("kind", pa.string()),
        ("subject", pa.string()),
        ("first_day", pa.date32()),
        ("last_day", pa.date32()),
        ("url", pa.string()),
        ("status", pa.int16()),
        ("headers", pa.string()),
        ("asked_at", pa.timestamp("us", "UTC")),
        ("received_at", pa.timestamp("us", "UTC")),
        ("outcome", pa.string()),
        ("detail", pa.string()),
        ("sha256", pa.string()),
        ("body", pa.binary()),
    ]
)


class Archive:
    """The batches under one folder, `<day>/<instant>-<random>.parquet`, whose names sort in the order of writing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def append(self, observations: Iterable[Observation], now: datetime) -> str:
        """Write one batch and return its name; when this returns, the batch survives a crash of the machine."""
        stamp = now.astimezone(UTC)
        name = f"{stamp:%Y-%m-%d}/{stamp:%Y%m%dT%H%M%S.%f}-{uuid.uuid4().hex[:8]}.parquet"
        try:
            self._write(self.folder / name, observations)
        except OSError as error:
            raise HomeError(
                f"cannot write into {self.folder}: {error.strerror}; free space or choose another --home"
            ) from error
        return name

    def _write(self, path: Path, observations: Iterable[Observation]) -> None:
        aside = path.with_suffix(".tmp")
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = [_row(each) for each in observations]
        # Column by column: rows of dictionaries cost ten times as much.
        columns = [pa.array(each, kind) for each, kind in zip(zip(*rows, strict=True), SCHEMA.types, strict=True)]
        with aside.open("wb") as file:
            # Hashes and bodies do not repeat: dictionaries and statistics of them would only cost.
            repeated = ["source", "kind", "subject", "outcome"]
            table = pa.table(columns, SCHEMA)
            pq.write_table(table, file, compression="zstd", use_dictionary=repeated, write_statistics=repeated)
            file.flush()
            os.fsync(file.fileno())
        aside.rename(path)
        for folder in (path.parent, self.folder):
            sync_folder(folder)

    def batches(self) -> list[str]:
        """Names of all batches, oldest first; leftovers of a killed writer are no batches."""
        return sorted(path.relative_to(self.folder).as_posix() for path in self.folder.glob("*/*.parquet"))

    def read(self, batch: str) -> list[Observation]:
        """The observations of one batch, as written; HomeError if a body does not match its hash."""
        with self._reading(batch) as path:
            rows = pq.read_table(path, schema=SCHEMA).to_pylist()
        return [_observation(row, batch) for row in rows]

    def hashes(self, batch: str) -> pa.ChunkedArray:
        """The hashes of a batch's bodies, in the order of its observations."""
        with self._reading(batch) as path:
            return pq.read_table(path, columns=["sha256"])["sha256"]

    def find(self, sha256: str) -> Observation | None:
        """The oldest observation whose body has this hash."""
        for batch in self.batches():
            if pc.any(pc.equal(self.hashes(batch), sha256)).as_py():
                return next(each for each in self.read(batch) if each.sha256 == sha256)
        return None

    def clear_leftovers(self) -> None:
        """Remove what a killed writer left half-written; only the one writer may call this."""
        for path in self.folder.glob("*/*.tmp"):
            path.unlink()

    @contextlib.contextmanager
    def _reading(self, batch: str) -> Iterator[Path]:
        try:
            yield self.folder / batch
        except (OSError, pa.ArrowException) as error:
            raise HomeError(f"archive batch {batch} cannot be read ({error}); restore it from a backup") from error


def sync_folder(folder: Path) -> None:
    """Make a rename inside `folder` survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _row(observation: Observation) -> tuple[Any, ...]:
    """In the order of `SCHEMA`."""
    span = observation.span
    return (
        observation.source,
        observation.kind,
        observation.subject,
        span.first if span else None,
        span.last if span else None,
        observation.url,
        observation.status,
        json.dumps(observation.headers),
        observation.asked_at,
        observation.received_at,
        observation.outcome,
        observation.detail,
        observation.sha256,
        observation.body,
    )


def _observation(row: dict[str, Any], batch: str) -> Observation:
    observation = Observation(
        source=row["source"],
        kind=row["kind"],
        subject=row["subject"],
        span=Span(row["first_day"], row["last_day"]) if row["first_day"] else None,
        url=row["url"],
        status=row["status"],
        headers=tuple((name, value) for name, value in json.loads(row["headers"])),
        asked_at=row["asked_at"],
        received_at=row["received_at"],
        body=row["body"],
        outcome=row["outcome"],
        detail=row["detail"],
    )
    if observation.sha256 != row["sha256"]:
        raise HomeError(f"archive batch {batch}: a body does not match its hash; restore the batch from a backup")
    return observation
