"""One HTTP GET with the bytes as received: no redirect followed, no error hidden, a limit on size and time."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache

import aiohttp
import certifi
import yarl

from oracle.days import Clock
from oracle.errors import SourceChangedError, SourceRefusedError, SourceUnreachableError

# The largest honest answer is Binance's market list, 14 MB.
BODY_LIMIT = 128 * 2**20
_KEPT_HEADERS = frozenset(
    {"date", "content-type", "content-encoding", "retry-after", "location", "server", "x-oracle-twin", "etag"}
)

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Response:
    """What came back: `body` after content decoding; headers that matter, names in lower case."""

    url: str
    status: int
    headers: Headers
    body: bytes
    asked_at: datetime
    received_at: datetime


def header(headers: Headers, name: str) -> str | None:
    """The first value of a kept header."""
    return next((value for key, value in headers if key == name), None)


def server_time(headers: Headers) -> datetime | None:
    """The server's own clock by its Date header, if it sent a readable one."""
    try:
        return parsedate_to_datetime(header(headers, "date") or "").astimezone(UTC)
    except ValueError:
        return None


def open_session(endpoint: str | None) -> aiohttp.ClientSession:
    """A session for one source. An endpoint of the user's is asked directly, whatever proxy the environment names."""
    connector = aiohttp.TCPConnector(limit=64, ssl=_encryption())
    return aiohttp.ClientSession(connector=connector, trust_env=endpoint is None)


@cache
def _encryption() -> ssl.SSLContext:
    """One for all sessions: reading the certificates takes 40 ms."""
    return ssl.create_default_context(cafile=certifi.where())


async def get(
    session: aiohttp.ClientSession, url: str, *, clock: Clock, timeout: float, headers: Mapping[str, str] | None = None
) -> Response:
    """GET `url`; SourceUnreachableError unless a whole answer came, of whatever status."""
    asked_at = clock()
    try:
        async with session.get(
            yarl.URL(url, encoded=True),
            headers=headers,
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=timeout),
        ) as answer:
            body = await _limited(answer)
    except TimeoutError as error:
        raise SourceUnreachableError(f"no whole answer within {timeout:g} s") from error
    except (aiohttp.ClientError, OSError) as error:
        raise SourceUnreachableError(f"no whole answer: {type(error).__name__}: {str(error)[:200]}") from error
    kept = tuple((name.lower(), value) for name, value in answer.headers.items() if _kept(name.lower()))
    return Response(url, answer.status, kept, body, asked_at, clock())


def _kept(name: str) -> bool:
    return name in _KEPT_HEADERS or name.startswith(("x-mbx-", "x-ratelimit", "ratelimit"))


async def _limited(answer: aiohttp.ClientResponse) -> bytes:
    chunks: list[bytes] = []
    size = 0
    async for chunk in answer.content.iter_any():
        size += len(chunk)
        if size > BODY_LIMIT:
            raise SourceUnreachableError(f"the answer is larger than {BODY_LIMIT >> 20} MB and was not read")
        chunks.append(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def check(response: Response, *, markup: bool) -> None:
    """Raise unless the answer is a success in the expected format; `markup` says that XML is expected, else JSON.

    The status and the body's first byte decide, not the content type: some venues answer a challenge page with 200.
    """
    status, wish = response.status, _retry_after(response)
    if status in (301, 302, 303, 307, 308):
        target = header(response.headers, "location") or "nowhere"
        raise SourceRefusedError(f"redirected to {target[:120]!r}: a challenge, not an answer; use another endpoint")
    if status == 451:  # noqa: PLR2004 - the status is its own name
        raise SourceRefusedError("451: refuses this region; use a proxy or a mirror (--endpoint)")
    if status == 403:  # noqa: PLR2004
        raise SourceRefusedError("403: a firewall or a region block; use a proxy or a mirror (--endpoint)")
    if status == 418:  # noqa: PLR2004
        raise SourceRefusedError(f"418: this address is banned{f' for {wish:g} s' if wish else ''}; wait, then resume")
    if status == 429:  # noqa: PLR2004
        raise SourceUnreachableError("429: asked too often", wish)
    if status >= 500:  # noqa: PLR2004
        raise SourceUnreachableError(f"{status}: the source is in trouble", wish)
    if status >= 400:  # noqa: PLR2004
        raise SourceChangedError(f"{status}: the source does not take this request: {response.body[:160]!r}")
    start = response.body[:64].lstrip()
    if start[:1] == b"<" and not (markup and start[:5] == b"<?xml"):
        raise SourceUnreachableError(f"{status} with an HTML page instead of an answer")


def _retry_after(response: Response) -> float | None:
    text = header(response.headers, "retry-after") or ""
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - response.received_at).total_seconds())
    except (ValueError, TypeError):
        return None
