"""Seconds to plan a night over 20,000 markets, and the requests of a fresh store for 20,000 markets of ten years.

The store is as a night finds it: all days until the day before yesterday answered, the last of them to be read again,
one market in a hundred with a gap, and some that were never asked about. The baseline reads the same markets and spans
out of the store and plans nothing. The minimum of requests is computed apart from the planner.
"""

import argparse
import resource
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from math import ceil
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from common import progress, show, spread, tidy_when_ended

from oracle.collect.context import Sources
from oracle.collect.forecast import forecast
from oracle.collect.plan import Estimate, Wanted
from oracle.days import last_closed
from oracle.store.writer import Store
from oracle.venues import VENUES
from oracle.venues.venue import Paging, Venue

AIM = 2.0
NOW = datetime(2026, 7, 1, 18, 26, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asked for."""

    markets: int
    years: int
    new: int
    candles: int
    repeat: int


def fill(store: Store, options: Options, *, is_fresh: bool) -> None:
    """The markets, spread evenly over the venues, and, unless fresh, what earlier nights have brought of them."""
    names = sorted(VENUES)
    given = [names, options.markets, NOW]
    store.connection.execute(
        """INSERT INTO markets SELECT $1[i % len($1) + 1], format('C{:05}USDT', i), format('C{:05}', i), 'USDT', 'live',
           $3, $3, 'invented' FROM range($2) t(i)""",
        given,
    )
    if is_fresh:
        return
    for name, venue in VENUES.items():
        last = last_closed(NOW - timedelta(days=1), venue.opens)
        first = last - timedelta(days=365 * options.years)
        values = {"venue": name, "first": first, "last": last, "new": options.new, "candles": options.candles}
        for statement in _ANSWERED.split(";"):
            used = {key: value for key, value in values.items() if f"${key}" in statement}
            store.connection.execute(statement, used)


# Of the candles only the newest and the oldest of each market: they are asked for the oldest day.
_ANSWERED = """
CREATE OR REPLACE TEMP TABLE had AS SELECT *, regexp_extract(symbol, '[0-9]+')::INTEGER AS number FROM markets
    WHERE venue = $venue AND regexp_extract(symbol, '[0-9]+')::INTEGER >= $new;
INSERT INTO settled
    SELECT venue, symbol, $first, $last - 401 FROM had WHERE number % 100 = 0
    UNION ALL SELECT venue, symbol, $last - 400 + 2, $last - 1 FROM had WHERE number % 100 = 0
    UNION ALL SELECT venue, symbol, $first, $last - 1 FROM had WHERE number % 100 <> 0;
INSERT INTO readings SELECT venue, symbol, $last::DATE, $last::TIMESTAMP + INTERVAL 30 HOUR FROM had;
INSERT INTO candles
    SELECT venue, symbol, ($last - ago)::DATE, 1, 2, 1, 1, 1, 1, 1, 1, '1', '1', '1', 'invented',
        $last::TIMESTAMP + INTERVAL 30 HOUR, NULL
    FROM had, (SELECT unnest(list_append(range($candles), ($last::DATE - $first::DATE)::BIGINT))::INTEGER AS ago)
"""


def minimum(venue: Venue, days: int) -> int:
    """Requests that bring `days` closed days of a market that was never asked about, and prove that it has no more.

    As `tests/collect/test_requests.py` has it, which compares it with the requests that are sent.
    """
    if venue.reach_days is not None:
        days = min(days, venue.reach_days)
    pages = ceil(days / venue.page_days)
    last = last_closed(NOW, venue.opens)
    if venue.reach_days is not None or venue.paging is Paging.OLDEST:
        return pages
    if venue.page_days >= (last - venue.first_day).days + 1:
        return 1
    if days >= (last - venue.first_day).days + 1:
        return pages
    if venue.paging is Paging.RANGE and last - timedelta(days=2 * venue.page_days) < venue.first_day:
        return 2
    return pages + (1 if days % venue.page_days else 2)


def timed(store: Store, wanted: Wanted) -> tuple[float, list[Estimate]]:
    """Seconds of a plan, and the plan."""
    begun = time.perf_counter()
    plan = forecast(store, wanted, Sources(), NOW)
    return time.perf_counter() - begun, plan


def only_read(store: Store) -> float:
    """The baseline: seconds to read what a plan is made of."""
    begun = time.perf_counter()
    for name in VENUES:
        store.markets(name)
        store.answered(name)
        store.due(name, NOW)
        store.quarantined(name)
        store.first_candles(name)
    return time.perf_counter() - begun


def night(options: Options, folder: Path) -> None:
    """The plan of a night."""
    with Store(folder / "night.duckdb") as store:
        fill(store, options, is_fresh=False)
        progress("the store of a night is filled")
        runs = [timed(store, Wanted()) for _ in range(options.repeat + 1)]
        base = [only_read(store) for _ in range(options.repeat)]
    seconds = [each for each, _ in islice(runs, 1, None)]
    plan = runs[0][1]
    show(
        f"plan: a night of {sum(each.markets for each in plan):,} markets of {len(plan)} venues",
        [
            ("requests at least .. at most", f"{sum(e.least for e in plan):,} .. {sum(e.most for e in plan):,}"),
            ("the first plan, which settles the last night, s", f"{runs[0][0]:.2f}"),
            ("planned, s", f"{spread(seconds)}   aim < {AIM:g}"),
            ("only read out of the store, s", spread(base)),
            ("RATIO planned / only read", f"{median(seconds) / median(base):.2f}"),
            ("peak memory of this process", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB"),
        ],
    )


def backfill(options: Options, folder: Path) -> None:
    """The requests of a fresh store."""
    days = 365 * options.years
    since: date = NOW.date() - timedelta(days=days)
    with Store(folder / "fresh.duckdb") as store:
        fill(store, options, is_fresh=True)
        seconds, plan = timed(store, Wanted())
        _, within = timed(store, Wanted(since=since))
    show(
        f"requests: {options.markets:,} markets x {options.years} years, nothing known ({seconds:.2f} s to plan)",
        [(each.venue, _line(each, VENUES[each.venue], days)) for each in within],
    )
    least = sum(each.markets * minimum(VENUES[each.venue], days) for each in within)
    pages = sum(
        each.markets * ceil(min(days, VENUES[each.venue].reach_days or days) / VENUES[each.venue].page_days)
        for each in within
    )
    lists = len(within)
    most = sum(each.most for each in within) - lists
    show(
        "in all, but for the lists of markets",
        [
            ("pages that hold the days, nothing proved", f"{pages:,}"),
            ("minimum with the proofs of where markets begin", f"{least:,}"),
            (f"planned at most with --since {since}", f"{most:,}"),
            ("planned at most for all there is", f"{sum(each.most for each in plan) - lists:,}"),
            ("RATIO minimum with the proofs / pages that hold the days", f"{least / pages:.3f}"),
            ("RATIO planned at most / minimum with the proofs", f"{most / least:.3f}"),
        ],
    )


def _line(plan: Estimate, venue: Venue, days: int) -> str:
    least = plan.markets * minimum(venue, days)
    return (
        f"{plan.markets:>6,} markets  {venue.page_days:>6,} a page  {least:>7,} requests are the minimum,"
        f" {least / venue.pace_per_minute / 60:.1f} h  planned {plan.least - 1:,} .. {plan.most - 1:,}"
    )


def main() -> None:
    """Parse and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--markets", type=int, default=20_000, help="of all venues together (default %(default)s)")
    parser.add_argument("--years", type=int, default=10, help="of each market (default %(default)s)")
    parser.add_argument("--new", type=int, default=500, help="markets never asked about (default %(default)s)")
    parser.add_argument("--candles", type=int, default=200, help="of each market (default %(default)s)")
    parser.add_argument("--repeat", type=int, default=3, help="counted rounds (default %(default)s)")
    options = Options(**vars(parser.parse_args()))
    tidy_when_ended()
    with TemporaryDirectory() as folder:
        night(options, Path(folder))
        backfill(options, Path(folder))


if __name__ == "__main__":
    main()
