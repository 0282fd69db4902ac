"""Answers and problems on their way out: compressed if the caller takes that, with their headers."""

import gzip
import secrets
import sys

from aiohttp import hdrs, web

from oracle.api.problem import MEDIA, ProblemError
from oracle.api.route import Reply

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

REQUEST_ID = "X-Request-Id"
# Below this a packet holds it anyway.
FROM_BYTES = 1400
_PACK = {"zstd": lambda body: zstd.compress(body, 3), "gzip": lambda body: gzip.compress(body, 4, mtime=0)}


def sent(reply: Reply, request: web.Request) -> web.Response:
    """The response of a reply."""
    headers = {hdrs.CONTENT_TYPE: reply.media.content_type, "X-Content-Type-Options": "nosniff", **reply.headers}
    body = reply.body
    if hdrs.CONTENT_ENCODING not in headers:
        body, packing = packed(body, request.headers.get(hdrs.ACCEPT_ENCODING, ""))
        headers.update(packing)
    if hdrs.VARY not in headers:
        headers[hdrs.VARY] = "Accept, Accept-Encoding"
    return web.Response(body=body, status=reply.status, headers=headers)


def plain_problem(error: ProblemError, number: str | None = None) -> web.Response:
    """The response of a problem, with the id of the request or a new one."""
    number = number or secrets.token_hex(8)
    headers = {
        hdrs.CONTENT_TYPE: MEDIA,
        hdrs.CACHE_CONTROL: "no-store",
        "X-Content-Type-Options": "nosniff",
        REQUEST_ID: number,
        **error.headers,
    }
    body = error.document(number).model_dump_json(exclude_none=True).encode()
    return web.Response(body=body, status=error.kind.status, headers=headers)


def packed(body: bytes, accept: str) -> tuple[bytes, dict[str, str]]:
    """The body as the caller takes it, with the header that says how; large ones are to be packed on a thread."""
    if len(body) < FROM_BYTES or not (coding := coding_of(accept)):
        return body, {}
    return _PACK[coding](body), {hdrs.CONTENT_ENCODING: coding}


def coding_of(accept: str) -> str | None:
    """zstd before gzip if the caller takes both; None if neither."""
    if not accept:
        return None
    taken = {}
    for text in accept[:1000].lower().split(","):
        name, _, parameters = text.strip().partition(";")
        taken[name.strip()] = parameters.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    for coding in _PACK:
        if taken.get(coding, taken.get("*", False)):
            return coding
    return None
