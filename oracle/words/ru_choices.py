"""Русский: почему выбрана эта котировка, что может значить имя монеты и что следует для налога."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from oracle.numbers import kopecks
from oracle.words.ru_reasons import counted, day, form, rubles
from oracle.words.ru_titles import title

_Figures = Mapping[str, Any]
_NUMBERS = {2: "две монеты", 3: "три монеты", 4: "четыре монеты", 5: "пять монет"}

TAX = {
    "mining_income": "доход от майнинга",
    "sale_floor": "минимум дохода от продажи",
    "sale_income": "доход от продажи",
    "purchase_cap": "максимум расхода на покупку",
    "purchase_cost": "расход на покупку",
    "material_benefit": "материальная выгода",
    "quantity_at_quotation": "количество x котировка",
    "value_times_floor": "рыночная стоимость x 0,8, доход от продажи не может быть ниже",
    "price_not_below_floor": "взята фактическая цена, она не ниже минимума",
    "floor_above_price": "взят минимум, так как фактическая цена ниже него",
    "value_times_cap": "рыночная стоимость x 1,2, расход на покупку не может быть выше",
    "price_not_above_cap": "взята фактическая цена, она не выше максимума",
    "cap_below_price": "взят максимум, так как фактическая цена выше него",
    "value_less_expense": "рыночная стоимость за вычетом фактических расходов, если продавец — взаимозависимое лицо",
    "expense_above_value": "выгоды нет, так как расходы выше рыночной стоимости, а отрицательной она не бывает",
    "right_to_dispose": "день возникновения права на распоряжение цифровой валютой, в том числе если она зачислена "
    "другому лицу",
    "recognition": "день признания дохода",
    "purchase": "день покупки",
    "deal": "день сделки",
    "rounding": "каждая сумма вычислена точно и округлена до копеек один раз, отдельно от других (половина копейки — "
    "вверх)",
}


def choice(code: str, figures: _Figures) -> str:
    """Почему выбрано это или ничего."""
    return CHOICES[code](figures)


def eligible(quotations: int, venues: int) -> str:
    """Из скольких котировок можно выбирать: подходит 1 котировка, подходят 4 котировки."""
    fits = form(quotations, "подходит", "подходят", "подходят").capitalize()
    of = counted(quotations, "котировка", "котировки", "котировок")
    return f"{fits} {of} на {counted(venues, 'бирже', 'биржах', 'биржах')}"


def _rubles(text: str) -> str:
    return f"{rubles(kopecks(Decimal(text)))} руб."


def _by_rubles(figures: _Figures, word: str) -> str:
    alike = figures["alike"]
    tie = f"; одинаковых котировок {alike}, взята первая по имени" if alike > 1 else ""
    of = counted(figures["quotations"], "подходящей котировки", "подходящих котировок", "подходящих котировок")
    return f"{_rubles(figures['quotation_rub'])} — {word} из {of}{tie}"


def _largest(figures: _Figures, among: str) -> str:
    alike, venues = figures["alike"], counted(figures["venues"], "биржи", "бирж", "бирж")
    tie = f" (он одинаков у {counted(alike, 'биржи', 'бирж', 'бирж')}, взята первая по имени)" if alike > 1 else ""
    amount = f"не менее {_rubles(figures['turnover_low_rub'])}"
    return f"у биржи {figures['venue']} наибольший оборот среди {venues} {among}: {amount}{tie}"


def _passed(figures: _Figures) -> str:
    passed = ", ".join(figures["passed"])
    return f"; раньше в очереди, но без подходящей котировки: {passed}" if passed else ""


CHOICES: Mapping[str, Callable[[_Figures], str]] = {
    "nothing_eligible": lambda _: "ни у одной биржи нет подходящей котировки, выбирать не из чего",
    "largest_turnover": lambda f: (
        f"{_largest(f, 'с подходящими котировками')}; {f['market']} — её рынок с наибольшим оборотом"
    ),
    "lowest": lambda f: _by_rubles(f, "наименьшая"),
    "highest": lambda f: _by_rubles(f, "наибольшая"),
    "named_pair": lambda f: f"политика выбора называет {f['place']}{_passed(f)}",
    "named_venue": lambda f: (
        f"политика выбора называет биржу {f['venue']}, и {f['market']} — её рынок с наибольшим оборотом{_passed(f)}"
    ),
    "nothing_at_named": lambda f: (
        f"политика выбора называет {f['policy']}: подходящей котировки там нет, и другая вместо неё не взята"
    ),
    "nothing_at_tax_service": lambda f: (
        f"ни у одной из бирж, которые показывает налоговая служба ({', '.join(f['shown_venues'])}), нет подходящей "
        "котировки"
    ),
    "manual_only": lambda f: (
        "котировки ни одной биржи, которая соответствует условиям, не собрано, а правило допускает введённую вручную: "
        f"{f['venue']} {f['market']}, {f['author']}, документ {f['document']}"
        + (f"; политика взяла её из {f['quotations']}" if f["quotations"] > 1 else "")
    ),
    "as_tax_service": lambda f: (
        f"{f['market']} — рынок биржи {f['venue']} с наименьшей котировкой, как показывает налоговая служба; какую "
        f"биржу брать, её страница не говорит: {_largest(f, 'из числа показанных службой')}"
    ),
}


def meanings(name: str, meanings: Sequence[_Figures]) -> str:
    """Всё, что может значить имя: `LUNA обозначает две монеты: LUNC (Terra Classic, по 27.05.2022) и LUNA (...)`."""
    each = [meaning(one) for one in meanings]
    listed = " и ".join([", ".join(each[:-1]), each[-1]] if len(each) > 1 else each)
    many = _NUMBERS.get(len(each)) or counted(len(each), "монету", "монеты", "монет")
    return f"{name} обозначает {many}: {listed}"


def meaning(figures: _Figures) -> str:
    """Монета и где и когда имя её обозначает: `LUNC (Terra Classic, по 27.05.2022)`."""
    parts = [title(figures["title"])]
    if figures["venues"]:
        parts.append(f"на {', '.join(figures['venues'])}")
    if figures["first_on"]:
        parts.append(f"с {day(date.fromisoformat(figures['first_on']))}")
    if figures["last_on"]:
        parts.append(f"по {day(date.fromisoformat(figures['last_on']))}")
    if figures["beyond"]:
        parts.append(f"на {' и '.join(figures['beyond'])} и в другие дни")
    return f"{figures['coin']} ({', '.join(parts)})"
