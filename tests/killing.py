"""Commands that may be killed at any moment, begun by a process that has imported everything already."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from tests.conftest import Rig

ROOT = Path(__file__).resolve().parents[1]


class Forks:
    """The process that has imported everything; runs one command at a time."""

    def __init__(self, process: asyncio.subprocess.Process, words: list[str]) -> None:
        self._process, self._words = process, words

    async def start(self, *more: str) -> int:
        """The pid of the command begun."""
        assert self._process.stdin is not None
        self._process.stdin.write((json.dumps([*self._words, *more]) + "\n").encode())
        return await self.ended()

    async def ended(self) -> int:
        """The exit status of the command."""
        assert self._process.stdout is not None
        return int(await self._process.stdout.readline())

    async def killed_once(self, has_come: Callable[[], bool], delay: float = 0, more: Sequence[str] = ()) -> int:
        """The exit status of the command begun now and killed `delay` seconds after the moment, unless it had ended."""
        pid = await self.start(*more)
        ended = asyncio.create_task(self.ended())
        while not has_come() and not ended.done():
            await asyncio.sleep(0.001)
        await asyncio.wait((ended,), timeout=delay)
        if not ended.done():
            with suppress(ProcessLookupError):  # it has ended by itself this very moment
                os.kill(pid, signal.SIGKILL)
        return await ended


@asynccontextmanager
async def forks(rig: Rig, *words: str) -> AsyncIterator[Forks]:
    """Commands that begin with `words`, in the home and at the instant of the rig."""
    environment = {"ORACLE_HOME": str(rig.home.path), "ORACLE_NOW": rig.now.isoformat(), "PYTHONPATH": str(ROOT)}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(Path(__file__).with_name("forks.py"))),
        env={**os.environ, **environment},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield Forks(process, list(words))
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()
