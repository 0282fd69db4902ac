"""`oracle serve` as processes: several share an address, one that dies comes back, nobody is left behind."""

import asyncio
import os
import re
import signal
import socket
from contextlib import suppress
from pathlib import Path

import aiohttp
import pytest

from oracle.api.tokens import add
from oracle.settings import Home
from tests.api.served import WAIT, Served, served, started

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="counts processes in /proc, here is none")
ASKED = "/v1/venues"


async def _answers(told: Served, path: str = "/healthz") -> None:
    async with asyncio.timeout(WAIT):
        while True:
            with suppress(aiohttp.ClientError):
                if (await told.get(path))[0] == 200:
                    return
            await asyncio.sleep(0.05)


async def test_two_workers_one_killed_then_all_stopped(home: Home, tmp_path: Path) -> None:
    """Both answer, their figures add up, one that is killed is started again, SIGTERM ends all with status 0."""
    async with served(home, tmp_path, "--workers", "2") as told:
        await told.logged('"event": "serving"', 2)
        before = told.workers()
        assert len(before) == 2
        assert {(await told.get(ASKED))[0] for _ in range(40)} == {200}
        figures = (await told.get("/metrics"))[1].decode()
        (counted,) = re.findall(r'oracle_api_requests_total\{address="/v1/venues",status="200"\} ([0-9.]+)', figures)
        assert float(counted) == 40
        killed = min(before)
        os.kill(killed, signal.SIGKILL)
        await told.logged('"event": "serving"', 3)
        assert len(told.workers()) == 2
        assert killed not in told.workers()
        await _answers(told, ASKED)
        after = told.workers()
        assert await told.stopped() == 0
        assert not [each for each in after if Path(f"/proc/{each}").exists()]
        assert "Traceback" not in told.log.read_text()


async def test_killed_without_a_word_it_leaves_nobody_at_the_port(home: Home, tmp_path: Path) -> None:
    """kill -9 of the process that was started ends its workers too, and the port is free for the next one."""
    async with served(home, tmp_path, "--workers", "2") as told:
        await told.logged('"event": "serving"', 2)
        left = told.workers()
        told.process.kill()
        await told.process.wait()
        async with asyncio.timeout(WAIT):
            while any(Path(f"/proc/{each}").exists() for each in left):
                await asyncio.sleep(0.02)
        port = int(told.address.rpartition(":")[2])
        with socket.socket() as again:
            again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            again.bind(("127.0.0.1", port))


async def test_tokens_are_read_again_on_sighup_and_a_taken_port_is_told(home: Home, tmp_path: Path) -> None:
    """A new token counts from SIGHUP on; a broken file changes nothing. A second server at the port: status 1."""
    file = tmp_path / "tokens"
    first = add(file, "first")
    async with served(home, tmp_path, "--tokens", str(file)) as told:
        assert [(await told.get(ASKED, token))[0] for token in ("", first)] == [401, 200]
        second = add(file, "second")
        assert (await told.get(ASKED, second))[0] == 401
        told.process.send_signal(signal.SIGHUP)
        await told.logged("tokens renewed")
        assert (await told.get(ASKED, second))[0] == 200
        file.write_text("broken")
        told.process.send_signal(signal.SIGHUP)
        await told.logged("tokens not renewed")
        assert (await told.get(ASKED, first))[0] == 200
        other = await started(home, "--port", told.address.rpartition(":")[2])
        _, errors = await asyncio.wait_for(other.communicate(), WAIT)
        assert other.returncode == 1
        assert "choose another with --port" in errors.decode()
        assert "Traceback" not in errors.decode()
        assert await told.stopped() == 0
        log = told.log.read_text()
        assert first not in log
        assert second not in log
