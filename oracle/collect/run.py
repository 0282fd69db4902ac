"""A collection run: every wanted venue side by side, and the official rates, into the archive and the store."""

import asyncio

from oracle.archive import Archive
from oracle.collect.context import Context, Outcome, Sources
from oracle.collect.plan import Wanted
from oracle.collect.progress import Watcher
from oracle.collect.rates import collect_rates
from oracle.collect.record import Recorder, catch_up
from oracle.collect.venue import VenueRun
from oracle.days import Clock
from oracle.store.writer import Store
from oracle.venues import VENUES


async def collect(
    archive: Archive,
    store: Store,
    wanted: Wanted,
    sources: Sources,
    *,
    clock: Clock,
    watcher: Watcher,
    fiat: frozenset[str],
) -> Outcome:
    """Bring in what is missing. A source's failure ends that source only; everything kept is on disk afterwards."""
    archive.clear_leftovers()
    catch_up(archive, store)
    store.settle()
    context = Context(store, Recorder(archive, store, clock), wanted, sources, clock, watcher, fiat)
    runs = [VenueRun(context, venue) for name, venue in VENUES.items() if not wanted.venues or name in wanted.venues]
    try:
        async with asyncio.TaskGroup() as group:
            for run in runs:
                group.create_task(run())
            group.create_task(collect_rates(context, runs))
    finally:
        await context.keep.flush()
    return context.outcome
