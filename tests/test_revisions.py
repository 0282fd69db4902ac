"""Days that change: provisional, confirmed, restated; and what was known at an instant."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from oracle.ask import Question
from oracle.errors import OracleError, QuestionError
from oracle.rewind import ask_as_known_at
from oracle.store.reads import Reads
from oracle.twin import RateRow, Twin, TwinData
from tests.collect.test_collecting import data as year_of
from tests.conftest import Rig

NOW = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)
DAY = NOW.date() - timedelta(days=1)
BINANCE = frozenset(("binance",))


def data(venue: str) -> TwinData:
    """Two months of one market of the venue."""
    return year_of(venue, days=60)


def restated(base: TwinData, close: str, volume_times: int = 1) -> TwinData:
    """The same market, but for the newest closed day's close, and its volume and turnover times a number."""
    (market,) = base.markets["binance"]
    rows = tuple(
        replace(
            row,
            close=close,
            base_volume=str(Decimal(row.base_volume) * volume_times),
            turnover=str(Decimal(row.turnover or "0") * volume_times),
        )
        if row.day == DAY
        else row
        for row in market.rows
    )
    return TwinData({"binance": (replace(market, rows=rows),)}, base.rates, demo=False)


async def night(home: Rig, served: TwinData, after: timedelta) -> int:
    """Collect and publish so long after NOW; how many candle pages that took."""
    home.now = NOW + after
    outcome = await home.collect_all(served, venues=BINANCE)
    assert outcome.failures == {}
    home.publish()
    return outcome.candle_pages


async def told(home: Rig) -> tuple[str, bool, list[str]]:
    """Close, finality and warnings of the answer about the day."""
    answer = home.ask("BTC", str(DAY), rulebook="hundred-million")
    (quotation,) = answer.quotations
    return quotation.close, quotation.final, [each.text for each in answer.warnings]


async def test_a_day_is_provisional_until_a_second_reading_agrees(rig: Callable[..., Rig]) -> None:
    """After the first reading the answer says so; after the second it is final, and nothing is asked for any more."""
    home = rig(NOW)
    base = data("binance")
    await night(home, base, timedelta())
    assert (await told(home))[:2] == ("1309.1", False)
    assert await night(home, base, timedelta(hours=11)) == 0
    assert (await told(home))[1] is False
    assert await night(home, base, timedelta(hours=13)) == 1
    assert (await told(home))[:2] == ("1309.1", True)
    ((provisional,),) = home.sql(f"SELECT provisional_markets FROM venue_days WHERE day = DATE '{DAY}'")
    assert provisional == 0


async def test_a_restated_day_is_a_revision_and_waits_again(rig: Callable[..., Rig]) -> None:
    """Both figures stay, the newer one counts, and it needs a confirmation of its own."""
    home = rig(NOW)
    base = data("binance")
    await night(home, base, timedelta())
    await night(home, restated(base, "1308.5"), timedelta(hours=13))
    assert (await told(home))[:2] == ("1308.5", False)
    await night(home, restated(base, "1308.5"), timedelta(hours=26))
    assert (await told(home))[:2] == ("1308.5", True)
    rows = home.sql(
        f"SELECT close, final, known_to IS NULL FROM candle_history WHERE day = DATE '{DAY}' ORDER BY known_from"
    )
    assert rows == [(Decimal("1309.1"), False, False), (Decimal("1308.5"), True, True)]


async def test_the_revision_report_names_what_it_touches(rig: Callable[..., Rig]) -> None:
    """Close, rubles and turnover before and after; a floor that lies between is named with its rulebook."""
    home = rig(NOW)
    base = data("binance")
    await night(home, base, timedelta())
    await night(home, restated(base, "1308.5", volume_times=10), timedelta(hours=13))
    with Reads(home.home.current) as reads:
        (row,) = reads.revisions(NOW)
        assert reads.revisions(home.now + timedelta(seconds=1)) == []
    rate = Decimal(home.ask("BTC", str(DAY)).official_rates[0].rate)
    assert (row.source, row.subject, row.day) == ("binance", "BTC/USDT", DAY)
    assert (row.value_before, row.value_after) == (Decimal("1309.1"), Decimal("1308.5"))
    assert (row.rub_before, row.rub_after) == (Decimal("1309.1") * rate, Decimal("1308.5") * rate)
    turnover = Decimal("319.12345678") * 1309
    assert row.turnover_change_rub == turnover * 9 * rate
    assert turnover * rate < Decimal("100e6") < turnover * 10 * rate
    assert row.floors_crossed == ["hundred-million"]
    assert row.touches() == [
        f"quotation of BTC on {DAY} at binance",
        f"turnover of binance on {DAY}",
        f"verdict on binance on {DAY} under hundred-million",
    ]


