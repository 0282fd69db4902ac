"""A home with three batches and two published versions, made without a network, and what is done to it."""

import json
import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from oracle.archive import Archive
from oracle.collect.record import catch_up
from oracle.publish import Published, publish
from oracle.seal.audit import Finding, audit
from oracle.seal.log import Log
from oracle.settings import Home, signer
from oracle.store.writer import Store
from oracle.terms import Observation
from tests.conftest import KNOWN
from tests.test_archive import observation

NOW = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)


@dataclass
class Operator:
    """Whoever has the home, and may do anything to its files."""

    home: Home
    now: datetime = NOW

    @property
    def archive(self) -> Archive:
        return Archive(self.home.archive)

    @property
    def log(self) -> Log:
        return Log(self.home.log)

    def collect(self, *subjects: str, at: datetime | None = None) -> str:
        """A batch with an answer for each subject, into the archive only."""
        return self.archive.append([response(each) for each in subjects], at or self.now)

    def publish(self) -> Published:
        """Take in what the archive holds, and publish."""
        self.now += timedelta(hours=1)
        with Store(self.home.store) as store:
            catch_up(self.archive, store)
            return publish(store, self.home.published, KNOWN, self.now, signer(self.home))

    def rebuild(self) -> None:
        """Have the archive rebuild the store at the next publication."""
        for path in self.home.path.glob("store.duckdb*"):
            path.unlink()

    def change(self, batch: str, number: int, body: bytes) -> None:
        """Another body in the place of one that was received, with its hash fixed up."""
        observations = self.archive.read(batch)
        observations[number] = replace(observations[number], body=body)
        path = self.home.archive / batch
        other = self.home.archive / self.archive.append(observations, self.now)
        shutil.move(other, path)
        assert pq.read_table(path, columns=["sha256"])["sha256"][number].as_py() == observations[number].sha256

    def findings(self) -> list[Finding]:
        """What the audit finds."""
        return list(audit(self.archive, self.log, self.manifest()))

    def manifest(self) -> dict[str, Any] | None:
        """The manifest in place."""
        path = self.home.published / "manifest.json"
        return json.loads(path.read_text("utf-8")) if path.exists() else None

    def copied(self, where: Path) -> "Operator":
        """The same home elsewhere."""
        shutil.copytree(self.home.path, where, symlinks=True)
        return Operator(Home(where), self.now)


def response(subject: str) -> Observation:
    """An answer that no reader takes anything from."""
    return replace(observation(None, subject), body=subject.encode(), outcome="changed", detail="for a test")
