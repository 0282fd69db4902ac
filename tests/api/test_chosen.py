"""The choice of many coins at once is the choice of one question at a time."""

from datetime import date
from decimal import Decimal

import pytest

from oracle.api.chosen import chosen
from oracle.ask import Question, ask
from oracle.days import Span
from oracle.errors import QuestionError
from oracle.settings import Home
from oracle.store.reads import Reads
from tests.priced import NOW

POLICIES = ("largest-turnover", "lowest", "highest", "as-tax-service", "okx,binance", "binance:BTC/EUR", "bybit")
RULEBOOKS = ("tax-code", "hundred-million", "tax-code-per-coin")


@pytest.mark.parametrize("rulebook", RULEBOOKS)
@pytest.mark.parametrize("policy", POLICIES)
def test_it_is_what_single_questions_give(home: Home, rulebook: str, policy: str) -> None:
    """Under every rulebook and policy: the same coins have a choice, with the same rubles, venue and market."""
    span = Span(date(2026, 2, 27), date(2026, 3, 3))
    with Reads(home.current) as reads:
        expected = []
        for coin in ("BTC", "USDT"):
            for day in span.days():
                answer = ask(reads, Question(coin, day, rulebook=rulebook, choose=policy), NOW)
                if taken := answer.chosen:
                    expected.append((coin, day, Decimal(taken.rub), taken.venue, taken.market))
        found = chosen(reads, span, rulebook, policy)
        assert [(each.coin, each.day, each.rub, each.venue, each.market) for each in found] == expected
        assert chosen(reads, span, rulebook, policy, "USDT") == [each for each in found if each.coin == "USDT"]
    assert bool(expected) == (policy != "bybit" or rulebook == "hundred-million")


def test_before_the_first_edition_nothing_is_chosen(home: Home) -> None:
    """Quotations there are in 2024, but no rule by which a venue counts."""
    with Reads(home.current) as reads:
        assert chosen(reads, Span(date(2024, 12, 30), date(2024, 12, 31)), "tax-code", "lowest") == []


@pytest.mark.parametrize(("rulebook", "policy"), [("none", "lowest"), ("tax-code", "cheapest")])
def test_unknown_readings_are_refused(home: Home, rulebook: str, policy: str) -> None:
    """A name that nobody knows is an error, never the default."""
    with Reads(home.current) as reads, pytest.raises(QuestionError, match="known"):
        chosen(reads, Span(date(2026, 3, 1), date(2026, 3, 1)), rulebook, policy)
