"""Every code that the law or the domain may yield has its words in both languages: the same facts, no English."""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from string import Formatter
from typing import Any, get_args

import pytest

from oracle import cautions, coin
from oracle.answer import Chosen, StablecoinPart
from oracle.answer_choice import Choice
from oracle.choosing import of_taxpayer
from oracle.days import Span
from oracle.entered import Entered
from oracle.knowledge import knowledge
from oracle.law import choice as law
from oracle.law.boundary import Boundary
from oracle.law.choice import Candidate, choose, policy_named
from oracle.law.comparison import Around, Explanation, Name, Pair, compare
from oracle.law.manual import ManualQuotation, Weight
from oracle.law.publication import Publication
from oracle.law.rulekeys import KINDS
from oracle.law.said import Said
from oracle.law.tax import DATES, How, Line, lines
from oracle.law.taxpayer import Recorded, Standing, Taxpayer, taxpayer
from oracle.law.turnover import Turnover
from oracle.law.valuation import ONE, Leg
from oracle.law.verdict import Reason, UtcDay, Verdict, not_collected, verdict
from oracle.otherwise import path_asked
from oracle.store.rows import FROM_HOURS, AssetRow, BrokenRow, CandleRow, ListedRow
from oracle.taxpayers import standing
from oracle.venues import VENUES
from oracle.words import Language, en_choices, en_reasons, language, ru_choices, ru_reasons, short, warning
from oracle.words.ru import clause
from tests.latin import english

ENGLISH, RUSSIAN = language("en"), language("ru")
BOOKS = knowledge().rulebooks
DAY = date(2025, 3, 14)
ROOT = Path(__file__).resolve().parents[1]
_NUMBER = re.compile(r"\d{1,3}(?: \d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?")


def facts(text: str) -> list[str]:
    """The dates and numbers of a text, in one way of writing."""
    text = re.sub(r"(\d{4})-(\d\d)-(\d\d)", r"\3/\2/\1", text)
    text = re.sub(r"\b(\d\d)\.(\d\d)\.(\d{4})\b", r"\1/\2/\3", text)
    dates = re.findall(r"\d\d/\d\d/\d{4}", text)
    rest = re.sub(r"\d\d/\d\d/\d{4}", "", text)
    return sorted(dates) + sorted(each.replace(" ", "").replace(",", ".") for each in _NUMBER.findall(rest))


def same(in_english: str, in_russian: str, *names: str) -> None:
    """The Russian text tells the same facts, and no English."""
    assert facts(in_english) == facts(in_russian), (in_english, in_russian)
    assert english(in_russian, *names) == [], in_russian
    assert re.search("[а-я]", in_russian), in_russian


# The choice


def _candidate(venue: str, market: str, rub: str, turnover: str = "1000.5") -> Candidate:
    return Candidate(venue, market, Decimal(rub), Decimal(10), Decimal(turnover))


def _entry(market: str) -> ManualQuotation:
    at = datetime(2025, 3, 15, tzinfo=UTC)
    price = (Decimal(17), "17", None)
    return ManualQuotation("cd" * 32, "ETH", DAY, "okx", market, "USDT", *price, "ab" * 32, "okx", "okx", at)


VENUE_NAMES = ("binance", "okx", "kraken")
ALL = [
    _candidate("binance", "BTC/USDT", "9514779.6072"),
    _candidate("binance", "BTC/EUR", "9514779.6072"),
    _candidate("okx", "BTC/USDT", "9520000"),
    _candidate("kraken", "BTC/USD", "9530000", "5"),
]
CHOICES = [
    choose(policy_named(policy, VENUE_NAMES), offered)
    for offered in (ALL, ALL[:1], ALL[3:], [])
    for policy in (*law.POLICIES, "kraken,okx", "okx:*/EUR,binance:*/EUR", "binance:BTC/EUR", "okx:BTC/EUR")
]
BY_HAND = {each: _entry(each.market) for each in ALL}
CHOICES += [
    Entered([], dict(list(BY_HAND.items())[:count]), []).choose(policy_named("lowest", VENUE_NAMES)) for count in (1, 4)
]


