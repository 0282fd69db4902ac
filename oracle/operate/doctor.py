"""`oracle doctor`: everything that can be examined without changing anything, each finding with the next step."""

import asyncio
from collections.abc import Iterator

from oracle.collect.context import Sources
from oracle.days import Clock
from oracle.operate.check import Check, Grade
from oracle.operate.check_home import examine_home
from oracle.operate.check_program import examine_program
from oracle.operate.check_sources import examine_sources
from oracle.operate.logs import configure_logs
from oracle.settings import Home

__all__ = ["Check", "Grade", "examine"]


def examine(home: Home, sources: Sources | None, clock: Clock, *, quick: bool) -> list[Check]:
    """All findings in the order of examining; `sources` None asks nobody, `quick` samples the archive."""
    configure_logs()
    return list(_examined(home, sources, clock, quick=quick))


def _examined(home: Home, sources: Sources | None, clock: Clock, *, quick: bool) -> Iterator[Check]:
    yield from examine_program(clock)
    yield from examine_home(home, clock, quick=quick)
    if sources is not None:
        yield from asyncio.run(examine_sources(sources, clock))
