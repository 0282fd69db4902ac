"""Pages of other sites: under which names the server answers, and whose scripts may read what it says."""

from functools import lru_cache
from ipaddress import ip_address

from aiohttp import HttpVersion10, HttpVersion11, hdrs, web

from oracle.api.problem import ProblemError

_SENT = "Accept, Authorization, Content-Type, If-Modified-Since, If-None-Match, X-Request-Id"
_READ = "Content-Disposition, ETag, Retry-After, X-Request-Id"
_METHODS = "GET, HEAD, POST"
_LONGEST = 255


def check_host(request: web.Request, hosts: tuple[str, ...] | None) -> None:
    """Refuse a request of HTTP/0.9, one that does not say one host, or says one under which the server does not answer.

    A stranger's page can have its own name lead to 127.0.0.1 and read what a server without tokens says to the
    browser (DNS rebinding); an address in the place of the name cannot be led anywhere.
    """
    if request.version < HttpVersion10:
        raise ProblemError("malformed", "a request is one of HTTP/1.0 or HTTP/1.1")
    named = request.headers.getall(hdrs.HOST, ())
    if len(named) > 1 or (not named and request.version >= HttpVersion11):
        raise ProblemError("malformed", "a request has the header Host exactly once")
    if named and hosts is not None and not _answers(named[0][: _LONGEST + 1], hosts):
        raise ProblemError("misdirected", f"Host is {named[0][:100]!r}")


@lru_cache(256)
def _answers(host: str, hosts: tuple[str, ...]) -> bool:
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() else host
    name = name.removesuffix(".").lower()
    if name == "localhost" or name.endswith(".localhost") or name in hosts:
        return True
    try:
        ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True


def preflight(request: web.Request, origins: tuple[str, ...]) -> web.Response | None:
    """The answer to a browser that asks whether a script may ask; None if this is no such question."""
    if request.method != hdrs.METH_OPTIONS or hdrs.ACCESS_CONTROL_REQUEST_METHOD not in request.headers:
        return None
    response = web.Response(status=204)
    if _is_welcome(request, origins):
        response.headers[hdrs.ACCESS_CONTROL_ALLOW_METHODS] = _METHODS
        response.headers[hdrs.ACCESS_CONTROL_ALLOW_HEADERS] = _SENT
        response.headers[hdrs.ACCESS_CONTROL_MAX_AGE] = "600"
    return response


def allow(request: web.Request, response: web.StreamResponse, origins: tuple[str, ...]) -> None:
    """Let pages of the configured origins read the answer."""
    response.headers.add(hdrs.VARY, hdrs.ORIGIN)
    if _is_welcome(request, origins):
        response.headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = request.headers[hdrs.ORIGIN]
        response.headers[hdrs.ACCESS_CONTROL_EXPOSE_HEADERS] = _READ


def _is_welcome(request: web.Request, origins: tuple[str, ...]) -> bool:
    origin = request.headers.get(hdrs.ORIGIN)
    return origin is not None and (origin in origins or "*" in origins)
