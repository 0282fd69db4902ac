"""A question to a published file on a thread, which is broken off when nobody waits for its answer any more."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from typing import Any, Generic, TypeVar

from oracle.store.reads import Reads

Result = TypeVar("Result")
# A question asks the file many things, one after another: one of them is met by a stop.
STOP_EVERY = 0.05


class Asked(Generic[Result]):
    """A question on its thread, which can be broken off from another."""

    def __init__(
        self, connection: Callable[[], AbstractContextManager[Reads]], question: Callable[[Reads], Result]
    ) -> None:
        self._connection, self._question = connection, question
        self._lock = threading.Lock()
        self._reads: Reads | None = None

    def work(self) -> Result:
        """Ask it with one of the connections."""
        with self._connection() as reads:
            with self._lock:
                self._reads = reads
            try:
                return self._question(reads)
            finally:
                # From here on the connection is somebody else's.
                with self._lock:
                    self._reads = None

    def stop(self) -> None:
        """Break off what the file is being asked at the moment."""
        with self._lock:
            if self._reads is not None:
                self._reads.interrupt()


def stopped(future: Future[Any], stop: Callable[[], None], loop: asyncio.AbstractEventLoop) -> None:
    """Stop the work again and again until it has ended."""
    if not future.cancel() and not future.done():
        stop()
        loop.call_later(STOP_EVERY, stopped, future, stop, loop)
