"""Publishing while collecting goes on: at most one publication at a time, on a thread, and one for many wishes."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress

import duckdb
import structlog

from oracle.errors import HomeError, OracleError
from oracle.publish import Published

# Venues that finish together share a publication: so long a wish waits for others to join it.
GATHER_SECONDS = 2.0
Told = Callable[[Published, float], None]


class Publisher:
    """Publishes by `make` whenever it was wished for since the last time; `told` hears of each and of its seconds.

    Both are called on a thread.
    """

    def __init__(self, make: Callable[[], Published], told: Told = lambda _published, _seconds: None) -> None:
        self._make, self._told = make, told
        self._wishes = self._granted = 0
        self._hurry, self._is_closed = asyncio.Event(), False
        self._task: asyncio.Task[None] | None = None
        self._failure: OracleError | None = None
        self.last: Published | None = None
        self.made_new = False

    def wish(self) -> None:
        """Something new was recorded: publish soon."""
        self._wishes += 1
        if not self._is_closed and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._grant())

    async def now(self) -> Published:
        """Publish what is recorded by now, without waiting for others; raises what stood in the way."""
        self._hurry.set()
        self.wish()
        wishes = self._wishes
        try:
            while self._granted < wishes and self._task and not self._is_closed:
                await asyncio.shield(self._task)
        finally:
            self._hurry.clear()
        if self._failure:
            raise self._failure
        assert self.last is not None  # noqa: S101 - granted without a failure
        return self.last

    async def close(self) -> None:
        """Begin no more publications, and wait for the one under way."""
        self._is_closed = True
        self._hurry.set()
        if self._task:
            await asyncio.wait((self._task,))

    async def _grant(self) -> None:
        while self._granted < self._wishes:
            await self._others()
            if self._is_closed:
                return
            wishes, began = self._wishes, time.monotonic()
            try:
                self.last = await asyncio.to_thread(self._make)
            except (OracleError, duckdb.Error) as error:
                self._failure = error if isinstance(error, OracleError) else _of_the_database(error)
                structlog.get_logger().error("not published", reason=str(self._failure))
            else:
                self._failure = None
                self.made_new |= self.last.new
                await asyncio.to_thread(self._told, self.last, time.monotonic() - began)
            self._granted = wishes

    async def _others(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._hurry.wait(), GATHER_SECONDS)


def _of_the_database(error: duckdb.Error) -> HomeError:
    return HomeError(f"cannot publish: {str(error)[:200]}; run `oracle doctor`, then `oracle publish`")
