"""Русский: выводы и котировки словами."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache

from oracle.law.valuation import Leg
from oracle.law.verdict import Reason
from oracle.words import Judged, Priced, cited, short, whole
from oracle.words.ru_choices import TAX, choice, eligible, meaning, meanings
from oracle.words.ru_compared import COMPARED, STATES, comparison, explanation
from oracle.words.ru_labels import LABELS, NAMES, WARNINGS
from oracle.words.ru_reasons import day, reason, rubles
from oracle.words.ru_steps import legs as steps
from oracle.words.ru_steps import number
from oracle.words.ru_titles import title

__all__ = [
    "COMPARED",
    "LABELS",
    "NAMES",
    "STATES",
    "TAX",
    "WARNINGS",
    "choice",
    "comparison",
    "day",
    "eligible",
    "explanation",
    "legs",
    "meaning",
    "meanings",
    "no_rubles",
    "number",
    "quotation",
    "reason",
    "rubles",
    "source",
    "title",
    "verdict",
    "word",
]

_WORDS = {
    "eligible": "соответствует",
    "not_eligible": "не соответствует",
    "undetermined": "не определено",
    "no_rule_in_force": "правила ещё нет",
}
_SOURCES = {
    "bulk file ": "файл биржи ",
    "user file: ": "файл пользователя: ",
    "hourly candles, as a UTC day": "часовые свечи, собранные в день по UTC",
}
_CLAUSES = (
    (re.compile(r"Tax Code art\. ([\d.]*\d)"), r"Налоговый кодекс, ст. \1"),
    (re.compile(r"(\d+)-FZ art\. (\d+) part (\d+)"), r"Федеральный закон № \1-ФЗ, ст. \2 ч. \3"),
    (re.compile(r"Federal law (\d+)-FZ of ([\d.]*\d)"), r"Федеральный закон от \2 № \1-ФЗ"),
    (re.compile(r"the floor of this reading is (\d+) million rubles"), r"порог этого прочтения — \1 млн руб."),
    (
        re.compile(r"the law of August (\d+) on licensed organisers of trading"),
        r"закон о лицензируемых организаторах торговли, август \1 г.",
    ),
)


def word(verdict: str) -> str:
    """Сам вывод."""
    return _WORDS.get(verdict, verdict)


def clause(text: str) -> str:
    """Ссылка на закон по-русски; незнакомая остаётся как есть."""
    for pattern, russian in _CLAUSES:
        text = pattern.sub(russian, text)
    return text


def legs(legs: tuple[Leg, ...]) -> str:
    """Путь к рублям."""
    return steps(legs) or "цена в рублях"


def source(text: str) -> str:
    """Кто сообщил цену закрытия: в наборе данных это сказано по-английски."""
    for start, russian in _SOURCES.items():
        if text.startswith(start):
            return russian + text.removeprefix(start)
    return text


def no_rubles(quote: str, path: str) -> str:
    """Почему цена в `quote` не выражена в рублях."""
    return {
        "market": f"биржа не показала в этот день цены закрытия {quote} к валюте",
        "refuse": f"по этому прочтению цена в стейблкойне {quote} не переводится в рубли",
    }.get(path, f"официальный курс для {quote} на эту дату не известен")


def verdict(judged: Judged) -> str:
    """Вывод в двух-трёх предложениях, с числами, датами и статьями."""
    on = day(judged.day)
    if judged.in_force_from is None:
        begins = [each.figures["first_edition_on"] for each in judged.reasons if "first_edition_on" in each.figures]
        since = f": первая редакция действует с {day(date.fromisoformat(str(begins[0])))}" if begins else ""
        return f"На {on} правило {judged.rulebook} ещё не действовало{since}. Рубли указаны без вывода о соответствии."
    where = f"биржа {judged.venue} за {on}" + (f" по {judged.coin}" if judged.coin else "")
    head = f"По правилу {judged.rulebook} (редакция от {day(judged.in_force_from)}) "
    result, what = {
        "eligible": ("passed", f"{where} соответствует условиям."),
        "not_eligible": ("failed", f"{where} не соответствует условиям."),
    }.get(judged.verdict, ("open", f"нельзя определить, соответствует ли условиям {where}."))
    told = [each for each in judged.reasons if each.result == result]
    if not told:
        return f"{head}{what} {_NO_REASON}"
    first, *more = told
    return " ".join([head + what, _told((first,)), *([_told(more)] if more else [])])


# Так не выходит ни по одному правилу: строки изменили после публикации.
_NO_REASON = (
    "В файле нет проверки, которая к этому привела: его изменили после публикации. "
    "Не полагайтесь на него и проверьте его командой `oracle doctor`."
)


def _told(reasons: Sequence[Reason]) -> str:
    clauses = clause(cited(reasons))
    text = "; ".join(reason(each.code, each.figures) for each in reasons)
    return whole(f"{text} ({clauses})" if clauses else text)


@lru_cache(8192)
def _hours(opens_at: datetime, closes_at: datetime) -> str:
    return f"с {opens_at:%d.%m.%Y %H:%M} до {closes_at:%d.%m.%Y %H:%M} UTC"


def quotation(priced: Priced) -> str:
    """Котировка в двух-трёх предложениях."""
    hours = _hours(priced.opens_at, priced.closes_at)
    close = f"составила {number(priced.close)} {priced.quote}"
    where = f"Цена закрытия {priced.market} на бирже {priced.venue} за торговый день {day(priced.day)}"
    said = [f"{where} ({hours}) {close}."]
    if priced.rub_kopecks is None:
        said.append(f"Рублёвой стоимости нет: {no_rubles(priced.quote, priced.path)}.")
        return " ".join(said)
    by = f"пересчёт {legs(priced.legs)} даёт" if priced.legs else "цена уже в рублях:"
    why = f" ({clause(short(priced.clause))})" if priced.clause else ""
    said.append(whole(f"{by} {rubles(priced.rub_kopecks)} руб. за 1 {priced.coin}{why}"))
    said.append("Цена окончательна." if priced.final else "Цена предварительна: повторное чтение может её изменить.")
    return " ".join(said)
