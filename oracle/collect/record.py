"""The recorder: gathers observations into batches, archives each batch, then takes its rows into the store.

The archive comes first. Killed between the two, the next start finds the batch in the archive and not in the store,
and reads it out of its bytes: an acknowledged observation is never lost and never taken twice.
"""

import asyncio
from collections.abc import Callable

from oracle.archive import Archive
from oracle.collect.read import read_again
from oracle.days import Clock
from oracle.store.writer import Store
from oracle.terms import Observation, Reading

# A batch is written when it holds this much or after this long, whichever comes first; a kill loses at most that.
BATCH_BYTES = 24 * 2**20
BATCH_SECONDS = 5.0
Witness = Callable[[Observation, Reading | None], None]


class Recorder:
    """Keeps observations of any number of runs; `flush` returns when all kept so far is in archive and store.

    `witness` is told of each observation as it comes.
    """

    def __init__(self, archive: Archive, store: Store, clock: Clock, witness: Witness | None = None) -> None:
        self._archive, self._store, self._clock, self._witness = archive, store, clock, witness
        self._waiting: list[tuple[Observation, Reading | None]] = []
        self._bytes = 0
        self._oldest = 0.0
        self._archiving, self._storing = asyncio.Lock(), asyncio.Lock()
        self._writing: set[asyncio.Task[None]] = set()
        self._failure: BaseException | None = None

    async def __call__(self, observation: Observation, reading: Reading | None) -> None:
        """Keep one observation with what it says; None for a failed attempt."""
        if self._witness:
            self._witness(observation, reading)
        now = asyncio.get_running_loop().time()
        if not self._waiting:
            self._oldest = now
        self._waiting.append((observation, reading))
        self._bytes += len(observation.body or b"")
        due = self._bytes >= BATCH_BYTES or now - self._oldest >= BATCH_SECONDS
        # While one batch is being written others go on asking, but never more than two batches ahead of the disk.
        if due and (not self._archiving.locked() or self._bytes >= 2 * BATCH_BYTES):
            # Whoever waits here may be cancelled, when its venue refuses: the writing goes on to its end.
            await asyncio.shield(self._begin())

    async def flush(self) -> None:
        """Write what waits, and wait for what is being written; raises if any of it failed."""
        self._begin()
        await asyncio.wait(set(self._writing))
        if self._failure:
            raise self._failure

    async def recover(self) -> None:
        """After a failure to write: take in what reached the archive only, and start anew; the rest is asked again."""
        if self._failure is None:
            return
        async with self._archiving, self._storing:
            await asyncio.to_thread(catch_up, self._archive, self._store)
            self._failure = None

    def _begin(self) -> asyncio.Task[None]:
        task = asyncio.create_task(self._write())
        self._writing.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._writing.discard(task)
        if not task.cancelled() and (failure := task.exception()):
            self._failure = failure

    async def _write(self) -> None:
        """One batch: while its rows go into the store, the next may go into the archive."""
        async with self._archiving:
            waiting, self._waiting, self._bytes = self._waiting, [], 0
            if not waiting:
                return
            observations = [observation for observation, _ in waiting]
            batch = await asyncio.to_thread(self._archive.append, observations, self._clock())
            await self._storing.acquire()
        try:
            readings = [reading for _, reading in waiting if reading]
            await asyncio.to_thread(self._store.record, batch, observations, readings)
        finally:
            self._storing.release()


def catch_up(archive: Archive, store: Store) -> int:
    """Take in every archive batch that the store does not hold; how many there were."""
    recorded = store.recorded()
    behind = [batch for batch in archive.batches() if batch not in recorded]
    for batch in behind:
        observations = archive.read(batch)
        store.record(batch, observations, [reading for each in observations if (reading := read_again(each))])
    return len(behind)
