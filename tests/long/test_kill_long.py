"""kill -9 at fifty random moments of a backfill loses nothing and doubles nothing."""

import random
import signal
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from oracle.archive import Archive
from oracle.twin import Twin, TwinData
from oracle.twin.invented import many
from tests.conftest import Rig
from tests.killing import Forks, forks

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
KILLS = 50
DAYS = 800
MARKETS = {"okx": 3, "htx": 2, "binance": 3}


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


def _words(twin: Twin) -> list[str]:
    endpoints = [part for name, url in twin.endpoints().items() for part in ("--endpoint", f"{name}={url}")]
    venues = [part for name in MARKETS for part in ("--venue", name)]
    return ["collect", *venues, "--unpaced", *endpoints]


async def _killed(commands: Forks, moments: Moments, since: str) -> str:
    """Run the command and kill it at a moment; the kind of moment, empty if it ended before."""
    kind, has_come, delay = moments.draw()
    status = await commands.killed_once(has_come, delay, ("--since", since))
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
    async with Twin(served(), now=NOW, gzip=False) as twin, forks(killed, *_words(twin)) as commands:
        moments = Moments(killed, twin, chance)
        while kills.total() < KILLS:
            # The backfill reaches further back by and by, so that each part of it ends in publishing.
            step += 1
            since = NOW.date() - timedelta(days=min(DAYS, 20 + step * 8))
            if kind := await _killed(commands, moments, str(since)):
                kills[kind] += 1
            batches = set(archive.batches())
            assert acknowledged <= batches
            acknowledged = batches
            if killed.home.current.exists():
                ((candles,),) = killed.sql("SELECT count(*) FROM candles")
                assert candles >= shown
                shown = candles
                assert killed.ask("C0001", "2026-06-28").quotations
        pid = await commands.start()
        assert pid
        assert await commands.ended() == 0
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
