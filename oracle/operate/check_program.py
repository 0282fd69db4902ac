"""The doctor on the program itself: pinned ccxt, time zones, and a 22-digit price through every reader and back."""

import asyncio
import tempfile
import zoneinfo
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from importlib import metadata
from pathlib import Path

import duckdb

from oracle.archive import Archive
from oracle.collect.context import Sources
from oracle.collect.plan import Wanted
from oracle.collect.run import collect
from oracle.days import DAY, Clock, last_closed
from oracle.errors import OracleError
from oracle.numbers import exact, plain
from oracle.operate.check import Check, failed, ok
from oracle.store.writer import Store
from oracle.twin import Row, Twin, TwinData, TwinMarket
from oracle.venues import VENUES

DISTRIBUTION = "market-quotation-oracle"
# More digits than a double holds (17), and all the decimals that the store has.
LITERAL = "1234.567890123456789012"
_QUOTES = {"coinbase": "USD", "kraken": "USD", "upbit": "KRW"}
_INSTALL = "install the locked dependencies: sh deploy/install"


def examine_program(clock: Clock) -> Iterator[Check]:
    """What does not depend on the home."""
    yield _ccxt()
    yield _zones()
    yield from _exactness(clock())


def _ccxt() -> Check:
    found = metadata.version("ccxt")
    wanted = next((each for each in metadata.requires(DISTRIBUTION) or () if each.startswith("ccxt==")), "")
    if f"ccxt=={found}" != wanted:
        return failed("ccxt version", f"{found}, this program was tested with {wanted or 'an unknown one'}", _INSTALL)
    return ok("ccxt version", f"{found}, as pinned")


def _zones() -> Check:
    try:
        # The way from Moscow's clock to an instant, as the rates' polls go it.
        at = datetime(2026, 1, 9, 11, tzinfo=zoneinfo.ZoneInfo("Europe/Moscow"))
    except zoneinfo.ZoneInfoNotFoundError as error:
        return failed("time zones", str(error), _INSTALL)
    if at.utcoffset() != timedelta(hours=3):
        return failed("time zones", f"Moscow is {at.utcoffset()} ahead of UTC, expected 3 h", _INSTALL)
    return ok("time zones", "Europe/Moscow is known")


class _Silent:
    def __init__(self) -> None:
        self.failures: dict[str, str] = {}

    def started(self, source: str, markets: int) -> None: ...
    def page(self, source: str, rows: int) -> None: ...
    def market_done(self, source: str) -> None: ...
    def finished(self, source: str) -> None: ...

    def failed(self, source: str, subject: str, reason: str) -> None:
        self.failures[source] = f"{subject}: {reason}"


def _exactness(now: datetime) -> Iterator[Check]:
    """The whole way: a stand-in of each venue on 127.0.0.1, the real client, reader and store, and the digits again."""
    with tempfile.TemporaryDirectory(prefix="oracle-doctor-") as folder:
        try:
            failures = asyncio.run(_collected(Path(folder), now))
        except (OracleError, OSError) as error:
            yield failed("exactness", f"the test could not run: {error}", "mend what it names")
            return
        with duckdb.connect(str(Path(folder) / "store.duckdb"), read_only=True) as store:
            rows = store.execute("SELECT venue, close, close_literal, turnover_low FROM candles").fetchall()
    good = {venue for venue, close, text, low in rows if {plain(close), text, plain(low)} == {LITERAL}}
    for venue in [name for name in VENUES if name in _stand_ins()]:
        name = f"exactness {venue}"
        if venue in good:
            yield ok(name, f"{LITERAL} came through to the last digit")
        else:
            came = next((text for each, _, text, _ in rows if each == venue), failures.get(venue, "nothing"))
            yield failed(name, f"{LITERAL} came through as {came}", "do not use this version; tell its makers")


def _stand_ins() -> frozenset[str]:
    return frozenset(Twin(TwinData({}, {}, demo=True), now=datetime.max.replace(tzinfo=UTC)).endpoints())


async def _collected(folder: Path, now: datetime) -> dict[str, str]:
    watcher = _Silent()
    venues = frozenset(VENUES) & _stand_ins()
    days = {venue: last_closed(now, VENUES[venue].opens, DAY) for venue in venues}
    markets = {
        venue: (TwinMarket("BTC", _QUOTES.get(venue, "USDT"), (_row(days[venue]),)),) for venue in sorted(venues)
    }
    oldest = min(days.values())
    async with Twin(TwinData(markets, {}, demo=True), now=now, gzip=False) as twin:
        with Store(folder / "store.duckdb") as store:
            sources = Sources(twin.endpoints(), paced=False)
            wanted = Wanted(venues, since=oldest, until=max(days.values()))
            archive = Archive(folder / "archive")
            await collect(archive, store, wanted, sources, clock=lambda: now, watcher=watcher, fiat=frozenset())
    return watcher.failures


def _row(day: date) -> Row:
    """One deal of one coin: every price and the turnover are the literal."""
    turnover = plain(exact(LITERAL))
    return Row(day, LITERAL, LITERAL, LITERAL, LITERAL, "1", turnover, 1, LITERAL)
