"""A collection that is killed loses nothing and doubles nothing."""

import asyncio
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from oracle.twin import Twin
from oracle.twin.invented import many
from tests.conftest import Rig

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
ROOT = str(Path(__file__).resolve().parents[1])
# The command line itself, with batches so small that a kill falls between, into and after several of them.
COMMAND = (
    "import oracle.collect.record as r; r.BATCH_BYTES = 60_000; r.BATCH_SECONDS = 0.02;"
    "from oracle.cli import main; main()"
)


async def test_killed_again_and_again_then_resumed(rig: Callable[..., Rig]) -> None:
    """kill -9 at several moments of a backfill, then resumed: the same published tables as without a kill."""
    data = many(5, 320, "okx")
    killed, whole = rig(NOW, "killed"), rig(NOW, "whole")
    async with Twin(data, now=NOW, gzip=False) as twin:
        await whole.collect(twin, venues=frozenset(("okx",)))
        for served in (4, 10):
            twin.requests.clear()
            process = await _collect(killed, twin)
            while len(twin.requests) < served and process.returncode is None:
                await asyncio.sleep(0.002)
            if process.returncode is None:
                process.kill()
            await process.wait()
        process = await _collect(killed, twin)
        assert await process.wait() == 0
    whole.publish()
    killed.publish()
    expected, found = whole.figures(), killed.figures()
    for table, rows in expected.items():
        assert found[table] == rows, table
    doubled = killed.sql("SELECT venue, symbol, day FROM candle_history GROUP BY ALL HAVING count(*) > 1")
    assert doubled == []
    assert expected["candles"]


async def _collect(rig: Rig, twin: Twin) -> asyncio.subprocess.Process:
    endpoints = [part for name, url in twin.endpoints().items() for part in ("--endpoint", f"{name}={url}")]
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", COMMAND, "collect", "--venue", "okx", "--unpaced", *endpoints),
        env={**os.environ, "ORACLE_HOME": str(rig.home.path), "ORACLE_NOW": NOW.isoformat(), "PYTHONPATH": ROOT},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
