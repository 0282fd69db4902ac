"""Two small proxies on 127.0.0.1, an HTTP and a SOCKS5 one, that pass requests on and remember what went through."""

import asyncio
import base64
import contextlib
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import yarl

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Proxy:
    """Where it listens, the user and password that it wants, and the heads or targets that went through."""

    port: int = 0
    password: str = ""
    seen: list[str] = field(default_factory=list)


@contextlib.asynccontextmanager
async def _listening(proxy: Proxy, handler: Handler) -> AsyncIterator[Proxy]:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await handler(reader, writer)
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()


def http_proxy(password: str = "") -> contextlib.AbstractAsyncContextManager[Proxy]:
    """Passes on GETs with a whole address in the first line, one a connection; finds no host behind a CONNECT."""
    proxy = Proxy(password=password)
    wanted = f"Proxy-Authorization: Basic {base64.b64encode(password.encode()).decode()}"

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        if password and wanted not in head:
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
            return
        proxy.seen.append(head)
        if head.startswith("CONNECT"):
            writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
            return
        url = yarl.URL(head.split(" ", 2)[1], encoded=True)
        upstream_reader, upstream = await asyncio.open_connection(url.host, url.port)
        kept = [line for line in head.split("\r\n")[1:-2] if not line.lower().startswith(("proxy-", "connection:"))]
        first = f"GET {url.raw_path_qs} HTTP/1.1"
        upstream.write("\r\n".join([first, *kept, "Connection: close", "", ""]).encode())
        await _pour(upstream_reader, writer)
        upstream.close()

    return _listening(proxy, handler)


def socks_proxy(password: str = "") -> contextlib.AbstractAsyncContextManager[Proxy]:
    """Passes on connections to addresses and names; `password` is "user:password"."""
    proxy = Proxy(password=password)

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, count = await reader.readexactly(2)
        methods = await reader.readexactly(count)
        method = 2 if password else 0
        if method not in methods:
            writer.write(b"\x05\xff")
            return
        writer.write(bytes((5, method)))
        if password and not await _knows(reader, writer, password):
            return
        host, port = await _target(reader)
        proxy.seen.append(f"{host}:{port}")
        try:
            upstream_reader, upstream = await asyncio.open_connection(host, port)
        except OSError:
            writer.write(b"\x05\x05\x00\x01\x00\x00\x00\x00\x00\x00")  # connection refused
            return
        writer.write(b"\x05\x00\x00\x01\x7f\x00\x00\x01" + struct.pack(">H", port))
        await asyncio.gather(_pour(upstream_reader, writer), _pour_and_close(reader, upstream))

    return _listening(proxy, handler)


async def _pour_and_close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await _pour(reader, writer)
    writer.close()


async def _knows(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, password: str) -> bool:
    _, length = await reader.readexactly(2)
    user = await reader.readexactly(length)
    secret = await reader.readexactly((await reader.readexactly(1))[0])
    right = f"{user.decode()}:{secret.decode()}" == password
    writer.write(b"\x01\x00" if right else b"\x01\x01")
    await writer.drain()
    return right


async def _target(reader: asyncio.StreamReader) -> tuple[str, int]:
    _, _, _, kind = await reader.readexactly(4)
    if kind == 1:
        host = ".".join(str(each) for each in await reader.readexactly(4))
    else:
        host = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
    (port,) = struct.unpack(">H", await reader.readexactly(2))
    return host, port
