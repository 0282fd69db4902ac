"""The taxpayer's choice: each policy takes the quotation that its name promises."""

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oracle.errors import QuestionError
from oracle.law.choice import POLICIES, Candidate, Choice, Policy, choose, policy_named
from oracle.words import language

VENUES = ("binance", "bybit", "okx", "kraken")


def _candidate(venue: str, market: str, rub: str, market_turnover: str, venue_turnover: str) -> Candidate:
    return Candidate(venue, market, Decimal(rub), Decimal(market_turnover), Decimal(venue_turnover))


def _told(choice: Choice) -> str:
    return language("en").choice(choice.code, choice.figures)


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
        ("binance:BTC/EUR", BINANCE_EUR),
        ("binance:btc/eur", BINANCE_EUR),
        ("binance:*/EUR", BINANCE_EUR),
        ("okx:BTC/EUR,binance:BTC/EUR", BINANCE_EUR),
        ("okx:BTC/EUR,bybit", BYBIT),
        ("as-tax-service", BINANCE),
    ],
)
def test_each_policy_takes_what_its_name_says(text: str, chosen: Candidate) -> None:
    """Largest venue and then its largest market, cheapest, dearest, or the first preferred venue that qualifies."""
    policy = policy_named(text, VENUES)
    assert choose(policy, ALL).taken == chosen
    assert choose(policy, ALL[::-1]) == choose(policy, ALL)


def test_preferred_venues_that_do_not_qualify_leave_nothing() -> None:
    """Whoever prefers Kraken alone, and Kraken does not qualify, gets no quotation of another venue."""
    choice = choose(policy_named("kraken", VENUES), ALL)
    assert choice.taken is None
    assert _told(choice) == "the policy names kraken: no eligible quotation there; no other was taken for it"


@pytest.mark.parametrize("text", [*POLICIES, "okx,binance"])
def test_nothing_to_choose_from(text: str) -> None:
    """Without a qualifying quotation there is no choice, and that is a value, no error."""
    choice = choose(policy_named(text, VENUES), ())
    assert choice.taken is None
    assert _told(choice)


@pytest.mark.parametrize("policy", POLICIES)
def test_ties_go_to_the_first_venue_by_name(policy: str) -> None:
    """Alike in every figure, Binance comes before Bybit, in whatever order they are given."""
    alike = [_candidate(venue, "BTC/USDT", "1", "1", "1") for venue in ("okx", "binance", "bybit")]
    for order in (alike, alike[::-1]):
        chosen = choose(Policy(policy, policy), order).taken
        assert chosen is not None
        assert chosen.venue == "binance"


@pytest.mark.parametrize("policy", POLICIES)
def test_the_venue_decides_a_tie_before_the_market(policy: str) -> None:
    """Alike in every figure, Binance's BTC/USDT comes before OKX's BTC/EUR: the venue is looked at first."""
    alike = [_candidate("okx", "BTC/EUR", "1", "1", "1"), _candidate("binance", "BTC/USDT", "1", "1", "1")]
    chosen = choose(Policy(policy, policy), alike).taken
    assert chosen is not None
    assert (chosen.venue, chosen.market) == ("binance", "BTC/USDT")


@pytest.mark.parametrize("policy", [*POLICIES, "okx", "okx:*/USD,okx"])
def test_ties_within_a_venue_go_to_the_first_market_by_name(policy: str) -> None:
    """Alike in every figure, BTC/EUR comes before BTC/USDT."""
    alike = [_candidate("okx", market, "1", "1", "1") for market in ("BTC/USDT", "BTC/EUR")]
    chosen = choose(policy_named(policy, VENUES), alike).taken
    assert chosen is not None
    assert chosen.market == "BTC/EUR"


