"""The aiohttp application: the one way that a request takes from its address to its answer."""

import asyncio
import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog
from aiohttp import hdrs, web
from pydantic import BaseModel, ValidationError

from oracle.api import operation, openapi, quotations, reference
from oracle.api import media as formats
from oracle.api.problem import MEDIA, ProblemError, problem_of
from oracle.api.route import TABLE, Call, Reply, Route
from oracle.api.service import Service
from oracle.errors import OracleError

# Importing the routes joins them to the table.
ROUTES = (quotations, reference, operation, openapi)
SERVICE: web.AppKey[Service] = web.AppKey("service", Service)
REQUEST_ID = "X-Request-Id"
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
_COMPRESSED_FROM = 1024
Answer = web.StreamResponse
Guard = Callable[[web.Request, Route], None]


def application(service: Service, guard: Guard | None = None) -> web.Application:
    """The application; `guard` refuses requests that may not be answered."""
    app = web.Application(middlewares=[_problems], client_max_size=service.limits.body_bytes)
    app[SERVICE] = service
    for route in TABLE:
        app.router.add_route(route.method, route.address, _handler(route, service, guard))
        if route.method == hdrs.METH_GET:
            app.router.add_route(hdrs.METH_HEAD, route.address, _handler(route, service, guard))
    app.cleanup_ctx.append(_opened)
    return app


async def _opened(app: web.Application) -> AsyncIterator[None]:
    await app[SERVICE].current.start()
    yield
    await app[SERVICE].current.stop()


def _handler(route: Route, service: Service, guard: Guard | None) -> Callable[[web.Request], Awaitable[Answer]]:
    async def answer(request: web.Request) -> Answer:
        if guard:
            guard(request, route)
        call = _call(route, service, request)
        async with asyncio.timeout(service.limits.seconds), _room(route, service):
            reply = await route.handler(call)
        return reply if isinstance(reply, web.StreamResponse) else _response(reply, request)

    return answer


@asynccontextmanager
async def _room(route: Route, service: Service) -> AsyncIterator[None]:
    """A place among the heavy requests that may run at a time; 429 if too many wait already."""
    if not route.is_heavy:
        yield
        return
    if service.heavy.locked() and service.waiting >= service.limits.heavy_waiting:
        raise ProblemError(
            "too-many-requests",
            f"{service.limits.heavy_at_once} large questions are being answered and {service.waiting} wait",
            headers={"Retry-After": "2"},
        )
    service.waiting += 1
    try:
        await service.heavy.acquire()
    finally:
        service.waiting -= 1
    try:
        yield
    finally:
        service.heavy.release()


def _call(route: Route, service: Service, request: web.Request) -> Call:
    parts = dict(request.match_info)
    media = None
    if len(route.formats) > 1 and parts:
        last = list(parts)[-1]
        parts[last], media = formats.split_extension(parts[last], route.formats)
    query: dict[str, str] = {}
    for name, value in request.query.items():
        if name in query:
            raise ProblemError("malformed", f"the parameter {name[:40]!r} is given twice")
        query[name] = value
    if media is None:
        media = formats.wished(request.headers.get(hdrs.ACCEPT, ""), route.formats)
    return Call(service, request, _read(route.path, parts), _read(route.query, query), media)


def _read(model: type[BaseModel], given: dict[str, str]) -> BaseModel:
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise ProblemError("malformed", *_explained(error, model, given)) from error


def _explained(error: ValidationError, model: type[BaseModel], given: dict[str, str]) -> tuple[str]:
    first = error.errors()[0]
    name = str(first["loc"][0]) if first["loc"] else ""
    if first["type"] == "extra_forbidden":
        known = ", ".join(sorted(each.alias or key for key, each in model.model_fields.items())) or "none"
        return (f"no parameter is called {name[:40]!r} here; known: {known}",)
    reason = str(first["msg"]).removeprefix("Value error, ")
    return (f"{name} = {given.get(name, '')[:60]!r}: {reason}" if name in given else f"{name}: {reason}",)


def _response(reply: Reply, request: web.Request) -> web.Response:
    headers = {hdrs.CONTENT_TYPE: reply.media.content_type, **reply.headers}
    response = web.Response(body=reply.body, status=reply.status, headers=headers)
    if len(reply.body) >= _COMPRESSED_FROM:
        response.enable_compression()
    return response


@web.middleware
async def _problems(request: web.Request, handler: Callable[[web.Request], Awaitable[Answer]]) -> Answer:
    """Every answer bears the request's id; whatever goes wrong becomes a problem document."""
    given = request.headers.get(REQUEST_ID, "")
    number = given if _ID.fullmatch(given) else secrets.token_hex(8)
    with structlog.contextvars.bound_contextvars(request=number):
        try:
            response = await handler(request)
        except ProblemError as error:
            response = _problem(error, number)
        except OracleError as error:
            if (problem := problem_of(error)).kind.status >= 500:  # noqa: PLR2004 - the server's own trouble
                structlog.get_logger().warning("cannot answer", reason=str(error))
            response = _problem(problem, number)
        except TimeoutError:
            response = _problem(ProblemError("timed-out", "the time for one request is over"), number)
        except web.HTTPException as error:
            response = _problem(_of_http(error, request), number)
        except Exception:
            # A mistake of ours: told with all its traces to the operator, never to the caller.
            structlog.get_logger().exception("mistake")
            response = _problem(ProblemError("internal", "the answer could not be made"), number)
    if not response.prepared:
        response.headers[REQUEST_ID] = number
    return response


def _problem(error: ProblemError, number: str) -> web.Response:
    body = error.document(number).model_dump_json(exclude_none=True).encode()
    return web.Response(
        body=body,
        status=error.kind.status,
        headers={hdrs.CONTENT_TYPE: MEDIA, hdrs.CACHE_CONTROL: "no-store", **error.headers},
    )


def _of_http(error: web.HTTPException, request: web.Request) -> ProblemError:
    if isinstance(error, web.HTTPMethodNotAllowed):
        allowed = ", ".join(sorted(error.allowed_methods))
        return ProblemError("method-not-allowed", f"this address knows {allowed}", headers={hdrs.ALLOW: allowed})
    if isinstance(error, web.HTTPRequestEntityTooLarge):
        return ProblemError("too-large", "the body is larger than the server takes")
    if isinstance(error, web.HTTPNotFound):
        return ProblemError("not-found", f"nothing is at {request.path[:100]!r}")
    return ProblemError("malformed", error.reason)
