"""From what was collected to what the law makes of it: rates in force, ruble values, venue days and verdicts.

Gathers from the working store; the court of each venue decides by the pure functions of `law`.
"""

import gc
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date

from oracle.court import Bank, Court, View
from oracle.days import Span
from oracle.grounds import Grounds, asks_for_utc, grounds
from oracle.judgement import Judgement
from oracle.knowledge import Knowledge
from oracle.law.rates import RateRow
from oracle.law.valuation import RateInForce
from oracle.store import figures
from oracle.store.dealt import UTC_DAYS, Dealt
from oracle.store.naming import name_markets


@contextmanager
def no_garbage() -> Iterator[None]:
    """Millions of values are made and none of them in circles: looking for circles is in vain."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@no_garbage()
def judge(connection: figures.Connection, known: Knowledge, days: Span = figures.ALL_DAYS) -> Judgement:
    """Everything for every venue and day, of `days`, that has a current candle."""
    name(connection, known)
    figures.survey(connection)
    return decide(connection, known, grounds(connection, known), days)


def name(connection: figures.Connection, known: Knowledge) -> None:
    """Tell the store what markets are and of which kind assets are, for grouping."""
    figures.register_kinds(connection, [(asset.code, asset.kind) for asset in known.identity.assets.all()])
    name_markets(connection, known.identity.aliases, "markets")


def decide(
    connection: figures.Connection,
    known: Knowledge,
    given: Grounds,
    days: Span = figures.ALL_DAYS,
    venue_days: Mapping[str, set[date]] | None = None,
) -> Judgement:
    """What the law makes of the days, or of these `venue_days` of them alone; all else that it tells is whole."""
    result = Judgement(coverage=given.coverage, utc_coverage=given.utc_coverage)
    result.rates_in_force = [
        (row.currency, day, row.per_unit, row.nominal, row.value, row.effective_on, row.observation)
        for (_, day), row in given.in_force.items()
        if day >= given.rates_since
    ]
    result.day_openings = [
        (each.venue.name, each.boundary.stated, each.boundary.on, each.boundary.off) for each in given.venues.values()
    ]
    if venue_days is None:
        figures.want(connection, days)
    else:
        wanted = {venue: [day for day in found if day in days] for venue, found in venue_days.items()}
        views = {f"{venue}-utc": found for venue, found in wanted.items()}
        figures.want_alone(connection, {**wanted, **views})
    banks: dict[date, Bank] = {}
    for venue, seen, view in _seen(connection, known, list(given.venues), len(given.venues) if venue_days else _BLOCK):
        court = Court(given.venues[venue], view, known)
        for day, sums in sorted(seen.sums.items()):
            if day not in banks:
                banks[day] = Bank(_Rates(given.in_force, day))
            court.judge(day, sums, banks[day], seen.closes.get(day, {}), result)
    return result


# So many venues are summed up by DuckDB, on a thread of its own, while those before them are judged.
_BLOCK = 4


def _seen(
    connection: figures.Connection, known: Knowledge, venues: list[str], size: int
) -> Iterator[tuple[str, View, View]]:
    """The figures of each venue's own days and of its UTC days, which are not read unless some rulebook asks for them.

    Nobody else may use the connection until the last of them was handed out.
    """
    own, utc = Dealt(connection), Dealt(connection, UTC_DAYS) if asks_for_utc(known) else None
    # The first of several is of one venue: until it is told, nobody has anything to judge.
    begun = 1 if size < len(venues) else 0
    blocks = [venues[:1]] * begun + [venues[at : at + size] for at in range(begun, len(venues), max(size, 1))]
    with ThreadPoolExecutor(1) as aside:
        asked = [(aside.submit(own.ask, each), aside.submit(utc.ask, each) if utc else None) for each in blocks]
        try:
            for block in blocks:
                told, told_utc = asked.pop(0)
                sums, closes = own.read(told.result())
                utc_sums, utc_closes = utc.read(told_utc.result()) if utc and told_utc else ({}, {})
                for venue in block:
                    view = f"{venue}-utc"
                    yield (
                        venue,
                        View(sums.get(venue, {}), closes.get(venue, {})),
                        View(utc_sums.get(view, {}), utc_closes.get(view, {})),
                    )
        finally:
            aside.shutdown(cancel_futures=True)


class _Rates:
    """The rates in force on one day."""

    def __init__(self, in_force: dict[tuple[str, date], RateRow], day: date) -> None:
        self._in_force, self._day = in_force, day

    def __call__(self, currency: str) -> RateInForce | None:
        row = self._in_force.get((currency, self._day))
        return RateInForce(currency, row.per_unit, row.effective_on) if row else None
