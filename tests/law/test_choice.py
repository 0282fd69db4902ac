"""The taxpayer's choice: each policy takes the quotation that its name promises."""

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oracle.errors import QuestionError
from oracle.law.choice import POLICIES, Candidate, choose, policy_named

VENUES = ("binance", "bybit", "okx", "kraken")


def _candidate(venue: str, market: str, rub: str, market_turnover: str, venue_turnover: str) -> Candidate:
    return Candidate(venue, market, Decimal(rub), Decimal(market_turnover), Decimal(venue_turnover))


# Bybit is dearest, OKX cheapest; Binance is the largest venue, though Bybit's one market is larger than Binance's.
BINANCE = _candidate("binance", "BTC/USDT", "9514779.6072", "300", "1000")
BINANCE_EUR = _candidate("binance", "BTC/EUR", "9515000", "20", "1000")
BYBIT = _candidate("bybit", "BTC/USDT", "9520000", "400", "600")
OKX = _candidate("okx", "BTC/USDT", "9510000", "100", "200")
ALL = (BYBIT, OKX, BINANCE_EUR, BINANCE)


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("largest-turnover", BINANCE),
        ("lowest", OKX),
        ("highest", BYBIT),
        ("okx", OKX),
        ("okx,binance", OKX),
        ("kraken,bybit,binance", BYBIT),
        ("binance", BINANCE),
        ("Binance, okx", BINANCE),
    ],
)
def test_each_policy_takes_what_its_name_says(text: str, chosen: Candidate) -> None:
    """Largest venue and then its largest market, cheapest, dearest, or the first preferred venue that qualifies."""
    policy, preferred = policy_named(text, VENUES)
    assert choose(policy, preferred, ALL) == chosen
    assert choose(policy, preferred, ALL[::-1]) == chosen


def test_preferred_venues_that_do_not_qualify_leave_nothing() -> None:
    """Whoever prefers Kraken alone, and Kraken does not qualify, gets no quotation of another venue."""
    policy, preferred = policy_named("kraken", VENUES)
    assert choose(policy, preferred, ALL) is None


@pytest.mark.parametrize("text", [*POLICIES, "okx,binance"])
def test_nothing_to_choose_from(text: str) -> None:
    """Without a qualifying quotation there is no choice, and that is a value, no error."""
    assert choose(*policy_named(text, VENUES), ()) is None


@pytest.mark.parametrize("policy", POLICIES)
def test_ties_go_to_the_first_venue_by_name(policy: str) -> None:
    """Alike in every figure, Binance comes before Bybit, in whatever order they are given."""
    alike = [_candidate(venue, "BTC/USDT", "1", "1", "1") for venue in ("okx", "binance", "bybit")]
    for order in (alike, alike[::-1]):
        chosen = choose(policy, (), order)
        assert chosen is not None
        assert chosen.venue == "binance"


@pytest.mark.parametrize("policy", POLICIES)
def test_the_venue_decides_a_tie_before_the_market(policy: str) -> None:
    """Alike in every figure, Binance's BTC/USDT comes before OKX's BTC/EUR: the venue is looked at first."""
    alike = [_candidate("okx", "BTC/EUR", "1", "1", "1"), _candidate("binance", "BTC/USDT", "1", "1", "1")]
    chosen = choose(policy, (), alike)
    assert chosen is not None
    assert (chosen.venue, chosen.market) == ("binance", "BTC/USDT")


@pytest.mark.parametrize("policy", [*POLICIES, "venues"])
def test_ties_within_a_venue_go_to_the_first_market_by_name(policy: str) -> None:
    """Alike in every figure, BTC/EUR comes before BTC/USDT."""
    alike = [_candidate("okx", market, "1", "1", "1") for market in ("BTC/USDT", "BTC/EUR")]
    chosen = choose(policy, ("okx",), alike)
    assert chosen is not None
    assert chosen.market == "BTC/EUR"


@pytest.mark.parametrize("text", ["cheapest", "binance,mtgox", "", "LARGEST", "binance,", "okx;bybit"])
def test_an_unknown_policy_is_refused_with_the_known_ones(text: str) -> None:
    """The asker is told every policy and every venue that could have been meant."""
    with pytest.raises(QuestionError) as refusal:
        policy_named(text, VENUES)
    message = str(refusal.value)
    assert message.startswith("unknown choice ")
    for known in ("largest-turnover", "lowest", "highest", *VENUES):
        assert known in message


def test_a_long_unknown_policy_is_not_echoed_in_full() -> None:
    """The message stays readable whatever was typed."""
    with pytest.raises(QuestionError) as refusal:
        policy_named("x" * 10_000, VENUES)
    assert len(str(refusal.value)) < 300


figures = st.integers(0, 3).map(Decimal)
candidates = st.builds(
    Candidate, st.sampled_from(VENUES), st.sampled_from(["BTC/USD", "BTC/USDT"]), figures, figures, figures
)


@settings(max_examples=60)
@given(st.lists(candidates, min_size=1, max_size=6, unique_by=lambda each: (each.venue, each.market)), st.data())
def test_no_candidate_beats_the_chosen_one(drawn: Sequence[Candidate], data: st.DataObject) -> None:
    """Cheapest means that none is cheaper, dearest that none is dearer, whatever the order of asking."""
    shuffled = data.draw(st.permutations(drawn))
    lowest, highest, largest = (choose(policy, (), shuffled) for policy in ("lowest", "highest", "largest-turnover"))
    assert lowest is not None
    assert highest is not None
    assert largest is not None
    assert all(lowest.rub <= each.rub <= highest.rub for each in drawn)
    assert all(each.venue_turnover_rub <= largest.venue_turnover_rub for each in drawn)
    assert (lowest, highest, largest) == tuple(
        choose(policy, (), drawn) for policy in ("lowest", "highest", "largest-turnover")
    )
