"""Connections of strangers: how many, and how long each may take to ask and to listen; aiohttp bounds neither."""

import asyncio
from http import HTTPStatus
from typing import Any, cast

import structlog
from aiohttp import hdrs, web
from aiohttp.http_exceptions import HttpProcessingError

from oracle.api.problem import ProblemError
from oracle.api.sending import plain_problem
from oracle.api.service import Limits, Service
from oracle.api.streaming import cut

# Who takes less than this of an answer in `send_seconds` is not waiting for it.
LEAST_BYTES = 4096
_GOODBYE = 1.0
# Long addresses are ours: a choice with many pairs, an order of venues.
LINE_BYTES, FIELD_BYTES, FIELDS = 8190, 8190, 100


class Connection(web.RequestHandler):
    """A connection that is closed if its request's head does not come, or its answer is not taken, in time."""

    __slots__ = ("_head", "_left", "_limits", "_sending")

    def __init__(self, manager: "Connections", limits: Limits, **how: Any) -> None:  # noqa: ANN401 - aiohttp's own
        super().__init__(manager, **how)
        self._limits = limits
        self._head: asyncio.TimerHandle | None = None
        self._sending: asyncio.TimerHandle | None = None
        self._left = 0

    @property
    def is_idle(self) -> bool:
        """Whether it waits for a request of which nothing has come."""
        return self._waiter is not None and self._head is None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection, or say that there are too many."""
        wire = cast(asyncio.Transport, transport)
        # Whatever the network has not taken counts as not sent: the answer's time runs as long as any of it is left.
        wire.set_write_buffer_limits(high=0)
        manager = cast(Connections, self._manager)
        if not manager.has_place():
            self._refuse(wire)
            return
        super().connection_made(transport)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        """Parse; a head of which only a part has come must end soon."""
        before = self._request_count
        super().data_received(data)
        if self._request_count != before:
            self._stop_head()
        elif data and self._head is None and self._waiter is not None:
            self._await_head()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Forget it."""
        self._stop_head()
        self._stop_sending()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Something could not be sent yet."""
        super().pause_writing()
        if self.transport is not None:
            self._watch_sending(self.transport)

    def resume_writing(self) -> None:
        """All has been sent."""
        self._stop_sending()
        super().resume_writing()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002 - aiohttp's words quote the request
    ) -> web.StreamResponse:
        """A problem document for what is no HTTP; what is wrong in detail is for the operator's log."""
        if request.writer.output_size > 0:
            raise ConnectionError("a part of another answer has been sent")
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            structlog.get_logger().error("mistake", exc_info=exc)
            return _closing(ProblemError("internal", "the answer could not be made"))
        wrong = type(exc).__name__ if isinstance(exc, HttpProcessingError) else "unreadable"
        structlog.get_logger().info("not HTTP", remote=request.remote, reason=wrong)
        return _closing(ProblemError("malformed", "this is no request of HTTP/1.1, or its head is too long"))

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        """Send; what aiohttp refuses before the application sees it is a problem document too."""
        if isinstance(resp, web.HTTPException):
            resp = _closing(ProblemError("malformed", resp.reason))
        return await super().finish_response(request, resp, start_time)

    def log_exception(self, *_args: Any, **how: Any) -> None:  # noqa: ANN401 - as above
        """A mistake of ours outside of the application."""
        structlog.get_logger().error("mistake", exc_info=how.get("exc_info"))

    def _await_head(self) -> None:
        self._head = self._loop.call_later(self._limits.head_seconds, self._late)

    def _stop_head(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None

    def _late(self) -> None:
        self._head = None
        if self.transport is not None:
            self.transport.write(_raw(ProblemError("too-slow", "the head of a request did not come in time")))
        self.force_close()

    def _refuse(self, wire: asyncio.Transport) -> None:
        self._force_close = True
        wire.write(_raw(ProblemError("overloaded", "too many connections", headers={hdrs.RETRY_AFTER: "2"})))
        # Closed at once, with a request unread, the network would throw the answer away.
        wire.write_eof()
        self._loop.call_later(_GOODBYE, wire.abort)

    def _watch_sending(self, wire: asyncio.Transport) -> None:
        self._left = wire.get_write_buffer_size()
        self._sending = self._loop.call_later(self._limits.send_seconds, self._look_at_sending, wire)

    def _look_at_sending(self, wire: asyncio.Transport) -> None:
        left = wire.get_write_buffer_size()
        if left > self._left - LEAST_BYTES:
            cut(wire)
        else:
            self._watch_sending(wire)

    def _stop_sending(self) -> None:
        if self._sending is not None:
            self._sending.cancel()
            self._sending = None


class Connections(web.Server):
    """The open connections; the one that has been idle goes if there are too many."""

    def __init__(self, of: web.Server, limits: Limits, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(of.request_handler, request_factory=of.request_factory, handler_cancellation=True, loop=loop)
        self._limits = limits

    def __call__(self) -> Connection:
        """The handler of a new connection."""
        return Connection(
            self,
            self._limits,
            loop=self._loop,
            keepalive_timeout=self._limits.idle_seconds,
            access_log=None,
            lingering_time=self._limits.linger_seconds,
            max_line_size=LINE_BYTES,
            max_field_size=FIELD_BYTES,
            max_headers=FIELDS,
        )

    def has_place(self) -> bool:
        """Whether one more may be open; one that is idle makes room for it."""
        if len(self._connections) < self._limits.connections:
            return True
        for each in self._connections:
            if isinstance(each, Connection) and each.is_idle:
                each.force_close()
                return True
        return False


class Runner(web.AppRunner):
    """Runs an application on such connections."""

    def __init__(self, app: web.Application, service: Service, stop_seconds: float) -> None:
        super().__init__(app, access_log=None, shutdown_timeout=stop_seconds)
        self._limits = service.limits

    async def _make_server(self) -> web.Server:
        return Connections(await super()._make_server(), self._limits, asyncio.get_running_loop())


def _closing(problem: ProblemError) -> web.Response:
    response = plain_problem(problem)
    response.headers[hdrs.SERVER] = "oracle"
    response.force_close()
    return response


def _raw(problem: ProblemError) -> bytes:
    """A whole answer, for where no request was read."""
    response = plain_problem(problem)
    body = cast("bytes", response.body)
    status = HTTPStatus(problem.kind.status)
    head = {**response.headers, hdrs.CONTENT_LENGTH: str(len(body)), hdrs.CONNECTION: "close"}
    lines = [f"HTTP/1.1 {status.value} {status.phrase}", *(f"{name}: {value}" for name, value in head.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body
