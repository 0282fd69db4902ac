"""What stands before every route: the request's id, problems instead of failures, figures, the log of requests."""

import re
import secrets
import time
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import hdrs, web
from aiohttp.typedefs import Middleware

from oracle.api.problem import MEDIA, ProblemError, problem_of
from oracle.api.service import Service
from oracle.errors import OracleError

REQUEST_ID = "X-Request-Id"
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
_OWN = 500
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def door(service: Service) -> Middleware:
    """The outermost middleware."""
    log = structlog.get_logger("oracle.api")

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        given, begun = request.headers.get(REQUEST_ID, ""), time.perf_counter()
        number = given if _ID.fullmatch(given) else secrets.token_hex(8)
        response = await _answer(request, handler, number)
        if not response.prepared:
            response.headers[REQUEST_ID] = number
            if service.cors:
                _allow(request, response, service.cors)
        resource, seconds = request.match_info.route.resource, time.perf_counter() - begun
        service.metrics.answered(resource.canonical if resource else "none", response.status, seconds)
        if service.access_log:
            log.info(
                "request",
                id=number,
                method=request.method,
                path=request.path_qs[:500],
                status=response.status,
                milliseconds=round(seconds * 1000, 2),
                remote=request.remote,
            )
        return response

    return middleware


async def _answer(request: web.Request, handler: Handler, number: str) -> web.StreamResponse:
    try:
        return await handler(request)
    except ProblemError as error:
        return _problem(error, number)
    except OracleError as error:
        problem = problem_of(error)
        if problem.kind.status >= _OWN:
            structlog.get_logger().warning("cannot answer", id=number, reason=str(error))
        return _problem(problem, number)
    except TimeoutError:
        return _problem(ProblemError("timed-out", "the time for one request is over"), number)
    except web.HTTPException as error:
        return _problem(_of_http(error, request), number)
    except Exception:  # noqa: BLE001 - a mistake of ours: told in full to the operator, never to the caller
        structlog.get_logger().exception("mistake", id=number)
        return _problem(ProblemError("internal", "the answer could not be made"), number)


def _problem(error: ProblemError, number: str) -> web.Response:
    body = error.document(number).model_dump_json(exclude_none=True).encode()
    headers = {hdrs.CONTENT_TYPE: MEDIA, hdrs.CACHE_CONTROL: "no-store", **error.headers}
    return web.Response(body=body, status=error.kind.status, headers=headers)


def _of_http(error: web.HTTPException, request: web.Request) -> ProblemError:
    if isinstance(error, web.HTTPMethodNotAllowed):
        allowed = ", ".join(sorted(error.allowed_methods))
        return ProblemError("method-not-allowed", f"this address knows {allowed}", headers={hdrs.ALLOW: allowed})
    if isinstance(error, web.HTTPRequestEntityTooLarge):
        return ProblemError("too-large", "the body is larger than the server takes")
    if isinstance(error, web.HTTPNotFound):
        return ProblemError("not-found", f"nothing is at {request.path[:100]!r}")
    return ProblemError("malformed", error.reason)


def _allow(request: web.Request, response: web.StreamResponse, origins: tuple[str, ...]) -> None:
    """Let pages of the configured origins read the answer."""
    origin = request.headers.get(hdrs.ORIGIN)
    if origin and (origin in origins or "*" in origins):
        response.headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = origin
        response.headers.add(hdrs.VARY, hdrs.ORIGIN)
