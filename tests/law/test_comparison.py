"""Somebody's figure beside ours: which single leg explains it, by figures that can be multiplied by hand."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle.law.comparison import Around, Pair, compare
from oracle.law.valuation import ONE, Leg
from oracle.numbers import kopecks
from oracle.words import language

told = language("en").explanation


def _dollar(rate: str) -> tuple[Leg, ...]:
    return (Leg("USDT", "USD", "peg", ONE), Leg("USD", "RUB", "official_rate", Decimal(rate), date(2024, 12, 29)))


def _market(close: str) -> tuple[Leg, ...]:
    return (
        Leg("USDT", "EUR", "close", Decimal(close), market="USDT/EUR"),
        Leg("EUR", "RUB", "official_rate", Decimal(106), date(2024, 12, 29)),
    )


# 31 December 2024: 93576.00 x 101.6797 = 9514779.6072; in euro 90000 x 106 = 9540000.
USDT = Pair("BTC/USDT", Decimal("93576.00"), _dollar("101.6797"), _market("0.961"))
EUR = Pair("BTC/EUR", Decimal(90000), (Leg("EUR", "RUB", "official_rate", Decimal(106), date(2024, 12, 29)),))
AROUND = Around(
    {
        date(2024, 12, 30): {"USD": Decimal("101.6797"), "EUR": Decimal(106)},
        date(2025, 1, 1): {"USD": Decimal("102.0000"), "EUR": Decimal(107)},
    },
    {date(2024, 12, 30): {"BTC/USDT": Decimal("92792.05")}, date(2025, 1, 1): {"BTC/USDT": Decimal("94591.79")}},
)


@pytest.mark.parametrize(
    ("theirs", "leg", "text"),
    [
        # 93576.00 x 102
        ("9544752.00", "official_rate", "the official rate in force on 2025-01-01: BTC/USDT close 93576"),
        ("9540000.00", "pair", "another pair: BTC/EUR close 90000, EUR 106"),
        # 92792.05 x 101.6797
        ("9435067.81", "trading_day", "the venue's trading day 2024-12-30: BTC/USDT close 92792.05"),
        # 93576 x 101.68
        ("9514807.68", "rounding_rate", "the official rate rounded half-up to 2 decimals: 101.68"),
        ("9514780", "rounding", "the result rounded half-up to rubles"),
        ("9514779.60", "rounding", "the result cut to kopecks"),
        # 93576 x 0.961 x 106 = 9532212.816 lies below 9540000 of the euro pair
        ("9532212.82", "stablecoin_path", "the other stablecoin path: BTC/USDT close 93576, 1 USDT = 0.961 EUR"),
    ],
)
def test_the_leg_that_differs_is_named(theirs: str, leg: str, text: str) -> None:
    """A figure that one other leg reproduces to the kopeck is explained by it."""
    result = compare(Decimal(theirs), [USDT, EUR], AROUND)
    assert not result.same
    assert [(each.leg, told(each).startswith(text)) for each in result.explanations[:1]] == [(leg, True)]


def test_the_rounded_close_is_named() -> None:
    """93576.49 x 100 cut to whole dollars is 9357600."""
    pair = Pair("BTC/USDT", Decimal("93576.49"), _dollar("100"))
    (found,) = compare(Decimal(9357650), [pair], Around()).explanations
    assert (found.leg, told(found)) == ("rounding_close", "the close rounded half-up to 1 decimals: 93576.5")


def test_alike_to_the_kopeck_is_the_same() -> None:
    """9514779.61 is our 9514779.6072, so nothing is to be explained."""
    result = compare(Decimal("9514779.61"), [EUR, USDT], AROUND)
    assert result.same
    assert (result.lowest, result.explanations) == (USDT, ())
    assert result.difference == Decimal("0.0028")


def test_what_no_single_leg_explains_is_said_so() -> None:
    """Another pair at another rate are two legs: no explanation is invented."""
    result = compare(Decimal(90000 * 107 + 1), [USDT, EUR], AROUND)
    assert result.explanations == ()
    # 115221.3928 of 9514779.6072
    assert (result.difference, result.percent) == (Decimal("115221.3928"), Decimal("1.2110"))


prices = st.decimals("0.01", "999999", places=8, allow_nan=False)


@given(st.lists(st.tuples(prices, prices), min_size=1, max_size=4), prices)
def test_every_explanation_reproduces_the_figure(drawn: list[tuple[Decimal, Decimal]], theirs: Decimal) -> None:
    """Whatever the figures, an explanation gives theirs to the kopeck, and ours is the lowest of our pairs."""
    pairs = [
        Pair(f"BTC/X{at}", close, (Leg("USD", "RUB", "official_rate", rate),)) for at, (close, rate) in enumerate(drawn)
    ]
    for figure in (theirs, *(each.rub for each in pairs)):
        result = compare(figure, pairs, Around())
        assert result.lowest.rub == min(each.rub for each in pairs)
        assert all(kopecks(each.rub) == kopecks(figure) for each in result.explanations)
        assert figure == theirs or result.same or result.explanations
