"""The collector: sources are published as they finish, and recording and publishing do not disturb each other."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from oracle.archive import Archive
from oracle.collect.context import Sources
from oracle.collect.plan import Wanted
from oracle.collect.record import catch_up
from oracle.collector import Collector
from oracle.errors import HomeError
from oracle.publish import Published, publish
from oracle.publisher import Publisher
from oracle.store.writer import Store
from oracle.twin import Fault, Twin
from oracle.twin.invented import invented
from tests.conftest import KNOWN, Quiet, Rig

NOW = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)
DAYS = 12


@asynccontextmanager
async def _collector(rig: Rig, twin: Twin) -> AsyncIterator[Collector]:
    sources = Sources(twin.endpoints(), paced=False)
    async with Collector(rig.home, sources, lambda: NOW, Quiet(), "a test") as collector:
        yield collector


def _venues(rig: Rig) -> set[str]:
    with suppress(duckdb.Error):
        return {name for (name,) in rig.sql("SELECT DISTINCT venue FROM quotations WHERE rub IS NOT NULL")}
    return set()


@pytest.mark.parametrize("path", ["AssetPairs", "OHLC"])
async def test_a_stalled_venue_keeps_no_other_waiting(rig: Callable[..., Rig], path: str) -> None:
    """Kraken never answers, with its list or with its candles: Binance's closes in rubles are published meanwhile."""
    home = rig(NOW)
    fault = Fault("kraken", "slow", path=path, times=None, seconds=3600)
    async with Twin(invented(NOW, days=DAYS), now=NOW, faults=[fault], gzip=False) as twin:
        async with _collector(home, twin) as collector:
            wish = Wanted(frozenset(("binance", "kraken")), since=NOW.date() - timedelta(days=DAYS))
            task = asyncio.create_task(collector.collect(wish))
            while "binance" not in _venues(home):
                assert not task.done()
                await asyncio.sleep(0.02)
            assert not task.done()
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        assert _venues(home) == {"binance"}


async def test_venues_of_one_collector_run_at_the_same_time(rig: Callable[..., Rig]) -> None:
    """Two runs and the rates beside each other over one store bring what one run of both brings."""
    both, single = rig(NOW, "both"), rig(NOW, "single")
    names = frozenset(("okx", "htx"))
    async with Twin(invented(NOW, days=DAYS), now=NOW, gzip=False) as twin:
        async with _collector(both, twin) as collector:
            outcomes = await asyncio.gather(*(collector.venue(name) for name in names))
            assert collector.lacks_rates(names)
            await collector.rates(names)
            assert not collector.lacks_rates(names)
            assert await collector.publisher.now()
        await single.collect(twin, venues=names)
    single.publish()
    assert all(not outcome.failures for outcome in outcomes)
    expected, found = single.figures(), both.figures()
    for table in ("candles", "markets", "values", "venue_days", "quotations"):
        assert found[table] == expected[table], table


async def test_a_market_list_of_this_week_is_not_asked_for_again(rig: Callable[..., Rig]) -> None:
    """The venue's daily run asks for its list once a week; a wish for a market that is not on it asks at once."""
    home = rig(NOW)
    async with Twin(invented(NOW, days=DAYS), now=NOW, gzip=False) as twin:
        clock = NOW
        async with Collector(
            home.home, Sources(twin.endpoints(), paced=False), lambda: clock, Quiet(), "a test"
        ) as collector:
            asked = []
            for day in range(9):
                clock = twin.now = NOW + timedelta(days=day)
                twin.requests.clear()
                await collector.venue("okx")
                asked.append(sum("instruments" in each.path for each in twin.requests))
    assert asked == [1, 0, 0, 0, 0, 0, 0, 1, 0]


async def test_recording_and_publishing_do_not_disturb_each_other(rig: Callable[..., Rig]) -> None:
    """While batches go in on one thread, every version published on another holds whole batches and their own hash."""
    source, target = rig(NOW, "source"), rig(NOW, "target")
    async with Twin(invented(NOW, days=DAYS), now=NOW, gzip=False) as twin:
        for name in ("okx", "bybit", "bitget", "coinbase", "upbit", "htx"):
            await source.collect(twin, venues=frozenset((name,)))
    archive = Archive(source.home.archive)
    seen: list[tuple[int, str]] = []
    with Store(target.home.store) as store:
        recorder = threading.Thread(target=catch_up, args=(archive, store))
        recorder.start()
        while recorder.is_alive() or not seen:
            published = publish(store, target.home.published, KNOWN, NOW + timedelta(seconds=len(seen)))
            ((batches, observations),) = target.sql("SELECT count(DISTINCT batch), count(*) FROM observations")
            names = {name for (name,) in target.sql("SELECT DISTINCT batch FROM observations")}
            assert names == set(archive.batches()[:batches])
            assert observations == sum(len(archive.read(name)) for name in names)
            seen.append((batches, published.manifest["content"]))
        recorder.join()
        publish(store, target.home.published, KNOWN, NOW)
    assert target.figures() == _published(source)
    assert len({content for _, content in seen}) == len({batches for batches, _ in seen})


def _published(rig: Rig) -> dict[str, list[object]]:
    rig.publish()
    return rig.figures()


async def test_many_wishes_are_one_publication_and_a_late_one_another(tmp_path: Path) -> None:
    """Never two at once; what is wished for during a publication is granted by the next."""
    at_once, most, made = 0, 0, 0
    going = threading.Event()

    def make() -> Published:
        nonlocal at_once, most, made
        at_once, made = at_once + 1, made + 1
        most = max(most, at_once)
        going.wait()
        at_once -= 1
        return Published(tmp_path, {}, new=True)

    publisher = Publisher(make)
    for _ in range(5):
        publisher.wish()
    first = asyncio.create_task(publisher.now())
    while not made:
        await asyncio.sleep(0.001)
    for _ in range(5):
        publisher.wish()
    going.set()
    await first
    await publisher.now()
    await publisher.close()
    assert (most, made) == (1, 3)


async def test_a_full_disk_is_told_once_and_mended(rig: Callable[..., Rig]) -> None:
    """A batch that cannot be written is an error of the run with the way out; after it the next run brings all."""
    home = rig(NOW)
    names = frozenset(("okx", "htx"))
    wish = Wanted(names, coins=frozenset(("BTC",)))
    async with (
        Twin(invented(NOW, days=DAYS), now=NOW, gzip=False) as twin,
        _collector(home, twin) as collector,
    ):
        home.home.archive.write_text("a file where a folder should be")
        with pytest.raises(HomeError, match="free space or choose another --home"):
            await collector.collect(wish)
        home.home.archive.unlink()
        outcome = await collector.collect(wish)
        assert outcome.failures == {}
        await collector.publisher.now()
    assert {(date(2026, 3, 12),)} <= set(home.sql("SELECT day FROM quotations WHERE coin = 'BTC'"))
