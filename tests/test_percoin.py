"""Readings by coins, and the rarer readings of a rulebook, from the venue's bytes to the answer."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from oracle.answer import Answer, Reason
from oracle.ask import Question
from oracle.collect.context import Sources
from oracle.knowledge import knowledge
from oracle.rewind import ask_as_known_at
from oracle.settings import Home
from oracle.twin import RateRow, Row, Twin, TwinData, TwinMarket
from oracle.twin.invented import many
from tests.conftest import Rig
from tests.readings import publish_with_own, write

NOW = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)
DAY = NOW.date() - timedelta(days=3)
BINANCE = frozenset(("binance",))


def _market(base: str, quote: str, days: int, price: str, volume: str, turnover: str) -> TwinMarket:
    span = [NOW.date() - timedelta(days=days - at) for at in range(days)]
    return TwinMarket(base, quote, tuple(Row(day, price, price, price, price, volume, turnover) for day in span))


def _data() -> TwinData:
    """One dollar is 80 rubles throughout; ETH is younger than BTC.

    BTC/USDT turns over 1,500,000,000 USDT (120 billion rubles), ETH/USDT 100,000,000 USDT (8 billion rubles), ETH/BTC
    100 BTC (of 100,000 USDT, 800 million rubles), USDC/USDT 50,000,000 USDT (4 billion rubles).
    """
    markets = (
        _market("BTC", "USDT", 40, "100000", "15000", "1500000000"),
        _market("ETH", "USDT", 20, "4000", "25000", "100000000"),
        _market("ETH", "BTC", 20, "0.04", "2500", "100"),
        _market("USDC", "USDT", 40, "1", "50000000", "50000000"),
    )
    days = [NOW.date() - timedelta(days=at) for at in range(60)]
    rates = tuple(RateRow(day, 1, "80.0000") for day in sorted(days) if day.weekday() not in (6, 0))
    return TwinData({"binance": markets}, {"USD": rates}, demo=False)


OWN: dict[str, dict[str, object]] = {
    "coin-turnover": {"turnover_scope": "coin"},
    "coin-publication": {"publication_scope": "coin"},
    "final-only": {"finality_required": True},
    "no-stablecoins": {"stablecoin_path": "refuse"},
    "all-bases": {"counted_bases": ["digital_currency", "stablecoin"], "turnover_scope": "coin"},
    "with-derivatives": {"market_types": ["spot", "derivatives"], "turnover_floor_rub": "200000000000"},
    "one-day": {"publication_years": 0, "minimum_coverage": "0", "turnover_scope": "coin"},
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Rig:
    """A home that collected the data once, published with the readings above."""
    rig = Rig(Home(tmp_path_factory.mktemp("percoin")).usable(), NOW)
    assert asyncio.run(rig.collect_all(_data(), venues=BINANCE)).failures == {}
    for name, values in OWN.items():
        write(rig.home.path, name, **values)
    publish_with_own(rig)
    return rig


def _reason(answer: Answer, rulebook: str, start: str) -> Reason:
    (venue,) = answer.venues
    return next(each for each in venue.verdicts[rulebook].reasons if each.code.startswith(start))


def _figures(answer: Answer, rulebook: str) -> tuple[str, object, object]:
    reason = _reason(answer, rulebook, "turnover_")
    return reason.code, reason.figures["turnover_low_rub"], reason.figures["markets"]


def test_a_coins_turnover_is_that_of_its_own_markets(home: Rig) -> None:
    """ETH's 8.8 billion rubles pass 100 million and not 100 billion; the venue's 128.8 billion pass both."""
    answer = home.ask("ETH", str(DAY))
    assert _figures(answer, "tax-code") == ("turnover_above_floor", "128800000000", 3)
    assert _figures(answer, "tax-code-per-coin") == ("turnover_not_above_floor", "8800000000", 2)
    assert _figures(answer, "hundred-million-per-coin") == ("turnover_above_floor", "8800000000", 2)
    assert _figures(home.ask("BTC", str(DAY)), "tax-code-per-coin") == ("turnover_above_floor", "120000000000", 1)


def test_a_coins_publication_is_that_of_its_own_quotations(home: Rig) -> None:
    """Binance has published for 40 days, ETH for 20: 37 and 17 of the days before."""
    answer = home.ask("ETH", str(DAY))
    told = {
        name: _reason(answer, name, "publication_").figures["published_days"]
        for name in ("tax-code", "tax-code-per-coin")
    }
    assert told == {"tax-code": 37, "tax-code-per-coin": 17}
    assert _reason(answer, "tax-code-per-coin", "published_").figures["first_published_on"] == "2026-02-22"
    assert _reason(answer, "tax-code-per-coin", "published_").text == (
        "first quotation of ETH of 2026-02-22, that is after 2023-03-11"
    )


def test_a_stablecoins_deals_count_only_where_the_reading_says_so(home: Rig) -> None:
    """USDC turns over nothing that counts under the statute by coins, and 4 billion where stablecoins count."""
    answer = home.ask("USDC", str(DAY))
    assert _figures(answer, "tax-code-per-coin") == ("turnover_not_above_floor", "0", 0)
    assert _figures(answer, "all-bases") == ("turnover_not_above_floor", "4000000000", 1)


def test_both_scopes_may_be_mixed(home: Rig) -> None:
    """The coin's turnover with the venue's publication, and the other way round, take each figure from its own."""
    answer = home.ask("ETH", str(DAY))
    for mixed, turnover, publication in (
        ("coin-turnover", "tax-code-per-coin", "tax-code"),
        ("coin-publication", "tax-code", "tax-code-per-coin"),
    ):
        assert _reason(answer, mixed, "turnover_") == _reason(answer, turnover, "turnover_")
        assert _reason(answer, mixed, "published_") == _reason(answer, publication, "published_")
        assert _reason(answer, mixed, "publication_") == _reason(answer, publication, "publication_")


def test_a_reading_by_coins_answers_and_chooses(home: Rig) -> None:
    """Asked under a reading by coins, the answer is judged by it: BTC qualifies, ETH does not."""
    btc, eth = (home.ask(coin, str(DAY), rulebook="one-day") for coin in ("BTC", "ETH"))
    assert btc.chosen is not None
    assert (btc.chosen.venue, btc.chosen.rub) == ("binance", "8000000")
    assert eth.chosen is None
    assert eth.venues[0].verdicts["one-day"].per_coin


def test_every_answer_carries_every_rulebook(home: Rig) -> None:
    """Whatever is asked, the verdicts under all rulebooks are there, each explained in the language asked for."""
    for lang, word in (("en", "Under"), ("ru", "По правилу")):
        (venue,) = home.ask("ETH", str(DAY), lang=lang).venues
        assert set(venue.verdicts) == {*knowledge().rulebooks, *OWN}
        assert {part.explanation.startswith(word) for part in venue.verdicts.values()} == {True}


def test_analysts_get_the_same_figures(home: Rig) -> None:
    """coin_turnover() and coin_publication() tell in SQL what the answer tells."""
    assert home.sql(
        f"SELECT venue, markets, turnover_rub_low, turnover_rub_high FROM coin_turnover('ETH', DATE '{DAY}')"
    ) == [("binance", 2, Decimal(8_800_000_000), Decimal(8_800_000_000))]
    ((venue, since, days, window),) = home.sql(f"FROM coin_publication('ETH', DATE '{DAY}')")
    figures = _reason(home.ask("ETH", str(DAY)), "tax-code-per-coin", "publication_").figures
    assert (venue, str(since), days, window) == (
        "binance", "2026-02-22", figures["published_days"], figures["window_days"]
    )  # fmt: skip


def test_verdicts_by_coins_are_not_stored(home: Rig) -> None:
    """The table of verdicts holds venues' days: one row per rulebook that judges them, none for those by coins."""
    names = {name for (name,) in home.sql("SELECT DISTINCT rulebook FROM verdicts")}
    by_coins = {
        "tax-code-per-coin",
        "hundred-million-per-coin",
        "coin-turnover",
        "coin-publication",
        "all-bases",
        "one-day",
    }
    assert names == {*knowledge().rulebooks, *OWN} - by_coins


