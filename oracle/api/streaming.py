"""Large answers, sent piece by piece while the next piece is made, packed on the way if the caller takes that."""

import asyncio
import sys
import zlib
from collections.abc import AsyncIterator, Iterator
from typing import Protocol

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


async def streamed(call: Call, pieces: Iterator[bytes], headers: dict[str, str]) -> web.Response:
    """The response of pieces that are made on a thread as they are sent; one that is all there is, is sent whole."""
    loop, pool = asyncio.get_running_loop(), call.service.current.pool
    begin = await loop.run_in_executor(pool, _some, pieces)
    coding = coding_of(call.request.headers.get(hdrs.ACCEPT_ENCODING, "")) if len(begin) >= FROM_BYTES else None
    packer = _packer(coding) if coding else None
    told = {
        hdrs.CONTENT_TYPE: call.media.content_type,
        "X-Content-Type-Options": "nosniff",
        hdrs.VARY: "Accept, Accept-Encoding",
        **headers,
    }
    if coding:
        told[hdrs.CONTENT_ENCODING] = coding

    def packed(piece: bytes) -> bytes:
        if packer is None:
            return piece
        return packer.compress(piece) if piece else packer.flush()

    async def body() -> AsyncIterator[bytes]:
        piece = begin
        while piece:
            if part := await loop.run_in_executor(pool, packed, piece):
                yield part
            piece = await loop.run_in_executor(pool, _some, pieces)
        if part := packed(b""):
            yield part

    if len(begin) < FROM_BYTES:
        return web.Response(body=begin, headers=told)
    return web.Response(body=body(), headers=told)


def _some(pieces: Iterator[bytes]) -> bytes:
    """The next piece, with those after it while they are small; nothing at the end."""
    found = b""
    for piece in pieces:
        found += piece
        if len(found) >= FROM_BYTES:
            break
    return found
