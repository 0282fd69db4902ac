"""Figures put into a sentence as a language writes them: rubles, dates, prices; what is not known has its own word."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from oracle.numbers import kopecks
from oracle.words import Language


def filled(text: str, figures: Mapping[str, Any], lang: Language) -> str:
    """The sentence."""
    return text.format(**{key: _shown(key, each, lang) for key, each in figures.items()})


def _shown(key: str, figure: object, lang: Language) -> object:
    if isinstance(figure, list):
        return ", ".join(str(each) for each in figure) or "-"
    return _written(key, figure, lang) if isinstance(figure, str) else "-" if figure is None else figure


def _written(key: str, figure: str, lang: Language) -> str:
    if key.endswith("_on"):
        return lang.day(date.fromisoformat(figure))
    if key.endswith("_rub"):
        return lang.rubles(kopecks(Decimal(figure)))
    if key.endswith(("close", "rate")):
        return lang.number(figure)
    if key.endswith("verdict"):
        return lang.word(figure)
    return figure[:12] if key.endswith("observation") else figure