def test_what_was_known_then_is_judged_by_coins_too(home: Rig) -> None:
    """The answer as known now is the answer of now, under every reading."""
    then = ask_as_known_at(home.home, Question("ETH", DAY), NOW, NOW)
    assert then.venues == home.ask("ETH", str(DAY)).venues


def test_figures_that_must_be_final_leave_it_open(home: Rig) -> None:
    """Read once, the day is open where a second reading is required, and said to be provisional where it is not."""
    answer = home.ask("ETH", str(DAY))
    strict, mild = _reason(answer, "final-only", "figures_"), _reason(answer, "tax-code", "figures_")
    assert (strict.code, strict.result, strict.figures) == ("figures_provisional", "open", {"provisional_markets": 4})
    assert (mild.code, mild.result, mild.figures) == ("figures_provisional_allowed", "passed", strict.figures)


def test_a_refused_stablecoin_has_no_rubles(home: Rig) -> None:
    """Where a price in a stablecoin is refused there are no rubles, the peg stands beside, the turnover is open."""
    answer = home.ask("BTC", str(DAY), rulebook="no-stablecoins")
    (quotation,) = answer.quotations
    assert (quotation.ruble_path, quotation.rub) == ("refuse", None)
    assert quotation.reason == "by this reading a price in the stablecoin USDT has no ruble value"
    assert quotation.alternative is not None
    assert (quotation.alternative.ruble_path, quotation.alternative.rub) == ("peg", "8000000")
    reason = _reason(answer, "no-stablecoins", "turnover_")
    assert (reason.code, reason.figures["unpriced"]) == ("turnover_undetermined", ["USDT"])