@pytest.mark.parametrize(
    "text",
    [
        "cheapest",
        "binance,mtgox",
        "",
        "LARGEST",
        "binance,",
        "okx;bybit",
        "okx:",
        "okx:BTC",
        "mtgox:BTC/USDT",
        "okx:B/U/X",
    ],
)
def test_an_unknown_policy_is_refused_with_the_known_ones(text: str) -> None:
    """The asker is told every policy and every venue that could have been meant."""
    with pytest.raises(QuestionError) as refusal:
        policy_named(text, VENUES)
    message = str(refusal.value)
    assert message.startswith("unknown choice ")
    for known in (*POLICIES, *VENUES):
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
    names = ("lowest", "highest", "largest-turnover")
    lowest, highest, largest = (choose(Policy(name, name), shuffled).taken for name in names)
    assert lowest is not None
    assert highest is not None
    assert largest is not None
    assert all(lowest.rub <= each.rub <= highest.rub for each in drawn)
    assert all(each.venue_turnover_rub <= largest.venue_turnover_rub for each in drawn)
    assert (lowest, highest, largest) == tuple(choose(Policy(name, name), drawn).taken for name in names)


_WITH_PLACES = ("okx,binance", "bybit:BTC/USD,kraken")


@pytest.mark.parametrize("text", [*POLICIES, *_WITH_PLACES])
@given(st.lists(candidates, max_size=6, unique_by=lambda each: (each.venue, each.market)))
def test_what_is_chosen_could_be_chosen(text: str, drawn: Sequence[Candidate]) -> None:
    """Whatever the policy, the choice is one of the candidates or nothing, and a reason is given."""
    choice = choose(policy_named(text, VENUES), drawn)
    assert choice.taken is None or choice.taken in drawn
    assert _told(choice)
    assert choice.taken is not None or not drawn or text in {"as-tax-service", *_WITH_PLACES}


LARGEST = "the largest turnover of 3 eligible venues, 1 000.00 RUB at least"
OF_PAIRS = "is its pair with the largest turnover"
# Kraken is the largest of all, but not on the tax service's page; of those that are, Binance is, and EUR is its lowest.
KRAKEN = _candidate("kraken", "BTC/USD", "9000000", "900", "5000")
BINANCE_LOW = _candidate("binance", "BTC/EUR", "9514000", "20", "1000")


def test_as_the_tax_service_shows() -> None:
    """Of the tax service's own venues the largest, of its pairs the lowest; the reason says that the page is silent."""
    choice = choose(policy_named("as-tax-service", VENUES), [KRAKEN, BINANCE, BINANCE_LOW, BYBIT, OKX])
    assert choice.taken == BINANCE_LOW
    assert choice.rule == "as-tax-service"
    assert _told(choice) == (
        "BTC/EUR is the lowest of binance's pairs, as the tax service shows; its page leaves the venue open: "
        "binance has the largest turnover of 3 eligible venues, 1 000.00 RUB at least among the tax service's own"
    )


def test_as_the_tax_service_shows_without_its_venues() -> None:
    """Where only others qualify, nothing is taken, and the seven venues are named."""
    choice = choose(policy_named("as-tax-service", VENUES), [KRAKEN])
    assert choice.taken is None
    assert "none of the tax service's venues (binance, bybit, okx, kucoin, mexc, htx, gate)" in _told(choice)


@pytest.mark.parametrize(
    ("text", "rule", "reason"),
    [
        (
            "largest-turnover",
            "largest-turnover",
            f"binance has {LARGEST}, and BTC/USDT is its pair with the largest",
        ),
        ("lowest", "lowest", "9 510 000.00 RUB is the lowest of 4 eligible quotations"),
        ("highest", "highest", "9 520 000.00 RUB is the highest of 4 eligible quotations"),
        (
            "kraken,binance",
            "fixed-venue",
            f"the policy names binance, and BTC/USDT {OF_PAIRS}; without an eligible quotation: kraken",
        ),
        ("binance:*/EUR", "fixed-pair", "the policy names binance:*/EUR"),
    ],
)
def test_each_choice_says_why(text: str, rule: str, reason: str) -> None:
    """The reason names the rule that was applied and the figures that decided."""
    choice = choose(policy_named(text, VENUES), ALL)
    assert (choice.rule, _told(choice)) == (rule, reason)


def test_one_of_one_is_said_in_the_singular() -> None:
    """A single eligible quotation is one quotation of one venue."""
    assert _told(choose(policy_named("lowest", VENUES), [OKX])).endswith("the lowest of 1 eligible quotation")
    assert "of 1 eligible venue," in _told(choose(policy_named("largest-turnover", VENUES), [OKX]))
