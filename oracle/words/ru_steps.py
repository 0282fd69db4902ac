"""Русский: путь к рублям."""

from decimal import Decimal
from functools import lru_cache

from oracle.law.valuation import Leg
from oracle.numbers import plain
from oracle.words.ru_reasons import day, rubles

_HOW = {
    "peg": "один к одному",
    "official_rate": "официальный курс Банка России от {date}",
    "close": "цена закрытия {market}",
}


def number(text: str) -> str:
    """Число, как его пишут по-русски: 97 750,59."""
    return rubles(Decimal(text))


@lru_cache(8192)
def legs(legs: tuple[Leg, ...]) -> str:
    """Шаги словами: `1 USDT = 1 USD (один к одному)`."""
    steps = []
    for leg in legs:
        told = _HOW[leg.by].format(date=leg.effective_on and day(leg.effective_on), market=leg.market)
        into = "руб." if leg.into == "RUB" else leg.into
        steps.append(f"1 {leg.of} = {number(plain(leg.rate))} {into} ({told})")
    return "; ".join(steps)
