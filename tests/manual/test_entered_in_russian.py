"""The printed page of an answer with entries, in both languages."""

from datetime import date

import pytest

from oracle.ask import Question, ask
from oracle.outputs.table import quotation
from oracle.store.reads import Reads
from tests.manual.conftest import NOW


@pytest.mark.parametrize(
    ("lang", "lines"),
    [
        (
            "en",
            [
                "7 920 000.00 RUB   binance BTC/EUR, chosen by largest-turnover",
                "Entered by hand, told by no venue: by the taxpayer, 2025-06-30: the collected data have a gap",
                "  ! Coin Bazaar BTC/USD  50000 USD = 5 000 000.00 RUB: it does not count: nothing is collected of its",
                "no eligible venue's own quotation was collected, and the rulebook allows one that was entered by hand",
            ],
        ),
        (
            "ru",
            [
                "7 920 000,00 руб.   binance BTC/EUR, выбрано по политике largest-turnover",
                "Введено вручную, ни одной биржей не сообщено: the taxpayer, 30.06.2025: the collected data have a gap",
                "  ! Coin Bazaar BTC/USD  50 000 USD = 5 000 000,00 руб.: не учитывается: данные этой биржи",
                "а правило допускает введённую вручную: binance BTC/EUR, the taxpayer, документ ",
            ],
        ),
    ],
)
def test_the_page_says_so_plainly(reads: Reads, lang: str, lines: list[str]) -> None:
    """Chosen or not, entries stand in a section of their own, with author, reason, document and what they weigh."""
    answer = ask(reads, Question("BTC", date(2025, 3, 12), rulebook="by-hand", lang=lang), NOW)
    text = quotation(answer, "file", lang)
    for line in lines:
        assert line in text, text
    assert all(each.document in text for each in answer.manual)
