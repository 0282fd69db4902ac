"""`--lang ru` on the command line: pages and documents in which nothing for people is English but names."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.latin import english, texts

MINER = """title = "Майнер"
[[policy]]
from = 2025-01-01
choose = "bybit,okx"
[[policy]]
from = 2026-02-01
choose = "binance:*/EUR"
"""
DEAL = ("--quantity", "0.5", "--paid", "6000000", "--sold", "3000000")
QUESTIONS = {
    "chosen": ("BTC", "2026-03-11"),
    "an instant": ("BTC", "2026-03-11T01:30:00+03:00"),
    "before the rule": ("BTC", "2024-12-30"),
    "nothing there": ("BTC", "2026-03-11", "--choose", "kraken"),
    "by coins": ("BTC", "2026-03-11", "--rulebook", "tax-code-per-coin"),
    "as the tax service": ("BTC", "2026-03-11", "--choose", "as-tax-service"),
    "a stablecoin": ("USDT", "2026-03-11"),
    "a taxpayer": ("BTC", "2026-03-11", "--taxpayer", "miner"),
    "a deal": ("BTC", "2026-03-11", *DEAL),
}
# Under which keys a document says something to people.
_FOR_PEOPLE = {"text", "explanation", "reason", "rounding", "date_that_counts"}


@pytest.fixture
def miner(home: Path) -> Path:
    """A taxpayer who was recorded at another venue, and whose journal has a damaged line."""
    folder = home / "taxpayers"
    folder.mkdir()
    (folder / "miner.toml").write_text(MINER)
    return folder / "miner.choices.jsonl"


def _names(home: Path) -> tuple[str, ...]:
    return (str(home / "published" / "oracle.duckdb"), str(home / "taxpayers" / "miner.choices.jsonl"), "miner")


@pytest.mark.parametrize("words", QUESTIONS.values(), ids=QUESTIONS.keys())
def test_pages_and_documents_are_russian(run: Run, home: Path, miner: Path, words: tuple[str, ...]) -> None:
    """Whatever was asked, people read Russian: the whole page, and each text of the document."""
    if "miner" in words:
        run("quotation", "BTC", "2025-12-30", "--taxpayer", "miner", "--record")
        miner.write_bytes(miner.read_bytes() + b"{}\n")
    ran = run("quotation", *words, "--lang", "ru")
    assert english(ran.out, *_names(home)) == []
    document = json.loads(run("quotation", *words, "--lang", "ru", "--format", "json").out)
    said = list(texts(document))
    assert len(said) > 10
    assert [word for text in said for word in english(text, *_names(home))] == []
    if "miner" in words:
        codes = {each["code"] for each in document["warnings"]}
        assert codes == {"policy_changed", "damaged_line", "other_venue", "provisional"}


def test_codes_and_figures_do_not_depend_on_the_language(run: Run, miner: Path) -> None:
    """The document is the same in both languages but for its texts."""
    assert not miner.exists()
    words = ("quotation", "BTC", "2026-03-11", "--taxpayer", "miner", *DEAL, "--format", "json")
    in_english, in_russian = (json.loads(run(*words, "--lang", lang).out) for lang in ("en", "ru"))
    assert in_english != in_russian
    assert _without_texts(in_english) == _without_texts(in_russian)
    figures = {each["code"]: each["figures"] for each in in_russian["warnings"]}
    assert figures["policy_changed"] == {
        "taxpayer": "miner",
        "year": 2026,
        "changed_on": "2026-02-01",
        "before": "bybit,okx",
        "after": "binance:*/EUR",
    }
    assert (in_russian["choice"]["code"], in_russian["choice"]["figures"]) == (
        "named_pair",
        {"place": "binance:*/EUR", "passed": []},
    )
    assert [each["code"] for each in in_russian["tax"]["lines"][:2]] == ["quantity_at_quotation", "value_times_floor"]


def _without_texts(document: Any) -> Any:
    if isinstance(document, dict):
        return {name: _without_texts(each) for name, each in document.items() if name not in _FOR_PEOPLE}
    return [_without_texts(each) for each in document] if isinstance(document, list) else document


COMPARED = """date,venue,coin,rub,volume
2026-03-11,binance,BTC,7930810.88,120000000000
2026-03-11,binance,BTC,8012005.38,
2026-03-11,okx,BTC,8013806.71,
2026-03-11,okx,BTC,8000000.00,
2026-03-11,okx,BTC,8012806.00,
2026-03-11,okx,BTC,8012806,
"""


def test_a_comparison_is_russian(run: Run, home: Path) -> None:
    """Each line, what explains it, and the count of states."""
    file = home / "theirs.csv"
    file.write_text(COMPARED)
    page = run("compare", "tax-service", str(file), "--lang", "ru").out
    assert english(page) == []
    for words in (
        "11.03.2026 binance BTC: в файле 7 930 810,88 руб.",
        "у нас  7 930 810,88 руб.  BTC/EUR закрытие 88 012,55; 1 EUR = 90,11 руб.",
        "совпадает: до копейки совпадает с нашей котировкой BTC/EUR",
        "значение из файла на 81 194,50 руб. (1,0238 %) выше нашей котировки BTC/EUR; его воспроизводит другой рынок",
        "официальный курс, действовавший 12.03.2026",
        "ни одно отдельное звено разницу не объясняет",
        "строк: 6; 1 совпадает, 4 объяснено, 1 не объяснено",
    ):
        assert words in page
    document = json.loads(run("compare", "tax-service", str(file), "--lang", "ru", "--format", "json").out)
    assert [word for text in texts(document) for word in english(text)] == []
    (found,) = document["rows"][2]["explanations"]
    assert (found["leg"], found["day"], found["market"]) == ("official_rate", "2026-03-12", "BTC/USDT")


def test_an_error_in_a_russian_comparison_stays_as_errors_are(run: Run, home: Path) -> None:
    """Errors are English everywhere; the Russian sentence around it says that it is one."""
    file = home / "theirs.csv"
    file.write_text("date,venue,coin,rub\n2026-03-11,gate,BTC,1\nx,okx,BTC,1\n")
    rows = json.loads(run("compare", "tax-service", str(file), "--lang", "ru", "--format", "json").out)["rows"]
    assert rows[0]["error"].startswith("gate lists no market of BTC")
    assert rows[0]["text"] == f"на вопрос об этой строке программа ответила: {rows[0]['error']}"
    assert rows[1]["text"] == f"при чтении этой строки программа ответила: {rows[1]['error']}"
