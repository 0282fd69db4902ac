"""The collector of one home: opened once, it runs for many venues at once and publishes as they finish."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import date
from types import TracebackType
from typing import Protocol, Self

from oracle.archive import Archive
from oracle.collect.context import Context, Outcome, Sources
from oracle.collect.plan import Wanted
from oracle.collect.progress import Watcher
from oracle.collect.rates import FIRST, RATES_BEFORE
from oracle.collect.record import Recorder, catch_up
from oracle.collect.run import run, run_rates, run_venue
from oracle.days import Clock, Span, missing, moscow_date
from oracle.knowledge import Knowledge, knowledge
from oracle.operate.due import LISTS_FOR
from oracle.operate.lock import only_collector
from oracle.publish import Published, publish
from oracle.publisher import Publisher
from oracle.settings import Home, signer
from oracle.store.writer import Store
from oracle.terms import Observation, Reading
from oracle.venues import VENUES


class Witness(Protocol):
    """Is told of what a collector does, for metrics and logs."""

    def observed(self, observation: Observation, reading: Reading | None) -> None: ...
    def published(self, published: Published, seconds: float) -> None: ...


class Nobody:
    """A witness that keeps nothing."""

    def observed(self, observation: Observation, reading: Reading | None) -> None: ...
    def published(self, published: Published, seconds: float) -> None: ...


@dataclass
class Collector:
    """Holds the home's lock, its store and archive for the block; `command` names itself to whoever is refused.

    Its runs share one recorder, and every source that finishes makes a publication due, which waits for no other.
    """

    home: Home
    sources: Sources
    clock: Clock
    watcher: Watcher
    command: str
    witness: Witness = field(default_factory=Nobody)

    async def __aenter__(self) -> Self:
        self._known: Knowledge = knowledge(self.home.path)
        async with AsyncExitStack() as opened:
            opened.enter_context(only_collector(self.home.path, self.command, self.clock()))
            self._store = opened.enter_context(Store(self.home.store))
            archive = Archive(self.home.archive)
            archive.clear_leftovers()
            await asyncio.to_thread(catch_up, archive, self._store)
            self._keep = Recorder(archive, self._store, self.clock, self.witness.observed)
            self.publisher = Publisher(self._publish, self.witness.published)
            # Before the store is closed: a publication reads it on a thread of its own.
            opened.push_async_callback(self.publisher.close)
            self._rates_turn = asyncio.Lock()
            self._opened = opened.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._opened.aclose()

    async def collect(self, wish: Wanted) -> Outcome:
        """Everything of the wish, asking for the market lists; each source is published as it finishes."""
        await self._ready()
        return await run(self._context(wish), self._finished)

    async def venue(self, name: str) -> Outcome:
        """One venue up to its last closed day, by a market list of this week."""
        await self._ready()
        context = self._context(Wanted(venues=frozenset((name,))))
        context.lists_for = LISTS_FOR
        return await run_venue(context, name, self._finished)

    async def rates(self, venues: frozenset[str]) -> Outcome:
        """The official rates that the markets of these venues need, as far as the Bank has set them."""
        await self._ready()
        return await run_rates(self._context(Wanted(venues=venues)), self._finished)

    async def _ready(self) -> None:
        await self._keep.recover()
        await asyncio.to_thread(self._store.settle)

    def newest_rate(self) -> date | None:
        """The newest date whose rate is known."""
        return self._store.newest_rate(FIRST)

    def lacks_rates(self, venues: frozenset[str]) -> bool:
        """Whether a rate that the venues' markets need is not known up to today."""
        needed = (self._store.quotes(venues) & self._known.assets.of_kind("fiat") | {FIRST, "EUR"}) - {"RUB"}
        oldest = min(VENUES[name].first_day for name in venues)
        days = Span(oldest - RATES_BEFORE, moscow_date(self.clock()))
        return any(missing(days, self._store.rates_answered(currency)) for currency in needed)

    def _context(self, wish: Wanted) -> Context:
        fiat = self._known.assets.of_kind("fiat")
        return Context(
            self._store, self._keep, wish, self.sources, self.clock, self.watcher, fiat, rates_turn=self._rates_turn
        )

    def _finished(self, _source: str) -> None:
        self.publisher.wish()

    def _publish(self) -> Published:
        return publish(self._store, self.home.published, self._known, self.clock(), signer(self.home))
