"""The turnover of a venue day: exact, bounded where it must be, and never a guess over what is missing."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from oracle.law.turnover import QuoteSum, turnover
from oracle.law.valuation import RubleValue, Unpriced

COUNTED = ("digital_currency", "unclassified")
# The official dollar of 29 December 2024 for USD and, at its peg, for USDT.
DOLLAR = Decimal("101.6797")
VALUES: dict[str, RubleValue | Unpriced] = {
    "USD": RubleValue("USD", "official", DOLLAR, ()),
    "USDT": RubleValue("USDT", "peg", DOLLAR, ()),
    "KRW": RubleValue("KRW", "official", Decimal("0.0644685"), ()),
    "BRL": Unpriced("BRL", "official", "no official rate of BRL is known for the date"),
    "NEWCOIN": Unpriced("NEWCOIN", "cross", "the venue shows no close of NEWCOIN"),
}


def _sum(quote: str, low: str, high: str | None = None, kind: str = "digital_currency", markets: int = 1) -> QuoteSum:
    return QuoteSum(quote, kind, Decimal(low), Decimal(high or low), markets)


def test_sums_are_converted_once_and_exactly() -> None:
    """1,000,000,000.01 USDT and 500,000,000 USD at 101.6797 are 152,519,550,001.016797 rubles, to the last digit."""
    figure = turnover([_sum("USDT", "1000000000.01", markets=3), _sum("USD", "500000000")], VALUES, COUNTED, 0)
    assert figure.exact == figure.low == figure.high == Decimal("152519550001.016797")
    assert (figure.counted_markets, figure.missing_markets, figure.unpriced) == (4, 0, ())


def test_won_are_converted_without_rounding() -> None:
    """A trillion won at 64.4685 rubles for a thousand are 64,468,500,000 rubles."""
    assert turnover([_sum("KRW", "1000000000000")], VALUES, COUNTED, 0).exact == Decimal(64_468_500_000)


def test_a_venue_without_published_turnover_has_two_bounds() -> None:
    """Where only volumes are published, both bounds go into rubles, and no exact sum is told."""
    figure = turnover([_sum("USD", "1000", "1200"), _sum("USDT", "10")], VALUES, COUNTED, 0)
    assert (figure.low, figure.high) == (Decimal("102696.497"), Decimal("123032.437"))
    assert figure.exact is None


def test_deals_in_stablecoins_do_not_count_but_are_shown() -> None:
    """USDT bought for dollars is no deal in digital currency: it is left out of the sum and shown in the other one."""
    figure = turnover([_sum("USD", "100"), _sum("USD", "900", kind="stablecoin", markets=2)], VALUES, COUNTED, 0)
    assert figure.exact == Decimal("10167.97")
    assert figure.with_all_low == Decimal("101679.7")
    assert figure.counted_markets == 1


def test_the_rulebook_says_what_counts() -> None:
    """Under a reading that counts stablecoins too, both sums are the same."""
    sums = [_sum("USD", "100"), _sum("USD", "900", kind="stablecoin", markets=2)]
    figure = turnover(sums, VALUES, ("digital_currency", "stablecoin"), 0)
    assert figure.exact == figure.with_all_low == Decimal("101679.7")
    assert figure.counted_markets == 3


def test_missing_markets_leave_the_upper_bound_open() -> None:
    """One listed market that was not read could have turned over anything."""
    figure = turnover([_sum("USD", "100")], VALUES, COUNTED, 1)
    assert (figure.low, figure.high, figure.exact) == (Decimal("10167.97"), None, None)
    assert figure.missing_markets == 1


def test_a_quote_without_ruble_value_leaves_the_upper_bound_open() -> None:
    """Deals in reais cannot be converted that day: they are named, and the sum is only a lower bound."""
    sums = [_sum("USD", "100"), _sum("BRL", "5"), _sum("BRL", "7", kind="unclassified"), _sum("NEWCOIN", "1")]
    figure = turnover(sums, VALUES, COUNTED, 0)
    assert (figure.low, figure.high) == (Decimal("10167.97"), None)
    assert (figure.unpriced, figure.counted_markets) == (("BRL", "NEWCOIN"), 1)


def test_a_quote_without_ruble_value_and_without_deals_does_not_matter() -> None:
    """Nothing traded in reais is nothing in rubles, whatever the rate would have been."""
    figure = turnover([_sum("USD", "100"), _sum("BRL", "0")], VALUES, COUNTED, 0)
    assert (figure.exact, figure.unpriced) == (Decimal("10167.97"), ())


def test_volume_that_may_be_nothing_still_matters() -> None:
    """Where reais are bounded by zero and something, the something could be large."""
    figure = turnover([_sum("USD", "100"), _sum("BRL", "0", "9")], VALUES, COUNTED, 0)
    assert (figure.high, figure.unpriced) == (None, ("BRL",))


def test_what_does_not_count_need_not_be_converted() -> None:
    """Stablecoins sold for reais leave the counted sum exact."""
    figure = turnover([_sum("USD", "100"), _sum("BRL", "9", kind="stablecoin")], VALUES, COUNTED, 0)
    assert (figure.exact, figure.unpriced) == (Decimal("10167.97"), ())


def test_no_deals_at_all_are_zero_and_known() -> None:
    """A venue day without a single row of digital currency turned over nothing, if nothing is missing."""
    assert turnover([], VALUES, COUNTED, 0).exact == Decimal(0)
    assert turnover([], VALUES, COUNTED, 4).high is None


amounts = st.decimals(min_value=0, max_value=10**13, places=8)
rows = st.tuples(st.sampled_from(["USD", "USDT", "KRW"]), st.sampled_from([*COUNTED, "stablecoin"]), amounts, amounts)


@settings(max_examples=60)
@given(st.lists(rows, max_size=8))
def test_any_sum_equals_the_sum_of_fractions(drawn: list[tuple[str, str, Decimal, Decimal]]) -> None:
    """Whatever is added and multiplied, no digit is lost against exact fractions."""
    figure = turnover([QuoteSum(*row[:2], min(row[2:]), max(row[2:]), 1) for row in drawn], VALUES, COUNTED, 0)
    rate = {"USD": Fraction(1016797, 10000), "USDT": Fraction(1016797, 10000), "KRW": Fraction(644685, 10**7)}
    counted = [row for row in drawn if row[1] != "stablecoin"]
    assert Fraction(figure.low) == sum(Fraction(min(row[2:])) * rate[row[0]] for row in counted)
    assert figure.high is not None
    assert Fraction(figure.high) == sum(Fraction(max(row[2:])) * rate[row[0]] for row in counted)
    assert Fraction(figure.with_all_low) == sum(Fraction(min(row[2:])) * rate[row[0]] for row in drawn)


@settings(max_examples=60)
@given(st.lists(rows, max_size=8), st.integers(0, 8))
def test_a_coins_turnover_never_exceeds_the_venues(drawn: list[tuple[str, str, Decimal, Decimal]], of_it: int) -> None:
    """Whatever markets are the coin's, their sum is at most that of all markets with the same bases counted."""
    sums = [QuoteSum(*row[:2], min(row[2:]), max(row[2:]), 1) for row in drawn]
    coin, venue = (turnover(each, VALUES, COUNTED, 0) for each in (sums[:of_it], sums))
    assert coin.low <= venue.low
    assert coin.high is not None
    assert venue.high is not None
    assert coin.high <= venue.high


def test_derivatives_leave_the_upper_bound_open() -> None:
    """Where deals in derivatives count too, nobody knows how much they were."""
    figure = turnover([_sum("USD", "100")], VALUES, COUNTED, 0, ("spot", "derivatives"))
    assert (figure.low, figure.high, figure.uncollected) == (Decimal("10167.97"), None, ("derivatives",))
