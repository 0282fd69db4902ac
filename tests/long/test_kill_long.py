"""kill -9 at fifty random moments of a backfill loses nothing and doubles nothing."""

import asyncio
import json
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from oracle.archive import Archive
from oracle.twin import Twin, TwinData
from oracle.twin.invented import many
from tests.conftest import Rig

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]
KILLS = 50
DAYS = 800
MARKETS = {"okx": 3, "htx": 2, "binance": 3}


class Forks:
    """The process that has imported everything; runs one command at a time."""

    def __init__(self, process: asyncio.subprocess.Process, words: list[str]) -> None:
        self._process, self._words = process, words

    async def start(self, *more: str) -> int:
        """The pid of the command begun."""
        assert self._process.stdin is not None
        self._process.stdin.write((json.dumps([*self._words, *more]) + "\n").encode())
        return await self.ended()

    async def ended(self) -> int:
        """The exit status of the command."""
        assert self._process.stdout is not None
        return int(await self._process.stdout.readline())


@asynccontextmanager
async def _forks(rig: Rig, twin: Twin) -> AsyncIterator[Forks]:
    endpoints = [part for name, url in twin.endpoints().items() for part in ("--endpoint", f"{name}={url}")]
    venues = [part for name in MARKETS for part in ("--venue", name)]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(Path(__file__).with_name("forks.py"))),
        env={**os.environ, "ORACLE_HOME": str(rig.home.path), "ORACLE_NOW": NOW.isoformat(), "PYTHONPATH": str(ROOT)},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield Forks(process, ["collect", *venues, "--unpaced", *endpoints])
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()


class Moments:
    """Draws what each kill waits for: requests served, batches archived, a version being written, or only time."""

    def __init__(self, rig: Rig, twin: Twin, chance: random.Random) -> None:
        self._rig, self._twin, self._chance = rig, twin, chance

    def draw(self) -> tuple[str, Callable[[], bool], float]:
        """The kind of moment, whether it has come, and the seconds that pass between it and the kill."""
        chance, home = self._chance, self._rig.home
        kind = chance.choice(("requests", "archive", "publishing", "time"))
        if kind == "requests":
            served = len(self._twin.requests) + chance.randint(1, 12)
            return kind, lambda: len(self._twin.requests) >= served, chance.uniform(0, 0.03)
        if kind == "archive":
            batches = len(_files(home.archive)) + chance.randint(1, 4)
            return kind, lambda: len(_files(home.archive)) >= batches, chance.uniform(0, 0.03)
        if kind == "publishing":
            present = _files(home.published)
            return kind, lambda: _files(home.published) != present, chance.uniform(0, 0.15)
        return kind, lambda: True, chance.uniform(0, 0.8)


def _files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


async def _killed(forks: Forks, moments: Moments, since: str) -> str:
    """Run the command and kill it at a moment; the kind of moment, empty if it ended before."""
    kind, has_come, delay = moments.draw()
    pid = await forks.start("--since", since)
    ended = asyncio.create_task(forks.ended())
    while not has_come() and not ended.done():
        await asyncio.sleep(0.001)
    await asyncio.wait((ended,), timeout=delay)
    if not ended.done():
        with suppress(ProcessLookupError):  # it has ended by itself this very moment
            os.kill(pid, signal.SIGKILL)
    status = await ended
    assert status in (0, -signal.SIGKILL), status
    return kind if status else ""


def served() -> TwinData:
    """Three venues: one that publishes soon, one whose day opens elsewhere, one of many pages."""
    parts = {name: many(markets, DAYS, name) for name, markets in MARKETS.items()}
    return TwinData({name: part.markets[name] for name, part in parts.items()}, parts["okx"].rates, demo=True)


async def test_fifty_kills_lose_nothing_and_double_nothing(rig: Callable[..., Rig]) -> None:
    """Killed in requests, archiving, recording and publishing, then left alone: the tables of an undisturbed home.

    After each kill the published file answers, and what the archive has acknowledged before is there.
    """
    chance = random.Random(282)  # noqa: S311 - the same draws in every run
    killed, whole = rig(NOW, "killed"), rig(NOW, "whole")
    archive = Archive(killed.home.archive)
    kills: Counter[str] = Counter()
    acknowledged: set[str] = set()
    shown = step = 0
    async with Twin(served(), now=NOW, gzip=False) as twin, _forks(killed, twin) as forks:
        moments = Moments(killed, twin, chance)
        while kills.total() < KILLS:
            # The backfill reaches further back by and by, so that each part of it ends in publishing.
            step += 1
            since = NOW.date() - timedelta(days=min(DAYS, 20 + step * 8))
            if kind := await _killed(forks, moments, str(since)):
                kills[kind] += 1
            batches = set(archive.batches())
            assert acknowledged <= batches
            acknowledged = batches
            if killed.home.current.exists():
                ((candles,),) = killed.sql("SELECT count(*) FROM candles")
                assert candles >= shown
                shown = candles
                assert killed.ask("C0001", "2026-06-28").quotations
        pid = await forks.start()
        assert pid
        assert await forks.ended() == 0
        await whole.collect(twin)
    whole.publish()
    expected, found = whole.figures(), killed.figures()
    for table, rows in expected.items():
        assert found[table] == rows, table
    assert min(kills[kind] for kind in ("requests", "archive", "publishing", "time")) >= KILLS // 10, kills
    assert killed.sql("SELECT venue, symbol, day FROM candle_history GROUP BY ALL HAVING count(*) > 1") == []
    pages = "SELECT source, subject, first_day, last_day FROM observations WHERE kind = 'candles' AND outcome = 'ok'"
    assert killed.sql(f"{pages} GROUP BY ALL HAVING count(*) > 1") == []
    recorded = dict(killed.stored("SELECT batch, count(*) FROM observations GROUP BY batch"))
    assert recorded == {name: len(archive.read(name)) for name in archive.batches()}
    assert acknowledged <= set(recorded)
