"""A collection that is killed loses nothing and doubles nothing."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from oracle.twin import Twin
from oracle.twin.invented import many
from tests.conftest import Rig
from tests.killing import forks

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)


async def test_killed_again_and_again_then_resumed(rig: Callable[..., Rig]) -> None:
    """kill -9 at several moments of a backfill, then resumed: the same published tables as without a kill."""
    data = many(5, 320, "okx")
    killed, whole = rig(NOW, "killed"), rig(NOW, "whole")
    async with Twin(data, now=NOW, gzip=False) as twin, forks(killed, *_words(twin)) as commands:
        await whole.collect(twin, venues=frozenset(("okx",)))
        statuses = []
        for served in (4, 10):
            twin.requests.clear()
            statuses.append(await commands.killed_once(partial(_served, twin, served)))
        assert statuses[0] < 0
        assert await commands.start()
        assert await commands.ended() == 0
    whole.publish()
    killed.publish()
    expected, found = whole.figures(), killed.figures()
    for table, rows in expected.items():
        assert found[table] == rows, table
    doubled = killed.sql("SELECT venue, symbol, day FROM candle_history GROUP BY ALL HAVING count(*) > 1")
    assert doubled == []
    assert expected["candles"]


def _served(twin: Twin, requests: int) -> bool:
    return len(twin.requests) >= requests


def _words(twin: Twin) -> list[str]:
    endpoints = [part for name, url in twin.endpoints().items() for part in ("--endpoint", f"{name}={url}")]
    return ["collect", "--venue", "okx", "--unpaced", *endpoints]