def test_every_choice_has_its_reason_in_both_languages() -> None:
    """Each policy, with several quotations, one and none, with and without ties."""
    assert {each.code for each in CHOICES} == set(en_choices.CHOICES) == set(ru_choices.CHOICES)
    for each in CHOICES:
        same(ENGLISH.choice(each.code, each.figures), RUSSIAN.choice(each.code, each.figures))


CHOSEN = {
    ("largest-turnover", 4): "у биржи binance наибольший оборот среди 3 бирж с подходящими котировками: не менее "
    "1 000,50 руб. (он одинаков у 2 бирж, взята первая по имени); BTC/EUR — её рынок с наибольшим оборотом",
    ("lowest", 4): "9 514 779,61 руб. — наименьшая из 4 подходящих котировок; одинаковых котировок 2, взята первая по "
    "имени",
    ("highest", 1): "9 514 779,61 руб. — наибольшая из 1 подходящей котировки",
    ("kraken:*/EUR,okx", 4): "политика выбора называет биржу okx, и BTC/USDT — её рынок с наибольшим оборотом; раньше "
    "в очереди, но без подходящей котировки: kraken:*/EUR",
    ("okx", 1): "политика выбора называет okx: подходящей котировки там нет, и другая вместо неё не взята",
    ("as-tax-service", 1): "BTC/USDT — рынок биржи binance с наименьшей котировкой, как показывает налоговая служба; "
    "какую биржу брать, её страница не говорит: у биржи binance наибольший оборот среди 1 биржи из числа показанных "
    "службой: не менее 1 000,50 руб.",
}


@pytest.mark.parametrize(("asked", "text"), CHOSEN.items(), ids=lambda each: str(each)[:30])
def test_a_choice_in_russian(asked: tuple[str, int], text: str) -> None:
    """Whole sentences with the right endings."""
    policy, count = asked
    taken = choose(policy_named(policy, VENUE_NAMES), ALL[:count])
    assert RUSSIAN.choice(taken.code, taken.figures) == text


# Warnings


def _candle(quote: str, source: str) -> CandleRow:
    at = datetime(2025, 3, 15, tzinfo=UTC)
    market = f"ETH/{quote}"
    number = Decimal(1)
    return CandleRow("okx", market, market, quote, number, "1", "1", "1", number, True, at, "ab" * 32, source)


def _asset(kind: str) -> AssetRow:
    return AssetRow("ETH", "Ether", kind, None, None, 1000, "X")


def _from_cautions() -> Iterator[Said]:
    candles = [_candle("BTC", "api"), _candle("USDT", "user file: 17"), replace_venue(_candle("USDT", "api"))]
    yield from cautions.of_the_coin("ETH", None, candles)
    for kind in KINDS:
        yield from cautions.of_the_coin("ETH", _asset(kind), candles)
    yield from cautions.of_the_candles(candles, {"USDT": "stablecoin"}, ("stablecoin",))
    listed = [ListedRow(venue, "X", "X/USDT", None, None) for venue in ("okx", "binance")]
    broken = set(re.findall(r"THEN '(\w+)'|'(\w+)' AS reason", _sql("judged") + _sql("quarantine")))
    checks = {first or second for first, second in broken} - {"exact"}
    assert "prices_out_of_order" in checks
    yield from cautions.of_the_broken([BrokenRow("okx", "X", check) for check in sorted(checks)], listed)
    at = datetime(2025, 3, 14, 18, tzinfo=UTC)
    closes = {"okx": at + timedelta(hours=6), "binance": at}
    yield from cautions.of_the_missing(listed, {"binance": ["X"]}, closes, (DAY, at))
    weights = {name.removeprefix("why.") for name in ENGLISH.NAMES if name.startswith("why.")}
    law_text = (ROOT / "oracle" / "law" / "manual.py").read_text("utf-8")
    verdicts = {"manual_venue_not_eligible", "manual_venue_undetermined"}
    assert set(re.findall(r'"(manual_\w+)"', law_text)) - {"manual_quotations"} | verdicts == weights
    yield from cautions.of_the_entered(
        (_entry("ETH/USDT"), Weight(counts=False, code=code, clause="")) for code in weights
    )


