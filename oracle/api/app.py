"""The aiohttp application: the one way that a request takes from its address to its answer."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import lru_cache

from aiohttp import hdrs, web
from pydantic import BaseModel, ValidationError

from oracle.api import (
    batch,
    datasets,
    docs,
    evidence,
    feed,
    feed_soap,
    openapi,
    operation,
    quotations,
    rates,
    reference,
    rulebooks,
)
from oracle.api import media as formats
from oracle.api.door import door, marked
from oracle.api.problem import ProblemError
from oracle.api.route import TABLE, Call, Route
from oracle.api.sending import sent
from oracle.api.service import Limits, Service, room, take_place
from oracle.api.streaming import Stream

# Importing the routes joins them to the table.
ROUTES = (quotations, batch, evidence, reference, rates, rulebooks, operation, datasets, openapi, docs, feed, feed_soap)
SERVICE: web.AppKey[Service] = web.AppKey("service", Service)
Answer = web.StreamResponse
# Of a path: no parameter is called so.
_EXTENSION = "extension"
Guard = Callable[[web.Request, Route], None]


def application(service: Service, guard: Guard | None = None) -> web.Application:
    """The application; `guard` refuses requests that may not be answered."""
    app = web.Application(middlewares=[door(service)], client_max_size=service.limits.body_bytes)
    app[SERVICE] = service
    app.on_response_prepare.append(marked(service))
    for route in TABLE:
        for address in _addresses(route):
            app.router.add_route(route.method, address, _handler(route, service, guard))
            if route.method == hdrs.METH_GET:
                app.router.add_route(hdrs.METH_HEAD, address, _handler(route, service, guard))
    app.cleanup_ctx.append(_opened)
    return app


def _addresses(route: Route) -> tuple[str, ...]:
    """Where it is; also with an extension that names a format, if it does not end with a parameter that bears one."""
    if len(route.formats) == 1 or route.address.endswith("}"):
        return (route.address,)
    known = "|".join(sorted((re.escape(each.extension) for each in route.formats), reverse=True))
    return route.address, f"{route.address}.{{{_EXTENSION}:{known}}}"


async def _opened(app: web.Application) -> AsyncIterator[None]:
    try:
        await app[SERVICE].current.start()
        yield
    finally:
        await app[SERVICE].current.stop()


def _handler(route: Route, service: Service, guard: Guard | None) -> Callable[[web.Request], Awaitable[Answer]]:
    async def answer(request: web.Request) -> Answer:
        if guard:
            guard(request, route)
        if route.is_open:
            return await _answered(route, service, request)
        take_place(service)
        try:
            return await _answered(route, service, request)
        finally:
            service.asked -= 1

    return answer


async def _answered(route: Route, service: Service, request: web.Request) -> Answer:
    call = _call(route, service, request)
    if route.method == hdrs.METH_POST:
        await _body_of(request, service.limits)
    if route.at_once and (made := route.at_once(call)):
        return sent(made, request)
    async with call.held:
        async with asyncio.timeout(service.limits.seconds):
            if route.is_heavy:
                await call.held.enter_async_context(room(service))
            reply = await route.handler(call)
        if isinstance(reply, Stream):
            return await reply.send()
    return reply if isinstance(reply, web.StreamResponse) else sent(reply, request)


async def _body_of(request: web.Request, limits: Limits) -> None:
    """Wait for the body, before anything is held for it; `request.read()` has it from now on."""
    if (request.content_length or 0) > limits.body_bytes:
        raise ProblemError("too-large", f"the body has {request.content_length} bytes; at most {limits.body_bytes}")
    try:
        async with asyncio.timeout(limits.body_seconds):
            await request.read()
    except TimeoutError as error:
        raise ProblemError("too-slow", f"the body did not come in {limits.body_seconds:g} seconds") from error


def _call(route: Route, service: Service, request: web.Request) -> Call:
    parts = dict(request.match_info)
    media = None
    extension = parts.pop(_EXTENSION, None)
    if extension:
        (media,) = [each for each in route.formats if each.extension == extension]
    elif len(route.formats) > 1 and parts:
        last = list(parts)[-1]
        parts[last], media = formats.split_extension(parts[last], route.formats)
    query: dict[str, str] = {}
    for name, value in request.query.items():
        if name in query:
            raise ProblemError("malformed", f"the parameter {name[:40]!r} is given twice")
        query[name] = value
    if route.formats in ((feed.XML,), (feed_soap.SOAP,)):
        # The Bank of Russia sends XML whatever is wished, so its readers wish for anything.
        media = route.formats[0]
    if media is None:
        media = formats.wished(request.headers.get(hdrs.ACCEPT, ""), route.formats)
    return Call(service, request, _read(route.path, parts), _read(route.query, query), media)


def _read(model: type[BaseModel], given: dict[str, str]) -> BaseModel:
    try:
        return model.model_validate(given) if given else _nothing_given(model)
    except ValidationError as error:
        raise ProblemError("malformed", *_explained(error, model, given)) from error


@lru_cache(256)
def _nothing_given(model: type[BaseModel]) -> BaseModel:
    """Parameters are frozen: all who give none share them."""
    return model.model_validate({})


def _explained(error: ValidationError, model: type[BaseModel], given: dict[str, str]) -> tuple[str]:
    first = error.errors()[0]
    name = str(first["loc"][0]) if first["loc"] else ""
    if first["type"] == "extra_forbidden":
        known = ", ".join(sorted(each.alias or key for key, each in model.model_fields.items())) or "none"
        return (f"no parameter is called {name[:40]!r} here; known: {known}",)
    reason = str(first["msg"]).removeprefix("Value error, ")
    return (f"{name} = {given.get(name, '')[:60]!r}: {reason}" if name in given else f"{name}: {reason}",)
