"""The published version that answers: opened beside the one before it, and put in its place between two requests."""

import asyncio
import json
import os
import queue
import shutil
import tempfile
import threading
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import structlog

from oracle.api.ahead import read_ahead, read_as_before
from oracle.api.asked import Asked, stopped
from oracle.api.datasets import Others, opened_on_a_thread
from oracle.api.encoding import KEPT_BYTES as ENCODED_BYTES
from oracle.api.encoding import Encoder
from oracle.errors import HomeError, OracleError
from oracle.freezing.versions import LATEST
from oracle.publish import FILE, current
from oracle.store.kept import Kept
from oracle.store.reads import Reads
from oracle.store.shelf import COIN_BYTES, DAY_BYTES, Shelf

Result = TypeVar("Result")
LOOK_EVERY = 0.5
# Connections to one published file; each question that goes to DuckDB holds one.
CONNECTIONS = 4
KEPT_BYTES = 32 * 2**20
# What DuckDB may hold of a file; what is asked for often is on the shelf.
DUCKDB_MEGABYTES = 256
# So many questions are remembered; who asks one of them again has the answer kept.
REMEMBERED = 20_000


@dataclass
class Opened:
    """A version with its connections and what was kept of its answers; closed when nobody uses it any more.

    `part`: it may take one part in so many of the memory that the latest version may.
    """

    path: Path
    manifest: dict[str, Any]
    answers: Kept[Hashable, bytes] = field(default_factory=lambda: Kept(KEPT_BYTES))
    encoder: Encoder = field(default_factory=Encoder)
    users: int = 0
    is_own: bool = False
    part: int = 1

    def __post_init__(self) -> None:
        self._stack, self._asked = ExitStack(), set[int]()
        self._replaced = threading.Event()
        # What does not fit into memory goes here, not beside the published file, and is gone with the version.
        aside = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="oracle-"))
        self._idle: queue.SimpleQueue[Reads] = queue.SimpleQueue()
        try:
            # One for reading ahead.
            self._ahead = self._stack.enter_context(Reads(self.path))
            for _ in range(CONNECTIONS):
                self._idle.put(self._stack.enter_context(Reads(self.path)))
        except BaseException:
            self._stack.close()
            raise
        memory = DUCKDB_MEGABYTES // self.part
        with self.reads() as reads:
            reads.rows(f"SET memory_limit = '{memory}MB'; SET temp_directory = '{aside}/spilled'", {})
            self.dataset, self.shelf = reads.dataset, Shelf(reads, COIN_BYTES // self.part, DAY_BYTES // self.part)
        if self.part > 1:
            self.answers, self.encoder = Kept(KEPT_BYTES // self.part), Encoder(ENCODED_BYTES // self.part)

    @contextmanager
    def reads(self) -> Iterator[Reads]:
        """One of the connections, for a thread; waits for it."""
        reads = self._idle.get()
        try:
            yield reads
        finally:
            self._idle.put(reads)

    def asked_before(self, key: Hashable) -> bool:
        """Whether this was asked lately; from now on it was."""
        number = hash(key)
        if number in self._asked:
            return True
        if len(self._asked) >= REMEMBERED:
            self._asked.clear()
        self._asked.add(number)
        return False

    def make_ready(self, before: "Opened") -> None:
        """Have at hand what the version before this one was asked about; of the same version all that it read."""
        if self.dataset == before.dataset:
            self.shelf, self.encoder, self.answers = before.shelf, before.encoder, before.answers
        else:
            read_as_before(self.shelf, self.encoder, self._ahead, (before.shelf, before.encoder))

    def read_ahead(self, newest: date) -> None:
        """Read what is likely to be asked for, until the version is replaced."""
        with suppress(duckdb.Error):  # it is being closed
            read_ahead(self.shelf, self.encoder, self._ahead, newest, lambda seconds: not self._replaced.wait(seconds))

    def replace(self) -> None:
        """Another version has its place: it is closed when the last one who uses it leaves."""
        self._replaced.set()
        self.leave()

    def leave(self) -> None:
        """Close the file if it has been replaced and nobody uses it; a name of our own for it goes."""
        if self._replaced.is_set() and not self.users:
            self._stack.close()
            if self.is_own:
                self.path.unlink(missing_ok=True)


def _left(opened: Opened) -> None:
    opened.users -= 1
    opened.leave()


class Current:
    """The version in place; HomeError while there is none."""

    def __init__(self, folder: Path, long: int = 2) -> None:
        """`long`: threads for work that cannot be broken off."""
        self.folder = folder
        self._own, self._links = tempfile.TemporaryDirectory(prefix="oracle-"), 0
        self.pool = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="answers")
        self.long_pool = ThreadPoolExecutor(long, thread_name_prefix="long")
        self._opened: Opened | None = None
        self._others = Others(folder)
        self._seen: tuple[int, int] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._reading_ahead: threading.Thread | None = None
        self.trouble = f"nothing is published in {folder}"

    async def start(self) -> None:
        """Open what is there, and from now on whatever takes its place."""
        await self._look()
        self._watching = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """Close."""
        if self._watching:
            self._watching.cancel()
            with suppress(asyncio.CancelledError):
                await self._watching
        for pool in (self.pool, self.long_pool):
            # On another thread: what is being broken off needs the loop for that.
            await asyncio.to_thread(pool.shutdown, cancel_futures=True)
        self._others.close()
        if self._opened:
            self._opened.replace()
            if self._reading_ahead:
                await asyncio.to_thread(self._reading_ahead.join)
                await asyncio.sleep(0)  # it has left
        self._own.cleanup()

    async def ready(self, name: str) -> None:
        """Open the dataset called so, for who holds it next before he waits; ProblemError if none is."""
        if name != LATEST:
            await self._others.ready(name, self._opened)

    @contextmanager
    def held(self, name: str = LATEST) -> Iterator[Opened]:
        """The version in place, for one request: it stays open until the block ends, whatever is published.

        `name`: another dataset, which is `ready`.
        """
        opened = self._opened if name == LATEST else self._others.held(name, self._opened)
        if opened is None:
            raise HomeError(self.trouble)
        opened.users += 1
        try:
            yield opened
        finally:
            _left(opened)

    async def ask(self, opened: Opened, question: Callable[[Reads], Result]) -> Result:
        """Put a question to a version on a thread, so that the others go on meanwhile.

        Whoever does not wait for the answer any more, because the time is over or the caller has gone, has the question
        broken off: its thread and its connection are free for the next one.
        """
        asked = Asked(opened.reads, question)
        return await self._done(opened, self.pool.submit(asked.work), asked.stop)

    async def done(self, opened: Opened, work: Callable[[], Result]) -> Result:
        """Work with a version's file on a thread; it is not broken off."""
        return await self._done(opened, self.long_pool.submit(work), lambda: None)

    async def _done(self, opened: Opened, future: Future[Result], stop: Callable[[], None]) -> Result:
        # The thread uses the version too, also when the request has ended before it.
        loop = asyncio.get_running_loop()
        opened.users += 1

        def done(_future: object) -> None:
            with suppress(RuntimeError):  # the loop has been closed
                loop.call_soon_threadsafe(_left, opened)

        future.add_done_callback(done)
        try:
            return await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            stopped(future, stop, loop)
            raise

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            await self._look()

    async def _look(self) -> None:
        """Open the version in place if it is another; one that cannot be opened leaves the present one answering."""
        try:
            found = (self.folder / FILE).stat()
        except OSError:
            return
        mark = found.st_ino, found.st_mtime_ns
        if mark == self._seen:
            return
        try:
            opened = await opened_on_a_thread(lambda: self._open_ready(found.st_ino))
        except (OracleError, OSError, ValueError) as error:
            if self.trouble != str(error):
                self.trouble = str(error)
                structlog.get_logger().warning("version not opened", reason=self.trouble)
            return
        before, self._opened, self._seen = self._opened, opened, mark
        structlog.get_logger().info("version", dataset=opened.dataset.version)
        if before:
            before.replace()
        self._read_ahead(opened)

    def _read_ahead(self, opened: Opened) -> None:
        opened.users += 1
        loop = asyncio.get_running_loop()

        def work() -> None:
            try:
                opened.read_ahead(opened.dataset.published_at.date())
            finally:
                with suppress(RuntimeError):  # the loop has been closed
                    loop.call_soon_threadsafe(_left, opened)

        self._reading_ahead = threading.Thread(target=work, name="ahead", daemon=True)
        self._reading_ahead.start()

    def _open_ready(self, number: int) -> Opened:
        opened = self._open(number)
        if self._opened:
            opened.make_ready(self._opened)
        return opened

    def _open(self, number: int) -> Opened:
        """The version whose file has this inode, under its own name.

        DuckDB takes a path that it has open, links resolved, for the file that it has open: a new file needs a new
        path. Where only `oracle.duckdb` was copied to (a replica) it gets a second name of our own, or is copied.
        """
        for path in self.folder.glob("*Z-*.duckdb"):
            if path.stat().st_ino == number:
                return Opened(path, json.loads(path.with_suffix(".json").read_text("utf-8")))
        self._links += 1
        link = Path(self._own.name) / f"{self._links}.duckdb"
        try:
            os.link(self.folder / FILE, link)
        except OSError:
            shutil.copyfile(self.folder / FILE, link)
        return Opened(link, current(self.folder) or {}, is_own=True)
