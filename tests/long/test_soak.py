"""Sixty nights of collecting, with faults on most of them, end in the very tables of one undisturbed collection."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from oracle.days import last_closed
from oracle.twin import Fault, Row, Twin, TwinData, TwinMarket
from oracle.twin.faults import ROW_FAULTS, WIRE_FAULTS, Kind
from oracle.twin.invented import many
from oracle.venues import VENUES
from tests.conftest import Rig

NIGHTS = 60
FIRST_NIGHT = datetime(2026, 3, 1, 0, 40, tzinfo=UTC)
LAST = (FIRST_NIGHT + timedelta(days=NIGHTS + 3)).date()
# One of each way of paging, a day that opens elsewhere, days without a row.
NAMES = ("binance", "okx", "coinbase", "htx")
# `other_market` cannot be told by venues that do not name the market; `slow` would only take real time.
KINDS: tuple[Kind, ...] = tuple(kind for kind in (*ROW_FAULTS, *WIRE_FAULTS) if kind not in ("other_market", "slow"))


def served() -> TwinData:
    """Two markets of each venue, from 40 days before the first night to the last one."""
    days = NIGHTS + 45
    parts = {name: many(2, days, name, until=LAST) for name in NAMES}
    return TwinData({name: part.markets[name] for name, part in parts.items()}, parts["binance"].rates, demo=True)


def restated(data: TwinData, day: date) -> TwinData:
    """One market of Binance tells another close of the day than before."""

    def other(row: Row) -> Row:
        return replace(row, close=row.low) if row.day == day else row

    market, *rest = data.markets["binance"]
    changed = TwinMarket(market.base, market.quote, tuple(other(row) for row in market.rows))
    return TwinData({**data.markets, "binance": (changed, *rest)}, data.rates, demo=True)


def faults(chance: random.Random) -> list[Fault]:
    """What goes wrong in one night: nothing, or up to three things somewhere."""
    return [
        Fault(
            chance.choice((*NAMES, "cbr")),
            chance.choice(KINDS),
            times=chance.choice((1, 2, 4, None)),
            after=chance.randrange(6),
            seconds=0,
        )
        for _ in range(chance.choice((0, 1, 2, 3)))
    ]


async def test_sixty_nights_with_faults_end_in_the_truth(rig: Callable[..., Rig]) -> None:
    """Whatever failed, two quiet nights later nothing is missing, doubled or wrong, and old days are final."""
    chance = random.Random(20260301)  # noqa: S311 - the same nights in every run
    wish = frozenset(NAMES)
    home, data = rig(FIRST_NIGHT, "soak"), served()
    async with Twin(data, now=FIRST_NIGHT, gzip=False) as twin:
        for night in range(NIGHTS + 2):
            home.now = twin.now = FIRST_NIGHT + timedelta(days=night)
            twin.faults = faults(chance) if night < NIGHTS else []
            if night % 9 == 4 and night < NIGHTS:
                data = twin.data = restated(data, home.now.date() - timedelta(days=2))
            await home.collect(twin, venues=wish)
        quiet = await home.collect(twin, venues=wish)
        assert (quiet.failures, quiet.candle_pages) == ({}, 0)
        whole = rig(home.now, "whole")
        await whole.collect(twin, venues=wish)
    home.publish()
    whole.publish()
    expected, found = whole.figures(), home.figures()
    for table in ("markets", "values", "coverage"):
        assert found[table] == expected[table], table
    # The list of all currencies, asked for on other nights, tells rates of other days beside.
    rates = "FROM rates_in_force WHERE currency IN ('USD', 'EUR') ORDER BY ALL"
    assert [row[:-1] for row in home.sql(rates)] == [row[:-1] for row in whole.sql(rates)]
    figures = "SELECT * EXCLUDE (observation, known_from, final) FROM candles ORDER BY ALL"
    assert home.sql(figures) == whole.sql(figures)
    for name in NAMES:
        ((open_days, newest),) = home.sql(
            f"SELECT count(*) FILTER (NOT final), max(day) FROM candles WHERE venue = '{name}'"
        )
        last = last_closed(home.now, VENUES[name].opens, timedelta(minutes=1))
        assert (newest, open_days <= 2) == (last, True), name
    assert home.sql("SELECT count(*) > 0 FROM revisions") == [(True,)]
    assert home.sql("SELECT venue, symbol, day, known_from FROM candle_history GROUP BY ALL HAVING count(*) > 1") == []
