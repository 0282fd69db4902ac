"""The HTTP API under everything at once: all routes asked, versions published, workers killed, memory watched."""

import asyncio
import os
import random
import signal
from collections import Counter
from contextlib import suppress
from pathlib import Path

import aiohttp
import pytest

from oracle.settings import Home
from tests.api.served import Served, served
from tests.api.versions import ASKED, Publisher, two_contents
from tests.conftest import Rig
from tests.priced import NOW, priced

__all__ = ["priced"]

CALLERS, VERSIONS, KILLS = 8, 9, 3
# Of a process: DuckDB and Arrow are 150 MB before the first question.
MOST_MEGABYTES = 600
LEDGER = {"rows": [{"coin": "BTC", "date": f"2026-03-{day:02}", "quantity": "0.5"} for day in range(1, 11)] * 20}
ROUTES = (
    ASKED,
    f"{ASKED}.csv",
    f"{ASKED}?lang=ru&choose=lowest",
    "/v1/quotations/USDT/2026-03-10?rulebook=tax-code-per-coin",
    "/v1/quotations/BTC?from=2026-01-01&to=2026-03-10",
    "/v1/quotations/BTC.parquet?from=2026-01-01&to=2026-03-10",
    "/v1/quotations/BTC?at=2026-03-10T22:30:00%2B03:00",
    "/v1/quotations/BTC/2026-03-10?as_known_at=2026-03-14T09:26:00Z",
    "/v1/coins",
    "/v1/coins/BTC",
    "/v1/venues",
    "/v1/venues/binance/days?from=2026-01-01&to=2026-03-10",
    "/v1/official-rates/USD/2026-03-10",
    "/v1/official-rates/USD?from=2026-01-01&to=2026-03-10",
    "/v1/rulebooks",
    "/v1/rulebooks/tax-code",
    "/v1/dataset",
    "/cbr/XML_daily.asp?date_req=10/03/2026",
    "/cbr/XML_dynamic.asp?date_req1=01/03/2026&date_req2=10/03/2026&VAL_NM_RQ=C-BTC",
    "/cbr/XML_val.asp",
    "/healthz",
    "/readyz",
    "/metrics",
    "/openapi.json",
    "/docs",
    "POST",
)


class Callers:
    """Ask all routes again and again, each caller on a connection of its own; a reset is asked again."""

    def __init__(self, told: Served) -> None:
        self._told, self.done = told, asyncio.Event()
        self.answered: Counter[str] = Counter()
        self.resets = 0

    async def ask(self, number: int) -> None:
        """One caller, until told to stop."""
        chance = random.Random(number)  # noqa: S311 - the same in every run
        async with aiohttp.ClientSession() as session:
            while not self.done.is_set():
                route = chance.choice(ROUTES)
                extra = f"?quantity={chance.randrange(1, 10**6)}" if route == ASKED else ""
                while not await self._once(session, route, extra):
                    self.resets += 1
                self.answered[route] += 1

    async def _once(self, session: aiohttp.ClientSession, route: str, extra: str) -> bool:
        how = ("POST", "/v1/quotations", LEDGER) if route == "POST" else ("GET", route + extra, None)
        try:
            async with session.request(how[0], self._told.address + how[1], json=how[2]) as response:
                body = await response.read()
        except aiohttp.ClientConnectionError:
            return False
        except aiohttp.ClientPayloadError:  # the answer broke off
            return False
        assert response.status == 200, (route, response.status, body[:500])
        if route == ASKED:
            assert (b"version-100011.55" in body) == (b'"8010925.155"' in body)
        return True


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="counts processes in /proc, here is none")
async def test_nothing_fails_but_what_a_killed_worker_had_in_hand(priced: Rig, tmp_path: Path) -> None:
    """Every other request is answered with 200; workers come back; neither memory nor open files grow."""
    own, contents = Home(tmp_path / "own"), two_contents(priced.home, tmp_path)
    # The archive and what else answers rest on are those of the first home.
    own.path.mkdir()
    (own.path / "archive").symlink_to(priced.home.archive)
    publisher = Publisher.of(priced.home, own, NOW)
    publisher.put(contents[0])
    async with served(own, tmp_path, "--workers", "2") as told:
        await told.logged('"event": "serving"', 2)
        callers = Callers(told)
        async with asyncio.TaskGroup() as asking:
            for number in range(CALLERS):
                asking.create_task(callers.ask(number))
            for number in range(1, VERSIONS + 1):
                await asyncio.to_thread(publisher.put, contents[number % 2])
                if number % (VERSIONS // KILLS) == 2:
                    os.kill(chosen := random.Random(number).choice(sorted(told.workers())), signal.SIGKILL)  # noqa: S311
                    await told.logged(f'"process": {chosen}, "status": -9')
                before = callers.answered.total()
                while callers.answered.total() < before + 45:
                    await asyncio.sleep(0.02)
            callers.done.set()
        assert set(callers.answered) == set(ROUTES)
        # A worker's connections and those that wait to be taken by it: two for each caller at the very most.
        assert callers.resets <= KILLS * CALLERS * 2
        await told.logged('"event": "serving"', 2 + KILLS)
        for worker in told.workers():
            assert _megabytes(worker) < MOST_MEGABYTES, _megabytes(worker)
        async with asyncio.timeout(20):
            while any(_files(worker, own.published) > 1 for worker in told.workers()):
                await asyncio.sleep(0.05)
        assert await told.stopped() == 0
        log = told.log.read_text()
        assert "Traceback" not in log
        assert '"mistake"' not in log


def _megabytes(process: int) -> int:
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) // 1024
    return 0


def _files(process: int, folder: Path) -> int:
    found = 0
    for each in Path(f"/proc/{process}/fd").iterdir():
        with suppress(OSError):
            found += str(each.readlink()).startswith(str(folder))
    return found
