"""The whole way on the real series: the figures of the files, through HTTP, archive, store and law, to the answer."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import duckdb
import pytest
from real import real

from oracle.answer import VerdictPart
from oracle.comparing import compare_all
from oracle.days import Span
from oracle.knowledge import knowledge
from oracle.law.valuation import legs_of, product
from oracle.numbers import kopecks, times
from oracle.outputs.table import quotation as page
from oracle.publish import publish
from oracle.store.reads import Reads
from oracle.store.writer import Store
from oracle.theirs import Theirs
from oracle.twin import Twin, TwinData
from tests.agreeing import HeldReads, comparable, of_answer, of_law, of_sql, of_sql_between
from tests.conftest import KNOWN, Rig
from tests.latin import english, texts
from tests.readings import write
from tests.real_readings import NOW, OWN


@pytest.fixture(scope="module")
def data(shared: Path) -> TwinData:
    """The real candles and rates."""
    return real(shared)


@pytest.fixture(scope="module")
def answered(data: TwinData, tmp_path_factory: pytest.TempPathFactory) -> Rig:
    """A home that collected all of it once."""
    import asyncio

    import stamina

    from oracle.settings import Home

    stamina.set_testing(True, attempts=2, cap=True)
    rig = Rig(Home(tmp_path_factory.mktemp("real")).usable(), NOW)
    outcome = asyncio.run(rig.collect_all(data, venues=frozenset(("binance", "bybit", "coinbase", "kraken"))))
    assert outcome.failures == {}
    rig.publish()
    return rig


# Derived by hand: the close from the klines file, the rate in force from the Bank's published days.
@pytest.mark.parametrize(
    ("coin", "day", "venue", "market", "rub", "kopecks", "effective_on"),
    [
        # 93576.00 x 101.6797
        ("BTC", "2024-12-31", "binance", "BTC/USDT", "9514779.6072", "9514779.61", "2024-12-29"),
        # a Sunday: 49239.22 x 74.3640 of Saturday
        ("BTC", "2021-08-22", "binance", "BTC/USDT", "3661625.35608", "3661625.36", "2021-08-21"),
        # a holiday on which no rate was set: 66773.01 x 89.0214 of the day before
        ("BTC", "2024-06-13", "binance", "BTC/USDT", "5944226.832414", "5944226.83", "2024-06-12"),
        # 38730.63 x 120.3785
        ("BTC", "2022-03-11", "binance", "BTC/USDT", "4662207.542245", "4662207.54", "2022-03-11"),
        # Bybit's own close that day: 93571.01 x 101.6797
        ("BTC", "2024-12-31", "bybit", "BTC/USDT", "9514272.225497", "9514272.23", "2024-12-29"),
        # Coinbase in dollars: 93354.22 x 101.6797
        ("BTC", "2024-12-31", "coinbase", "BTC/USD", "9492229.083334", "9492229.08", "2024-12-29"),
    ],
)
def test_rubles_of_the_real_close(
    answered: Rig, coin: str, day: str, venue: str, market: str, rub: str, kopecks: str, effective_on: str
) -> None:
    """The answer is the close of the file times the official rate in force, to the last digit."""
    answer = answered.ask(coin, day)
    quotation = next(each for each in answer.quotations if (each.venue, each.market) == (venue, market))
    assert (quotation.rub, quotation.rub_kopecks) == (rub, kopecks)
    (rate,) = [each for each in answer.official_rates if each.currency == "USD"]
    assert (rate.requested_on, rate.effective_on) == (date.fromisoformat(day), date.fromisoformat(effective_on))


def test_before_2025_rubles_are_given_and_no_verdict(answered: Rig) -> None:
    """On the last day of 2024 no rule was in force: nothing is chosen, all quotations are there."""
    answer = answered.ask("BTC", "2024-12-31")
    assert answer.chosen is None
    assert answer.corridor is None
    assert {each.venue for each in answer.quotations} == {"binance", "bybit", "coinbase"}
    verdicts = {(name, part.verdict) for venue in answer.venues for name, part in venue.verdicts.items()}
    assert verdicts == {(name, "no_rule_in_force") for name in KNOWN.rulebooks}
    # Kraken's 720 days have nothing on that day: it is there with its verdict all the same, and with no figure.
    kraken = next(each for each in answer.venues if each.venue == "kraken")
    assert set(kraken.verdicts) == set(KNOWN.rulebooks)
    assert kraken.turnover_rub_low is None


def test_a_venue_of_which_nothing_was_read_is_undetermined(answered: Rig) -> None:
    """Under the rule, a venue without a candle that day is undetermined by every rulebook, and says why."""
    answer = answered.ask("BTC", "2025-03-14")
    kraken = next(each for each in answer.venues if each.venue == "kraken")
    assert {part.verdict for part in kraken.verdicts.values()} == {"undetermined"}
    assert {reason.code for part in kraken.verdicts.values() for reason in part.reasons} == {"not_collected"}


def test_first_day_of_the_rule(answered: Rig) -> None:
    """On 14 March 2025 Binance qualifies, is chosen by its turnover, and the corridor is 20 % either side."""
    answer = answered.ask("BTC", "2025-03-14")
    assert answer.chosen is not None
    assert (answer.chosen.venue, answer.chosen.market) == ("binance", "BTC/USDT")
    # 83983.20 x 86.6195 from the files
    rub = Decimal("83983.20") * _usd(answered, "2025-03-14")
    assert Decimal(answer.chosen.rub) == rub
    assert answer.corridor is not None
    assert Decimal(answer.corridor.floor_80) == rub * Decimal("0.8")
    binance = next(each for each in answer.venues if each.venue == "binance")
    assert {name: part.verdict for name, part in binance.verdicts.items()} == {
        "hundred-million": "eligible",
        "hundred-million-per-coin": "eligible",
        "tax-code": "eligible",
        "tax-code-per-coin": "eligible",
    }
    assert answer.dataset.demo is False
    assert not any(each.code == "demo" for each in answer.warnings)


RUSSIAN = {
    "before the rule": ("BTC", "2024-12-31", {}),
    "chosen": ("BTC", "2025-03-14", {}),
    "by coins": ("ETH", "2025-03-14", {"rulebook": "tax-code-per-coin", "choose": "lowest"}),
    "by the smaller floor": ("ETH", "2025-12-31", {"rulebook": "hundred-million", "choose": "as-tax-service"}),
    "of one venue": ("BTC", "2026-04-20", {"venue": "kraken"}),
}


@pytest.mark.parametrize(("coin", "day", "how"), RUSSIAN.values(), ids=RUSSIAN.keys())
def test_real_answers_are_russian(answered: Rig, coin: str, day: str, how: dict[str, str]) -> None:
    """Asked for Russian, the page and each text of the document have no English but names."""
    answer = answered.ask(coin, day, lang="ru", **how)
    names = (coin, *(each.quote_asset for each in answer.quotations), "dataset-path")
    assert english(page(answer, "dataset-path", "ru"), *names) == []
    said = list(texts(answer.model_dump(mode="json")))
    assert len(said) > 5
    assert [word for text in said for word in english(text, *names)] == []


def _usd(rig: Rig, day: str) -> Decimal:
    ((rate,),) = rig.sql(f"SELECT per_unit FROM rates_in_force WHERE currency = 'USD' AND day = DATE '{day}'")
    return Decimal(rate)


def test_market_path_is_shown_beside_the_peg(answered: Rig) -> None:
    """Where a venue trades no USDT against a currency, the other path is absent with its reason, not a number."""
    answer = answered.ask("BTC", "2025-03-14", venue="binance")
    usdt = next(each for each in answer.quotations if each.market == "BTC/USDT")
    assert usdt.ruble_path == "peg"
    assert usdt.alternative is not None
    assert usdt.alternative.rub is None
    assert "no close of USDT" in (usdt.alternative.reason or "")


def test_sql_and_python_give_the_same_digits(answered: Rig) -> None:
    """The view's exact rubles equal the exact product of close and legs in Python, on every row of the whole series."""
    rows = answered.sql(
        """SELECT q.close, v.legs, q.rub, q.rub_kopecks FROM quotations q
           JOIN ruble_values v ON v.venue = q.venue AND v.day = q.day AND v.asset = q.quote AND v.path = q.ruble_path
           WHERE q.rub IS NOT NULL"""
    )
    assert len(rows) > 25_000
    for close, legs, rub, rub_kopecks in rows:
        exact = times(close, product(legs_of(legs)))
        assert exact == rub
        assert kopecks(exact) == rub_kopecks


