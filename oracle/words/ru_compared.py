"""Русский: значение из файла рядом с нашим и чем объясняется разница."""

from oracle.law.comparison import Comparison, Explanation, Pair
from oracle.numbers import kopecks, plain
from oracle.words.ru_reasons import counted, day, rubles
from oracle.words.ru_steps import legs, number

COMPARED = {
    "same": "до копейки совпадает с нашей котировкой {market}",
    "above": "значение из файла на {apart} руб. ({percent} %) выше нашей котировки {market}",
    "below": "значение из файла на {apart} руб. ({percent} %) ниже нашей котировки {market}",
    "reproduced": "{apart}; его воспроизводит {explanation}",
    "unexplained": "{apart}; ни одно отдельное звено разницу не объясняет",
    "no_rubles": "ни один её рынок не пересчитан в рубли",
    "no_quotation": "котировки биржи {venue} нет: {why}",
    "not_asked": "на вопрос об этой строке программа ответила: {error}",
    "not_read": "при чтении этой строки программа ответила: {error}",
    "theirs": "{date} {venue} {coin}: в файле {rub} руб.",
    "ours": "у нас",
    "pair": "{rub} руб.  {market} закрытие {close}; {path}{mark}",
    "lowest": "наименьшая",
    "volume": "объём",
    "volumes": "в файле {theirs}, у нас по всем цифровым валютам не менее {ours} руб.",
    "also": "также",
    "line": "строка {line}: {state}: {text}",
    "lines": "строк: {count}; {counts}{demo}",
    "nothing": "сравнивать нечего",
}
STATES = {
    "same": "совпадает",
    "explained": "объяснено",
    "unexplained": "не объяснено",
    "not_comparable": "не с чем сравнить",
    "unreadable": "не прочитано",
}
_CLOSE = {"rounded": "цена закрытия, округлённая", "cut": "цена закрытия, усечённая"}
_RATE = {"rounded": "официальный курс, округлённый", "cut": "официальный курс, усечённый"}
_RESULT = {"rounded": "результат, округлённый", "cut": "результат, усечённый"}


def explanation(found: Explanation) -> str:
    """Звено, которым значения различаются, как часть предложения."""
    how, on = found.how or "", day(found.on) if found.on else ""
    value = "" if found.rounded is None else number(plain(found.rounded))
    places = counted(found.places or 0, "знака", "знаков", "знаков")
    return {
        "official_rate": f"официальный курс, действовавший {on}: {_shown(found.pair)}",
        "pair": f"другой рынок: {_shown(found.pair)}",
        "stablecoin_path": f"другой путь от стейблкойна: {_shown(found.pair)}",
        "trading_day": f"торговый день биржи {on}: {_shown(found.pair)}",
        "rounding_close": f"{_CLOSE.get(how)} до {places} после запятой: {value}",
        "rounding_rate": f"{_RATE.get(how)} до {places} после запятой: {value}",
        "rounding": f"{_RESULT.get(how)} до {'копеек' if found.places else 'рублей'}",
    }[found.leg]


def _shown(pair: Pair) -> str:
    path = legs(tuple(each for each in pair.legs if each.by != "official_rate"))
    rates = ", ".join(f"{each.of} {number(plain(each.rate))}" for each in pair.legs if each.by == "official_rate")
    return ", ".join(text for text in (f"{pair.market} закрытие {number(plain(pair.close))}", path, rates) if text)


def comparison(result: Comparison) -> str:
    """Насколько значения расходятся и почему."""
    market = result.lowest.market
    if result.same:
        return COMPARED["same"].format(market=market)
    apart = COMPARED["above" if result.difference > 0 else "below"].format(
        apart=rubles(kopecks(result.difference.copy_abs())), percent=rubles(result.percent.copy_abs()), market=market
    )
    if result.explanations:
        return COMPARED["reproduced"].format(apart=apart, explanation=explanation(result.explanations[0]))
    return COMPARED["unexplained"].format(apart=apart)
