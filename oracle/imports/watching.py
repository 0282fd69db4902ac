"""What a person sees of a running import: a bar on a terminal, a line of JSON at each step elsewhere."""

import sys
from types import TracebackType
from typing import Self

import structlog
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn


class Watching:
    """Shows how many of the files a step has done."""

    def __init__(self, title: str, files: int) -> None:
        console = Console(stderr=True)
        self._title, self._files, self._terminal = title, files, console.is_terminal
        self._progress = Progress(
            TextColumn("{task.description:>24}"),
            BarColumn(24),
            MofNCompleteColumn(),
            TextColumn("files"),
            TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._task: TaskID | None = None
        # A log of its own: an import may run where nothing has configured one.
        self._log = structlog.wrap_logger(
            structlog.PrintLogger(sys.stderr),
            processors=[
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.processors.add_log_level,
                structlog.processors.JSONRenderer(),
            ],
        )

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def started(self, doing: str) -> None:
        """A step begins."""
        self._task = self._progress.add_task(f"{doing} {self._title}", total=self._files)
        if not self._terminal:
            self._log.info(doing, format=self._title, files=self._files)

    def done(self) -> None:
        """One file is done."""
        if self._task is not None:
            self._progress.advance(self._task)
