"""One HTTP GET with the bytes as received: no redirect followed, no error hidden, a limit on size and time."""

import ssl
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import TypeGuard

import aiohttp
import certifi
import yarl

from oracle.days import Clock
from oracle.errors import SourceError, SourceRefusedError, SourceUnreachableError

# The largest honest answer is Binance's market list, 14 MB.
BODY_LIMIT = 128 * 2**20
_KEPT_HEADERS = frozenset(
    {
        *("date", "content-type", "content-encoding", "retry-after", "location", "server", "etag", "x-oracle-twin"),
        # What tells a wall from a source, and how much of an allowance is left (see collect/allowance.py).
        *("cf-mitigated", "cf-ray", "via", "remaining-req"),
    }
)
_KEPT_PREFIXES = ("x-mbx-", "x-ratelimit", "ratelimit", "x-bapi-limit", "gw-ratelimit-", "x-gate-ratelimit-")

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


def open_session(proxy: str | None, *, environment: bool) -> aiohttp.ClientSession:
    """A session for one source, through a SOCKS proxy if one is named; `environment`: heed HTTPS_PROXY and NO_PROXY."""
    if is_socks(proxy):
        from aiohttp_socks import ProxyConnector

        connector: aiohttp.TCPConnector = ProxyConnector.from_url(proxy, limit=64, ssl=_encryption(), rdns=True)
    else:
        connector = aiohttp.TCPConnector(limit=64, ssl=_encryption())
    return aiohttp.ClientSession(connector=connector, trust_env=environment and not proxy)


def is_socks(proxy: str | None) -> TypeGuard[str]:
    """Whether the proxy is reached by its own connector; aiohttp itself speaks to http and https proxies."""
    return proxy is not None and proxy.startswith("socks")


def masked(url: str) -> str:
    """An address without the user and the password in it, to be shown."""
    scheme, mark, rest = url.partition("://")
    return f"{scheme}{mark}***@{rest.rpartition('@')[2]}" if "@" in rest else url


@cache
def _encryption() -> ssl.SSLContext:
    """One for all sessions: reading the certificates takes 40 ms."""
    return ssl.create_default_context(cafile=certifi.where())


async def get(
    session: aiohttp.ClientSession,
    url: str,
    *,
    clock: Clock,
    timeout: float,
    headers: Mapping[str, str] | None = None,
    proxy: str | None = None,
) -> Response:
    """GET `url`; SourceUnreachableError unless a whole answer came, of whatever status.

    SourceRefusedError where the proxy itself turns us away: it was set up by the operator.
    """
    asked_at = clock()
    try:
        async with session.get(
            yarl.URL(url, encoded=True),
            headers=headers,
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=timeout),
            proxy=None if is_socks(proxy) else proxy,
        ) as answer:
            body = await _limited(answer)
    except TimeoutError as error:
        raise SourceUnreachableError(f"no whole answer within {timeout:g} s") from error
    except _proxy_errors() as error:
        raise _proxy_error(proxy, error) from error
    except (aiohttp.ClientError, OSError) as error:
        raise SourceUnreachableError(f"no whole answer: {type(error).__name__}: {str(error)[:200]}") from error
    kept = tuple((name.lower(), value) for name, value in answer.headers.items() if _kept(name.lower()))
    return Response(url, answer.status, kept, body, asked_at, clock())


def _proxy_errors() -> tuple[type[Exception], ...]:
    """What proxies make the client raise; a SOCKS connector's only where one was imported, for that takes time."""
    errors: tuple[type[Exception], ...] = (aiohttp.ClientHttpProxyError, aiohttp.ClientProxyConnectionError)
    if "aiohttp_socks" in sys.modules:
        from aiohttp_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError

        errors = (*errors, ProxyError, ProxyConnectionError, ProxyTimeoutError)
    return errors


# What an HTTP proxy answers to CONNECT, and SOCKS5's reply "not allowed by ruleset".
_TURNED_AWAY = (401, 403, 407)
_BY_RULESET = 2


def _proxy_error(proxy: str | None, error: Exception) -> SourceError:
    name = masked(proxy) if proxy else "that the environment names"
    said = str(getattr(error, "message", "") or error)[:120]
    status = getattr(error, "status", None)
    # A wrong password has no reply code in SOCKS: only the library's sentence tells it from a lost connection.
    turned_away = getattr(error, "error_code", None) == _BY_RULESET or "authentication" in said.lower()
    if status in _TURNED_AWAY or turned_away:
        return SourceRefusedError(f"the proxy {name} turns us away ({status or said}); mend `proxy` in oracle.toml")
    return SourceUnreachableError(f"no way through the proxy {name}: {said}")


def _kept(name: str) -> bool:
    return name in _KEPT_HEADERS or name.startswith(_KEPT_PREFIXES)


async def _limited(answer: aiohttp.ClientResponse) -> bytes:
    chunks: list[bytes] = []
    size = 0
    async for chunk in answer.content.iter_any():
        size += len(chunk)
        if size > BODY_LIMIT:
            raise SourceUnreachableError(f"the answer is larger than {BODY_LIMIT >> 20} MB and was not read")
        chunks.append(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)
