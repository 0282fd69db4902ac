"""Verdicts and quotations in whole sentences, in both languages, with the right endings."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from string import Formatter
from typing import Any, cast

import pytest

from oracle.days import Span
from oracle.errors import QuestionError
from oracle.knowledge import knowledge
from oracle.law.boundary import Boundary
from oracle.law.publication import Publication
from oracle.law.turnover import Turnover
from oracle.law.valuation import Leg
from oracle.law.verdict import Result, UtcDay, Verdict, not_collected, verdict
from oracle.words import LANGUAGES, Judged, Priced, language
from oracle.words.ru_reasons import counted

BOOKS = knowledge().rulebooks
DAY = date(2025, 3, 14)
LONG_PUBLIC = Publication(Span(date(2022, 3, 14), date(2025, 3, 13)), date(2017, 8, 17), 1096, 0, start_open=False)
LATE = Publication(LONG_PUBLIC.window, date(2024, 7, 1), 256, 0, start_open=False)
OPEN = Publication(LONG_PUBLIC.window, date(2024, 7, 1), 256, 840, start_open=True)
PLENTY = Turnover(Decimal("144821337500.12"), None, Decimal(0), 1204, 37, ())
LITTLE = Turnover(Decimal("12345678901.239"), Decimal("12345678901.239"), Decimal(0), 21, 0, ())
BETWEEN = Turnover(Decimal(99_000_000_000), None, Decimal(0), 1, 2, ("BRL", "TRY"))


def _said(judged: Verdict, lang: str, coin: str = "", day: date = DAY) -> str:
    told = Judged(judged.rulebook, judged.in_force_from, judged.verdict, "Binance", day, coin, judged.reasons)
    return language(lang).verdict(told)


STATUTE = BOOKS["tax-code"]
SENTENCES = {
    "eligible": (
        verdict(STATUTE, DAY, PLENTY, LONG_PUBLIC, "foreign"),
        (
            "Under tax-code (edition of 2025-01-01) Binance on 2025-03-14 is eligible. "
            "Turnover of at least 144 821 337 500.12 RUB over 1204 markets exceeds 100 000 000 000 RUB "
            "(Tax Code art. 282.3). "
            "Quotations published since 2017-08-17, that is before 2022-03-14; a quotation on 1096 of the 1096 "
            "days from "
            "2022-03-14; a foreign organiser of trading (Tax Code art. 282.3)."
        ),
        (
            "По правилу tax-code (редакция от 01.01.2025) биржа Binance за 14.03.2025 соответствует условиям. "
            "Оборот не менее 144 821 337 500,12 руб. по 1204 рынкам превышает 100 000 000 000 руб. "
            "(Налоговый кодекс, ст. 282.3). "
            "Котировки публикуются с 17.08.2017, то есть не позже 14.03.2022; котировка есть за 1096 дней из "
            "1096 начиная "
            "с 14.03.2022; иностранный организатор торговли (Налоговый кодекс, ст. 282.3)."
        ),
    ),
    "not eligible": (
        verdict(STATUTE, DAY, LITTLE, LATE, "foreign"),
        (
            "Under tax-code (edition of 2025-01-01) Binance on 2025-03-14 is not eligible. "
            "Turnover of 12 345 678 901.24 RUB over 21 markets does not exceed 100 000 000 000 RUB (Tax Code "
            "art. 282.3). "
            "First quotation of 2024-07-01, that is after 2022-03-14; a quotation only on 256 of the 1096 days from "
            "2022-03-14 (Tax Code art. 282.3)."
        ),
        (
            "По правилу tax-code (редакция от 01.01.2025) биржа Binance за 14.03.2025 не соответствует условиям. "
            "Оборот 12 345 678 901,24 руб. по 21 рынку не превышает 100 000 000 000 руб. (Налоговый кодекс, ст. "
            "282.3). "
            "Первая котировка — за 01.07.2024, то есть позже 14.03.2022; котировка есть лишь за 256 дней из "
            "1096 начиная "
            "с 14.03.2022 (Налоговый кодекс, ст. 282.3)."
        ),
    ),
    "undetermined": (
        verdict(STATUTE, DAY, BETWEEN, OPEN, "foreign"),
        (
            "Under tax-code (edition of 2025-01-01) it cannot be determined whether Binance on 2025-03-14 is eligible. "
            "Turnover of at least 99 000 000 000 RUB over 1 markets does not exceed 100 000 000 000 RUB, but 2 listed "
            "markets are missing and markets quoted in BRL, TRY have no ruble value (Tax Code art. 282.3). "
            "The first known quotation is of 2024-07-01; whether any was published on 2022-03-14 was not collected; "
            "a quotation on 256 of the 1096 days from 2022-03-14; 840 days were not collected (Tax Code art. 282.3)."
        ),
        (
            "По правилу tax-code (редакция от 01.01.2025) нельзя определить, соответствует ли условиям биржа "
            "Binance за "
            "14.03.2025. "
            "Оборот не менее 99 000 000 000 руб. по 1 рынку не превышает 100 000 000 000 руб., но не прочитаны "
            "2 рынка из "
            "списка биржи и рынки с ценами в BRL, TRY не пересчитаны в рубли (Налоговый кодекс, ст. 282.3). "
            "Первая известная котировка — за 01.07.2024; сведения о публикации на 14.03.2022 не собраны; "
            "котировка есть за 256 дней из 1096 начиная с 14.03.2022; за 840 дней сведения не собраны "
            "(Налоговый кодекс, ст. 282.3)."
        ),
    ),
    "no rule": (
        verdict(STATUTE, date(2024, 12, 31), PLENTY, LONG_PUBLIC, "foreign"),
        (
            "On 2025-03-14 no rule of tax-code was in force: its first edition holds from 2025-01-01. "
            "Rubles are given without a verdict."
        ),
        (
            "На 14.03.2025 правило tax-code ещё не действовало: первая редакция действует с 01.01.2025. "
            "Рубли указаны без вывода о соответствии."
        ),
    ),
    "nothing collected": (
        not_collected(STATUTE, "binance", DAY),
        (
            "Under tax-code (edition of 2025-01-01) it cannot be determined whether Binance on 2025-03-14 is eligible. "
            "No candle of any market of binance on 2025-03-14 was collected."
        ),
        (
            "По правилу tax-code (редакция от 01.01.2025) нельзя определить, соответствует ли условиям биржа "
            "Binance за "
            "14.03.2025. За 14.03.2025 не собрано ни одной свечи биржи binance."
        ),
    ),
}


@pytest.mark.parametrize(("judged", "english", "russian"), SENTENCES.values(), ids=SENTENCES.keys())
def test_a_verdict_in_whole_sentences(judged: Verdict, english: str, russian: str) -> None:
    """Verdict, figures, dates and clauses, ready for a letter."""
    assert _said(judged, "en") == english
    assert _said(judged, "ru") == russian


@pytest.mark.parametrize("word", ["eligible", "not_eligible", "undetermined"])
@pytest.mark.parametrize(("lang", "says"), [("en", "somebody altered it"), ("ru", "его изменили после публикации")])
def test_a_verdict_without_its_reason_says_that_the_file_was_altered(word: Any, lang: str, says: str) -> None:
    """A file altered by hand may hold a verdict that none of its tests came to: a sentence says so, and no failure."""
    (not_in_force,) = verdict(STATUTE, date(2024, 12, 31), PLENTY, LONG_PUBLIC, "foreign").reasons
    of_another = [replace(not_in_force, result=cast("Result", "altered"))]
    for reasons in ((), of_another):
        told = Judged("tax-code", date(2025, 1, 1), word, "Binance", DAY, "", reasons)
        assert says in language(lang).verdict(told)
    assert "tax-code" in language(lang).verdict(Judged("tax-code", None, word, "Binance", DAY, "", ()))


def test_deals_that_would_not_count_leave_nothing_open() -> None:
    """What is missing and would not count is told beside the figures, and is no reason to doubt them."""
    figure = replace(LITTLE, missing_markets=2, missing_uncounted=2)
    judged = verdict(STATUTE, DAY, figure, LONG_PUBLIC, "foreign")
    assert judged.verdict == "not_eligible"
    assert "(2 listed markets were not read, which would not count: deals in such a base asset" in _said(judged, "en")
    assert "(не прочитаны 2 рынка из списка биржи, которые и не считались бы: сделки с таким" in _said(judged, "ru")
    both = verdict(STATUTE, DAY, replace(BETWEEN, missing_markets=5, missing_uncounted=3), LONG_PUBLIC, "foreign")
    assert "2 listed markets are missing" in _said(both, "en")


def test_a_verdict_by_coins_names_the_coin() -> None:
    """Under a reading by coins turnover and quotations are the coin's, and are said to be."""
    judged = verdict(BOOKS["tax-code-per-coin"], DAY, LITTLE, LATE, "foreign", coin="TON")
    assert _said(judged, "en", "TON").startswith(
        "Under tax-code-per-coin (edition of 2025-01-01) Binance on 2025-03-14 for TON is not eligible. "
        "Turnover in TON of 12 345 678 901.24 RUB over 21 markets does not exceed 100 000 000 000 RUB"
    )
    assert _said(judged, "ru", "TON") == (
        "По правилу tax-code-per-coin (редакция от 01.01.2025) биржа Binance за 14.03.2025 по TON не соответствует "
        "условиям. Оборот сделок с TON 12 345 678 901,24 руб. по 21 рынку не превышает 100 000 000 000 руб. "
        "(Налоговый кодекс, ст. 282.3). Первая котировка TON — за 01.07.2024, то есть позже 14.03.2022; котировка TON "
        "есть лишь за 256 дней из 1096 начиная с 14.03.2022 (Налоговый кодекс, ст. 282.3)."
    )


