"""ccxt as the client: it builds addresses and keeps its pace; the bytes are taken before it parses them.

The only place that imports ccxt, and only when a collector runs: the import takes half a second. ccxt's own parsing
is not used because since 4.5.75 it reads JSON numbers as floats, and `last_http_response` races between tasks.
"""

import asyncio
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Protocol, Self

from aiohttp import ClientSession

from oracle.errors import SourceError, SourceUnreachableError
from oracle.fetch import Response
from oracle.venues.venue import Request, Venue


class Line(Protocol):
    """Sends a request to the venue; `session` is what ccxt wants to be given."""

    @property
    def session(self) -> ClientSession: ...
    async def get(self, url: str, headers: Mapping[str, str] | None = None) -> Response: ...


class Wire:
    """One venue's ccxt client; `line` sends what it has built, `paced` is ccxt's own rate limiter."""

    def __init__(self, venue: Venue, line: Line, *, paced: bool = True) -> None:
        self._venue, self._line, self._paced = venue, line, paced

    async def __aenter__(self) -> Self:
        from ccxt import async_support

        base = getattr(async_support, self._venue.ccxt_id)
        client = type(f"recorded_{self._venue.ccxt_id}", (base,), {"fetch": _fetch, "request": _request})
        options: dict[str, Any] = {
            "enableRateLimit": self._paced,
            "session": self._line.session,
            "asyncio_loop": asyncio.get_running_loop(),
            # ccxt waits this long for sockets that it opened itself; the line closes its own.
            "timeout_on_exit": 0,
        }
        if self._venue.limiter_ms is not None:
            options["rateLimit"] = self._venue.limiter_ms
        self._client = client(options)
        self._client.oracle_wire = self
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.close()

    async def ask(self, request: Request) -> Response:
        """The response to `request`, of whatever status; SourceUnreachableError if none came whole."""
        try:
            response: Response = await getattr(self._client, request.method)(dict(request.params))
        except SourceError:
            raise
        except Exception as error:
            # ccxt raises its own errors while it builds a request; nothing was sent then.
            raise SourceUnreachableError(f"ccxt could not ask: {type(error).__name__}: {str(error)[:200]}") from error
        return response

    async def fetch(self, url: str, headers: Mapping[str, str] | None) -> Response:
        """What ccxt calls to send a request that it has built and paced: the last gate stands behind its limiter."""
        return await self._line.get(url, headers)


# What stands in for two methods of every ccxt class; their arguments are ccxt's and untyped there.
async def _fetch(self: Any, url: str, method: str = "GET", headers: Any = None, body: Any = None) -> Response:  # noqa: ANN401, ARG001
    sent = self.prepare_request_headers(headers)
    response: Response = await self.oracle_wire.fetch(url, {name: value for name, value in sent.items() if value})
    return response


async def _request(self: Any, path: str, *how: Any, **named: Any) -> Any:  # noqa: ANN401
    # Some venues' `request` looks into the parsed answer; there is none, errors are read by our own readers.
    return await self.fetch2(path, *how, **named)
