"""A million candles end to end: asked of the twin, archived, stored, published, and one question answered.

The baseline is ccxt's own implicit calls for exactly the same pages, which keep nothing. Seconds are told by part; what
archive and store take lies within the collection, for they work on threads of their own.
"""

import argparse
import asyncio
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from common import show, tidy_when_ended
from pages import asked, requests_of
from running import NOW, Venue, days_before, twin_process

from oracle.archive import Archive
from oracle.ask import Question, ask
from oracle.knowledge import knowledge
from oracle.publish import publish
from oracle.store.reads import Reads
from oracle.store.writer import Store
from oracle.twin.invented import MANY_UNTIL
from oracle.venues import VENUES


@contextmanager
def watched(seconds: dict[str, float]) -> Iterator[None]:
    """Seconds within the archive and the store, added up."""

    def timed(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any) -> Any:
            begun = time.perf_counter()
            try:
                return method(*given)
            finally:
                seconds[name] += time.perf_counter() - begun

        return call

    with (
        patch.object(Archive, "append", timed("archive", Archive.append)),
        patch.object(Store, "record", timed("store", Store.record)),
    ):
        yield


def main() -> None:
    """Parse and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--markets", type=int, default=334, help="of the venue (default %(default)s)")
    parser.add_argument("--days", type=int, default=3000, help="days of each market (default %(default)s)")
    parser.add_argument("--venue", choices=sorted(VENUES), default="binance", help="default %(default)s")
    options = parser.parse_args()
    tidy_when_ended()
    parts = {"archive": 0.0, "store": 0.0}
    with twin_process(options.venue, options.markets, options.days) as endpoints, TemporaryDirectory() as folder:
        home = Path(folder)
        venue = Venue(options.venue, endpoints, home)
        with watched(parts):
            collected = venue.run(days_before(options.days - 1))
        held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        begun = time.perf_counter()
        with Store(home / "store.duckdb") as store:
            published = publish(store, home / "published", knowledge(), NOW).path
        publishing = time.perf_counter() - begun
        begun = time.perf_counter()
        with Reads(published) as reads:
            answer = ask(reads, Question("C0001", MANY_UNTIL), NOW)
        answering = time.perf_counter() - begun
        base = asyncio.run(
            asked(options.venue, endpoints[options.venue], requests_of(home, options.venue, 0)),
        )
    rows, whole = venue.watcher.rows, collected + publishing + answering
    show(
        f"end to end: {options.venue}, {rows:,} candles in {venue.watcher.pages:,} pages",
        [
            ("collected, s", f"{collected:.2f}"),
            ("  of these in the archive, in the store, s", f"{parts['archive']:.2f}, {parts['store']:.2f}"),
            ("published, s", f"{publishing:.2f}"),
            ("one question answered, s", f"{answering:.3f} ({len(answer.quotations)} quotations)"),
            ("collected, candles/s", f"{rows / collected:,.0f}"),
            ("end to end, candles/s", f"{rows / whole:,.0f}"),
            ("only asked and parsed by ccxt, s", f"{base:.2f}"),
            ("RATIO end to end / ccxt", f"{base / whole:.2f}"),
            ("peak memory while collecting, while publishing too", f"{held:,.0f} MiB, {_peak():,.0f} MiB"),
        ],
    )


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
