"""What benchmarks of a collection share: a twin in a process of its own, the instant, and runs of one venue."""

import asyncio
import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

from oracle.archive import Archive
from oracle.collect.context import Context, Sources
from oracle.collect.plan import Wanted
from oracle.collect.record import Recorder
from oracle.collect.run import run_venue
from oracle.store.writer import Store
from oracle.twin import Twin
from oracle.twin.invented import MANY_UNTIL, many

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)  # the day after the last day of `many` has closed


@dataclass(slots=True)
class Quiet:
    """A watcher that shows nothing and stops at the first failure; it notes when the first page was due."""

    began: float = 0.0
    pages: int = 0
    rows: int = 0

    def started(self, source: str, markets: int) -> None:  # noqa: ARG002 - the watcher's own names
        self.began = time.perf_counter()

    def page(self, source: str, rows: int) -> None:  # noqa: ARG002
        self.pages += 1
        self.rows += rows

    def market_done(self, source: str) -> None: ...
    def finished(self, source: str) -> None: ...

    def failed(self, source: str, subject: str, reason: str) -> None:
        """A run that lacks something is no measurement."""
        raise RuntimeError(f"{source} {subject}: {reason}")


def _serve(venue: str, markets: int, days: int, pipe: Connection) -> None:
    """The twin's process: sends its endpoints, serves until anything comes back."""

    async def run() -> None:
        async with Twin(many(markets, days, venue), now=NOW, gzip=False) as twin:
            pipe.send(twin.endpoints())
            await asyncio.to_thread(pipe.recv)

    asyncio.run(run())


@contextmanager
def twin_process(venue: str, markets: int, days: int) -> Iterator[dict[str, str]]:
    """The endpoints of a twin in a process of its own that serves so many markets of one venue up to `MANY_UNTIL`."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=_serve, args=(venue, markets, days, theirs), daemon=True)
    process.start()
    try:
        yield ours.recv()
        ours.send("stop")
        process.join(10)
    finally:
        process.terminate()


@dataclass(slots=True)
class Venue:
    """One venue of a twin, collected unpaced into the archive and the store of one home, as the schedule does it."""

    name: str
    endpoints: dict[str, str]
    folder: Path
    watcher: Quiet = field(default_factory=Quiet)

    def run(self, first: date, last: date = MANY_UNTIL, *, now: datetime = NOW) -> float:
        """Collect the days; seconds from the market list on until the last row is in the store."""
        self.watcher = watcher = Quiet()
        with Store(self.folder / "store.duckdb") as store:
            store.settle()
            asyncio.run(self._run(store, Wanted(frozenset({self.name}), since=first, until=last), now))
            return time.perf_counter() - watcher.began

    async def _run(self, store: Store, wanted: Wanted, now: datetime) -> None:
        keep = Recorder(Archive(self.folder / "archive"), store, lambda: now)
        sources = Sources(self.endpoints, paced=False)
        await run_venue(Context(store, keep, wanted, sources, lambda: now, self.watcher, frozenset()), self.name)


def days_before(count: int) -> date:
    """The day so many days before the last of the twin."""
    return MANY_UNTIL - timedelta(days=count)
