"""Every day without a candle has its word and its reason, and no gaps have one too."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from oracle.errors import QuestionError
from oracle.operate.gaps import Asked, Gap, Gaps, Why, find
from oracle.store.watch import Watch
from oracle.twin import Fault, RateRow, Row, Twin, TwinData, TwinMarket
from tests.conftest import Rig

NOW = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)
FIRST, LAST = date(2026, 3, 1), date(2026, 3, 13)
IDLE = date(2026, 3, 5)


def _market(base: str, *left_out: date) -> TwinMarket:
    days = [FIRST + timedelta(days=at) for at in range(14)]
    rows = tuple(Row(day, "10", "12", "9", "11", "5", None, 3) for day in days if day not in left_out)
    return TwinMarket(base, "USD", rows)


DATA = TwinData(
    {"coinbase": (_market("BTC", IDLE, IDLE + timedelta(days=1)), _market("ETH"))},
    {"USD": (RateRow(date(2026, 2, 28), 1, "80.0"),)},
    demo=False,
)


async def _gaps(home: Rig, *faults: Fault, asked: Asked = Asked(since=FIRST), **wish: object) -> Gaps:  # noqa: B008
    async with Twin(DATA, now=NOW, faults=faults) as twin:
        await home.collect(twin, venues=frozenset(("coinbase",)), since=FIRST, **wish)
    home.publish()
    with Watch(home.home.current) as watch:
        return find(watch, asked, NOW)


async def test_days_without_deals_are_told_as_such(rig: Callable[..., Rig]) -> None:
    """The venue answered and showed no candle: one gap of two days."""
    found = await _gaps(rig(NOW))
    assert found.gaps == [
        Gap(
            *("coinbase", "BTC/USD", "BTC-USD", IDLE, IDLE + timedelta(days=1), 2, Why.NO_DEALS),
            "the venue answered and showed no candle",
        )
    ]


async def test_no_gaps_have_a_reason(rig: Callable[..., Rig]) -> None:
    """Nothing is missing: it says which markets and days were looked at."""
    found = await _gaps(rig(NOW), asked=Asked(venue="coinbase", coin="ETH", since=FIRST))
    assert found.gaps == []
    assert found.said.startswith("1 markets, 2026-03-01 to 2026-03-13: every day has a candle")


async def test_what_was_never_asked_for_names_the_command(rig: Callable[..., Rig]) -> None:
    """A market that was left out of the collection, and days before the first that was asked."""
    found = await _gaps(rig(NOW), coins=frozenset(("BTC",)), asked=Asked(coin="ETH", since=FIRST))
    (gap,) = found.gaps
    assert (gap.why, gap.days, gap.last_day) == (Why.NOT_COLLECTED, 13, LAST)
    assert gap.reason == "not asked for; run `oracle collect --venue coinbase`"


async def test_a_failed_attempt_tells_its_error(rig: Callable[..., Rig]) -> None:
    """The venue answered with HTML for one market: its days are failed, with the last error."""
    fault = Fault("coinbase", "html", market="ETH-USD", path="candles", times=None)
    found = await _gaps(rig(NOW), fault, asked=Asked(coin="ETH", since=FIRST))
    (gap,) = found.gaps
    assert (gap.why, gap.first_day, gap.last_day) == (Why.FAILED, FIRST, LAST)
    assert "unreachable at 2026-03-14 09:26 UTC: 200 with an HTML page" in gap.reason


async def test_a_quarantined_day_tells_the_check(rig: Callable[..., Rig]) -> None:
    """A row that broke a check is neither no deals nor not collected."""
    fault = Fault("coinbase", "crossed", market="ETH-USD", times=None)
    found = await _gaps(rig(NOW), fault, asked=Asked(coin="ETH", since=FIRST))
    assert {gap.why for gap in found.gaps} == {Why.QUARANTINED}
    assert {gap.reason for gap in found.gaps} == {"prices_out_of_order"}


async def test_an_unknown_market_is_the_asker_s_error(rig: Callable[..., Rig]) -> None:
    """Nothing known is not the same as no gaps."""
    with pytest.raises(QuestionError, match="no market is known for XYZ of coinbase"):
        await _gaps(rig(NOW), asked=Asked(venue="coinbase", coin="XYZ"))
