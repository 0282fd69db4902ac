"""`oracle up`: the collector and a scheduler in one process, each source at its time, until it is told to stop."""

import asyncio
import os
import signal
import threading
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, AsyncExitStack, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import duckdb
import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger
from rich.console import Console

from oracle.collect.context import Outcome, Sources
from oracle.collect.progress import Bars
from oracle.collector import Collector
from oracle.days import Clock
from oracle.errors import HomeError, OracleError
from oracle.operate.due import BANK, Turn, rates_due, venue_due
from oracle.operate.logs import configure_logs
from oracle.operate.metrics import Metrics
from oracle.operate.serve import serving, written_now_and_then
from oracle.settings import Home
from oracle.venues import VENUES

if TYPE_CHECKING:
    from oracle.api.serve import Serving

# What still runs so long after the signal is abandoned: archive, store and published file survive that at any moment.
STOP_SECONDS = 8.0
Job = Callable[[], Awaitable[Outcome]]


class Due(BaseTrigger):  # type: ignore[misc]
    """A trigger of APScheduler that fires when a turn comes, by the collector's clock."""

    def __init__(self, turn: Turn, clock: Clock) -> None:
        self._turn, self._clock = turn, clock
        self._ahead: timedelta | None = None

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """APScheduler asks this when a job is added or put back, and at each firing for the one after it."""
        if self._ahead is None:
            # ORACLE_NOW sets the clock: from then on simulated time passes as fast as the machine's.
            ahead = self._clock() - now
            self._ahead = ahead if abs(ahead) > timedelta(seconds=5) else timedelta()
        here = now + self._ahead
        due = self._turn.due(here) if previous_fire_time else self._turn.next(here)
        return due - self._ahead


@dataclass
class Schedule:
    """The jobs of a collector: one per venue and one for the rates."""

    collector: Collector
    venues: frozenset[str]
    metrics: Metrics
    give_up: Callable[[], None]
    scheduler: AsyncIOScheduler = field(default_factory=lambda: AsyncIOScheduler(timezone="UTC"))
    turns: dict[str, Turn] = field(default_factory=dict)
    running: dict[str, asyncio.Task[Any] | None] = field(default_factory=dict)

    def start(self) -> None:
        """Every job runs at once, for what was missed while nothing ran, and then when it is due."""
        for name in [each for each in VENUES if each in self.venues]:
            self._add(name, partial(venue_due, VENUES[name]), partial(self._venue, name))
        self._add(BANK, lambda after: rates_due(after, self.collector.newest_rate()), self._rates)
        # What an earlier process recorded and did not come to publish.
        self.collector.publisher.wish()
        self.scheduler.start()

    async def stop(self) -> None:
        """No new runs; those under way are cancelled, and what they brought is written."""
        self.scheduler.shutdown(wait=False)
        under_way = {task for task in self.running.values() if task}
        for task in under_way:
            task.cancel()
        if under_way:
            await asyncio.wait(under_way)

    def _add(self, name: str, due: Callable[[datetime], datetime], work: Job) -> None:
        self.turns[name] = Turn(due)
        self.scheduler.add_job(
            self._run,
            Due(self.turns[name], self.collector.clock),
            args=(name, work),
            id=name,
            coalesce=True,
            max_instances=1,
            # However late after a suspended night: the run brings whatever is missing.
            misfire_grace_time=None,
        )

    async def _venue(self, name: str) -> Outcome:
        outcome = await self.collector.venue(name)
        if self.collector.lacks_rates(self.venues):
            self._soon(BANK)
        return outcome

    async def _rates(self) -> Outcome:
        return await self.collector.rates(self.venues)

    async def _run(self, name: str, work: Job) -> None:
        turn, log = self.turns[name], structlog.get_logger()
        self.running[name] = asyncio.current_task()
        turn.started(self.collector.clock())
        failed = True
        try:
            failed = name in (await work()).failures
        except OracleError as error:
            log.warning("failed", source=name, reason=str(error))
        except Exception as error:
            # A mistake of ours about one source: told with all its traces, and no reason to leave the others alone.
            log.exception("failed", source=name)
            if _is_of_the_store(error):
                self.give_up()
        finally:
            del self.running[name]
        turn.ended(failed=failed)
        self._put_back(name)

    def _soon(self, name: str) -> None:
        """Run the job at once, or again if it is running: what is wanted of it now it may have passed already."""
        self.turns[name].is_owed = True
        if name not in self.running:
            self._put_back(name)

    def _put_back(self, name: str) -> None:
        if not self.scheduler.running:
            return
        turn = self.turns[name]
        job = self.scheduler.reschedule_job(name, trigger=Due(turn, self.collector.clock))
        self.metrics.next_run(name, job.next_run_time)
        structlog.get_logger().info("next run", source=name, at=job.next_run_time.isoformat(timespec="seconds"))


def _is_of_the_store(error: BaseException) -> bool:
    """DuckDB has closed the store for good; opened again it is whole."""
    if isinstance(error, BaseExceptionGroup):
        return any(map(_is_of_the_store, error.exceptions))
    return isinstance(error, duckdb.FatalException | duckdb.InternalException)


def up(
    home: Home,
    venues: frozenset[str],
    sources: Sources,
    clock: Clock,
    metrics_port: int | None,
    serving_api: "Serving | None" = None,
) -> None:
    """Collect at the due times, and answer over HTTP beside it if told how, until SIGTERM or SIGINT.

    HomeError if another collector works here, or if the store broke down: whoever started the process starts it again.
    """
    configure_logs()
    taken = frozenset(name for name in VENUES if sources.taken(name, venues))
    with _beside(home, serving_api):
        asyncio.run(_up(home, taken, sources, clock, metrics_port))


def _beside(home: Home, serving_api: "Serving | None") -> AbstractContextManager[None]:
    if serving_api is None:
        return nullcontext()
    from oracle.api.workers import beside

    return beside(home, serving_api)


async def _up(home: Home, venues: frozenset[str], sources: Sources, clock: Clock, metrics_port: int | None) -> None:
    stop, broken = _stop_signal(), asyncio.Event()
    metrics = Metrics(clock)
    log = structlog.get_logger()
    async with AsyncExitStack() as opened:
        bars = opened.enter_context(Bars(Console(stderr=True)))
        collector = Collector(home, sources, clock, bars, "oracle up", metrics.of(home))
        await opened.enter_async_context(collector)
        if metrics_port is not None:
            metrics_port = await opened.enter_async_context(serving(metrics, metrics_port))
        await opened.enter_async_context(written_now_and_then(metrics, home.metrics))

        def give_up() -> None:
            broken.set()
            stop.set()

        schedule = Schedule(collector, venues, metrics, give_up)
        schedule.start()
        log.info("up", home=str(home.path), venues=sorted(venues), metrics_port=metrics_port)
        await stop.wait()
        await schedule.stop()
    log.info("stopped")
    if broken.is_set():
        raise HomeError(f"{home.store} broke down; start again: the store is then opened anew")


def _stop_signal() -> asyncio.Event:
    """Is set by the first SIGTERM or SIGINT; a second one, or a stop that takes too long, ends the process at once."""
    stop = asyncio.Event()

    def asked() -> None:
        if stop.is_set():
            os._exit(1)
        stop.set()
        structlog.get_logger().info("stopping")
        # A batch or a publication on its thread cannot be cancelled, only left: the next start takes it up.
        abandon = threading.Timer(STOP_SECONDS, os._exit, (0,))
        abandon.daemon = True
        abandon.start()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked)
    return stop
