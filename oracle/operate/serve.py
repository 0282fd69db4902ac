"""The metrics for others to read: over HTTP on 127.0.0.1, and as a file in the home."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from oracle.errors import HomeError
from oracle.operate.metrics import Metrics

WRITE_EVERY = 5.0


@asynccontextmanager
async def serving(metrics: Metrics, port: int) -> AsyncIterator[int]:
    """Answer GET /metrics on 127.0.0.1 for the block, on the port that is given; 0 takes any free one."""

    async def answer(request: web.BaseRequest) -> web.Response:
        if request.path != "/metrics":
            return web.Response(status=404, text="only /metrics is here\n")
        return web.Response(body=metrics.text().encode(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    runner = web.ServerRunner(web.Server(answer, access_log=None), shutdown_timeout=0.1)
    await runner.setup()
    try:
        await _listen(runner, port)
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def _listen(runner: web.ServerRunner, port: int) -> None:
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
    except OSError as error:
        raise HomeError(f"cannot serve metrics on 127.0.0.1:{port}: {error.strerror}; choose another port") from error


@asynccontextmanager
async def written_now_and_then(metrics: Metrics, path: Path) -> AsyncIterator[None]:
    """Keep `path` up to date for the block, and remove it after: a reader must not take old figures for new ones."""

    async def work() -> None:
        while True:
            try:
                write(metrics, path)
            except OSError as error:
                structlog.get_logger().warning("metrics not written", path=str(path), reason=str(error))
            await asyncio.sleep(WRITE_EVERY)

    task = asyncio.create_task(work())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await asyncio.to_thread(path.unlink, missing_ok=True)


def write(metrics: Metrics, path: Path) -> None:
    """Write the text whole or not at all."""
    aside = path.with_suffix(".tmp")
    aside.write_text(metrics.text(), "utf-8")
    aside.rename(path)
