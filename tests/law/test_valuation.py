"""Rubles for one unit of a quote asset: by the official rate, a peg, the venue's own market or another coin."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oracle.knowledge import knowledge
from oracle.law.valuation import (
    Leg,
    QuotedClose,
    RateInForce,
    RubleValue,
    Scales,
    Unpriced,
    legs_json,
    legs_of,
    product,
    ruble_value,
)
from oracle.terms import OfficialRate
from oracle.words import language

ASSETS = knowledge().assets
# Rates in force on 31 December 2024: set on the 28th, dated the 29th.
SET = date(2024, 12, 29)
RATES = {
    "USD": RateInForce("USD", Decimal("101.6797"), SET),
    "EUR": RateInForce("EUR", Decimal("106.1028"), SET),
    "TRY": RateInForce("TRY", Decimal("2.89000"), SET),
    "KRW": RateInForce("KRW", OfficialRate("KRW", SET, 1000, "64.4685").per_unit, SET),
}


def _rate(currency: str) -> RateInForce | None:
    return RATES.get(currency)


def _no_rate(currency: str) -> RateInForce | None:  # noqa: ARG001 - that is the point
    return None


def _scales(closes: dict[str, list[QuotedClose]] | None = None) -> Scales:
    return Scales(ASSETS, _rate, closes or {})


def _close(market: str, close: str, turnover: str = "1") -> QuotedClose:
    return QuotedClose(market, market.partition("/")[2], Decimal(close), Decimal(turnover))


def _priced(asset: str, scales: Scales, path: str = "peg") -> RubleValue:
    value = ruble_value(asset, scales, path)
    assert isinstance(value, RubleValue), value
    return value


def _unpriced(asset: str, scales: Scales, path: str = "peg") -> Unpriced:
    value = ruble_value(asset, scales, path)
    assert isinstance(value, Unpriced), value
    return value


def test_a_currency_is_worth_its_official_rate() -> None:
    """A dollar on 31 December 2024 is 101.6797 rubles, by the rate that bears the 29th."""
    value = _priced("USD", _scales())
    assert (value.asset, value.path, value.rub) == ("USD", "official", Decimal("101.6797"))
    assert value.legs == (Leg("USD", "RUB", "official_rate", Decimal("101.6797"), SET),)


def test_a_ruble_is_a_ruble() -> None:
    """A market quoted in rubles needs no rate, not even on a day without any."""
    value = ruble_value("RUB", Scales(ASSETS, _no_rate, {}), "peg")
    assert value == RubleValue("RUB", "official", Decimal(1), ())


def test_a_nominal_of_a_thousand_is_divided_away_exactly() -> None:
    """64.4685 rubles for a thousand won are 0.0644685 for one, without a rounded division."""
    assert _priced("KRW", _scales()).rub == Decimal("0.0644685")


def test_a_stablecoin_at_its_peg_is_worth_its_currency() -> None:
    """One USDT is taken for one dollar, and both steps are told; its own market is not looked at."""
    value = _priced("USDT", _scales({"USDT": [_close("USDT/EUR", "0.5")]}))
    assert (value.path, value.rub) == ("peg", Decimal("101.6797"))
    assert [(leg.of, leg.into, leg.by, leg.rate) for leg in value.legs] == [
        ("USDT", "USD", "peg", Decimal(1)),
        ("USD", "RUB", "official_rate", Decimal("101.6797")),
    ]


def test_a_stablecoin_through_the_venues_own_market() -> None:
    """USDT that closed at 35.36 lira is worth 102.1904 rubles, whatever its peg promises."""
    value = _priced("USDT", _scales({"USDT": [_close("USDT/TRY", "35.36")]}), "market")
    assert (value.path, value.rub) == ("market", Decimal("102.1904"))
    assert [(leg.of, leg.into, leg.by, leg.market) for leg in value.legs] == [
        ("USDT", "TRY", "close", "USDT/TRY"),
        ("TRY", "RUB", "official_rate", None),
    ]


def test_the_market_with_the_largest_turnover_in_rubles_is_taken() -> None:
    """Three billion lira are fewer rubles than 200 million euros: the euro market decides."""
    closes = [_close("USDT/TRY", "35.36", "3000000000"), _close("USDT/EUR", "0.96", "200000000")]
    for order in (closes, closes[::-1]):
        value = _priced("USDT", _scales({"USDT": order}), "market")
        assert value.legs[0].market == "USDT/EUR"
        # 0.96 x 106.1028
        assert value.rub == Decimal("101.858688")


def test_markets_of_one_turnover_are_told_apart_by_name() -> None:
    """A tie does not depend on the order in which the markets were read."""
    closes = [_close("USDT/USD", "1.001", "7"), _close("USDT/RUB", "102", "711.7579")]
    values = {_priced("USDT", _scales({"USDT": order}), "market").legs[0].market for order in (closes, closes[::-1])}
    assert values == {"USDT/USD"}


def test_a_stablecoin_sold_for_rubles_needs_one_leg() -> None:
    """USDT/RUB gives the rubles itself."""
    value = _priced("USDT", _scales({"USDT": [_close("USDT/RUB", "102.51")]}), "market")
    assert (value.rub, len(value.legs)) == (Decimal("102.51"), 1)


@pytest.mark.parametrize(
    "closes",
    [
        {},
        {"USDT": []},
        {"USDC": [_close("USDC/EUR", "0.96")]},
        # against another stablecoin, against a coin, against a currency without a rate
        {"USDT": [_close("USDT/USDC", "1.0001"), _close("USDT/BTC", "0.00001"), _close("USDT/BRL", "6.2")]},
    ],
)
def test_a_stablecoin_without_a_market_against_a_currency_has_no_market_value(
    closes: dict[str, list[QuotedClose]],
) -> None:
    """No close against a currency with a rate: the reason says so, and no other path is taken instead."""
    value = _unpriced("USDT", _scales(closes), "market")
    assert value == Unpriced("USDT", "market", "the venue shows no close of USDT against a currency that day")


def test_a_currency_without_a_rate_is_unpriced_with_the_reason() -> None:
    """No official rate of the real: nothing is guessed through another currency."""
    value = _unpriced("BRL", _scales())
    assert value == Unpriced("BRL", "official", "no official rate of BRL is known for the date")


def test_a_peg_to_a_currency_without_a_rate_is_unpriced_under_its_own_name() -> None:
    """The reason names the currency that is missing, the value the stablecoin that was asked for."""
    scales = Scales(ASSETS, _no_rate, {"USDT": [_close("USDT/RUB", "102.51")]})
    value = _unpriced("USDT", scales)
    assert value == Unpriced("USDT", "peg", "no official rate of USD is known for the date")


def test_another_coin_is_crossed_through_its_own_quotation() -> None:
    """A market quoted in bitcoin is worth bitcoin's close in USDT, times one dollar, times the official rate."""
    value = _priced("BTC", _scales({"BTC": [_close("BTC/USDT", "93576.00")]}))
    assert (value.path, value.rub) == ("cross", Decimal("9514779.6072"))
    assert [(leg.of, leg.into, leg.by) for leg in value.legs] == [
        ("BTC", "USDT", "close"),
        ("USDT", "USD", "peg"),
        ("USD", "RUB", "official_rate"),
    ]


