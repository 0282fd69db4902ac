"""Seconds to judge 15 venues, 20,000 markets and 10 years, against DuckDB adding up the same candles; and of a new day.

The baseline adds up turnover by venue, day and quote asset as exact decimals, on the same rows and settings. A new day
is one batch with a candle of every live market: what is measured is from the recorded batch to its verdicts.
"""

import argparse
import cProfile
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TypeVar

import duckdb
from common import costs, progress, show, spread, tidy_when_ended
from decade import NOW, SHARE, fill, one_day

from oracle.days import DAY
from oracle.judge import judge
from oracle.knowledge import Knowledge, knowledge
from oracle.publish import publish
from oracle.standing import bring_up_to_date
from oracle.store.writer import Store

AIM, AIM_DAY = 2.0, 0.5
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asked for."""

    markets: int
    days: int
    repeat: int
    publish: bool
    store: Path | None
    profile: bool
    top: int


def timed(run: Callable[[], T]) -> tuple[float, T]:
    """Seconds that `run` takes, and what it gives."""
    begun = time.perf_counter()
    result = run()
    return time.perf_counter() - begun, result


def added_up(source: duckdb.DuckDBPyConnection) -> int:
    """The baseline: how many sums there are."""
    source.execute(
        """CREATE OR REPLACE TEMP TABLE added_up AS
           SELECT venue, day, quote, sum(turnover_low) AS low, sum(turnover_high) AS high
           FROM candles JOIN markets USING (venue, symbol) WHERE known_to IS NULL GROUP BY ALL"""
    )
    ((groups,),) = source.execute("SELECT count(*) FROM added_up").fetchall()
    return int(groups)


def measure(options: Options, folder: Path) -> None:
    """Fill once, then rounds of both, one after the other, the first not counted; then new days; and the table."""
    known = knowledge()
    path = options.store or folder / "store.duckdb"
    fresh = not path.exists()
    with Store(path) as store:
        if fresh:
            seconds, _ = timed(lambda: fill(store, known, options.markets, options.days))
            progress(f"filled in {seconds:.1f} s")
        base, whole, groups, verdicts = rounds(store, known, options)
        # The first time everything is judged and kept.
        new_day(store, known, 0)
        days = [new_day(store, known, number + 1) for number in range(options.repeat)]
        publishing = [publication(store, known, folder, number) for number in range(options.repeat * options.publish)]
        ((candles,),) = store.connection.execute("SELECT count(*) FROM candles").fetchall()
        if options.profile:
            profiled(store, known, options.top)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    judging, recording = [judged for judged, _ in days], [recorded for _, recorded in days]
    print()
    show(
        f"verdicts: {len(SHARE)} venues, {options.markets:,} markets, {options.days:,} days",
        [
            ("candles, sums, verdicts", f"{candles:,}, {groups:,}, {verdicts:,}"),
            ("added up by DuckDB, s", spread(base)),
            ("everything judged, s", spread(whole)),
            ("RATIO judged / added up", f"{median(whole) / median(base):.2f}   aim <= {AIM:g}"),
            ("one new day recorded, s", spread(recording)),
            ("one new day judged, s", f"{spread(judging)}   aim < {AIM_DAY:g}"),
            *([("published, all of it, s", spread(publishing))] if publishing else []),
            ("peak memory of this process", f"{peak:,.0f} MiB"),
        ],
    )


def rounds(store: Store, known: Knowledge, options: Options) -> tuple[list[float], list[float], int, int]:
    """Seconds of adding up and of judging everything, and how many sums and verdicts there are."""
    base, whole = [], []
    for number in range(options.repeat + 1):
        with store.one_state() as source:
            adding, groups = timed(lambda: added_up(source))
            judging, judgement = timed(lambda: judge(source, known))
            verdicts = len(judgement.verdicts)
        progress(f"{f'round {number}' if number else 'warm-up'}: added up {adding:.2f} s, judged {judging:.2f} s")
        if number:
            base.append(adding)
            whole.append(judging)
    return base, whole, groups, verdicts


def new_day(store: Store, known: Knowledge, number: int) -> tuple[float, float]:
    """Seconds to judge what one new day changes, and to record it."""
    ((newest,),) = store.connection.execute("SELECT max(day) FROM candles").fetchall()
    batches = one_day(store, newest + DAY)
    stamp = f"{newest + DAY}/{number:02}"

    def record() -> None:
        for part, (observations, readings) in enumerate(batches):
            store.record(f"{stamp}-{part:02}", observations, readings)

    recording, _ = timed(record)
    taken: list[float] = []
    with store.one_state(lambda connection: taken.append(timed(lambda: bring_up_to_date(connection, known))[0])):
        judging = taken[0]
    progress(f"{newest + DAY}: recorded {recording:.2f} s, judged {judging:.2f} s")
    return judging, recording


def publication(store: Store, known: Knowledge, folder: Path, number: int) -> float:
    """Seconds of one publication into an empty folder."""
    with TemporaryDirectory(dir=folder) as empty:
        seconds, _ = timed(lambda: publish(store, Path(empty), known, NOW.replace(second=number)))
    progress(f"published in {seconds:.2f} s")
    return seconds


def profiled(store: Store, known: Knowledge, top: int) -> None:
    """Judging everything under cProfile."""
    whole, day = cProfile.Profile(), cProfile.Profile()
    ((newest,),) = store.connection.execute("SELECT max(day) FROM candles").fetchall()
    for part, (observations, readings) in enumerate(one_day(store, newest + DAY)):
        store.record(f"profiled/{newest}-{part:02}", observations, readings)
    with store.one_state(lambda connection: day.runcall(bring_up_to_date, connection, known)) as source:
        whole.runcall(judge, source, known)
    costs("judging everything (cProfile slows it down)", whole, top)
    costs("judging one new day (cProfile slows it down)", day, top)


def main() -> None:
    """Parse and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--markets", type=int, default=20_000, help="markets of all venues (default %(default)s)")
    parser.add_argument("--days", type=int, default=3650, help="days of the longest markets (default %(default)s)")
    parser.add_argument("--repeat", type=int, default=3, help="counted rounds (default %(default)s)")
    parser.add_argument("--publish", action="store_true", help="also whole publications")
    parser.add_argument("--store", type=Path, help="a store to keep: filled if it is not there, used again if it is")
    parser.add_argument("--profile", action="store_true", help="one more judgement under cProfile")
    parser.add_argument("--top", type=int, default=25, help="functions shown of a profile (default %(default)s)")
    options = Options(**vars(parser.parse_args()))
    tidy_when_ended()
    with TemporaryDirectory() as folder:
        measure(options, Path(folder))


if __name__ == "__main__":
    main()
