"""What a person sees of a running collection: a bar per source on a terminal, log lines now and then elsewhere."""

import logging
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

import structlog
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

# Off the terminal a source's progress is a line no more often than this.
PROGRESS_SECONDS = 5.0


class Watcher(Protocol):
    """Is told of a collection's progress; the collection does not care what it does with it.

    `started` may come again with more markets while a source is being collected.
    """

    def started(self, source: str, markets: int) -> None: ...
    def page(self, source: str, rows: int) -> None: ...
    def market_done(self, source: str) -> None: ...
    def failed(self, source: str, subject: str, reason: str) -> None: ...
    def finished(self, source: str) -> None: ...


@dataclass(slots=True)
class Tally:
    """What one run of one source has come to so far."""

    markets: int = 0
    done: int = 0
    pages: int = 0
    rows: int = 0
    errors: int = 0
    is_shown: bool = False
    began: float = field(default_factory=time.monotonic)
    told: float = field(default_factory=time.monotonic)

    @property
    def rate(self) -> float:
        """Pages a second since the run began."""
        return self.pages / max(time.monotonic() - self.began, 0.001)

    @property
    def seconds_left(self) -> int | None:
        """How long the rest takes at the pace of the markets so far; None before the first market is done."""
        if not self.done:
            return None
        return round((self.markets - self.done) * (time.monotonic() - self.began) / self.done)


class Bars:
    """Bars where standard error is a terminal, structured log lines where it is not."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._log = structlog.get_logger()
        self._tasks: dict[str, TaskID] = {}
        self._tallies: dict[str, Tally] = {}
        self._progress = Progress(
            TextColumn("{task.description:>10}"),
            BarColumn(24),
            MofNCompleteColumn(),
            TextColumn("markets {task.fields[pages]:>6} pages {task.fields[rate]:>6.1f} pages/s  left"),
            TimeRemainingColumn(compact=True, elapsed_when_finished=True),
            TextColumn("{task.fields[errors]} errors"),
            console=console,
            disable=not console.is_terminal,
        )

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def started(self, source: str, markets: int) -> None:
        tally = self._tallies.setdefault(source, Tally())
        tally.markets = markets
        if not tally.is_shown:
            tally.is_shown = True
            # A source that is collected day after day has one bar: the one of its last run makes way.
            if source in self._tasks:
                self._progress.remove_task(self._tasks[source])
            self._tasks[source] = self._progress.add_task(source, total=markets, pages=0, rate=0.0, errors=0)
            self._log_line("collecting", source=source, markets=markets)
        self._update(source)

    def page(self, source: str, rows: int) -> None:
        tally = self._tallies.setdefault(source, Tally())
        tally.pages += 1
        tally.rows += rows
        self._update(source)

    def market_done(self, source: str) -> None:
        self._tallies.setdefault(source, Tally()).done += 1
        self._update(source)

    def failed(self, source: str, subject: str, reason: str) -> None:
        self._tallies.setdefault(source, Tally()).errors += 1
        self._update(source)
        if self._console.is_terminal:
            self._progress.console.print(f"{source} {subject}: {reason}".replace("[", r"\["), style="yellow")
        self._log_line("failed", "warning", source=source, subject=subject, reason=reason)

    def finished(self, source: str) -> None:
        tally = self._tallies.pop(source, Tally())
        self._log_line("collected", source=source, pages=tally.pages, rows=tally.rows, errors=tally.errors)

    def _update(self, source: str) -> None:
        tally = self._tallies[source]
        if (task := self._tasks.get(source)) is not None:
            self._progress.update(
                task,
                total=tally.markets,
                completed=tally.done,
                pages=tally.pages,
                rate=tally.rate,
                errors=tally.errors,
            )
        if time.monotonic() - tally.told >= PROGRESS_SECONDS:
            tally.told = time.monotonic()
            self._log_line(
                "progress",
                source=source,
                done=tally.done,
                markets=tally.markets,
                pages=tally.pages,
                errors=tally.errors,
                pages_per_second=round(tally.rate, 1),
                seconds_left=tally.seconds_left,
            )

    def _log_line(self, event: str, level: str = "info", **values: object) -> None:
        if not self._console.is_terminal:
            self._log.log(logging.getLevelNamesMapping()[level.upper()], event, **values)
