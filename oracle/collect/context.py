"""What all parts of one collection share: the wish, the sources, the clock, where observations go, who watches."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from oracle.collect.line import Access, Line
from oracle.collect.pace import Deadline, Paces
from oracle.collect.plan import Wanted
from oracle.collect.progress import Watcher
from oracle.collect.record import Recorder
from oracle.days import Clock
from oracle.errors import QuestionError, SourceError
from oracle.store.writer import Store


@dataclass(frozen=True, slots=True)
class Sources:
    """How sources are reached: endpoints by name (a venue or `cbr`), the pace on or off, seconds for an answer.

    `utc_days`: UTC days are built from hourly candles besides, where a venue's own day is none.
    `own` holds what is set for single sources, over the rest. `paces` outlives a run: who collects again and again
    keeps one `Sources`, so that a ban, a hold or an open breaker of one run still counts in the next.
    """

    endpoints: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    paced: bool = True
    timeout: float = 30.0
    user_agent: str | None = None
    proxy: str | None = None
    deadline_minutes: float | None = None
    utc_days: bool = False
    own: Mapping[str, Access] = field(default_factory=dict)
    paces: Paces = field(default_factory=Paces)

    def access(self, name: str) -> Access:
        """What holds for one source."""
        own = self.own.get(name, Access())
        named = self.endpoints.get(name, ())
        return replace(
            own,
            endpoints=own.endpoints or ((named,) if isinstance(named, str) else named),
            proxy=own.proxy or self.proxy,
            timeout=own.timeout or self.timeout,
            user_agent=own.user_agent or self.user_agent,
        )

    def taken(self, name: str, wanted: frozenset[str]) -> bool:
        """Whether a run asks this source; QuestionError if it is wanted by name and switched off."""
        enabled = self.access(name).enabled
        if name in wanted and not enabled:
            raise QuestionError(f"{name} is switched off by sources.{name}.enabled; see `oracle settings`")
        return enabled and (not wanted or name in wanted)


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
    deadline: Deadline = field(init=False)

    def __post_init__(self) -> None:
        self.deadline = Deadline(self.sources.deadline_minutes, self.sources.paces.timer.now())

    def line(self, source: str, per_minute: float) -> Line:
        """The line to a source for this run, to be entered."""
        sources = self.sources
        return Line(
            source,
            sources.access(source),
            sources.paces,
            self.deadline,
            clock=self.clock,
            per_minute=per_minute,
            paced=sources.paced,
            tell=lambda text: self.watcher.failed(source, "", text),
        )

    def failed(self, source: str, subject: str, error: SourceError) -> None:
        """Note a failure; the run goes on without what failed. What stops a whole source is told before all else."""
        if subject:
            self.outcome.failures.setdefault(source, f"{subject}: {error}")
        else:
            self.outcome.failures[source] = str(error)
        self.watcher.failed(source, subject, str(error))
