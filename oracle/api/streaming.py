"""Large answers, sent piece by piece while the next piece is made, packed on the way if the caller takes that."""

import asyncio
import socket
import struct
import sys
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol, cast

import structlog
from aiohttp import hdrs, web

from oracle.api.route import Call
from oracle.api.sending import FROM_BYTES, coding_of

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


class Packer(Protocol):
    """What zlib and zstd have in common."""

    def compress(self, data: bytes, /) -> bytes:
        """Packed bytes, as far as there are any yet."""

    def flush(self) -> bytes:
        """The rest."""


def _packer(coding: str) -> Packer:
    # 31: with the head and tail of gzip.
    return zstd.ZstdCompressor(3) if coding == "zstd" else zlib.compressobj(4, zlib.DEFLATED, 31)


@dataclass(frozen=True, slots=True)
class Stream:
    """An answer of pieces that are made on a thread as they are sent; `begin` is the first of them."""

    call: Call
    pieces: Iterator[bytes]
    begin: bytes
    headers: dict[str, str]

    async def send(self) -> web.StreamResponse:
        """Send it, in `stream_seconds` at most: then the connection is cut, so that no part is taken for the whole."""
        request, limits = self.call.request, self.call.service.limits
        response = web.StreamResponse(headers=self.headers)
        await response.prepare(request)
        if request.method == hdrs.METH_HEAD:
            return response
        try:
            async with asyncio.timeout(limits.stream_seconds):
                await self._write(response)
                await response.write_eof()
        except Exception as error:
            if not isinstance(error, ConnectionError):
                structlog.get_logger().warning("answer cut off", remote=request.remote, reason=type(error).__name__)
            if request.transport is not None:
                cut(request.transport)
            raise ConnectionResetError("a part of the answer has been sent") from error
        return response

    async def _write(self, response: web.StreamResponse) -> None:
        loop, pool = asyncio.get_running_loop(), self.call.service.current.pool
        coding = self.headers.get(hdrs.CONTENT_ENCODING)
        packer = _packer(coding) if coding else None

        def packed(piece: bytes) -> bytes:
            if packer is None:
                return piece
            return packer.compress(piece) if piece else packer.flush()

        piece = self.begin
        while piece:
            if part := await loop.run_in_executor(pool, packed, piece):
                await response.write(part)
            piece = await loop.run_in_executor(pool, _some, self.pieces)
        if part := packed(b""):
            await response.write(part)


async def streamed(call: Call, pieces: Iterator[bytes], headers: dict[str, str]) -> Stream | web.Response:
    """The response of pieces; one that is all there is, is sent whole."""
    begin = await asyncio.get_running_loop().run_in_executor(call.service.current.pool, _some, pieces)
    told = {
        hdrs.CONTENT_TYPE: call.media.content_type,
        "X-Content-Type-Options": "nosniff",
        hdrs.VARY: "Accept, Accept-Encoding",
        **headers,
    }
    if len(begin) < FROM_BYTES:
        return web.Response(body=begin, headers=told)
    if coding := coding_of(call.request.headers.get(hdrs.ACCEPT_ENCODING, "")):
        told[hdrs.CONTENT_ENCODING] = coding
    return Stream(call, pieces, begin, told)


def cut(wire: asyncio.BaseTransport) -> None:
    """End a connection in the middle of an answer with a reset: an end in good order might look like the answer's."""
    if (held := wire.get_extra_info("socket")) is not None:
        with suppress(OSError):
            held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    cast(asyncio.Transport, wire).abort()


def _some(pieces: Iterator[bytes]) -> bytes:
    """The next piece, with those after it while they are small; nothing at the end."""
    found = b""
    for piece in pieces:
        found += piece
        if len(found) >= FROM_BYTES:
            break
    return found
