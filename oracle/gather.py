"""What `oracle collect` does as a whole: open the home, run a collection with its progress, publish."""

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console

from oracle.archive import Archive
from oracle.collect.context import Outcome, Sources
from oracle.collect.forecast import forecast
from oracle.collect.plan import Estimate, Wanted
from oracle.collect.progress import Bars
from oracle.collect.record import catch_up
from oracle.collector import Collector
from oracle.days import Clock, parse_day
from oracle.errors import QuestionError
from oracle.knowledge import Knowledge, knowledge
from oracle.operate.lock import only_collector
from oracle.operate.logs import configure_logs
from oracle.publish import Published, publish
from oracle.settings import Home, signer
from oracle.store.writer import Store
from oracle.venues import venue_named


@dataclass(frozen=True, slots=True)
class Gathered:
    """The published file, lines for the operator, and whether any source failed."""

    published: Path
    lines: list[str]
    failed: bool


def wanted(
    venues: list[str] | None,
    markets: list[str] | None,
    coins: list[str] | None,
    since: str | None,
    until: str | None,
    *,
    again: bool = False,
) -> Wanted:
    """The wish of a command line; QuestionError for what it cannot mean."""
    first, last = since and parse_day(since), until and parse_day(until)
    if first and last and first > last:
        raise QuestionError(f"--since {first} is after --until {last}; swap them")
    return Wanted(
        frozenset(venue_named(name).name for name in venues or ()),
        frozenset(name.upper() for name in markets or ()),
        frozenset(name.upper() for name in coins or ()),
        first or None,
        last or None,
        again,
    )


def planned(home: Home, wish: Wanted, sources: Sources, clock: Clock) -> list[Estimate]:
    """What a collection would send; nothing is sent."""
    wish = _by_code(wish, knowledge(home.path))
    with only_collector(home.path, "oracle collect --plan", clock()), Store(home.store) as store:
        catch_up(Archive(home.archive), store)
        return forecast(store, wish, sources, clock())


def gather(home: Home, wish: Wanted, sources: Sources, clock: Clock) -> Gathered:
    """Collect, publishing as sources finish; what was collected is published even if a source failed."""
    configure_logs()
    known = knowledge(home.path)
    with Bars(Console(stderr=True)) as bars:
        collector = Collector(home, sources, clock, bars, "oracle collect")
        outcome, published, is_new = asyncio.run(_once(collector, _by_code(wish, known)))
    lines = [f"failed: {source}: {reason}" for source, reason in sorted(outcome.failures.items())]
    _nothing_matched(wish, known, outcome)
    what = "published" if is_new else "nothing new; still published"
    lines.append(f"{what} {published.manifest['version']}: {outcome.candle_pages} candle pages were asked for")
    return Gathered(published.path, lines, bool(outcome.failures))


async def _once(collector: Collector, wish: Wanted) -> tuple[Outcome, Published, bool]:
    async with collector:
        outcome = await collector.collect(wish)
        published = await collector.publisher.now()
        return outcome, published, collector.publisher.made_new


def republish(home: Home, clock: Clock) -> Path:
    """Take in what the archive holds beyond the store, and publish."""
    known: Knowledge = knowledge(home.path)
    with only_collector(home.path, "oracle publish", clock()), Store(home.store) as store:
        catch_up(Archive(home.archive), store)
        return publish(store, home.published, known, clock(), signer(home)).path


def _by_code(wish: Wanted, known: Knowledge) -> Wanted:
    """Venues are asked by the codes that they write: LUNC may stand under LUNA."""
    return replace(wish, coins=frozenset(code for coin in wish.coins for code in known.identity.codes_of(coin)))


def _nothing_matched(wish: Wanted, known: Knowledge, outcome: Outcome) -> None:
    if outcome.failures:
        return  # a venue that did not answer may list it
    coins = {coin for coin in wish.coins if not known.identity.codes_of(coin) & outcome.matched}
    for name in sorted((wish.markets - outcome.matched) | coins):
        where = ", ".join(sorted(wish.venues)) or "any venue"
        raise QuestionError(f"no market of {name[:40]!r} is listed on {where}; see `oracle venues`")
