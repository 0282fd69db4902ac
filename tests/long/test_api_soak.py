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
from tests.long.expected import LEDGER, bodies_of, seen_in
from tests.priced import NOW, priced

__all__ = ["priced"]

# Ten minutes of a busy tax engine at a steady 20 questions in a second, asked as fast as the machine answers.
REQUESTS = 10 * 60 * 20
CALLERS, VERSIONS, KILLS = 16, 9, 3
# Of a process: DuckDB and Arrow are 150 MB before the first question.
MOST_MEGABYTES = 600
# What a server answers whatever is published, and what such an answer holds.
ALWAYS = {
    "/healthz": b"alive",
    "/readyz": b"ready",
    "/metrics": b"oracle_api_requests_total",
    "/openapi.json": b'"openapi"',
    "/docs": b"swagger",
}
# Most questions of a tax engine are about a coin on a date; a version of the past is a hundred times the work of any.
SELDOM, LESS_OFTEN = 60, 5


class Expected:
    """What may be answered: out of either of the two contents, whole and from the one."""

    def __init__(self, files: list[Path], home: Home) -> None:
        bodies = [bodies_of(file, home) for file in files]
        self._bodies = {address: {each[address] for each in bodies} for address in bodies[0]}
        self._seen = [seen_in(file) for file in files]
        # Two contents that are told apart, or the digits would prove nothing.
        assert len(self._bodies[ASKED]) == len(files)
        self.addresses = (*self._bodies, *self._seen[0], *ALWAYS)

    def check(self, address: str, body: bytes) -> None:
        """Digit for digit what one of the files says."""
        if address in self._bodies:
            assert body in self._bodies[address], (address, body[:500])
        elif address in ALWAYS:
            assert ALWAYS[address] in body, (address, body[:500])
        else:
            assert any(each[address](body) for each in self._seen), (address, body[:500])


class Callers:
    """Ask all routes again and again, each caller on a connection of its own; a reset is asked again."""

    def __init__(self, told: Served, expected: Expected) -> None:
        self._told, self._expected, self.done = told, expected, asyncio.Event()
        self.answered: Counter[str] = Counter()
        self.resets = 0

    async def ask(self, number: int) -> None:
        """One caller, until told to stop."""
        chance = random.Random(number)  # noqa: S311 - the same in every run
        async with aiohttp.ClientSession() as session:
            while not self.done.is_set():
                address = chance.choice(self._expected.addresses)
                if not self._is_wanted(address, chance):
                    continue
                while not await self._once(session, address):
                    self.resets += 1
                self.answered[address] += 1

    def _is_wanted(self, address: str, chance: random.Random) -> bool:
        if "as_known_at" in address:
            return not chance.randrange(SELDOM)
        return address.startswith("/v1/quotations/BTC/") or not chance.randrange(LESS_OFTEN)

    async def _once(self, session: aiohttp.ClientSession, address: str) -> bool:
        how = ("POST", "/v1/quotations", LEDGER) if address == "POST" else ("GET", address, None)
        try:
            async with session.request(how[0], self._told.address + how[1], json=how[2]) as response:
                body = await response.read()
        except aiohttp.ClientConnectionError:
            return False
        except aiohttp.ClientPayloadError:  # the answer broke off
            return False
        assert response.status == 200, (address, response.status, body[:500])
        self._expected.check(address, body)
        return True


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="counts processes in /proc, here is none")
async def test_nothing_fails_but_what_a_killed_worker_had_in_hand(priced: Rig, tmp_path: Path) -> None:
    """Every other request is answered, with the file's own digits; workers come back; memory and files do not grow.

    Twelve thousand of them, while nine versions are published and three workers killed.
    """
    own, contents = Home(tmp_path / "own"), two_contents(priced.home, tmp_path)
    # The archive and what else answers rest on are those of the first home.
    own.path.mkdir()
    (own.path / "archive").symlink_to(priced.home.archive)
    publisher = Publisher.of(priced.home, own, NOW)
    publisher.put(contents[0])
    expected = Expected(contents, priced.home)
    async with served(own, tmp_path, "--workers", "2") as told:
        await told.logged('"event": "serving"', 2)
        callers = Callers(told, expected)
        async with asyncio.TaskGroup() as asking:
            for number in range(CALLERS):
                asking.create_task(callers.ask(number))
            for number in range(1, VERSIONS + 1):
                await asyncio.to_thread(publisher.put, contents[number % 2])
                if number % (VERSIONS // KILLS) == 2:
                    os.kill(chosen := random.Random(number).choice(sorted(told.workers())), signal.SIGKILL)  # noqa: S311
                    await told.logged(f'"process": {chosen}, "status": -9')
                while callers.answered.total() < number * REQUESTS // VERSIONS:
                    await asyncio.sleep(0.02)
            callers.done.set()
        assert callers.answered.total() >= REQUESTS
        assert set(callers.answered) == set(expected.addresses)
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
