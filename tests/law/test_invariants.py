"""What must hold whatever the facts are: of verdicts, of the choice, of what follows for a tax."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from oracle.days import Span
from oracle.knowledge import knowledge
from oracle.law.choice import Candidate, choose, policy_named
from oracle.law.publication import Publication, Published
from oracle.law.rulebook import Rulebook
from oracle.law.spread import spread
from oracle.law.tax import corridor, lines
from oracle.law.turnover import QuoteSum, Turnover, turnover
from oracle.law.valuation import RubleValue, Unpriced
from oracle.law.verdict import Verdict, verdict
from oracle.words import language

STATUTE = knowledge().rulebooks["tax-code"]
WAITING = replace(STATUTE, name="final-only", editions=(replace(STATUTE.editions[0], finality_required=True),))
DAY = date(2025, 3, 14)
BILLION = Decimal(1_000_000_000)
WINDOW = Span(date(2022, 3, 14), date(2025, 3, 13))
RANK = {"not_eligible": 0, "undetermined": 1, "eligible": 2}

rubles = st.decimals(min_value=0, max_value=300 * 10**9, places=2) | st.sampled_from(
    [Decimal(100) * BILLION, Decimal(100) * BILLION + Decimal("0.01"), Decimal(10) ** 8]
)
jurisdictions = st.sampled_from(["foreign", "russian"])


@st.composite
def figures(draw: st.DrawFn) -> Turnover:
    """Any turnover: exact, bounded or open upwards."""
    low = draw(rubles)
    missing, unpriced = draw(st.integers(0, 2)), draw(st.sampled_from([(), ("BRL",)]))
    high = None if missing or unpriced else low + draw(st.just(Decimal(0)) | rubles)
    return Turnover(low, high, low, draw(st.integers(0, 5)), missing, unpriced)


@st.composite
def publications(draw: st.DrawFn) -> Publication:
    """Any publication: long, late, with gaps, or not collected."""
    published = draw(st.sampled_from([0, 1084, 1085, 1086, 1096]))
    first = draw(st.sampled_from([date(2017, 8, 17), date(2022, 3, 14), date(2022, 3, 15)])) if published else None
    late = first is None or first > WINDOW.first
    open_days = draw(st.integers(0, 1096 - published))
    return Publication(WINDOW, first, published, open_days, start_open=late and open_days > 0 and draw(st.booleans()))


def _judge(figure: Turnover, publication: Publication, jurisdiction: str, book: Rulebook = STATUTE) -> Verdict:
    return verdict(book, DAY, figure, publication, jurisdiction)


@settings(max_examples=60)
@given(figures(), publications(), jurisdictions, st.integers(0, 9))
def test_waiting_never_makes_a_venue_more_eligible(
    figure: Turnover, publication: Publication, jurisdiction: str, provisional: int
) -> None:
    """A reading that requires final figures is never the milder one, and never turns an open question into a no."""
    mild, strict = (
        verdict(book, DAY, figure, publication, jurisdiction, provisional=provisional) for book in (STATUTE, WAITING)
    )
    assert RANK[strict.verdict] <= RANK[mild.verdict]
    assert (strict.verdict == "not_eligible") == (mild.verdict == "not_eligible")


@settings(max_examples=60)
@given(figures(), publications(), jurisdictions, rubles)
def test_more_turnover_never_makes_a_venue_less_eligible(
    figure: Turnover, publication: Publication, jurisdiction: str, more: Decimal
) -> None:
    """Adding rubles to a day moves its verdict up or leaves it."""
    raised = replace(figure, low=figure.low + more, high=None if figure.high is None else figure.high + more)
    before, after = _judge(figure, publication, jurisdiction), _judge(raised, publication, jurisdiction)
    assert RANK[before.verdict] <= RANK[after.verdict]


VALUES: dict[str, RubleValue | Unpriced] = {
    "USDT": RubleValue("USDT", "peg", Decimal(100), ()),
    "EUR": RubleValue("EUR", "official", Decimal("110.1234"), ()),
    "BRL": Unpriced("BRL", "official", "no rate"),
}
counted = STATUTE.editions[0].counted_bases
sums = st.builds(
    lambda quote, kind, low, more: QuoteSum(quote, kind, low, low + more, 1),
    st.sampled_from(["USDT", "USDT", "EUR", "BRL"]),
    st.sampled_from([*counted, "stablecoin"]),
    st.sampled_from([Decimal(10) ** 9, Decimal("1000000000.0001"), Decimal(0)]) | rubles.map(lambda each: each / 100),
    st.just(Decimal(0)) | st.just(Decimal(1000)),
)


@settings(max_examples=80)
@given(st.lists(sums, min_size=1, max_size=4), st.integers(0, 2), publications(), jurisdictions)
def test_a_market_that_was_not_read_opens_a_question_and_answers_none(
    markets: list[QuoteSum], missing: int, publication: Publication, jurisdiction: str
) -> None:
    """Above the floor without it a venue stays what it was; else its turnover is open, and it is never eligible."""
    whole = turnover(markets, VALUES, counted, missing)
    less = turnover(markets[1:], VALUES, counted, missing + 1)
    before, after = _judge(whole, publication, jurisdiction), _judge(less, publication, jurisdiction)
    if less.low > STATUTE.editions[0].turnover_floor_rub:
        assert after.verdict == before.verdict
    else:
        assert after.reasons[0].code == "turnover_undetermined"
        assert after.verdict != "eligible"
    assert after.verdict != "eligible" or before.verdict == "eligible"
    # Nor does it turn a no into a yes, or a yes of the other tests into a no.
    others = [each.result for each in before.reasons[1:]]
    assert (after.verdict == "not_eligible") == ("failed" in others)


@settings(max_examples=60)
@given(figures(), publications(), jurisdictions, rubles, rubles)
def test_a_larger_floor_is_never_the_milder_one(
    figure: Turnover, publication: Publication, jurisdiction: str, one: Decimal, other: Decimal
) -> None:
    """Whatever passes the larger floor passes the smaller, and what fails the smaller fails the larger."""
    small, large = (
        replace(STATUTE, editions=(replace(STATUTE.editions[0], turnover_floor_rub=floor),))
        for floor in sorted((one, other))
    )
    strict, mild = (_judge(figure, publication, jurisdiction, book) for book in (large, small))
    assert RANK[strict.verdict] <= RANK[mild.verdict]


@settings(max_examples=60)
@given(figures(), publications(), jurisdictions)
def test_the_verdict_follows_from_the_reported_reasons(
    figure: Turnover, publication: Publication, jurisdiction: str
) -> None:
    """A reader of the four reasons alone comes to the same verdict: one failure fails, one doubt leaves it open."""
    judged = _judge(figure, publication, jurisdiction)
    results = [each.result for each in judged.reasons]
    assert len(results) == 4
    assert all(language("en").reason(each.code, each.figures) and each.clause for each in judged.reasons)
    if "failed" in results:
        assert judged.verdict == "not_eligible"
    elif "open" in results:
        assert judged.verdict == "undetermined"
    else:
        assert judged.verdict == "eligible"
        assert figure.low > 100 * BILLION


# Days around the beginning of the window, and within it so many that 99 % are just reached, or just missed.
days = st.integers(-5, 20).map(lambda number: WINDOW.first + timedelta(days=number))
REST = [day for day in WINDOW.days() if day > WINDOW.first + timedelta(days=20)]


@settings(max_examples=60)
@given(st.sets(days), st.sets(days), st.sets(days), st.integers(0, 3), figures())
def test_more_published_days_never_hurt(
    published: set[date], more: set[date], silent: set[date], absent: int, figure: Turnover
) -> None:
    """A quotation on one more day, on which the venue was silent or nobody had asked, moves nothing down."""
    always = set(REST[absent:])
    before, after = (
        _judge(figure, Published(always | told, silent).before(DAY, 3), "foreign")
        for told in (published, published | more)
    )
    assert RANK[before.verdict] <= RANK[after.verdict]


small = st.integers(0, 3).map(Decimal)
candidates = st.lists(
    st.builds(
        Candidate,
        st.sampled_from(["binance", "okx", "bybit"]),
        st.sampled_from(["BTC/USD", "BTC/USDT"]),
        small,
        small,
        small,
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda each: (each.venue, each.market),
)
policies = st.sampled_from(
    ["lowest", "highest", "largest-turnover", "as-tax-service", "okx,binance", "bybit:*/USD,okx"]
)


@settings(max_examples=60)
@given(candidates, policies, st.data())
def test_the_order_of_reading_chooses_nothing(drawn: list[Candidate], name: str, data: st.DataObject) -> None:
    """Whichever policy: the same candidates in another order give the same choice, in the same words."""
    policy = policy_named(name, ("binance", "okx", "bybit"))
    assert choose(policy, data.draw(st.permutations(drawn))) == choose(policy, drawn)


@settings(max_examples=60)
@given(candidates)
def test_choice_and_spread_agree(drawn: list[Candidate]) -> None:
    """The lowest and the highest that can be chosen are those that the spread tells, with its median between."""
    told = spread(drawn)
    assert told is not None
    lowest, highest = (choose(policy_named(name, ()), drawn).taken for name in ("lowest", "highest"))
    assert (lowest, highest) == (told.lowest, told.highest)
    assert told.lowest.rub <= told.median <= told.highest.rub


prices = st.decimals(min_value=0, max_value=10**9, places=6)


@settings(max_examples=60)
@given(prices, prices, prices, prices)
def test_a_higher_quotation_never_lowers_a_figure(one: Decimal, other: Decimal, paid: Decimal, sold: Decimal) -> None:
    """Corridor, income, cost and benefit rise with the quotation, or stay, exactly and in kopecks."""
    low, high = sorted((one, other))
    below, above = corridor(low), corridor(high)
    assert below.floor.rub <= above.floor.rub
    assert below.cap.rub <= above.cap.rub
    for less, more in zip(*(lines(each, Decimal("0.7"), paid, sold) for each in (low, high)), strict=True):
        assert less.amount.rub <= more.amount.rub
        assert less.amount.kopecks <= more.amount.kopecks