OPENS = datetime(2025, 3, 13, 16, tzinfo=UTC)
PRICED = Priced(
    coin="BTC",
    venue="HTX",
    market="BTC/USDT",
    day=DAY,
    opens_at=OPENS,
    closes_at=OPENS.replace(day=14),
    close="83983.2",
    quote="USDT",
    path="peg",
    legs=(
        Leg("USDT", "USD", "peg", Decimal(1)),
        Leg("USD", "RUB", "official_rate", Decimal("86.6195"), date(2025, 3, 14)),
    ),
    rub_kopecks=Decimal("7274582.79"),
    final=True,
    clause="Tax Code art. 282.3: a closing price in foreign currency is converted at the official rate",
)


def test_a_quotation_in_whole_sentences() -> None:
    """Close, trading day, way to rubles, amount, clause, and that it will not change."""
    assert language("en").quotation(PRICED) == (
        "BTC/USDT on HTX closed at 83983.2 USDT on the trading day 2025-03-14 (2025-03-13 16:00 to 2025-03-14 16:00 "
        "UTC). By 1 USDT = 1 USD (peg); 1 USD = 86.6195 RUB (official rate of 2025-03-14) that is 7 274 582.79 RUB for "
        "one BTC (Tax Code art. 282.3). The close is final."
    )
    assert language("ru").quotation(PRICED) == (
        "Цена закрытия BTC/USDT на бирже HTX за торговый день 14.03.2025 (с 13.03.2025 16:00 до 14.03.2025 16:00 UTC) "
        "составила 83 983,2 USDT. Пересчёт 1 USDT = 1 USD (один к одному); 1 USD = 86,6195 руб. (официальный курс "
        "Банка России от 14.03.2025) даёт 7 274 582,79 руб. за 1 BTC (Налоговый кодекс, ст. 282.3). "
        "Цена окончательна."
    )


