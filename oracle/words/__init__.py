"""What is told to people: one module per language, each from the same codes and figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from importlib import import_module
from typing import Any, Protocol, cast

from oracle.errors import QuestionError
from oracle.law.comparison import Comparison, Explanation
from oracle.law.said import Figures, Nested, Said
from oracle.law.valuation import Leg
from oracle.law.verdict import Reason, Word

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
    NAMES: Mapping[str, str]
    TAX: Mapping[str, str]
    COMPARED: Mapping[str, str]
    STATES: Mapping[str, str]

    def reason(self, code: str, figures: Figures) -> str:
        """One test of the law, as a part of a sentence."""

    def verdict(self, judged: Judged) -> str:
        """A verdict in two or three sentences, with figures, dates and clauses."""

    def quotation(self, priced: Priced) -> str:
        """A quotation in two or three sentences."""

    def choice(self, code: str, figures: Mapping[str, Any]) -> str:
        """Why a policy took what it took."""

    def eligible(self, quotations: int, venues: int) -> str:
        """How many there are to choose from."""

    def meaning(self, figures: Mapping[str, Any]) -> str:
        """An asset with where and when a name denotes it."""

    def meanings(self, name: str, meanings: Sequence[Mapping[str, Any]]) -> str:
        """All that a name may denote."""

    def title(self, text: str) -> str:
        """The name of an asset."""

    def source(self, text: str) -> str:
        """Who told a close."""

    def explanation(self, found: Explanation) -> str:
        """The leg that explains somebody's figure, as a part of a sentence."""

    def comparison(self, result: Comparison) -> str:
        """Somebody's figure beside ours."""

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


def warning(said: Said, lang: Language) -> str:
    """A warning in words."""
    told = {key: _told(key, each, said, lang) for key, each in said.figures.items()}
    return lang.WARNINGS[said.code].format(**told)


def _told(key: str, figure: Nested, said: Said, lang: Language) -> object:
    """Dates, instants and what has a name as the language writes them, all else as it is."""
    if isinstance(figure, dict):
        return lang.meaning(figure)
    if isinstance(figure, list):
        return lang.meanings(str(said.figures["name"]), cast(list[Mapping[str, Any]], figure))
    return _named(key, figure, lang) if isinstance(figure, str) else figure


def _named(key: str, figure: str, lang: Language) -> str:
    if key in {"source", "title"}:
        return (lang.source if key == "source" else lang.title)(figure)
    if key.endswith("_on"):
        return lang.day(date.fromisoformat(figure))
    if key.endswith("_at"):
        return f"{datetime.fromisoformat(figure).astimezone(UTC):{lang.LABELS['instant']}}"
    return lang.NAMES.get(f"{key.removeprefix('rulebook_')}.{figure}", figure)


@cache
def sheet(name: str, about: str) -> Mapping[str, str]:
    """The words of one page, by the language's name: `about` rows (of a ledger), sensitivity or threshold."""
    language(name)
    return cast(Mapping[str, str], import_module(f"oracle.words.{name}_{about}").WORDS)


@lru_cache(1024)
def short(clause: str) -> str:
    """What of a clause is quoted: `Tax Code art. 282.3` of `Tax Code art. 282.3: deals in ...; 259-FZ ...: ...`."""
    return "; ".join(dict.fromkeys(part.split(":")[0].strip() for part in clause.split(";")))


def cited(reasons: Sequence[Reason]) -> str:
    """The clauses of these reasons, each once."""
    return "; ".join(dict.fromkeys(part for each in reasons if each.clause for part in short(each.clause).split("; ")))


def whole(text: str) -> str:
    """A sentence: a capital first, one full stop last."""
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
