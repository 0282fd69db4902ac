"""The join and the function say the same about every code, venue and day."""

from datetime import date, timedelta
from functools import cache
from itertools import pairwise

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from oracle.knowledge import knowledge
from oracle.law.asset import Asset, Assets
from oracle.law.identity import ALL, ALWAYS, FAMILY, FOREVER, OWN, Alias, Identity, Unresolved
from oracle.store.naming import name_markets

DAY = timedelta(days=1)
START = date(2022, 5, 20)
VENUES = ("okx", "gate", "kraken")
CODES = ("LUNA", "HOT", "BTC", "ZZQX")
KNOWN = Assets({code: Asset(code, code, "digital_currency", "x") for code in ("LUNC", "LUNA", "HOT-HOLO", "BTC")})


@st.composite
def registers(draw: st.DrawFn) -> list[Alias]:
    """Entries of which no two of a venue, code and rank meet on a day."""
    entries: list[Alias] = []
    for venue, code, rank in [
        *((venue, code, rank) for venue in VENUES for code in CODES for rank in (OWN, FAMILY)),
        *(("", code, ALL) for code in CODES),
    ]:
        cuts = sorted(draw(st.sets(st.integers(0, 20), max_size=4)))
        days = [START + at * DAY for at in cuts]
        if draw(st.booleans()):
            days = [ALWAYS, *days, FOREVER]
        for first, after in pairwise(days):
            last = FOREVER if after == FOREVER else after - DAY
            asset = draw(st.sampled_from(["", "LUNC", "LUNA", "HOT-HOLO", None]))
            if asset is not None:
                refused = "" if asset else f"unclear since {first}"
                entries.append(Alias(code, asset, venue, first, last, "x", refused=refused, rank=rank))
    return entries


MARKETS = [(venue, f"{code}-USDT", code, "USDT") for venue in VENUES for code in CODES]


@cache
def _database() -> duckdb.DuckDBPyConnection:
    """One for all examples, with the markets: every naming of them makes its tables anew."""
    connection = duckdb.connect()
    connection.execute("CREATE TABLE markets (venue VARCHAR, symbol VARCHAR, base VARCHAR, quote VARCHAR)")
    connection.executemany("INSERT INTO markets VALUES (?, ?, ?, ?)", MARKETS)
    return connection


def _joined(entries: list[Alias]) -> dict[tuple[str, str, date], tuple[str, str | None]]:
    connection = _database()
    name_markets(connection, entries, "markets")
    rows = connection.execute(
        """SELECT m.venue, m.base, d.day::DATE, n.coin, i.refused
           FROM markets m, generate_series(DATE '2022-05-15', DATE '2022-06-15', INTERVAL 1 DAY) d(day)
           JOIN market_spans n ON n.venue = m.venue AND n.symbol = m.symbol
               AND d.day BETWEEN n.first_day AND n.last_day
           JOIN code_spans i ON i.venue = m.venue AND i.code = m.base
               AND d.day BETWEEN i.first_day AND i.last_day"""
    ).fetchall()
    assert len(rows) == len(MARKETS) * 32
    return {(venue, code, day): (coin, refused) for venue, code, day, coin, refused in rows}


@settings(max_examples=40)
@given(registers())
def test_the_join_says_what_the_function_says(entries: list[Alias]) -> None:
    """For any register, each venue, code and day has exactly one row of the join, and it is the function's answer."""
    names = Identity(KNOWN, entries)
    for (venue, code, day), (coin, refused) in _joined(entries).items():
        found = names.asset_of(venue, code, day)
        expected = (found.name, found.reason) if isinstance(found, Unresolved) else (found, None)
        assert (coin, refused) == expected


def test_the_shipped_register_by_join() -> None:
    """The shipped entries give the join and the function the same answer on each day around the end of Terra."""
    names = knowledge().identity
    for (venue, code, day), (coin, _) in _joined(list(names.aliases)).items():
        found = names.asset_of(venue, code, day)
        assert coin == (found.name if isinstance(found, Unresolved) else found)
