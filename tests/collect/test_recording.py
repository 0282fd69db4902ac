"""The recorder: batches go to the archive first, one at a time to the store, whoever is cancelled meanwhile."""

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from oracle.archive import Archive
from oracle.collect import record
from oracle.collect.record import Recorder, catch_up
from oracle.errors import HomeError
from oracle.store.writer import Store
from oracle.terms import Observation, Reading

NOW = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)


class Slow(Store):
    """A store that takes its time, and notices if it is used by two at once."""

    busy = met = False

    def record(self, batch: str, observations: Sequence[Observation], readings: Sequence[Reading]) -> None:
        """As the store does, slowly."""
        self.met |= self.busy
        self.busy = True
        time.sleep(0.05)
        super().record(batch, observations, readings)
        self.busy = False


def _failed(number: int) -> Observation:
    body = f"<html>{number}</html>".encode()
    return Observation("okx", "markets", "", None, "http://127.0.0.1", 200, (), NOW, NOW, body, "unreachable", "html")


async def test_a_cancelled_waiter_does_not_stop_the_writing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks are cancelled while their batches are being written: nothing is lost and the store is never met by two."""
    monkeypatch.setattr(record, "BATCH_BYTES", 1)
    archive = Archive(tmp_path / "archive")
    with Slow(tmp_path / "store.duckdb") as store:
        keep = Recorder(archive, store, lambda: NOW)
        tasks = [asyncio.create_task(keep(_failed(number), None)) for number in range(12)]
        await asyncio.sleep(0.02)
        for task in tasks[::2]:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await keep.flush()
        kept = {each.body for batch in archive.batches() for each in archive.read(batch)}
        assert kept == {_failed(number).body for number in range(12)}
        assert store.met is False
        assert catch_up(archive, store) == 0


async def test_a_failure_to_write_is_not_swallowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be written is an error of the run, even if the task that hit it was cancelled."""
    monkeypatch.setattr(record, "BATCH_BYTES", 1)

    (tmp_path / "archive").write_text("a file where a folder should be")
    with Store(tmp_path / "store.duckdb") as store:
        keep = Recorder(Archive(tmp_path / "archive"), store, lambda: NOW)
        task = asyncio.create_task(keep(_failed(1), None))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        with pytest.raises(HomeError, match="free space or choose another --home"):
            await keep.flush()


async def test_what_was_archived_but_not_stored_is_caught_up(tmp_path: Path) -> None:
    """Killed between archive and store, the next start takes the batch in out of its bytes, once."""
    archive = Archive(tmp_path / "archive")
    batch = archive.append([_failed(1)], NOW)
    with Store(tmp_path / "store.duckdb") as store:
        assert [catch_up(archive, store), catch_up(archive, store)] == [1, 0]
        assert store.recorded() == {batch}
