"""What many tests need: a rig that collects from a twin into a home, the shared material, no waiting between tries."""

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pytest
import stamina
import structlog
from hypothesis import settings

from oracle.answer import Answer
from oracle.archive import Archive
from oracle.ask import Question, ask
from oracle.collect.context import Outcome, Sources
from oracle.collect.plan import Wanted
from oracle.collect.run import collect
from oracle.knowledge import knowledge
from oracle.publish import Published, publish
from oracle.settings import Home
from oracle.store.reads import Reads
from oracle.store.writer import Store
from oracle.twin import Twin, TwinData

# The same examples in every run; tests/long looks for new ones.
settings.register_profile("house", derandomize=True, deadline=None)
settings.load_profile("house")

# Some environments forbid compiled modules beside the sources; the forty commands that tests start need not compile
# the program forty times.
if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
    sys.pycache_prefix = str(Path(__file__).resolve().parents[1] / ".pytest_cache" / "compiled")
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix
    sys.dont_write_bytecode = False

# Their tests wait for other processes: begun last, they would keep one core waiting for the other.
WAITING = ("test_up.py", "test_readme.py", "test_collector.py", "test_kill.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that wait come first, the others in their order."""
    items.sort(key=lambda item: (*WAITING, item.path.name).index(item.path.name))


KNOWN = knowledge()
SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real candles, rates and recorded answers; tests that need it are skipped where it is absent."""
    if not (SHARED / "data").is_dir():
        pytest.skip("the shared test material lies not beside the project")
    return SHARED


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    """Retries happen, but at once; the log goes where it goes by default, not into a closed file of another test."""
    structlog.reset_defaults()
    stamina.instrumentation.set_on_retry_hooks([])
    stamina.set_testing(True, attempts=5, cap=True)
    yield
    stamina.set_testing(False)
    structlog.reset_defaults()


class Quiet:
    """A watcher that shows nothing and remembers failures."""

    def __init__(self) -> None:
        self.failures: list[tuple[str, str, str]] = []

    def started(self, source: str, markets: int) -> None: ...
    def page(self, source: str, rows: int) -> None: ...
    def market_done(self, source: str) -> None: ...
    def finished(self, source: str) -> None: ...

    def failed(self, source: str, subject: str, reason: str) -> None:
        """Remember."""
        self.failures.append((source, subject, reason))


@dataclass
class Rig:
    """A home and a clock; collects from a twin, publishes, asks."""

    home: Home
    now: datetime
    watcher: Quiet = field(default_factory=Quiet)

    async def collect(self, twin: Twin, **wish: Any) -> Outcome:
        """One collection run from the twin, as fast as it answers unless `sources` among the wishes say otherwise."""
        sources = wish.pop("sources", None) or Sources(twin.endpoints(), paced=False, timeout=5)
        with Store(self.home.store) as store:
            return await collect(
                Archive(self.home.archive),
                store,
                Wanted(**wish),
                sources,
                clock=lambda: self.now,
                watcher=self.watcher,
                fiat=KNOWN.assets.of_kind("fiat"),
            )

    async def collect_all(self, data: TwinData, **wish: Any) -> Outcome:
        """One collection run from a fresh twin that serves `data`."""
        async with Twin(data, now=self.now, gzip=False) as twin:
            return await self.collect(twin, **wish)

    def publish(self) -> Published:
        """Publish what was collected."""
        with Store(self.home.store) as store:
            return publish(store, self.home.published, KNOWN, self.now)

    def ask(self, coin: str, day: str, **how: Any) -> Answer:
        """The answer out of the published file."""
        with Reads(self.home.current) as reads:
            return ask(reads, Question(coin, date.fromisoformat(day), **how), self.now)

    def sql(self, query: str) -> list[Any]:
        """Rows of the published file."""
        (rows,) = _asked(self.home.current, query)
        return rows

    def stored(self, query: str) -> list[Any]:
        """Rows of the working store."""
        (rows,) = _asked(self.home.store, query)
        return rows

    def figures(self) -> dict[str, list[Any]]:
        """The published tables without what tells when and by which response something was seen."""
        return dict(zip(_FIGURES, _asked(self.home.current, *_FIGURES.values()), strict=True))


_FIGURES = {
    "candles": "SELECT * EXCLUDE (observation, known_from) FROM candles ORDER BY ALL",
    "markets": "SELECT * EXCLUDE (observation, first_seen, last_seen) FROM markets ORDER BY ALL",
    "rates": "SELECT * EXCLUDE (observation) FROM rates_in_force ORDER BY ALL",
    "values": "FROM ruble_values ORDER BY ALL",
    "venue_days": "FROM venue_days ORDER BY ALL",
    "verdicts": "FROM verdicts ORDER BY ALL",
    "coverage": "FROM coverage ORDER BY ALL",
    "quotations": "SELECT * EXCLUDE (observation) FROM quotations ORDER BY ALL",
}


class Ran(NamedTuple):
    """What a command left with and printed."""

    status: int
    out: str
    err: str


Run = Callable[..., Ran]


def ran(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str | Path) -> Ran:
    """`oracle` with these words, in this process."""
    from oracle import cli

    monkeypatch.setattr("sys.argv", ["oracle", *map(str, words)])
    capsys.readouterr()
    status = 0
    try:
        cli.main()
    except SystemExit as left:
        status = int(left.code or 0)
    return Ran(status, *capsys.readouterr())


@cache
def _asker() -> duckdb.DuckDBPyConnection:
    """One database of the process for all questions: starting one costs far more than attaching a small file."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET threads = 1")
    return connection


def _asked(path: Path, *queries: str) -> list[list[Any]]:
    """The rows of each query; a file is attached once for all of them."""
    connection = _asker()
    quoted = str(path).replace("'", "''")
    connection.execute(f"ATTACH '{quoted}' AS asked (READ_ONLY)")
    try:
        connection.execute("USE asked")
        return [connection.execute(query).fetchall() for query in queries]
    finally:
        connection.execute("USE memory")
        connection.execute("DETACH asked")


@pytest.fixture
def rig(tmp_path: Path) -> Callable[..., Rig]:
    """A maker of rigs, each with a home of its own."""

    def make(now: datetime = datetime(2026, 3, 14, 9, 26, tzinfo=UTC), name: str = "home") -> Rig:
        return Rig(Home(tmp_path / name).usable(), now)

    return make