def test_derivatives_are_not_collected(home: Rig) -> None:
    """Where deals in derivatives count too, what was read below the floor proves nothing."""
    reason = _reason(home.ask("BTC", str(DAY)), "with-derivatives", "turnover_")
    assert (reason.code, reason.result) == ("turnover_undetermined", "open")
    assert reason.text.endswith("but deals in derivatives are not collected")


def test_a_market_of_the_coin_that_was_not_read_leaves_it_open(rig: Callable[..., Rig]) -> None:
    """Of ETH only ETH/USDT was read: below the floor that is open, above it is enough; BTC is not concerned."""
    home = rig(NOW)
    wish = frozenset(("BTC/USDT", "ETH/USDT", "USDC/USDT"))
    assert asyncio.run(home.collect_all(_data(), venues=BINANCE, markets=wish)).failures == {}
    home.publish()
    answer = home.ask("ETH", str(DAY))
    assert _figures(answer, "tax-code-per-coin") == ("turnover_undetermined", "8000000000", 1)
    assert _reason(answer, "tax-code-per-coin", "turnover_").figures["missing_markets"] == 1
    assert _figures(answer, "hundred-million-per-coin") == ("turnover_above_floor", "8000000000", 1)
    assert _reason(home.ask("BTC", str(DAY)), "tax-code-per-coin", "turnover_").figures["missing_markets"] == 0


UTC_NOW = datetime(2026, 6, 30, 18, 26, tzinfo=UTC)


async def _htx(home: Rig, *, utc_days: bool) -> Answer:
    """HTX with two coins, published with a reading that asks for UTC days, and its answer."""
    write(home.home.path, "utc", trading_day="utc", publication_years=0, minimum_coverage="0", turnover_floor_rub="1")
    write(home.home.path, "utc-coin", trading_day="utc", turnover_scope="coin", publication_scope="coin")
    async with Twin(many(2, 100, "htx", until=UTC_NOW.date()), now=UTC_NOW, gzip=False) as twin:
        sources = Sources(twin.endpoints(), paced=False, timeout=5, utc_days=utc_days)
        assert (await home.collect(twin, venues=frozenset(("htx",)), sources=sources)).failures == {}
    publish_with_own(home)
    return home.ask("C0001", "2026-06-28", rulebook="utc")


