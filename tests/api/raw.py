"""Bytes to a server as they are written, and what comes back until it closes."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

from tests.api.conftest import Client

Pair = tuple[asyncio.StreamReader, asyncio.StreamWriter]
WAIT = 20


@asynccontextmanager
async def wire(client: Client, window: int | None = None) -> AsyncIterator[Pair]:
    """A connection to the server, closed at the end; `window`: how many bytes the network takes for a slow reader."""
    parts = urlsplit(client.address)
    held = socket.socket()
    if window:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
    held.setblocking(False)
    await asyncio.get_running_loop().sock_connect(held, (parts.hostname, parts.port))
    reader, writer = await asyncio.open_connection(sock=held)
    try:
        yield reader, writer
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def said(client: Client, sent: bytes, *, ends: bool = True) -> bytes:
    """All that comes back for these bytes; `ends`: nothing more is sent after them."""
    async with wire(client) as (reader, writer):
        with suppress(ConnectionError):
            writer.write(sent)
            await writer.drain()
            if ends:
                writer.write_eof()
        return await until_closed(reader)


async def until_closed(reader: asyncio.StreamReader) -> bytes:
    """Whatever comes until the server closes; a reset ends it too."""
    found = b""
    async with asyncio.timeout(WAIT):
        with suppress(ConnectionError):
            while part := await reader.read(65536):
                found += part
    return found


def status(found: bytes) -> int:
    """The status of an answer."""
    return int(found.split(b" ", 2)[1])