@pytest.mark.parametrize("asset", ["BTC", "WBTC", "NOSUCHCOIN"])
def test_a_cross_never_goes_through_a_third_coin(asset: str) -> None:
    """A coin traded against ether only has no ruble value: two coins in a row are no quotation in money."""
    closes = {asset: [_close(f"{asset}/ETH", "27.1")], "ETH": [_close("ETH/USDT", "3337.78")]}
    value = _unpriced(asset, _scales(closes))
    assert value.reason == f"the venue shows no close of {asset} against a currency or a stablecoin that day"
    assert value.path == "cross"


def test_the_path_of_a_stablecoin_does_not_change_a_coins_cross() -> None:
    """A coin quoted in a stablecoin is crossed at the peg under either reading."""
    scales = _scales({"BTC": [_close("BTC/USDT", "93576.00")], "USDT": [_close("USDT/RUB", "90")]})
    assert _priced("BTC", scales, "peg") == _priced("BTC", scales, "market")


def test_legs_survive_the_store() -> None:
    """What is published as text is read back leg by leg, with dates, markets and every digit."""
    value = _priced("BTC", _scales({"BTC": [_close("BTC/USDT", "0.000000001234567890")]}))
    assert legs_of(legs_json(value.legs)) == value.legs
    assert '"rate": "0.00000000123456789"' in legs_json(value.legs)
    assert legs_of(legs_json(())) == ()


def test_legs_in_words() -> None:
    """A lawyer reads the path as a sentence."""
    value = _priced("BTC", _scales({"BTC": [_close("BTC/USDT", "93576.00")]}))
    assert language("en").legs(value.legs) == (
        "1 BTC = 93576 USDT (close of BTC/USDT); 1 USDT = 1 USD (peg); "
        "1 USD = 101.6797 RUB (official rate of 2024-12-29)"
    )


prices = st.decimals(min_value="0.00000001", max_value=10**7, places=8)
closes = st.builds(
    QuotedClose,
    st.sampled_from(["BTC/1", "BTC/2"]),
    st.sampled_from(["USD", "EUR", "TRY", "KRW", "RUB", "USDT", "USDC", "ETH", "BRL"]),
    prices,
    prices,
)


@settings(max_examples=60)
@given(st.sampled_from(["USD", "KRW", "RUB", "USDT", "BTC", "NOSUCHCOIN"]), st.lists(closes, max_size=4), st.data())
def test_the_product_of_the_legs_is_the_value(asset: str, drawn: list[QuotedClose], data: st.DataObject) -> None:
    """Whoever multiplies the told legs, as fractions, gets the told rubles, and the legs lead from the asset to RUB."""
    value = ruble_value(asset, _scales({asset: drawn}), data.draw(st.sampled_from(["peg", "market"])))
    if isinstance(value, Unpriced):
        assert value.reason
        assert not any(each.quote in ("USD", "EUR", "TRY", "KRW", "RUB") for each in drawn)
        return
    by_hand = Fraction(1)
    for leg in value.legs:
        by_hand *= Fraction(leg.rate)
    assert Fraction(value.rub) == by_hand == Fraction(product(value.legs))
    stations = [value.asset, *(leg.into for leg in value.legs)]
    assert [leg.of for leg in value.legs] == stations[:-1]
    assert stations[-1] == "RUB"
    assert legs_of(legs_json(value.legs)) == value.legs
