"""The doctor on the sources: each is asked once as the collector would ask it, and its clock is laid beside ours."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from oracle import bank_of_russia as bank
from oracle.collect.context import Sources
from oracle.days import Clock, moscow_date
from oracle.errors import SourceChangedError, SourceError, SourceRefusedError
from oracle.fetch import Response, check, get, open_session, server_time
from oracle.operate.check import Check, failed, ok, warning
from oracle.venues import VENUES
from oracle.venues.venue import Venue
from oracle.venues.wire import Wire

SKEW = timedelta(seconds=30)
_AGENT = {"User-Agent": "Mozilla/5.0 (compatible; market-quotation-oracle)"}


@dataclass(frozen=True, slots=True)
class _Asked:
    check: Check
    ahead: timedelta | None  # of our clock, the source's


async def examine_sources(sources: Sources, clock: Clock) -> list[Check]:
    """All at once; the clock's finding last."""
    asked = await asyncio.gather(
        *(_examine(venue.name, lambda venue=venue: _ask_venue(venue, sources, clock)) for venue in VENUES.values()),  # type: ignore[misc]
        _examine(bank.NAME, lambda: _ask_bank(sources, clock)),
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


async def _ask_venue(venue: Venue, sources: Sources, clock: Clock) -> tuple[Response, str]:
    endpoint = sources.endpoints.get(venue.name)
    async with Wire(venue, clock=clock, endpoint=endpoint, paced=sources.paced, timeout=sources.timeout) as wire:
        response = await wire.ask(venue.ask_markets)
    check(response, markup=False)
    return response, f"lists {len(venue.read_markets(response.body))} markets"


async def _ask_bank(sources: Sources, clock: Clock) -> tuple[Response, str]:
    endpoint = sources.endpoints.get(bank.NAME)
    url = (endpoint or bank.SITE).rstrip("/") + bank.daily_path(moscow_date(clock()))
    async with open_session(endpoint) as session:
        response = await get(session, url, clock=clock, timeout=sources.timeout, headers=_AGENT)
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
