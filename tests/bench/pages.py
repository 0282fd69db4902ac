"""Pages per second that a collection brings into archive and store, against ccxt's own implicit calls on the same twin.

The baseline is a plain client of ccxt without its limiter that asks for exactly the same pages, as many at once, and
parses them itself; nothing is checked, kept or written. The twin runs in a process of its own. The first round warms up
both and is not counted.
"""

import argparse
import asyncio
import gc
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
from common import progress, show, spread, tidy_when_ended
from running import NOW, Venue, days_before, twin_process

from oracle.collect.venue import IN_FLIGHT
from oracle.days import Span
from oracle.venues import VENUES
from oracle.venues.venue import Request

AIM = 0.7
_HOST = re.compile(r"^https?://[^/]+")


@dataclass(frozen=True, slots=True)
class Case:
    """Markets of a venue with so many days; `new`: how many of them earlier nights have not brought (0: nothing is)."""

    title: str
    venue: str
    markets: int
    days: int
    new: int = 0


CASES = {
    "night": Case("a night: two new days and the second reading of the last one", "binance", 3000, 60, 2),
    "new": Case("markets that were never asked about", "binance", 3000, 3),
    "binance": Case("full pages of 1,000 rows", "binance", 350, 3000),
    "okx": Case("full pages of 300 rows", "okx", 300, 1500),
}


@dataclass(frozen=True, slots=True)
class Round:
    """One round: pages and rows that the collection brought, its seconds, and the seconds of ccxt alone."""

    pages: int
    rows: int
    collected: float
    asked: float


def requests_of(folder: Path, venue: str, skipped: int) -> list[Request]:
    """The pages of a store but for the first `skipped`, as requests."""
    with duckdb.connect(str(folder / "store.duckdb"), read_only=True) as store:
        rows = store.execute(
            "SELECT subject, first_day, last_day FROM observations WHERE kind = 'candles' ORDER BY rowid OFFSET ?",
            [skipped],
        ).fetchall()
    return [VENUES[venue].ask_candles(symbol, Span(first, last)) for symbol, first, last in rows]


async def asked(venue: str, endpoint: str, requests: Sequence[Request]) -> float:
    """Seconds of the baseline."""
    from ccxt import async_support

    client = getattr(async_support, VENUES[venue].ccxt_id)({"enableRateLimit": False})
    client.urls["api"] = moved(client.urls["api"], endpoint)
    waiting = iter(requests)

    async def worker() -> None:
        for request in waiting:
            await getattr(client, request.method)(dict(request.params))

    try:
        begun = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for _ in range(IN_FLIGHT):
                group.create_task(worker())
        return time.perf_counter() - begun
    finally:
        await client.close()


def moved(urls: Any, endpoint: str) -> Any:
    """ccxt's addresses with the twin for their host."""
    if isinstance(urls, dict):
        return {name: moved(url, endpoint) for name, url in urls.items()}
    return _HOST.sub(endpoint, urls)


def one_round(case: Case, endpoints: dict[str, str]) -> Round:
    """Both on a fresh home."""
    with TemporaryDirectory() as folder:
        venue = Venue(case.venue, endpoints, Path(folder))
        known = 0
        if case.new:
            for back in (case.new + 1, case.new):  # the second of these nights settles all that the first has read
                venue.run(days_before(case.days - 1), days_before(back), now=NOW - timedelta(days=back))
                known += venue.watcher.pages
        gc.collect()
        collected = venue.run(days_before(case.days - 1))
        requests = requests_of(Path(folder), case.venue, known)
    if len(requests) != venue.watcher.pages:
        raise RuntimeError(f"{venue.watcher.pages} pages were collected, {len(requests)} are to be asked again")
    gc.collect()
    seconds = asyncio.run(asked(case.venue, endpoints[case.venue], requests))
    return Round(len(requests), venue.watcher.rows, collected, seconds)


def measure(case: Case, repeat: int) -> None:
    """Rounds of both, one after the other, and the table."""
    rounds: list[Round] = []
    with twin_process(case.venue, case.markets, case.days) as endpoints:
        for number in range(repeat + 1):
            rounds.append(one_round(case, endpoints))
            progress(
                f"{f'round {number}' if number else 'warm-up'}: collected in {rounds[-1].collected:.2f} s, "
                f"asked by ccxt in {rounds[-1].asked:.2f} s"
            )
    rounds = rounds[1:]
    ratio = median(each.asked / each.collected for each in rounds)
    show(
        f"pages: {case.venue}, {case.markets:,} markets, {case.title}",
        [
            ("pages, rows", f"{rounds[0].pages:,}, {rounds[0].rows:,}"),
            (
                "collected, archived and stored, pages/s",
                spread([each.pages / each.collected for each in rounds], ",.0f"),
            ),
            ("asked and parsed by ccxt, pages/s", spread([each.pages / each.asked for each in rounds], ",.0f")),
            ("RATIO collected / ccxt", f"{ratio:.2f}   aim >= {AIM}"),
        ],
    )


def main() -> None:
    """Parse and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", default=list(CASES), help=f"of {', '.join(CASES)} (default: all)")
    parser.add_argument("--repeat", type=int, default=3, help="counted rounds (default %(default)s)")
    options = parser.parse_args()
    tidy_when_ended()
    for name in options.cases:
        measure(CASES[name], options.repeat)


if __name__ == "__main__":
    main()
