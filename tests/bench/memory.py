"""Resident memory of the collecting process over nights of 20,000 markets, sampled while it collects.

The twin, in a process of its own, shares its rows among the markets. The first night brings markets that were never
asked about, the next one reads a day again and brings new ones. The baseline is the process when all is imported.
"""

import argparse
import gc
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from common import Line, progress, show, tidy_when_ended
from running import NOW, Venue, days_before, twin_process

from oracle.venues import VENUES

AIM = 500
EVERY = 0.1


@dataclass(slots=True)
class Samples:
    """MiB of resident memory of this process, one after the other."""

    taken: list[float] = field(default_factory=list)

    def growth(self) -> float:
        """From the middle of the samples to their end, each as the median of a tenth of them."""
        tenth = max(len(self.taken) // 10, 1)
        middle = len(self.taken) // 2
        return _middle(self.taken[-tenth:]) - _middle(self.taken[middle : middle + tenth])


def resident() -> float:
    """MiB of resident memory now."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * 4096 / 2**20


@contextmanager
def sampled() -> Iterator[Samples]:
    """Samples of the block."""
    samples, ended = Samples(), threading.Event()

    def watch() -> None:
        while not ended.wait(EVERY):
            samples.taken.append(resident())

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield samples
    finally:
        ended.set()
        thread.join()


def night(venue: Venue, first: int, back: int, title: str) -> list[Line]:
    """One night, as lines of the table."""
    gc.collect()
    start = resident()
    begun = time.perf_counter()
    with sampled() as samples:
        venue.run(days_before(first), days_before(back), now=NOW - timedelta(days=back))
    seconds = time.perf_counter() - begun
    progress(f"{title}: {seconds:.1f} s")
    rows = f"{venue.watcher.pages:,} pages, {venue.watcher.rows:,} rows, {seconds:.1f} s"
    peak = max(samples.taken)
    return [
        (title, rows),
        ("  start, peak, end, MiB", f"{start:,.0f}, {peak:,.0f}, {resident():,.0f}   aim < {AIM}"),
        ("  growth in the second half, MiB", f"{samples.growth():+,.0f}"),
    ]


def _middle(figures: list[float]) -> float:
    return sorted(figures)[len(figures) // 2]


def main() -> None:
    """Parse and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--markets", type=int, default=20_000, help="of the venue (default %(default)s)")
    parser.add_argument("--days", type=int, default=60, help="days of each market (default %(default)s)")
    parser.add_argument("--nights", type=int, default=2, help="after the first collection (default %(default)s)")
    parser.add_argument("--venue", choices=sorted(VENUES), default="binance", help="default %(default)s")
    options = parser.parse_args()
    tidy_when_ended()
    from ccxt import async_support  # noqa: F401 - a collector has it from its first venue on

    imported = resident()
    with twin_process(options.venue, options.markets, options.days) as endpoints, TemporaryDirectory() as folder:
        venue = Venue(options.venue, endpoints, Path(folder))
        lines: list[Line] = [("all imported, MiB", f"{imported:,.0f}")]
        for back in range(options.nights, -1, -1):
            title = "first collection" if back == options.nights else f"night {options.nights - back}"
            lines += night(venue, options.days - 1, back, title)
    show(f"memory: {options.venue}, {options.markets:,} markets x {options.days} days", lines)


if __name__ == "__main__":
    main()
