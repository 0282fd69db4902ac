"""Whatever a stranger sends is answered with a problem or a closed connection, and the next one is answered."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from urllib.parse import quote

import pytest
from yarl import URL

from oracle.api.connections import Connection
from oracle.api.route import TABLE
from oracle.api.service import Limits
from oracle.settings import Home
from tests.api.conftest import Client, running
from tests.api.raw import said, status, until_closed, wire

LIMITS = Limits(body_bytes=100_000, body_seconds=0.3, head_seconds=0.3, send_seconds=0.3, linger_seconds=0.1)
HOST = b"Host: 127.0.0.1\r\n"
ASK = b"GET /healthz HTTP/1.1\r\n" + HOST
SOAP = b"POST /DailyInfoWebServ/DailyInfo.asmx HTTP/1.1\r\n" + HOST


@pytest.fixture
async def client(home: Home) -> AsyncIterator[Client]:
    """A server with little patience; whatever happened, it answers at the end."""
    async with running(home, limits=LIMITS) as asking:
        yield asking
        assert (await asking("/healthz")).status == 200


NOT_HTTP = {
    "nothing of HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 200 + b"\r\n\r\n",
    "words": b"hello\r\n\r\n",
    "HTTP/9": b"GET /healthz HTTP/9.9\r\n" + HOST + b"\r\n",
    "no version": b"GET /healthz\r\n" + HOST + b"\r\n",
    "a header without a colon": ASK + b"nonsense\r\n\r\n",
    "a header with a null": ASK + b"X-A: a\x00b\r\n\r\n",
    "a header name with a space": ASK + b"X A: b\r\n\r\n",
    "a null in the path": b"GET /v1/\x00 HTTP/1.1\r\n" + HOST + b"\r\n",
    "two lengths": b"POST /v1/x HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    "a length that is none": b"POST /v1/x HTTP/1.1\r\n" + HOST + b"Content-Length: -1\r\n\r\n",
    "length and chunks": b"POST /v1/x HTTP/1.1\r\n"
    + HOST
    + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a long line": b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
    "a long header": ASK + b"X-A: " + b"a" * 20_000 + b"\r\n\r\n",
    "many headers": ASK + b"".join(b"X-%d: a\r\n" % number for number in range(200)) + b"\r\n",
    "no host": b"GET /healthz HTTP/1.1\r\n\r\n",
    "two hosts": ASK + b"Host: localhost\r\n\r\n",
    "an unknown expectation": ASK + b"Expect: wonders\r\n\r\n",
}


@pytest.mark.parametrize("sent", NOT_HTTP.values(), ids=NOT_HTTP.keys())
async def test_what_is_no_request_is_a_problem(client: Client, sent: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    """400 and a document, no page and no traceback, neither for the caller nor in the log; the connection ends."""
    found = await said(client, sent, ends=False)
    head, _, body = found.partition(b"\r\n\r\n")
    assert status(found) == 400, found
    assert b"application/problem+json" in head
    assert json.loads(body)["type"] == "/problems/malformed"
    assert b"Traceback" not in found
    assert "Traceback" not in "".join(capfd.readouterr())


async def test_half_a_request_is_let_go(client: Client) -> None:
    """Who leaves in the middle of a head gets nothing, in the middle of a body at most a problem."""
    assert await said(client, b"GET /heal") == b""
    found = await said(client, SOAP + b"Content-Length: 9\r\n\r\nab")
    assert found == b"" or status(found) == 400


@pytest.mark.parametrize("begun", [b"", b"G", ASK, ASK + b"X-A: b"])
async def test_a_head_that_does_not_come_is_not_waited_for(client: Client, begun: bytes) -> None:
    """Slow loris: the time is for the whole head, and every further byte is no more time."""
    async with wire(client) as (reader, writer):
        writer.write(begun)
        sending = asyncio.create_task(_dribble(writer)) if begun.endswith(b"b") else None
        found = await until_closed(reader)
        if sending:
            sending.cancel()
    assert (status(found), b"Connection: close" in found) == (408, True)
    assert b"/problems/too-slow" in found


async def _dribble(writer: asyncio.StreamWriter) -> None:
    for _ in range(1000):
        writer.write(b"x")
        await asyncio.sleep(0.02)


async def test_a_second_head_must_come_too(client: Client) -> None:
    """A connection that was answered once has no more time for its second request."""
    async with wire(client) as (reader, writer):
        writer.write(ASK + b"\r\n")
        assert b"200 OK" in await reader.readuntil(b"\r\n\r\n")
        writer.write(b"GET /he")
        assert b" 408 " in await until_closed(reader)


async def test_a_body_that_does_not_come_is_not_waited_for(client: Client) -> None:
    """408, before the request takes any of the few places of the heavy ones."""
    found = await said(client, SOAP + b"Content-Length: 9\r\n\r\nab", ends=False)
    assert status(found) == 408
    assert b"/problems/too-slow" in found


async def test_an_answer_that_is_not_taken_is_not_kept(home: Home) -> None:
    """Who asks for much and reads nothing loses the connection; nothing of the server is held for it."""
    asked = b"GET /docs/swagger-ui-bundle.js HTTP/1.1\r\n" + HOST + b"\r\n"
    async with running(home, limits=LIMITS) as client, wire(client) as (reader, writer):
        writer.write(asked * 20)
        # Its window is smaller than twenty times a megabyte and a half.
        while client.server.connections:
            await asyncio.sleep(0.02)
        assert (await client("/healthz")).status == 200
        assert len(await until_closed(reader)) < 20_000_000


async def test_too_many_connections_are_refused_but_idle_ones_make_room(home: Home) -> None:
    """One that waits goes for the newcomer; if all are in the middle of a request: 503 with Retry-After."""
    limits = Limits(connections=2, head_seconds=30)
    async with running(home, limits=limits) as client, wire(client) as first, wire(client) as second:
        for _, writer in (first, second):
            writer.write(ASK + b"\r\n")
        for reader, _ in (first, second):
            await reader.readuntil(b'alive"}')
        async with wire(client) as (reader, writer):
            writer.write(ASK)
            assert await until_closed(first[0]) == b""
            second[1].write(ASK)
            while any(isinstance(each, Connection) and each.is_idle for each in client.server.connections):
                await asyncio.sleep(0.01)
            refused = await said(client, ASK + b"\r\n")
            assert (status(refused), b"Retry-After: 2" in refused) == (503, True)
            writer.write(b"\r\n")
            assert b"200 OK" in await reader.readuntil(b"\r\n\r\n")


async def test_too_large_bodies_are_refused(client: Client) -> None:
    """413, by what the head says at once, else when the limit is reached; a bomb counts by what comes out of it."""
    address = "/DailyInfoWebServ/DailyInfo.asmx"
    plain, bomb = b"a" * 200_000, gzip.compress(b"a" * 5_000_000)
    assert len(bomb) < LIMITS.body_bytes

    async def chunked() -> AsyncIterator[bytes]:
        for at in range(0, len(plain), 10_000):
            yield plain[at : at + 10_000]

    found = [
        await client(address, "POST", data=plain),
        await client(address, "POST", data=chunked()),
        await client(address, "POST", data=bomb, headers={"Content-Encoding": "gzip"}),
    ]
    assert [(each.status, each.json["type"]) for each in found] == [(413, "/problems/too-large")] * 3
    broken = await client(address, "POST", data=b"no gzip", headers={"Content-Encoding": "gzip"})
    assert (broken.status, broken.json["type"]) == (400, "/problems/malformed")
    said_only = await said(client, SOAP + b"Content-Length: 99999999999\r\n\r\n", ends=False)
    assert status(said_only) == 413


PATHS = (
    "/v1/%2e%2e/%2e%2e/etc/passwd",
    "/v1/../../etc/passwd",
    "/docs/..%2f..%2fopenapi.py",
    "/docs/%2e%2e",
    "/docs/swagger-ui.css%00.png",
    "//etc/passwd",
    "/v1//coins",
    "/v1/coins/%00",
    "/v1/coins/..%2f..%2fstore.duckdb",
    "/v1/coins/%0d%0aX-Evil:%201",
    "/v1/coins/" + "a" * 5000,
    "/v1/coins?search=" + "a" * 5000,
    "/v1/coins?limit=" + "9" * 400,
    "/v1/observations/..%2f..%2foracle.toml",
    "/v1/observations/" + "0" * 64,
    "/problems/%2e%2e",
    "/%ff%fe",
    "/v1/coins/%ff",
    "/v1/coins/%F0%9F%92%B0",
    "/v1/coins?search=%ff&limit=%00",
    "/v1/rulebooks/..%2ftax-code.toml",
    "/v1/venues/binance/days?from=2026-01-01&to=2026-01-02&sql=drop",
    "/v1/venues/binance'%20or%201=1--/days?from=2026-01-01&to=2026-01-02",
    "/v1/quotations/BTC/2026-03-10?policy=..%2f..%2foracle",
    "/v1/quotations/BTC/2026-03-10?policy=" + "%D0%91" * 60,
    "/v1/quotations/BTC/2026-03-10?venue=okx%0aforged",
    "/v1/quotations/BTC/2026-03-10?quantity=1e999999999",
    "/v1/quotations/BTC/2026-03-10?quantity=NaN",
    "/v1/quotations/BTC/2026-03-10?as_known_at=2026-03-10",
    "/v1/quotations/BTC/2026-03-10?as_known_at=0001-01-01T00:00:00%2B23:59",
    "/v1/official-rates/USD';--/2026-03-10",
    "/v1/official-rates/USD?from=0001-01-01&to=9999-12-31",
    "/v1/official-rates/USD?from=2026-03-10&to=2026-03-01",
    "/cbr/XML_daily.asp?rulebook=%0d%0aX-Evil:1",
    "/cbr/XML_daily.asp?choose=..",
)


async def test_tricks_with_addresses_lead_nowhere(client: Client) -> None:
    """No file, no statement and no header is made of what stands in an address; each is a problem of the caller."""
    for path in PATHS:
        found = await client(URL(client.address + path, encoded=True))
        assert 400 <= found.status < 500, (path, found)
        assert found.headers["content-type"] == "application/problem+json", path
        assert "x-evil" not in found.headers
        assert str(client.home.path) not in found.body.decode(), path


COINS = (
    "БТЦ",
    "💰",
    "\u202eCTB",
    "ВТС",
    "btc\u200b",
    "ＢＴＣ",
    "İ",
    "ß",
    "Ǆ",
    "\u0301",
    "%",
    "_",
    "'",
    '"',
    "\\",
    "*",
    "B T C",
)
DATES = (
    *("2025-02-30", "9999-12-31", "-1", "0001-01-01", "0000-00-00", "2025-03-14 ", " 2025-03-14", "２０２５-０３-１４"),
    *(
        "2025-3-14",
        "20250314",
        "2025-W11-5",
        "2025-03-14T00:00:00Z",
        "14.03.2025",
        "10000-01-01",
        "٢٠٢٥-٠٣-١٤",
        "today",
    ),
)


async def test_names_and_dates_of_all_kinds_are_problems(client: Client) -> None:
    """Letters that look like others, signs of nothing, days that are none: never a figure, never a failure of ours."""
    asked = [f"/v1/quotations/{quote(coin, safe='')}/2026-03-10" for coin in COINS]
    asked += [f"/v1/coins/{quote(coin, safe='')}" for coin in COINS]
    asked += [f"/v1/quotations/BTC/{quote(day, safe='')}" for day in DATES]
    asked += [f"/v1/official-rates/USD/{quote(day, safe='')}" for day in DATES]
    for path in asked:
        found = await client(URL(client.address + path, encoded=True))
        assert 400 <= found.status < 500, (path, found)
        assert found.headers["content-type"] == "application/problem+json", path
        assert found.json["detail"].isprintable(), path


async def test_every_address_has_a_head(client: Client) -> None:
    """HEAD answers with the status and the length of GET, and without its body."""
    for each in TABLE:
        if each.method == "GET" and "{" not in each.address:
            got, head = await client(each.address), await client(each.address, "HEAD")
            assert (head.status, head.body) == (got.status, b"")
            if each.address != "/metrics":
                assert head.headers["content-length"] == got.headers["content-length"], each.address
