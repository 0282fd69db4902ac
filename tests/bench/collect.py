"""Candles per second that a collection takes from the twin into archive and store, against fetching alone.

The baseline is bare aiohttp that fetches exactly the same pages from the same twin, as many at once, and only reads
the bodies. The twin runs in a process of its own. A first round warms up both and is not counted.
"""

import argparse
import asyncio
import cProfile
import multiprocessing
import resource
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from unittest.mock import patch

import aiohttp
import yarl
from common import costs, progress, show, spread, tidy_when_ended

from oracle.archive import Archive
from oracle.collect.context import Sources
from oracle.collect.plan import Wanted
from oracle.collect.run import collect
from oracle.collect.venue import IN_FLIGHT
from oracle.knowledge import knowledge
from oracle.settings import Home
from oracle.store.writer import Store
from oracle.terms import Observation, Reading
from oracle.twin import Twin
from oracle.twin.invented import MANY_UNTIL, many
from oracle.venues import VENUES

AIM = 0.5
NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)  # the day after the last day of `many` has closed


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asked for."""

    markets: int
    days: int
    venue: str
    repeat: int
    profile: bool
    top: int


@dataclass(frozen=True, slots=True)
class Collected:
    """One collection: its wall time, the CPU time of this process, what came of it and the pages it asked for."""

    seconds: float
    cpu: float
    candles: int
    archived_bytes: int
    urls: list[str]


class Quiet:
    """A watcher that shows nothing and stops at the first failure."""

    def started(self, source: str, markets: int) -> None: ...
    def page(self, source: str, rows: int) -> None: ...
    def market_done(self, source: str) -> None: ...
    def finished(self, source: str) -> None: ...

    def failed(self, source: str, subject: str, reason: str) -> None:
        """A run that lacks something is no measurement."""
        raise RuntimeError(f"{source} {subject}: {reason}")


def serve(options: Options, pipe: Connection) -> None:
    """The twin's process: sends its endpoints, serves until anything comes back."""

    async def run() -> None:
        async with Twin(many(options.markets, options.days, options.venue), now=NOW, gzip=False) as twin:
            pipe.send(twin.endpoints())
            await asyncio.to_thread(pipe.recv)

    asyncio.run(run())


@contextmanager
def twin_process(options: Options) -> Iterator[dict[str, str]]:
    """The endpoints of a twin in a process of its own."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=serve, args=(options, theirs), daemon=True)
    process.start()
    try:
        yield ours.recv()
        ours.send("stop")
        process.join(10)
    finally:
        process.terminate()


def collected(options: Options, endpoints: dict[str, str]) -> Collected:
    """One collection into a fresh home."""
    fiat = knowledge().assets.of_kind("fiat")
    with TemporaryDirectory() as folder:
        home = Home(Path(folder))
        wanted = Wanted(frozenset({options.venue}), since=MANY_UNTIL - timedelta(days=options.days - 1))
        with Store(home.store) as store:
            work = collect(
                Archive(home.archive),
                store,
                wanted,
                Sources(endpoints, paced=False),
                clock=lambda: NOW,
                watcher=Quiet(),
                fiat=fiat,
            )
            begun, cpu = time.perf_counter(), time.process_time()
            asyncio.run(work)
            seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
            ((candles,),) = store.connection.execute("SELECT count(*) FROM candles").fetchall()
            asked = store.connection.execute("SELECT url FROM observations WHERE kind = 'candles' ORDER BY rowid")
            urls = [url for (url,) in asked.fetchall()]
        size = sum(path.stat().st_size for path in home.archive.glob("*/*.parquet"))
    return Collected(seconds, cpu, candles, size, urls)


async def fetched(urls: list[str]) -> int:
    """The baseline: every address once, as many at once as a collection has under way; how many bytes came."""
    waiting, size = iter(urls), 0

    async def worker(session: aiohttp.ClientSession) -> None:
        nonlocal size
        for url in waiting:
            async with session.get(yarl.URL(url, encoded=True)) as answer:
                size += len(await answer.read())

    async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as group:
        for _ in range(IN_FLIGHT):
            group.create_task(worker(session))
    return size


def bare(urls: list[str]) -> tuple[float, int]:
    """Seconds and bytes of the baseline."""
    begun = time.perf_counter()
    size = asyncio.run(fetched(urls))
    return time.perf_counter() - begun, size


def measure(options: Options) -> None:
    """Rounds of both, one after the other, and the table."""
    runs: list[Collected] = []
    base: list[float] = []
    with twin_process(options) as endpoints:
        for number in range(options.repeat + 1):
            run = collected(options, endpoints)
            seconds, size = bare(run.urls)
            progress(
                f"{f'round {number}' if number else 'warm-up'}: {run.candles:,} candles, "
                f"collected in {run.seconds:.2f} s, only fetched in {seconds:.2f} s"
            )
            if number:
                runs.append(run)
                base.append(seconds)
        if options.profile:
            profiled(options, endpoints)
    candles, pages = runs[0].candles, len(runs[0].urls)
    ratio = median(base) / median(run.seconds for run in runs)
    print()
    show(
        f"collect: {options.venue}, {options.markets:,} markets x {options.days:,} days",
        [
            ("candles, pages", f"{candles:,}, {pages:,}"),
            ("bytes received, archived", f"{size / 2**20:,.1f} MiB, {runs[0].archived_bytes / 2**20:,.1f} MiB"),
            ("collected, s", spread([run.seconds for run in runs])),
            ("  CPU of this process, s", spread([run.cpu for run in runs])),
            ("only fetched, s", spread(base)),
            ("collected, candles/s", spread([candles / run.seconds for run in runs], ",.0f")),
            ("only fetched, candles/s", spread([candles / seconds for seconds in base], ",.0f")),
            ("peak memory of this process", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB"),
            ("RATIO collected / only fetched", f"{ratio:.2f}   aim >= {AIM}"),
        ],
    )


def profiled(options: Options, endpoints: dict[str, str]) -> None:
    """One more collection under cProfile: the event loop's thread, and those that write archive and store."""
    loop, archiving, storing = cProfile.Profile(), cProfile.Profile(), cProfile.Profile()
    append, record = Archive.append, Store.record

    def watched_append(self: Archive, observations: Iterable[Observation], now: datetime) -> str:
        return archiving.runcall(append, self, observations, now)

    def watched_record(
        self: Store, batch: str, observations: Sequence[Observation], readings: Sequence[Reading]
    ) -> None:
        storing.runcall(record, self, batch, observations, readings)

    with patch.object(Archive, "append", watched_append), patch.object(Store, "record", watched_record):
        run = loop.runcall(collected, options, endpoints)
    print(f"\nprofiled collection: {run.seconds:.2f} s (cProfile slows it down)")
    costs("event loop", loop, options.top)
    costs("archive (waits for the interpreter lock are counted where they happen)", archiving, options.top)
    costs("store (as above)", storing, options.top)


def main() -> None:
    """Parse and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--markets", type=int, default=350, help="markets of the venue (default %(default)s)")
    parser.add_argument("--days", type=int, default=3000, help="days of each market (default %(default)s)")
    parser.add_argument("--venue", choices=sorted(VENUES), default="binance", help="default %(default)s")
    parser.add_argument("--repeat", type=int, default=3, help="counted rounds (default %(default)s)")
    parser.add_argument("--profile", action="store_true", help="one more collection under cProfile")
    parser.add_argument("--top", type=int, default=25, help="functions shown of a profile (default %(default)s)")
    options = Options(**vars(parser.parse_args()))
    tidy_when_ended()
    measure(options)


if __name__ == "__main__":
    main()
