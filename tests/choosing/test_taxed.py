"""`oracle quotation ... --quantity`: what follows for a quantity, in the JSON and on the page."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle.errors import QuestionError
from oracle.taxed import deal
from tests.conftest import Run


def test_a_purchase_and_its_sale_in_rubles(run: Run) -> None:
    """Half a bitcoin at 8012005.3805: bought for 6 million, above the cap; sold for 3 million, below the floor."""
    words = ("--quantity", "0.5", "--paid", "6000000", "--sold", "3000000.00")
    tax = json.loads(run("quotation", "BTC", "2026-03-11", "--format", "json", *words).out)["tax"]
    assert (tax["market_value_rub"], tax["market_value_rub_kopecks"]) == ("4006002.69025", "4006002.69")
    assert (tax["quantity"], tax["paid"], tax["sold"]) == ("0.5", "6000000", "3000000")
    figures = {each["use"]: (each["rub"], each["rub_kopecks"], each["held"]) for each in tax["lines"]}
    assert figures == {
        "mining_income": ("4006002.69025", "4006002.69", None),
        "sale_floor": ("3204802.1522", "3204802.15", None),
        "sale_income": ("3204802.1522", "3204802.15", False),
        "purchase_cap": ("4807203.2283", "4807203.23", None),
        "purchase_cost": ("4807203.2283", "4807203.23", False),
        "material_benefit": ("0", "0.00", None),
    }
    assert "half-up" in tax["rounding"]


def test_the_page_tells_the_days_that_count(run: Run) -> None:
    """A person reads each figure, how it came about, and the day whose quotation counts."""
    page = run("quotation", "BTC", "2026-03-11", "--quantity", "0.5", "--paid", "1000000").out
    for words in (
        "For 0.5 BTC = 4 006 002.69 RUB, paid 1 000 000 RUB",
        "material benefit 3 006 002.69 RUB: market value less the actual expense",
        "counts: the day the right to dispose of the coins arises",
        "rounded half-up to kopecks once",
    ):
        assert words in page


def test_nothing_chosen_leaves_nothing_to_tax(run: Run) -> None:
    """Where no quotation was chosen there is no figure, not a zero."""
    ran = run("quotation", "BTC", "2026-03-11", "--choose", "kraken", "--quantity", "1", "--format", "json")
    assert ran.status == 3
    assert json.loads(ran.out)["tax"] is None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--quantity", "1,5"), "--quantity '1,5' is no amount: write a decimal point and no spaces"),
        (("--quantity", "1", "--paid", "1 000 000"), "--paid '1 000 000' is no amount: write a decimal point"),
        (("--quantity", "1", "--sold=-5"), "--sold '-5' is no amount: a negative amount"),
        (("--quantity", "0"), "--quantity is zero"),
        (("--quantity", "1e5"), "--quantity '1e5' is no amount"),
        (("--quantity", "NaN"), "--quantity 'NaN' is no amount"),
        (("--paid", "5"), "tell it with --quantity"),
    ],
)
def test_an_amount_is_an_exact_decimal_or_refused(run: Run, words: tuple[str, ...], said: str) -> None:
    """What is wrong and what to write, with status 2 and nothing on stdout."""
    ran = run("quotation", "BTC", "2026-03-11", *words)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err


@given(st.text(max_size=50) | st.from_regex(r"[-+]?[\d ,._eE٣]{1,45}", fullmatch=True))
def test_no_amount_stops_the_program(text: str) -> None:
    """Whatever is typed becomes an exact amount or a refusal."""
    try:
        asked = deal(text, text, text)
    except QuestionError:
        return
    assert asked is not None
    assert asked.quantity == asked.paid == asked.sold