@pytest.mark.parametrize(
    ("number", "said"),
    [
        *((1, "1 рынок"), (2, "2 рынка"), (5, "5 рынков"), (11, "11 рынков"), (12, "12 рынков"), (14, "14 рынков")),
        *((21, "21 рынок"), (24, "24 рынка"), (111, "111 рынков"), (1204, "1204 рынка"), (0, "0 рынков")),
    ],
)
def test_russian_endings_follow_the_number(number: int, said: str) -> None:
    """One market, two markets, five markets: three forms, and the teens are like five."""
    assert counted(number, "рынок", "рынка", "рынков") == said


FURTHER = {
    "presumed": (
        {"boundary": Boundary(OPENS - OPENS.replace(hour=0), stated=False, on=29)},
        "the trading day is presumed to open at 16:00 UTC, which 29 days show; 30 are needed",
        "торговый день предположительно открывается в 16:00 UTC, что видно по 29 дням; нужно 30",
    ),
    "spoilt": (
        {"boundary": Boundary(OPENS - OPENS, stated=False, on=1000, off=21)},
        "the trading day is presumed to open at 00:00 UTC, but 21 candles opened at another time",
        "торговый день предположительно открывается в 00:00 UTC, но 21 свеча открылась в другое время",
    ),
    "proven": (
        {"boundary": Boundary(OPENS - OPENS, stated=False, on=32)},
        "the trading day opens at 00:00 UTC: at least 30 days opened then and no candle at another time",
        (
            "торговый день открывается в 00:00 UTC: "
            "так открылось не менее 30 дней, и ни одна свеча не открылась в другое время"
        ),
    ),
    "no UTC day": (
        {"utc": UtcDay("16:00", built=False)},
        "the venue's own day opens at 16:00 UTC, and its UTC day was not built",
        "собственный день биржи открывается в 16:00 UTC, а день по UTC не собран",
    ),
    "provisional": (
        {"provisional": 3},
        "the figures of 3 markets await a second reading, which this reading does not require",
        "данные 3 рынков ждут повторного чтения, чего это правило не требует",
    ),
}


@pytest.mark.parametrize(("facts", "english", "russian"), FURTHER.values(), ids=FURTHER.keys())
def test_what_else_is_told(facts: dict[str, object], english: str, russian: str) -> None:
    """Openings, UTC days and provisional figures have their words too."""
    judged = verdict(STATUTE, DAY, PLENTY, LONG_PUBLIC, "foreign", **facts)  # type: ignore[arg-type]
    last = judged.reasons[-1]
    assert language("en").reason(last.code, last.figures) == english
    assert language("ru").reason(last.code, last.figures) == russian


def test_both_languages_say_the_same_things() -> None:
    """Every label and warning stands in both, with the same blanks to fill."""
    english, russian = (language(each) for each in LANGUAGES)
    for first, second in ((english.LABELS, russian.LABELS), (english.WARNINGS, russian.WARNINGS)):
        assert list(first) == list(second)
        for key, text in first.items():
            assert _blanks(text) == _blanks(second[key]), key


def _blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_an_unknown_language_is_named() -> None:
    """Asked for German, the program says what it can speak."""
    with pytest.raises(QuestionError, match="unknown language 'de'; known: en, ru"):
        language("de")
