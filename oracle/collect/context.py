"""What all parts of one collection share: the wish, the sources, the clock, where observations go, who watches."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

from oracle.collect.plan import Wanted
from oracle.collect.progress import Watcher
from oracle.collect.record import Recorder
from oracle.days import Clock
from oracle.errors import SourceError
from oracle.store.writer import Store


@dataclass(frozen=True, slots=True)
class Sources:
    """How sources are reached: an endpoint by name (a venue or `cbr`), the pace on or off, seconds for an answer."""

    endpoints: dict[str, str] = field(default_factory=dict)
    paced: bool = True
    timeout: float = 30.0


@dataclass(slots=True)
class Outcome:
    """What a run came to: by source, the first reason of failure; candle pages read; names of markets met."""

    failures: dict[str, str] = field(default_factory=dict)
    candle_pages: int = 0
    matched: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Context:
    """One collection. `fiat` holds the currencies that may need an official rate.

    `lists_for`: a market list younger than this is not asked for again unless a market is wished that it does not
    hold; None asks always. `rates_turn`: runs at the same time ask the Bank of Russia one after the other.
    """

    store: Store
    keep: Recorder
    wanted: Wanted
    sources: Sources
    clock: Clock
    watcher: Watcher
    fiat: frozenset[str]
    outcome: Outcome = field(default_factory=Outcome)
    lists_for: timedelta | None = None
    rates_turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def failed(self, source: str, subject: str, error: SourceError) -> None:
        """Note a failure; the run goes on without what failed."""
        self.outcome.failures.setdefault(source, f"{subject}: {error}" if subject else str(error))
        self.watcher.failed(source, subject, str(error))
