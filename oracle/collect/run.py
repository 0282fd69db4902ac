"""A collection run: every wanted venue side by side, and the official rates, into the archive and the store."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine

from oracle.archive import Archive
from oracle.bank_of_russia import NAME as BANK
from oracle.collect.context import Context, Outcome, Sources
from oracle.collect.plan import Wanted
from oracle.collect.progress import Watcher
from oracle.collect.rates import collect_rates
from oracle.collect.record import Recorder, catch_up
from oracle.collect.venue import VenueRun
from oracle.days import Clock
from oracle.errors import OracleError
from oracle.store.writer import Store
from oracle.venues import VENUES

# Is told of each source when all that it brought is in the store.
Finished = Callable[[str], None]


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
    return await run(context)


async def run(context: Context, finished: Finished = lambda _: None) -> Outcome:
    """The wanted venues and the rates that their markets need; `finished` is told of each as soon as it is stored."""
    taken, wanted = context.sources.taken, context.wanted
    runs = [VenueRun(context, venue) for name, venue in VENUES.items() if taken(name, wanted.venues)]
    quotes = [each.quotes for each in runs]
    oldest = min((each.venue.first_day for each in runs), default=None)
    works = {each.venue.name: each() for each in runs}
    return await _together(context, finished, {**works, BANK: collect_rates(context, quotes, oldest)})


async def run_venue(context: Context, name: str, finished: Finished = lambda _: None) -> Outcome:
    """One venue without the rates."""
    return await _together(context, finished, {name: VenueRun(context, VENUES[name])()})


async def run_rates(context: Context, finished: Finished = lambda _: None) -> Outcome:
    """The rates that the quote assets of the wanted venues' known markets need, without any venue."""
    venues = [venue for name, venue in VENUES.items() if not context.wanted.venues or name in context.wanted.venues]
    known: asyncio.Future[set[str]] = asyncio.get_running_loop().create_future()
    known.set_result(context.store.quotes(frozenset(venue.name for venue in venues)))
    oldest = min(venue.first_day for venue in venues)
    return await _together(context, finished, {BANK: collect_rates(context, [known], oldest)})


async def _together(context: Context, finished: Finished, works: dict[str, Coroutine[None, None, None]]) -> Outcome:
    async def each(source: str, work: Awaitable[None]) -> None:
        await work
        await context.keep.flush()
        finished(source)

    try:
        async with asyncio.TaskGroup() as group:
            for source, work in works.items():
                group.create_task(each(source, work))
    except ExceptionGroup as errors:
        expected, others = errors.split(OracleError)
        if others or expected is None:
            raise
        # A full disk meets every source: the first one tells it.
        raise _first(expected) from None
    finally:
        await context.keep.flush()
    return context.outcome


def _first(errors: ExceptionGroup[OracleError]) -> OracleError:
    first = errors.exceptions[0]
    return _first(first) if isinstance(first, ExceptionGroup) else first
