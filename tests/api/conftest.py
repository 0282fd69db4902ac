"""A server over a published home in which two venues qualify, asked over real HTTP."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from oracle.api.connections import Connections
from oracle.api.serve import Serving, started
from oracle.settings import Home
from tests.conftest import Rig
from tests.priced import NOW, priced

__all__ = ["priced"]


@dataclass(frozen=True)
class Answered:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass
class Client:
    """Asks a running server."""

    address: str
    session: aiohttp.ClientSession
    home: Home

    runner: web.AppRunner | None = None

    @property
    def server(self) -> Connections:
        """The server's open connections."""
        assert self.runner
        assert isinstance(self.runner.server, Connections)
        return self.runner.server

    async def __call__(self, path: str | URL, method: str = "GET", **how: Any) -> Answered:
        """One request; an address that is whole is sent as it is written."""
        address = path if isinstance(path, URL) else self.address + path
        async with self.session.request(method, address, **how) as response:
            headers = {name.lower(): value for name, value in response.headers.items()}
            return Answered(response.status, headers, await response.read())


@asynccontextmanager
async def running(home: Home, now: datetime = NOW, **how: Any) -> AsyncIterator[Client]:
    """A server on a free port, stopped at the end."""
    runner, address = await started(home, Serving(port=0, **how), lambda: now)
    try:
        async with aiohttp.ClientSession() as session:
            yield Client(address, session, home, runner)
    finally:
        await runner.cleanup()


@pytest.fixture
def home(priced: Rig) -> Home:
    """Two venues qualify, a third does not; not to be written into."""
    return priced.home


@pytest.fixture
async def client(home: Home) -> AsyncIterator[Client]:
    """A server over the home, and who asks it."""
    async with running(home) as asking:
        yield asking
