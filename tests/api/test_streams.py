"""Answers in pieces: how long one may take, what it holds meanwhile, and that a part is never taken for the whole."""

import asyncio
import json
from collections.abc import Iterator

import aiohttp
import pytest

from oracle.api import batch
from oracle.api.service import Limits
from oracle.settings import Home
from tests.api.conftest import Client, running
from tests.api.raw import Pair, wire

ROWS = json.dumps(
    [{"coin": "BTC", "date": "2026-03-10", "quantity": "1", "reference": f"{at}"} for at in range(20_000)]
)
RANGE = "/v1/quotations/BTC?from=2026-03-01&to=2026-03-10"
# One at a time, and nobody may wait for it: who comes meanwhile is told at once.
LIMITS = Limits(heavy_at_once=1, heavy_waiting=0, stream_seconds=0.6)


def _asked(version: str, kind: str) -> bytes:
    lines = [
        f"POST /v1/quotations HTTP/{version}",
        "Host: localhost",
        "Content-Type: application/json",
        f"Accept: {kind}",
        f"Content-Length: {len(ROWS)}",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n" + ROWS).encode()


async def _slowly(pair: Pair, found: bytearray) -> bool:
    """Read some thousand bytes now and then until the connection ends; whether it was reset."""
    reader, _ = pair
    try:
        while part := await reader.read(8192):
            found += part
            await asyncio.sleep(0.01)
    except ConnectionError:
        return True
    return False


async def _begun(client: Client, pair: Pair, sent: bytes, found: bytearray) -> "asyncio.Task[bool]":
    reader, writer = pair
    writer.write(sent)
    found += await reader.readuntil(b"\r\n\r\n")
    assert b" 200 OK" in found
    assert client.server.connections
    return asyncio.create_task(_slowly(pair, found))


@pytest.mark.parametrize(
    ("kind", "version"), [("application/json", "1.1"), ("text/csv", "1.1"), ("application/x-ndjson", "1.0")]
)
async def test_a_slow_reader_is_cut_off_and_knows_it(home: Home, kind: str, version: str) -> None:
    """Its time is over: a reset, no last chunk, no end of the document; its place is free for the next one."""
    found = bytearray()
    async with running(home, limits=LIMITS) as client, wire(client, 16_384) as pair:
        reading = await _begun(client, pair, _asked(version, kind), found)
        # As long as the stream is being sent, it holds the only place.
        busy = await client(RANGE)
        assert (busy.status, busy.json["type"]) == (429, "/problems/too-many-requests")
        async with asyncio.timeout(20):
            assert await reading
            while (await client(RANGE)).status != 200:
                await asyncio.sleep(0.01)
    head, _, body = bytes(found).partition(b"\r\n\r\n")
    assert (b"chunked" in head) == (version == "1.1")
    assert b"Content-Length" not in head
    assert 0 < len(body) < len(ROWS) * 20
    assert not body.endswith(b"0\r\n\r\n")
    if kind == "application/json":
        assert b"]" not in body


async def test_who_leaves_gives_the_place_back(home: Home) -> None:
    """In the middle of a stream: the next one is answered."""
    async with running(home, limits=Limits(heavy_at_once=1, heavy_waiting=0)) as client:
        async with wire(client) as (reader, writer):
            writer.write(_asked("1.1", "text/csv"))
            await reader.readuntil(b"\r\n\r\n")
            assert (await client(RANGE)).status == 429
            writer.transport.abort()
        async with asyncio.timeout(20):
            while (await client(RANGE)).status != 200:
                await asyncio.sleep(0.01)


async def test_a_failure_in_the_middle_is_no_end(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake of ours after the first piece: the caller's reader fails, the server goes on."""

    def broken(*_: object) -> Iterator[bytes]:
        yield b"[" + b"1," * 1000
        raise RuntimeError("a mistake")

    monkeypatch.setattr(batch, "pieces", broken)
    async with running(home, limits=Limits(heavy_at_once=1, heavy_waiting=0)) as client:
        for _ in range(2):
            with pytest.raises(aiohttp.ClientError):
                await client(RANGE)
        assert (await client("/healthz")).status == 200


async def test_a_question_by_head_has_the_head_alone(client: Client) -> None:
    """The headers of the stream and none of it; the connection can be used again."""
    found = await client("/v1/quotations/BTC?from=2022-12-01&to=2026-03-10", "HEAD")
    assert (found.status, found.body) == (200, b"")
    assert (await client("/healthz")).status == 200