def test_answer_and_sql_agree(answered: Rig) -> None:
    """What the command line answers is what an analyst selects, on a day of each year."""
    for year in range(2018, 2027):
        rows = answered.sql(f"SELECT venue, market, rub FROM quotation('BTC', DATE '{year}-02-17')")
        answer = answered.ask("BTC", f"{year}-02-17")
        assert {(each.venue, each.market, Decimal(each.rub)) for each in answer.quotations if each.rub} == {
            row for row in rows if row[2] is not None
        }


def test_the_coins_turnovers_make_up_the_venues(answered: Rig) -> None:
    """At every venue the turnovers of all coins of the series sum up to the venue's, to the last digit."""
    coins = [coin for (coin,) in answered.sql("SELECT DISTINCT coin FROM candles")]
    for day in ("2025-03-14", "2025-11-02", "2026-02-17"):
        answers = [answered.ask(coin, day) for coin in coins]
        for venue in answers[0].venues:
            parts = [each.verdicts for answer in answers for each in answer.venues if each.venue == venue.venue]
            whole = _low(parts[0]["tax-code"])
            coins_own = [_low(verdicts["tax-code-per-coin"]) for verdicts in parts]
            assert (None if None in coins_own else sum(filter(None, coins_own), Decimal(0))) == whole