async def test_a_reading_by_utc_days_uses_them_where_they_were_built(rig: Callable[..., Rig]) -> None:
    """Quotation, hours and turnover are those of the UTC day; the statute beside it stays with the venue's own."""
    home = rig(UTC_NOW)
    answer = await _htx(home, utc_days=True)
    (quotation,) = answer.quotations
    ((close, turnover),) = home.sql(
        "SELECT close, turnover_quote FROM utc_days WHERE coin = 'C0001' AND day = DATE '2026-06-28'"
    )
    assert Decimal(quotation.close) == close
    assert quotation.trading_day.opens_at == datetime(2026, 6, 28, tzinfo=UTC)
    assert answer.chosen is not None
    assert _reason(answer, "utc", "utc_").code == "utc_day_built"
    low = Decimal(str(_reason(answer, "utc-coin", "turnover_").figures["turnover_low_rub"]))
    rate = Decimal(answer.official_rates[0].rate) / answer.official_rates[0].nominal
    assert low == turnover * rate
    ((both,),) = home.sql("SELECT sum(turnover_quote) FROM utc_days WHERE day = DATE '2026-06-28'")
    assert Decimal(str(_reason(answer, "utc", "turnover_").figures["turnover_low_rub"])) == both * rate
    own = home.ask("C0001", "2026-06-28").quotations[0]
    assert (own.trading_day.opens_at, own.close) != (quotation.trading_day.opens_at, quotation.close)
    then = ask_as_known_at(home.home, Question("C0001", answer.date, rulebook="utc"), UTC_NOW, UTC_NOW)
    assert then.model_dump(exclude={"dataset"}) == answer.model_dump(exclude={"dataset"})


async def test_a_reading_by_utc_days_without_them_is_open(rig: Callable[..., Rig]) -> None:
    """Where no UTC day was built, the verdict is open with the reason, and the quotation is left out with a warning."""
    answer = await _htx(rig(UTC_NOW), utc_days=False)
    assert (answer.quotations, answer.chosen) == ([], None)
    assert answer.venues[0].verdicts["utc"].verdict == "undetermined"
    assert (
        _reason(answer, "utc", "utc_").text == "the venue's own day opens at 16:00 UTC, and its UTC day was not built"
    )
    assert _reason(answer, "utc-coin", "utc_").result == "open"
    assert any("asks for the UTC day, and none was built" in each.text for each in answer.warnings)


def test_the_order_of_quote_kinds_may_decide(rig: Callable[..., Rig]) -> None:
    """Of one venue's markets the one in euros goes first where the order decides, however small it is."""
    base = _data()
    euros = _market("BTC", "EUR", 40, "90000", "1", "90000")
    rates = {**base.rates, "EUR": tuple(RateRow(row.effective_on, 1, "90.0000") for row in base.rates["USD"])}
    data = TwinData({"binance": (*base.markets["binance"], euros)}, rates, demo=False)
    home = rig(NOW)
    assert asyncio.run(home.collect_all(data, venues=BINANCE)).failures == {}
    values: dict[str, object] = {"publication_years": 0, "minimum_coverage": "0"}
    write(home.home.path, "on-a-par", **values)
    write(home.home.path, "fiat-first", **values, quote_order="listed")
    publish_with_own(home)
    chosen = {name: home.ask("BTC", str(DAY), rulebook=name).chosen for name in ("on-a-par", "fiat-first")}
    assert {name: each and each.market for name, each in chosen.items()} == {
        "on-a-par": "BTC/USDT",
        "fiat-first": "BTC/EUR",
    }
