"""What the benchmarks share: a tidy end, progress on stderr, medians, the table of figures and the top of a profile."""

import cProfile
import io
import pstats
import signal
import sys
from collections.abc import Sequence
from hashlib import sha256
from statistics import median

import duckdb

from oracle.store.sealed import seal

Line = tuple[str, str]


def progress(text: str) -> None:
    """One line on stderr, where it is no part of the table."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def tidy_when_ended() -> None:
    """A polite kill ends the benchmark like an error, so that its temporary folders are removed."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def spread(figures: Sequence[float], form: str = ",.2f") -> str:
    """The median and, where there are several figures, the range they lie in."""
    middle = format(median(figures), form)
    return middle if len(figures) == 1 else f"{middle}  ({format(min(figures), form)} .. {format(max(figures), form)})"


def seal_batches(connection: duckdb.DuckDBPyConnection) -> None:
    """Leaves of the log for batches that were invented in SQL."""
    for batch, count in connection.execute("SELECT batch, observations FROM batches ORDER BY rowid").fetchall():
        seal(connection, batch, [sha256(f"{batch} {number}".encode()).digest() for number in range(count)])


def show(title: str, lines: Sequence[Line]) -> None:
    """A titled table of two columns on standard output."""
    print(title)
    width = max(len(name) for name, _ in lines)
    for name, figure in lines:
        print(f"  {name:<{width}}  {figure}")


def costs(title: str, profile: cProfile.Profile, rows: int) -> None:
    """The functions that took the most time by themselves, then those that took it with what they call."""
    for order in ("tottime", "cumulative"):
        text = io.StringIO()
        pstats.Stats(profile, stream=text).strip_dirs().sort_stats(order).print_stats(rows)
        print(f"\n{title}, by {order}\n{text.getvalue().strip()}")