@pytest.fixture(scope="module")
def readings(answered: Rig, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same store published with two more readings: unlike the statute in every value that a verdict hangs on."""
    home = tmp_path_factory.mktemp("readings")
    for name, values in OWN.items():
        write(home, name, **values)
    with Store(answered.home.store) as store:
        return publish(store, home / "published", knowledge(home), NOW).path


@pytest.mark.parametrize(
    ("coin", "day"),
    [("BTC", "2025-03-14"), ("ETH", "2025-11-02"), ("SOL", "2026-02-17"), ("BTC", "2026-04-29"), ("BTC", "2024-12-31")],
)
def test_verdicts_in_sql_are_those_of_the_answer(readings: Path, coin: str, day: str) -> None:
    """coin_verdicts() computes what the answer says, under every rulebook, venues' and coins', to the last digit."""
    with Reads(readings) as reads:
        expected = of_answer(reads, coin, date.fromisoformat(day))
    assert set(expected) == {*KNOWN.rulebooks, "at-the-floor", "mixed"}
    with duckdb.connect(str(readings), read_only=True) as connection:
        found = of_sql(connection, coin, date.fromisoformat(day), expected)
        for name, rows in expected.items():
            assert {venue: comparable(row) for venue, row in found[name].items()} == {
                venue: comparable(row) for venue, row in rows.items()
            }, name
            query = "SELECT venue, verdict FROM quotation($1, $2::DATE, $3)"
            judged = dict(connection.execute(query, [coin, day, name]).fetchall())
            assert judged == {venue: rows[venue]["verdict"] for venue in judged}
            assert judged


def test_verdicts_of_ranges_in_sql_are_the_laws(readings: Path) -> None:
    """A few days of each coin, of the rule's and around its beginning, under two rulebooks each; tests/long has all."""
    any_of = Random(282_3)  # noqa: S311 - repeatable is what it has to be
    with HeldReads(readings) as reads, duckdb.connect(str(readings), read_only=True) as connection:
        books = sorted(reads.rulebooks())
        for at, coin in enumerate(reads.coins()):
            begins = date(2024, 12, 30) + timedelta(days=any_of.randint(0, 485) if at else 0)
            days = Span(begins, begins + timedelta(days=3))
            expected = of_law(reads, coin, days)
            for book in any_of.sample(books, 2):
                assert of_sql_between(connection, coin, days, book) == expected[book], (coin, book)


def test_a_turnover_at_the_floor_to_the_last_digit_is_not_above_it(readings: Path) -> None:
    """In SQL as in law: exactly the floor is not more than the floor; 100 billion is far below it."""
    with duckdb.connect(str(readings), read_only=True) as connection:
        query = "SELECT verdict, turnover_test FROM coin_verdicts('BTC', DATE '2025-03-14', $1) WHERE venue = 'binance'"
        assert connection.execute(query, ["at-the-floor"]).fetchall() == [("not_eligible", "failed")]
        assert connection.execute(query, ["tax-code-per-coin"]).fetchall() == [("eligible", "passed")]


def _low(part: VerdictPart) -> Decimal | None:
    found = [each.figures["turnover_low_rub"] for each in part.reasons if each.code.startswith("turnover_")]
    return Decimal(str(found[0])) if found else None


def test_turnover_agrees_with_the_manifest(answered: Rig) -> None:
    """Bybit's BTC and ETH alone passed 100 billion rubles on 74 % of the days of 2024, as the sources' table says."""
    ((share,),) = answered.sql(
        """SELECT round(100 * avg((turnover_rub_low > 100000000000)::INT)) FROM venue_days
           WHERE venue = 'bybit' AND year(day) = 2024"""
    )
    assert share == 74


async def test_collecting_again_asks_for_no_candles(rig: Callable[..., Rig], data: TwinData) -> None:
    """At once after a collection no candle page is asked for and every published figure stays."""
    home = rig(NOW)
    async with Twin(data, now=NOW, gzip=False) as twin:
        wish = {"venues": frozenset(("binance", "kraken")), "coins": frozenset(("BTC",)), "since": date(2023, 1, 1)}
        first = await home.collect(twin, **wish)
        home.publish()
        before = home.figures()
        twin.requests.clear()
        second = await home.collect(twin, **wish)
        asked = [each.path for each in twin.requests if "kline" in each.path or "OHLC" in each.path]
    home.publish()
    assert first.candle_pages > 0
    assert (second.candle_pages, asked) == (0, [])
    after = home.figures()
    for table, rows in before.items():
        assert after[table] == rows, table


async def test_two_halves_equal_one_go(rig: Callable[..., Rig], data: TwinData) -> None:
    """Collected in one go, in two halves, or newest half first: the same published tables, row for row."""
    middle = date(2025, 6, 30)
    wish = {"venues": frozenset(("binance", "bybit")), "coins": frozenset(("BTC", "ETH")), "since": date(2025, 1, 1)}
    whole, halves, backwards = rig(NOW, "whole"), rig(NOW, "halves"), rig(NOW, "backwards")
    async with Twin(data, now=NOW, gzip=False) as twin:
        await whole.collect(twin, **wish)
        await halves.collect(twin, **wish | {"until": middle})
        await halves.collect(twin, **wish)
        await backwards.collect(twin, **wish | {"since": middle})
        await backwards.collect(twin, **wish)
    for each in (whole, halves, backwards):
        each.publish()
    expected, in_halves, newest_first = whole.figures(), halves.figures(), backwards.figures()
    for table, rows in expected.items():
        assert in_halves[table] == rows, table
        assert newest_first[table] == rows, table
    assert date(2026, 4, 29) == whole.sql("SELECT max(day) FROM candles")[0][0]


def test_what_could_be_chosen_is_shown_with_its_spread(answered: Rig) -> None:
    """On 4 March 2025 both of Binance's pairs qualify: 82195.66 x 92.8530 in euro, 87281.98 x 89.2497 in dollars."""
    answer = answered.ask("BTC", "2025-03-04", choose="lowest")
    offered = {(each.venue, each.market): each.rub for each in answer.choice.candidates}
    assert {venue for venue, _ in offered} == {
        each.venue for each in answer.venues if each.verdicts["tax-code"].verdict == "eligible"
    }
    assert offered["binance", "BTC/EUR"] == "7632113.61798"
    assert offered["binance", "BTC/USDT"] == "7789890.530406"
    assert answer.spread is not None
    assert answer.chosen is not None
    assert (answer.spread.lowest.market, answer.chosen.rub) == ("BTC/EUR", "7632113.61798")
    assert Decimal(answer.spread.highest.rub) == max(Decimal(rub) for rub in offered.values())
    assert answer.choice.text == f"7 632 113.62 RUB is the lowest of {len(offered)} eligible quotations"


def test_a_venue_shows_its_preferred_lowest_and_highest_pair(answered: Rig) -> None:
    """Binance's USDT pair has the larger turnover, and its lowest figure is the smaller of its two."""
    (binance,) = answered.ask("BTC", "2024-12-31", venue="binance").venues
    assert binance.preferred is not None
    assert binance.lowest is not None
    assert binance.highest is not None
    assert (binance.preferred.market, binance.preferred.rub) == ("BTC/USDT", "9514779.6072")
    assert Decimal(binance.lowest.rub) <= Decimal(binance.preferred.rub) <= Decimal(binance.highest.rub)
    assert binance.lowest.rub == binance.lowest_rub


def test_the_tax_services_figure_is_explained_leg_by_leg(answered: Rig) -> None:
    """What Binance's lowest pair gives is the same, what its dollar pair gives is another pair, a round sum neither.

    From the files: on 31 December 2024 BTC/USDT was the lower one; on 4 March 2025 BTC/EUR at 82195.66 x 92.8530 was.
    """
    dates = (date(2024, 12, 31), date(2025, 3, 4), date(2025, 3, 4), date(2025, 3, 4))
    figures = ("9514779.61", "7632113.62", "7789890.53", "8000000")
    lines = [Theirs(2, day, "binance", "BTC", Decimal(rub), None) for day, rub in zip(dates, figures, strict=True)]
    with Reads(answered.home.current) as reads:
        december, march, pair, neither = compare_all(reads, lines, "tax-code", NOW).rows
    assert (december.state, december.our_market, december.our_rub) == ("same", "BTC/USDT", "9514779.6072")
    assert (march.state, march.our_market, march.our_rub) == ("same", "BTC/EUR", "7632113.61798")
    assert [(each.leg, each.rub) for each in pair.explanations] == [("pair", "7789890.530406")]
    assert (neither.state, neither.text.endswith("no single leg explains it")) == ("unexplained", True)


def test_a_rounded_rate_and_a_day_before_are_named(answered: Rig) -> None:
    """Bybit's only pair: 93571.01 x 101.68 is the rate to two decimals, and its close of the 30th is the day before."""
    (before,) = answered.ask("BTC", "2024-12-30", venue="bybit").quotations
    earlier = Decimal(before.close) * Decimal("101.6797")
    lines = [
        Theirs(line, date(2024, 12, 31), "bybit", "BTC", rub, None)
        for line, rub in enumerate((Decimal("9514300.30"), kopecks(earlier)), 2)
    ]
    with Reads(answered.home.current) as reads:
        rounded, day = compare_all(reads, lines, "tax-code", NOW).rows
    # 93571.01 x 101.68 = 9514300.2968
    assert [each.leg for each in rounded.explanations] == ["rounding_rate"]
    assert [each.leg for each in day.explanations] == ["trading_day"]
    assert "trading day 2024-12-30" in day.text
