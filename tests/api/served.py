"""The command `oracle serve` as a process, with its address, its log and its children."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from oracle.settings import Home
from tests.priced import NOW

ROOT = str(Path(__file__).resolve().parents[2])
COMMAND = "from oracle.cli import main; main()"
WAIT = 30


@dataclass
class Served:
    """A running `oracle serve`."""

    process: asyncio.subprocess.Process
    address: str
    log: Path

    async def get(self, path: str = "/healthz", token: str = "") -> tuple[int, bytes]:
        """One request on a connection of its own: any worker may get it."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with aiohttp.ClientSession() as session, session.get(self.address + path, headers=headers) as response:
            return response.status, await response.read()

    def workers(self) -> set[int]:
        """The processes that answer now."""
        return {child for child in children(self.process.pid) if b"spawn_main" in command_of(child)}

    async def logged(self, words: str, times: int = 1) -> None:
        """Wait until the log has the words so often."""
        async with asyncio.timeout(WAIT):
            while self.log.read_text().count(words) < times:
                await asyncio.sleep(0.02)

    async def stopped(self) -> int:
        """SIGTERM, and the status that it ends with."""
        self.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(WAIT):
            return await self.process.wait()


@asynccontextmanager
async def served(home: Home, folder: Path, *words: str) -> AsyncIterator[Served]:
    """`oracle serve --port 0` with these words; nothing of it is left at the end."""
    log = folder / "serve.log"
    with log.open("wb") as errors:
        process = await started(home, *words, errors=errors.fileno())
    assert process.stdout
    try:
        line = (await asyncio.wait_for(process.stdout.readline(), WAIT)).decode()
        assert line.startswith("serving on "), log.read_text()
        yield Served(process, line.split()[-1], log)
    finally:
        for each in (*children(process.pid), process.pid):
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        await process.wait()


async def started(home: Home, *words: str, errors: int = asyncio.subprocess.PIPE) -> asyncio.subprocess.Process:
    """The process."""
    port = () if "--port" in words else ("--port", "0")
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", COMMAND, "serve", *port, *words),
        env={**os.environ, "ORACLE_HOME": str(home.path), "ORACLE_NOW": NOW.isoformat(), "PYTHONPATH": ROOT},
        stdout=asyncio.subprocess.PIPE,
        stderr=errors,
    )


def children(parent: int) -> set[int]:
    """Processes that a process has started."""
    found = set()
    for task in Path(f"/proc/{parent}/task").glob("*/children"):
        with suppress(OSError):
            found |= {int(word) for word in task.read_text().split()}
    return found


def command_of(process: int) -> bytes:
    """Its command line; empty when it is gone."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""
