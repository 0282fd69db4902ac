"""Sentences about verdicts and quotations, for people: one module per language, each from the same figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from importlib import import_module
from typing import Protocol, cast

from oracle.errors import QuestionError
from oracle.law.valuation import Leg
from oracle.law.verdict import Figures, Reason, Word

LANGUAGES = ("en", "ru")


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict on a venue (its title), with the day and, under a reading by coins, the coin."""

    rulebook: str
    in_force_from: date | None
    verdict: Word
    venue: str
    day: date
    coin: str
    reasons: Sequence[Reason]


@dataclass(frozen=True, slots=True)
class Priced:
    """A market's close on its way to rubles. `path` names the way; `rub_kopecks` is None where there is no value."""

    coin: str
    venue: str
    market: str
    day: date
    opens_at: datetime
    closes_at: datetime
    close: str
    quote: str
    path: str
    legs: tuple[Leg, ...]
    rub_kopecks: Decimal | None
    final: bool
    clause: str


class Language(Protocol):
    """What each language can say."""

    LABELS: Mapping[str, str]
    WARNINGS: Mapping[str, str]

    def reason(self, code: str, figures: Figures) -> str:
        """One test of the law, as a part of a sentence."""

    def verdict(self, judged: Judged) -> str:
        """A verdict in two or three sentences, with figures, dates and clauses."""

    def quotation(self, priced: Priced) -> str:
        """A quotation in two or three sentences."""

    def no_rubles(self, quote: str, path: str) -> str:
        """Why a price in `quote` has no value in rubles by `path`."""

    def legs(self, legs: tuple[Leg, ...]) -> str:
        """The steps to rubles."""

    def rubles(self, amount: Decimal) -> str:
        """An amount without the currency's name, grouped."""

    def number(self, text: str) -> str:
        """A price or an exact amount."""

    def day(self, day: date) -> str:
        """A date."""

    def word(self, verdict: str) -> str:
        """The verdict itself."""


@cache
def language(name: str) -> Language:
    """The language called so; QuestionError lists the known ones."""
    if name not in LANGUAGES:
        raise QuestionError(f"unknown language {name[:20]!r}; known: {', '.join(LANGUAGES)}")
    return cast(Language, import_module(f"oracle.words.{name}"))


@cache
def row_texts(name: str) -> Mapping[str, str]:
    """Why a row of a ledger has no quotation, by code; QuestionError for an unknown language."""
    language(name)
    texts: Mapping[str, str] = import_module(f"oracle.words.{name}_rows").ROWS
    return texts


def short(clause: str) -> str:
    """What of a clause is quoted: `Tax Code art. 282.3` of `Tax Code art. 282.3: deals in ...; 259-FZ ...: ...`."""
    return "; ".join(dict.fromkeys(part.split(":")[0].strip() for part in clause.split(";")))


def cited(reasons: Sequence[Reason]) -> str:
    """The clauses of these reasons, each once."""
    return "; ".join(dict.fromkeys(part for each in reasons if each.clause for part in short(each.clause).split("; ")))


def whole(text: str) -> str:
    """A sentence: a capital first, one full stop last."""
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
