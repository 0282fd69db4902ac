"""What a person sees of a running collection: a bar per venue on a terminal, a line per venue elsewhere."""

import logging
from types import TracebackType
from typing import Protocol, Self

import structlog
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn


class Watcher(Protocol):
    """Is told of a collection's progress; the collection does not care what it does with it."""

    def started(self, source: str, markets: int) -> None: ...
    def page(self, source: str, rows: int) -> None: ...
    def market_done(self, source: str) -> None: ...
    def failed(self, source: str, subject: str, reason: str) -> None: ...
    def finished(self, source: str) -> None: ...


class Bars:
    """Bars where standard error is a terminal, structured log lines where it is not."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._log = structlog.get_logger()
        self._tasks: dict[str, TaskID] = {}
        self._pages: dict[str, int] = {}
        self._rows: dict[str, int] = {}
        self._errors: dict[str, int] = {}
        self._progress = Progress(
            TextColumn("{task.description:>10}"),
            BarColumn(24),
            MofNCompleteColumn(),
            TextColumn(
                "markets  {task.fields[pages]} pages  {task.fields[rows]} candles  {task.fields[errors]} errors"
            ),
            TimeElapsedColumn(),
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
        self._tasks[source] = self._progress.add_task(source, total=markets, pages=0, rows=0, errors=0)
        self._log_line("collecting", source=source, markets=markets)

    def page(self, source: str, rows: int) -> None:
        self._pages[source] = self._pages.get(source, 0) + 1
        self._rows[source] = self._rows.get(source, 0) + rows
        self._update(source)

    def market_done(self, source: str) -> None:
        self._update(source, advance=1)

    def failed(self, source: str, subject: str, reason: str) -> None:
        self._errors[source] = self._errors.get(source, 0) + 1
        self._update(source)
        if self._console.is_terminal:
            self._progress.console.print(f"{source} {subject}: {reason}".replace("[", r"\["), style="yellow")
        self._log_line("failed", "warning", source=source, subject=subject, reason=reason)

    def finished(self, source: str) -> None:
        self._log_line(
            "collected",
            source=source,
            pages=self._pages.get(source, 0),
            rows=self._rows.get(source, 0),
            errors=self._errors.get(source, 0),
        )

    def _update(self, source: str, advance: int = 0) -> None:
        if (task := self._tasks.get(source)) is not None:
            self._progress.update(
                task,
                advance=advance,
                pages=self._pages.get(source, 0),
                rows=self._rows.get(source, 0),
                errors=self._errors.get(source, 0),
            )

    def _log_line(self, event: str, level: str = "info", **values: object) -> None:
        if not self._console.is_terminal:
            self._log.log(logging.getLevelNamesMapping()[level.upper()], event, **values)
