"""What stands before every route: the request's id, problems instead of failures, figures, the log of requests."""

import random
import re
import secrets
import time
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import hdrs, web
from aiohttp.typedefs import Middleware
from aiohttp.web_protocol import RequestPayloadError

from oracle.api.callers import allow, check_host, preflight
from oracle.api.problem import ProblemError, problem_of
from oracle.api.sending import REQUEST_ID, plain_problem
from oracle.api.service import Service
from oracle.errors import OracleError

NUMBER = web.RequestKey("number", str)
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
_OWN = 500
# Told apart from each other, not guarded: whoever is told one may guess the next.
_numbers = random.Random(secrets.randbits(128))  # noqa: S311 - as said
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def door(service: Service) -> Middleware:
    """The outermost middleware."""
    log = structlog.get_logger("oracle.api")

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        begun = time.perf_counter()
        number = number_of(request)
        response = await _answer(service, request, handler, number)
        resource, seconds = request.match_info.route.resource, time.perf_counter() - begun
        service.metrics.answered(resource.canonical if resource else "none", response.status, seconds)
        if service.access_log:
            log.info(
                "request",
                id=number,
                method=request.method,
                path=ascii(request.path_qs[:500])[1:-1],
                status=response.status,
                milliseconds=round(seconds * 1000, 2),
                remote=request.remote,
            )
        return response

    return middleware


def number_of(request: web.Request) -> str:
    """The request's id: the caller's, if it can stand in a log, else a new one."""
    if NUMBER not in request:
        given = request.headers.get(REQUEST_ID, "")
        request[NUMBER] = given if given and _ID.fullmatch(given) else f"{_numbers.getrandbits(64):016x}"
    return request[NUMBER]


def marked(service: Service) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    """Puts on every answer, before its head is sent, what every answer bears."""

    async def mark(request: web.Request, response: web.StreamResponse) -> None:
        response.headers[REQUEST_ID] = number_of(request)
        # Nobody needs to know what it runs on.
        response.headers[hdrs.SERVER] = "oracle"
        if service.cors:
            allow(request, response, service.cors)

    return mark


async def _answer(service: Service, request: web.Request, handler: Handler, number: str) -> web.StreamResponse:
    try:
        check_host(request, service.hosts)
        if service.cors and (told := preflight(request, service.cors)):
            return told
        return await handler(request)
    except Exception as error:  # noqa: BLE001 - every failure is answered with a problem document
        return plain_problem(_problem(error, request, number), number)


def _problem(error: Exception, request: web.Request, number: str) -> ProblemError:
    match error:
        case ProblemError():
            problem = error
        case OracleError():
            problem = problem_of(error)
            if problem.kind.status >= _OWN:
                structlog.get_logger().warning("cannot answer", id=number, reason=str(error))
        case TimeoutError():
            problem = ProblemError("timed-out", "the time for one request is over")
        case RequestPayloadError():
            problem = ProblemError("malformed", "the body broke off, or is not in its Content-Encoding")
        case web.HTTPException():
            problem = _of_http(error, request)
        case ConnectionError():
            raise error
        case _:
            # A mistake of ours: told in full to the operator, never to the caller.
            structlog.get_logger().error("mistake", id=number, exc_info=error)
            problem = ProblemError("internal", "the answer could not be made")
    return problem


def _of_http(error: web.HTTPException, request: web.Request) -> ProblemError:
    if isinstance(error, web.HTTPMethodNotAllowed):
        allowed = ", ".join(sorted(error.allowed_methods))
        return ProblemError("method-not-allowed", f"this address knows {allowed}", headers={hdrs.ALLOW: allowed})
    if isinstance(error, web.HTTPRequestEntityTooLarge):
        return ProblemError("too-large", "the body is larger than the server takes")
    if isinstance(error, web.HTTPNotFound):
        return ProblemError("not-found", f"nothing is at {request.path[:100]!r}")
    return ProblemError("malformed", error.reason)