async def test_a_figure_that_vanishes_stays_and_is_in_doubt(rig: Callable[..., Rig]) -> None:
    """The venue answers about the day without its row: the figure still counts, but is not final until shown again."""
    home = rig(NOW)
    base = data("binance")
    (market,) = base.markets["binance"]
    without = TwinData(
        {"binance": (replace(market, rows=tuple(row for row in market.rows if row.day != DAY)),)},
        base.rates,
        demo=False,
    )
    await night(home, base, timedelta())
    await night(home, without, timedelta(hours=13))
    assert (await told(home))[:2] == ("1309.1", False)
    assert home.sql("SELECT day, reason FROM quarantine") == [(DAY, "candle_vanished")]
    await night(home, base, timedelta(hours=26))
    assert (await told(home))[:2] == ("1309.1", True)
    assert home.sql("FROM quarantine") == []


async def test_what_was_known_at_an_instant_is_answered_from_then(rig: Callable[..., Rig]) -> None:
    """For each past instant the very answer that was given then: close, finality, turnover, verdicts, warnings."""
    home = rig(NOW)
    base = data("binance")
    moments, answers = [], []
    for served, after in (
        (base, timedelta()),
        (restated(base, "1308.5", volume_times=10), timedelta(hours=13)),
        (restated(base, "1308.5", volume_times=10), timedelta(hours=26)),
    ):
        await night(home, served, after)
        moments.append(home.now)
        answers.append(home.ask("BTC", str(DAY), rulebook="hundred-million"))
    for moment, answer in zip(moments, answers, strict=True):
        again = ask_as_known_at(home.home, Question("BTC", DAY, rulebook="hundred-million"), moment, home.now)
        assert again.dataset.as_known_at == moment
        assert again.model_dump(exclude={"dataset"}) == answer.model_dump(exclude={"dataset"})
    assert [answer.quotations[0].close for answer in answers] == ["1309.1", "1308.5", "1308.5"]
    assert [answer.quotations[0].final for answer in answers] == [False, False, True]


async def test_an_instant_before_and_after_all_knowledge(rig: Callable[..., Rig]) -> None:
    """Before the first collection nothing was known, which is said; the future cannot be asked about."""
    home = rig(NOW)
    await night(home, data("binance"), timedelta())
    asked = Question("BTC", DAY)
    with pytest.raises(OracleError, match="no market of any coin has been collected"):
        ask_as_known_at(home.home, asked, NOW - timedelta(seconds=1), home.now)
    with pytest.raises(QuestionError, match="still to come"):
        ask_as_known_at(home.home, asked, NOW + timedelta(seconds=1), home.now)


async def test_a_restated_official_rate_is_reported(rig: Callable[..., Rig]) -> None:
    """The Bank's correction is a revision too, and the older answer is given for the older instant."""
    home = rig(NOW)
    base = data("binance")
    await night(home, base, timedelta())
    before = home.ask("BTC", str(DAY))
    day = before.official_rates[0].effective_on
    rates = {
        code: tuple(
            RateRow(row.effective_on, row.nominal, "99.9900") if row.effective_on == day else row for row in rows
        )
        for code, rows in base.rates.items()
    }
    corrected = TwinData(base.markets, rates, demo=False)
    home.now = NOW + timedelta(hours=1)
    with_again = {"venues": BINANCE, "again": True, "since": DAY}
    await home.collect_all(corrected, **with_again)
    home.publish()
    assert home.ask("BTC", str(DAY)).official_rates[0].rate == "99.9900"
    with Reads(home.home.current) as reads:
        sources = {(row.source, row.subject) for row in reads.revisions(NOW)}
    assert ("cbr", "USD") in sources
    then = ask_as_known_at(home.home, Question("BTC", DAY), NOW, home.now)
    assert then.official_rates == before.official_rates


async def test_a_market_that_was_taken_off_is_read_as_long_as_the_venue_answers(rig: Callable[..., Rig]) -> None:
    """Off the list it is still asked about, without making the run fail; after three refusals it is left alone."""
    home = rig(NOW)
    base = data("okx")
    (market,) = base.markets["okx"]
    other = replace(market, base="ETH")
    both = TwinData({"okx": (market, other)}, base.rates, demo=False)
    gone = TwinData({"okx": (market, replace(other, state="delisted"))}, base.rates, demo=False)
    await home.collect_all(both, venues=frozenset(("okx",)))
    asked = []
    for hours in (13, 26, 39, 52):
        home.now = NOW + timedelta(hours=hours)
        async with Twin(gone, now=home.now) as twin:
            outcome = await home.collect(twin, venues=frozenset(("okx",)))
            asked.append(sum(each.query.get("instId") == "ETH-USDT" for each in twin.requests))
        assert outcome.failures == {}
    assert asked[-1] == 0
    assert all(asked[:3])
    home.publish()
    assert home.sql("SELECT base, state FROM markets ORDER BY base") == [("BTC", "live"), ("ETH", "delisted")]
