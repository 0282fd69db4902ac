"""The doctor on the sources: each is asked once as the collector would ask it, and its clock is laid beside ours."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from statistics import median

from oracle import bank_of_russia as bank
from oracle.collect.context import Sources
from oracle.collect.line import Line
from oracle.collect.pace import Deadline
from oracle.collect.rates import AGENT, PACE_PER_MINUTE
from oracle.days import Clock, moscow_date
from oracle.diagnosis import check
from oracle.errors import SourceChangedError, SourceError, SourceRefusedError
from oracle.fetch import Response, server_time
from oracle.operate.check import Check, failed, ok, warning
from oracle.venues import VENUES
from oracle.venues.venue import Venue
from oracle.venues.wire import Wire

SKEW = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class _Asked:
    check: Check
    ahead: timedelta | None  # of our clock, the source's


async def examine_sources(sources: Sources, clock: Clock) -> list[Check]:
    """All that are not switched off, at once; the clock's finding last."""
    venues = [venue for name, venue in VENUES.items() if sources.taken(name, frozenset())]
    asked = await asyncio.gather(
        *(_examine(venue.name, partial(_ask_venue, venue, sources, clock)) for venue in venues),
        _examine(bank.NAME, partial(_ask_bank, sources, clock)),
    )
    return [*(each.check for each in asked), _clock([each.ahead for each in asked if each.ahead is not None])]


async def _examine(name: str, ask: Callable[[], Awaitable[tuple[Response, str]]]) -> _Asked:
    try:
        response, found = await ask()
    except SourceRefusedError as error:
        return _Asked(failed(name, str(error), f"give another way to it: --endpoint {name}=URL"), None)
    except SourceChangedError as error:
        return _Asked(failed(name, str(error), "upgrade the program; its reader has to be changed"), None)
    except SourceError as error:
        return _Asked(failed(name, str(error), "check the network and the proxy, then ask again"), None)
    return _Asked(ok(name, found), _ahead(response))


def _line(name: str, per_minute: float, sources: Sources, clock: Clock) -> Line:
    deadline = Deadline(None, sources.paces.timer.now())
    access = sources.access(name)
    return Line(name, access, sources.paces, deadline, clock=clock, per_minute=per_minute, paced=sources.paced)


async def _ask_venue(venue: Venue, sources: Sources, clock: Clock) -> tuple[Response, str]:
    line = _line(venue.name, venue.pace_per_minute, sources, clock)
    async with line, Wire(venue, line, paced=sources.paced) as wire:
        response = await wire.ask(venue.ask_markets)
    check(response, markup=False)
    return response, f"lists {len(venue.read_markets(response.body))} markets"


async def _ask_bank(sources: Sources, clock: Clock) -> tuple[Response, str]:
    async with _line(bank.NAME, PACE_PER_MINUTE, sources, clock) as line:
        response = await line.get(bank.SITE + bank.daily_path(moscow_date(clock())), AGENT, markup=True)
    check(response, markup=True)
    return response, f"tells the rates of {len(bank.read_daily(response.body))} currencies"


def _ahead(response: Response) -> timedelta | None:
    theirs = server_time(response.headers)
    if theirs is None:
        return None
    return theirs - (response.asked_at + (response.received_at - response.asked_at) / 2)


def _clock(ahead: list[timedelta]) -> Check:
    if not ahead:
        return warning("clock", "no source told its time", "check the network, then ask again")
    seconds = median(each.total_seconds() for each in ahead)
    said = f"{abs(seconds):.0f} s {'behind' if seconds > 0 else 'ahead of'} the median of {len(ahead)} sources"
    if abs(seconds) > SKEW.total_seconds():
        return warning("clock", said, "set the machine's clock (NTP): days are held to be closed by it")
    return ok("clock", said)