def replace_venue(candle: CandleRow) -> CandleRow:
    """The same at another venue."""
    return candle._replace(venue="binance")


def _sql(name: str) -> str:
    return (ROOT / "oracle" / "store" / f"{name}.sql").read_text("utf-8")


MINER = {
    "title": "X",
    "policy": [{"from": date(2025, 1, 1), "choose": "okx"}, {"from": date(2025, 2, 1), "choose": "lowest"}],
}


def _from_taxpayer(folder: Path) -> Iterator[Said]:
    (folder / "x.toml").write_text('title = "X"\n[[policy]]\nfrom = 2025-01-01\nchoose = "okx"\n')
    (folder / "x.choices.jsonl").write_text("{}\n")
    yield from standing(folder, "x", VENUE_NAMES).damage
    who: Taxpayer = taxpayer("x", MINER, "x.toml", VENUE_NAMES)
    at = datetime(2025, 3, 2, 21, 30, tzinfo=UTC)
    told = Choice(policy="okx", rule="fixed-venue", code="named_venue", text="", candidates=[])
    for venue, market in (("okx", "BTC/EUR"), ("binance", "BTC/USDT")):
        last = Recorded(at, "BTC", date(2025, 3, 1), venue, market, "okx", demo=False)
        chosen = Chosen(policy="okx", venue="okx", market="BTC/USDT", rub="1", rub_kopecks="1.00")
        yield from of_taxpayer(told, chosen, Standing(who, (last,)), ("BTC", DAY), demo=False)[1]
        by_hand = Recorded(at, "BTC", date(2025, 3, 1), venue, market, "okx", demo=False, manual="0" * 64)
        yield from of_taxpayer(told, chosen, Standing(who, (by_hand,)), ("BTC", DAY), demo=False)[1]


class _Register:
    """The shipped register of names, as a published file tells it."""

    def __init__(self) -> None:
        self.names = knowledge().identity

    def called(self, name: str) -> list[Any]:
        return [each for each in self.names.assets.all() if each.code == name or each.code.startswith(f"{name}-")]

    def entries(self, name: str) -> Any:
        return self.names.entries(name)

    def titles(self, codes: list[str]) -> dict[str, str]:
        return {each.code: each.name for each in self.names.assets.all() if each.code in codes}


def _from_names() -> Iterator[Said]:
    register: Any = _Register()
    for name, day in (("LUNA", date(2022, 3, 1)), ("LUNA", date(2022, 7, 1)), ("1INCH2L", DAY)):
        yield from coin.coin_meant(register, name, day, tuple(VENUES))[1]


