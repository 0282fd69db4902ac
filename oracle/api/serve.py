"""`oracle serve`: one process that answers on an address, or several that share it, until told to stop."""

import asyncio
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

import structlog
from aiohttp import web
from yarl import URL

from oracle.api.app import application
from oracle.api.connections import Runner
from oracle.api.service import Limits, Service
from oracle.api.tokens import Tokens
from oracle.api.tuning import tune
from oracle.api.version import Current
from oracle.days import Clock
from oracle.errors import HomeError, QuestionError
from oracle.operate.logs import configure_logs
from oracle.settings import Home

STOP_SECONDS = 8.0
_BACKLOG = 1024


@dataclass(frozen=True, slots=True)
class Serving:
    """How to serve: where, for whom, with how many processes."""

    host: str = "127.0.0.1"
    port: int = 8282
    workers: int = 1
    tokens: Path | None = None
    cors: tuple[str, ...] = ()
    access_log: bool = False
    hosts: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    public_url: str | None = None

    def checked(self) -> "Serving":
        """These; QuestionError for an address that others reach without a token."""
        if not _is_loopback(self.host) and self.tokens is None:
            raise QuestionError(
                f"{self.host} is reached from other machines: name a file of tokens (--tokens, or tokens "
                "in [api]), or stay on 127.0.0.1"
            )
        return self


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def serve(home: Home, serving: Serving, clock: Clock) -> None:
    """Answer until SIGTERM or SIGINT: then what is under way is finished, for a few seconds at most."""
    configure_logs()
    serving.checked()
    if serving.workers > 1:
        from oracle.api.workers import run

        run(home, serving)
    else:
        run_one(home, serving, clock, announce)


def announce(address: str) -> None:
    """Tell whoever started the program where it answers."""
    sys.stdout.write(f"serving on {address}\n")
    sys.stdout.flush()


def run_one(home: Home, serving: Serving, clock: Clock, told: Callable[[str], None] = lambda _: None) -> None:
    """One process that serves, until SIGTERM or SIGINT; `told` is given its address."""
    tune()
    work = _run_one(home, serving, clock, told)
    try:
        import uvloop
    except ImportError:  # Windows
        asyncio.run(work)
    else:
        uvloop.run(work)


async def _run_one(home: Home, serving: Serving, clock: Clock, told: Callable[[str], None]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if parent := multiprocessing.parent_process():
        # Killed without a word, the process that started this one leaves nobody behind at the port.
        loop.add_reader(parent.sentinel, stop.set)
    # Without tokens the signal has nothing to renew, and by itself it would end the process.
    loop.add_signal_handler(signal.SIGHUP, lambda: None)
    runner, address = await started(home, serving, clock)
    structlog.get_logger().info("serving", address=address, home=str(home.path), process=os.getpid())
    told(address)
    await stop.wait()
    await runner.cleanup()
    structlog.get_logger().info("stopped", process=os.getpid())


async def started(home: Home, serving: Serving, clock: Clock) -> tuple[web.AppRunner, str]:
    """A server that answers, and its address; HomeError if the port is taken."""
    tokens = Tokens(serving.tokens) if serving.tokens else None
    # A token is no name's secret: with tokens any name may lead here, unless names were said.
    hosts = tuple(each.lower() for each in serving.hosts)
    named = hosts if hosts or tokens is None else None
    if named is not None and serving.public_url:
        named = (*named, (URL(serving.public_url).host or "").lower())
    current = Current(home.published, serving.limits.heavy_at_once)
    service = Service(home, clock, current, serving.limits, serving.cors, serving.access_log, named, serving.public_url)
    if tokens:
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, tokens.renew)
    app = application(service, tokens.guard if tokens else None)
    runner = Runner(app, service, STOP_SECONDS)
    await runner.setup()
    site = web.TCPSite(runner, serving.host, serving.port, backlog=_BACKLOG, reuse_port=serving.workers != 1 or None)
    try:
        await site.start()
    except OSError as error:
        await runner.cleanup()
        raise HomeError(
            f"cannot serve on {serving.host}:{serving.port}: {error.strerror}; choose another with --port"
        ) from error
    host, port = runner.addresses[0][:2]
    return runner, f"http://{f'[{host}]' if ':' in host else host}:{port}"
