"""SQL, the law and the ledger agree on every coin and day of the real series, under every rulebook."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
import stamina
from real import real

from oracle.days import Span
from oracle.knowledge import knowledge
from oracle.law.choice import Candidate, choose, policy_named
from oracle.law.valuation import legs_of, product
from oracle.numbers import times
from oracle.price.ledger import of_days
from oracle.price.many import priced
from oracle.price.reading import How
from oracle.publish import publish
from oracle.settings import Home
from oracle.store.writer import Store
from tests.agreeing import HeldReads, of_law, of_sql_between
from tests.conftest import Rig
from tests.readings import write
from tests.real_readings import NOW, OWN

VENUES = frozenset(("binance", "bybit", "coinbase", "kraken"))


@pytest.fixture(scope="module")
def published(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All of the real series, collected once and published with more readings."""
    stamina.set_testing(True, attempts=2, cap=True)
    rig = Rig(Home(tmp_path_factory.mktemp("real")).usable(), NOW)
    assert asyncio.run(rig.collect_all(real(shared), venues=VENUES)).failures == {}
    for name, values in OWN.items():
        write(rig.home.path, name, **values)
    with Store(rig.home.store) as store:
        return publish(store, rig.home.published, knowledge(rig.home.path), NOW).path


@pytest.fixture(scope="module")
def reads(published: Path) -> Iterator[HeldReads]:
    """What answers read."""
    with HeldReads(published) as reads:
        yield reads


@pytest.fixture(scope="module")
def sql(published: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """What an analyst opens."""
    with duckdb.connect(str(published), read_only=True) as connection:
        yield connection


def test_all_verdicts_and_rubles_agree(reads: HeldReads, sql: duckdb.DuckDBPyConnection) -> None:
    """Verdict, figures, tests and rubles, of each of some twenty thousand days of coins and of the silent ones."""
    spans = sql.execute("SELECT coin, min(day) - 3, max(day) + 2 FROM candles GROUP BY coin").fetchall()
    seen: Counter[str] = Counter()
    compared = 0
    for coin, first, last in spans:
        days = Span(first, last)
        expected = of_law(reads, coin, days)
        for book, rows in expected.items():
            found = of_sql_between(sql, coin, days, book)
            assert set(found) == set(rows), (coin, book)
            for key, row in rows.items():
                assert found[key] == row, (coin, book, key)
            judged = {key: str(row["verdict"]) for key, row in rows.items()}
            seen.update(judged.values())
            compared += _quotations_agree(sql, coin, days, book, judged)
    assert compared == 6 * sql.execute("SELECT count(*) FROM candles").fetchall()[0][0]
    assert set(seen) == {"eligible", "not_eligible", "undetermined", "no_rule_in_force"}


def _quotations_agree(
    sql: duckdb.DuckDBPyConnection, coin: str, days: Span, book: str, judged: dict[tuple[date, str], str]
) -> int:
    """The quotations of each day with their verdicts and exact rubles; how many there are."""
    asked = [coin, days.first, days.last, book]
    shown = "SELECT day, venue, market, rub, verdict FROM quotations_between($1, $2::DATE, $3::DATE, $4)"
    told = {tuple(row[:3]): tuple(row[3:]) for row in sql.execute(shown, asked).fetchall()}
    closes = """SELECT c.day, c.venue, c.market, c.close, v.legs, v.reason FROM candles c
        JOIN ruble_values v ON v.venue = c.venue AND v.day = c.day AND v.asset = c.quote
            AND v.path IN ('official', 'peg') WHERE c.coin = $1"""
    rows = {
        (day, venue, market): (None if reason else times(close, product(legs_of(legs))), judged[day, venue])
        for day, venue, market, close, legs, reason in sql.execute(closes, [coin]).fetchall()
    }
    assert told == rows, (coin, book)
    return len(rows)


@pytest.mark.parametrize("rulebook", ["tax-code", "hundred-million"])
@pytest.mark.parametrize("policy", ["largest-turnover", "lowest"])
def test_all_choices_agree(reads: HeldReads, sql: duckdb.DuckDBPyConnection, rulebook: str, policy: str) -> None:
    """Of each day of each coin, what a ledger takes is what the law chooses among the eligible quotations."""
    offered: dict[tuple[str, str], list[Candidate]] = {}
    for coin, day, *rest in sql.execute(_OFFERED, [rulebook]).fetchall():
        found = offered.setdefault((coin, str(day)), [])
        venue, market, close, turnover, legs, of_venue = rest
        value = product(legs_of(legs))
        found.append(Candidate(venue, market, times(close, value), times(turnover, value), of_venue or Decimal(0)))
    chosen = {key: choose(policy_named(policy, ()), found).taken for key, found in offered.items()}
    expected = {key: (each.venue, each.market, each.rub) for key, each in chosen.items() if each}
    taken: dict[tuple[str, str], Any] = {}
    for coin in sorted({coin for coin, _ in offered}):
        days = sorted(day for each, day in offered if each == coin)
        with priced(reads, of_days(coin, days), How(rulebook, policy), NOW) as rows:
            for row in rows.table().to_pylist():
                taken[coin, str(row["date"])] = (row["venue"], row["market"], Decimal(row["rub"]))
    assert taken == expected
    assert len(taken) > 2_000


_OFFERED = """SELECT c.coin, c.day, c.venue, c.market, c.close, c.turnover_low, v.legs, x.turnover_rub_low
    FROM candles c
    JOIN ruble_values v ON v.venue = c.venue AND v.day = c.day AND v.asset = c.quote AND v.path IN ('official', 'peg')
    JOIN verdicts x ON x.venue = c.venue AND x.day = c.day AND x.rulebook = $1 AND x.verdict = 'eligible'"""