def _said_by_ask() -> dict[str, dict[str, object]]:
    """The warnings that `ask` makes itself, by the calls in its source, with figures of the right kind."""
    found: dict[str, dict[str, object]] = {}
    for node in ast.walk(ast.parse((ROOT / "oracle" / "ask.py").read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "_caution":
            (code,) = node.args
            assert isinstance(code, ast.Constant)
            keys = [str(each.arg) for each in node.keywords]
            found[str(code.value)] = {key: "2025-03-14" if key.endswith("_on") else "okx" for key in keys}
    return found


def test_every_warning_has_its_words_in_both_languages(tmp_path: Path) -> None:
    """Whatever may be warned of is said with the same dates and figures, and nothing English is left in Russian."""
    said = [*_from_cautions(), *_from_taxpayer(tmp_path), *_from_names()]
    asked = path_asked("tax-code", StablecoinPart(path="market", chosen_by="caller", rulebook_path="peg"))
    said += [asked] if asked else []
    said += [Said(code, figures) for code, figures in _said_by_ask().items()]  # type: ignore[arg-type]
    assert {each.code for each in said} == set(ENGLISH.WARNINGS) == set(RUSSIAN.WARNINGS)
    names = (str(tmp_path / "x.choices.jsonl"), "Terra", "Classic", "LUNA", "LUNC", "1INCH2L", "1INCH2L-MEXC")
    for each in said:
        blanks = {name for _, name, _, _ in Formatter().parse(ENGLISH.WARNINGS[each.code]) if name}
        assert blanks <= set(each.figures), each.code
        same(warning(each, ENGLISH), warning(each, RUSSIAN), *names)


WARNED = {
    "policy_changed": "политика выбора x изменилась внутри 2025 года: с 01.02.2025 вместо okx действует lowest; "
    "политика должна действовать целый год",
    "other_venue": "не та биржа, что в прошлый раз: теперь okx BTC/USDT, а за 01.03.2025 — binance BTC/USDT, записано "
    "02.03.2025 21:30 UTC",
    "other_market": "не тот рынок биржи, что в прошлый раз: теперь okx BTC/USDT, а за 01.03.2025 — okx BTC/EUR, "
    "записано 02.03.2025 21:30 UTC",
    "read_as_one_of": "LUNA понято как LUNC (Terra Classic): LUNA обозначает две монеты: LUNC (Terra Classic, по "
    "27.05.2022, на bitfinex и kraken и в другие дни) и LUNA (Terra 2.0, с 28.05.2022)",
    "not_over": "не закончен: okx X/USDT: торговый день завершится 15.03.2025 00:00 UTC",
    "user_file": "сообщено не самой биржей okx: ETH/USDT взят из источника «файл пользователя: 17»",
}


def test_warnings_in_russian(tmp_path: Path) -> None:
    """Whole sentences, dates and instants as they are written in Russian."""
    said = [*_from_cautions(), *_from_taxpayer(tmp_path), *_from_names()]
    told = {each.code: warning(each, RUSSIAN) for each in said}
    assert {code: told[code] for code in WARNED} == WARNED


def test_what_the_register_says_beside_a_name_is_russian_too() -> None:
    """Old, new, formerly, a lot of, the coin that a venue calls so: remarks, not names."""
    remarks = re.compile(r"\b(the|that|of|formerly|old|new|code|lot|legacy|version|before|calls)\b")
    assert RUSSIAN.title("the coin that MEXC calls FLUX") == "монета, которую MEXC называет FLUX"
    titles = [RUSSIAN.title(each.name) for each in knowledge().identity.assets.all()]
    assert [each for each in titles if remarks.search(each)] == []


def test_who_told_a_close_is_said_in_russian() -> None:
    """The dataset names its sources in English; a user's own note stays as it was written."""
    assert RUSSIAN.source("bulk file X-1d.zip") == "файл биржи X-1d.zip"
    assert RUSSIAN.source("user file: my note") == "файл пользователя: my note"
    assert english(RUSSIAN.source(FROM_HOURS)) == []


# Verdicts


def _reasons() -> Iterator[Reason]:
    window = Span(date(2022, 3, 14), date(2025, 3, 13))
    long = Publication(window, date(2017, 8, 17), 1096, 0, start_open=False)
    publications = [
        long,
        replace(long, first_published=date(2024, 7, 1), published_days=256),
        replace(long, first_published=None, published_days=0),
        replace(long, first_published=date(2024, 7, 1), published_days=256, open_days=840, start_open=True),
    ]
    plenty = Turnover(Decimal("144821337500.12"), None, Decimal(0), 1204, 37, ())
    little = Turnover(Decimal("12345678901.239"), Decimal("12345678902.24"), Decimal(0), 21, 0, ())
    between = Turnover(Decimal(99_000_000_000), None, Decimal(0), 1, 2, ("BRL",), ("derivatives",))
    bounded = Turnover(Decimal(99_000_000_000), Decimal(101_000_000_000), Decimal(0), 5, 0, ())
    seen = [Boundary(timedelta(hours=16), stated=False, on=on, off=off) for on, off in ((29, 0), (40, 0), (40, 3))]
    final = replace(BOOKS["tax-code"].editions[0], finality_required=True)
    books = [BOOKS["tax-code"], BOOKS["tax-code-per-coin"], replace(BOOKS["tax-code"], editions=(final,))]
    for book in books:
        judged: list[Verdict] = [
            *(verdict(book, DAY, turnover, long, "RU", coin="TON") for turnover in (plenty, little, between, bounded)),
            *(verdict(book, DAY, plenty, publication, "foreign", coin="TON") for publication in publications),
            *(verdict(book, DAY, plenty, long, "foreign", boundary) for boundary in seen),
            *(verdict(book, DAY, plenty, long, "foreign", utc=UtcDay("16:00", built=built)) for built in (True, False)),
            *(verdict(book, DAY, plenty, long, "foreign", provisional=count) for count in (0, 1, 5)),
            verdict(book, date(2024, 12, 31), plenty, long, "foreign"),
            not_collected(book, "okx", DAY),
        ]
        yield from (reason for each in judged for reason in each.reasons)


def test_every_reason_has_its_words_in_both_languages() -> None:
    """Each test of the law, passed, failed and open, with the same dates and figures."""
    reasons = list(_reasons())
    assert {each.code for each in reasons} == set(en_reasons.REASONS) == set(ru_reasons.REASONS)
    for each in reasons:
        same(ENGLISH.reason(each.code, each.figures), RUSSIAN.reason(each.code, each.figures))


def test_every_clause_of_the_shipped_rulebooks_is_cited_in_russian() -> None:
    """A verdict's clauses are named as a Russian lawyer names them."""
    for book in BOOKS.values():
        for edition in book.editions:
            for key, citation in edition.citations.items():
                assert english(clause(short(citation.clause))) == [], (book.name, key)


# Taxes


def test_every_figure_of_a_tax_has_its_words_in_both_languages() -> None:
    """Each use, each way in which a figure comes about, each day that counts."""
    found: list[Line] = []
    for price in ("0", "100", "999"):
        found += lines(Decimal(100), Decimal(1), Decimal(price), Decimal(price))
    told = {"rounding", *(each.use for each in found), *(each.how for each in found), *(each.day for each in found)}
    assert {each.how for each in found} == set(get_args(How))
    assert {each.use for each in found} == set(DATES)
    assert told == set(ENGLISH.TAX) == set(RUSSIAN.TAX)
    for code in told:
        same(ENGLISH.TAX[code], RUSSIAN.TAX[code])


# Somebody's figures beside ours


def _explanations() -> Iterator[Explanation]:
    rate = Leg("USD", "RUB", "official_rate", Decimal("101.6797"), date(2024, 12, 29))
    market = (
        Leg("USDT", "EUR", "close", Decimal("0.961"), market="USDT/EUR"),
        Leg("EUR", "RUB", "official_rate", Decimal(106), date(2024, 12, 29)),
    )
    usdt = Pair("BTC/USDT", Decimal("93576.49"), (Leg("USDT", "USD", "peg", ONE), rate), market)
    euro = Pair("BTC/EUR", Decimal(90000), market[1:])
    other = date(2024, 12, 30)
    around = Around({other: {"USD": Decimal(102), "EUR": Decimal(107)}}, {other: {"BTC/USDT": Decimal("92792.05")}})
    figures = [
        *("9544801.98", "9540000", "9532262.73", "9435067.81", "9514779.78", "9514857.50", "9514829.43", "9514829"),
        *("9514829.42", "9514880"),
    ]
    for text in figures:
        yield from compare(Decimal(text), [usdt, euro], around).explanations
    yield from compare(Decimal(9514858), [usdt], around).explanations
    yield from compare(Decimal(9357600), [replace(usdt, legs=(rate._replace(rate=Decimal(100)),))], around).explanations


def test_every_explanation_has_its_words_in_both_languages() -> None:
    """Each leg that may differ, with the same figures."""
    found = list(_explanations())
    assert {each.leg for each in found} == set(get_args(Name))
    for each in found:
        same(ENGLISH.explanation(each), RUSSIAN.explanation(each))


@pytest.mark.parametrize("mapping", ["LABELS", "WARNINGS", "NAMES", "COMPARED", "STATES", "TAX"])
def test_both_languages_have_the_same_blanks(mapping: str) -> None:
    """Every label, warning and name stands in both, with the same blanks to fill, and no English in Russian."""

    def blanks(language: Language) -> dict[str, set[str]]:
        texts: dict[str, str] = getattr(language, mapping)
        return {key: {name for _, name, _, _ in Formatter().parse(text) if name} for key, text in texts.items()}

    assert blanks(ENGLISH) == blanks(RUSSIAN)
    for text in getattr(RUSSIAN, mapping).values():
        assert english(re.sub(r"\{\w+\}", "", text)) == []
