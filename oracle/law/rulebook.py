"""Rulebooks: readings of the rule as dated values, each with clause, source and the date from which it holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from oracle.days import date_in, moscow_date
from oracle.errors import KnowledgeError
from oracle.law.rulekeys import KEYS, KINDS, PATHS

__all__ = ["DEFAULT_RULEBOOK", "KINDS", "PATHS", "Citation", "Edition", "Rulebook", "rulebook", "rulebook_of"]

DEFAULT_RULEBOOK = "tax-code"
NOT_STATED = "not stated in the rulebook: the default of this program"
_CLAUSE = "Tax Code art. 282.3"


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a value comes from, and the date from which it holds; `note` is what else its author says."""

    clause: str
    source: str
    holds_from: date = date.min
    note: str = ""


@dataclass(frozen=True, slots=True)
class Edition:
    """The values of a rulebook that hold from `in_force_from` until the next edition; `citations` by key.

    What each value decides is told in `rulekeys`.
    """

    in_force_from: date
    turnover_floor_rub: Decimal
    counted_bases: tuple[str, ...]
    stablecoin_path: str
    publication_years: int
    minimum_coverage: Decimal
    jurisdictions: tuple[str, ...]
    quote_kinds: tuple[str, ...]
    turnover_scope: str
    market_types: tuple[str, ...]
    publication_scope: str
    trading_day: str
    quote_order: str
    date_zone: str
    finality_required: bool
    manual_quotations: str
    citations: Mapping[str, Citation] = field(hash=False)

    @property
    def per_coin(self) -> bool:
        """Whether its verdict is on a coin's day on a venue, not on the venue's day."""
        return "coin" in (self.turnover_scope, self.publication_scope)


@dataclass(frozen=True, slots=True)
class Rulebook:
    """One reading of the rule; `editions` oldest first."""

    name: str
    title: str
    editions: tuple[Edition, ...]

    def edition(self, day: date) -> Edition | None:
        """What is in force on `day`; None before the first edition."""
        in_force = [each for each in self.editions if each.in_force_from <= day]
        return in_force[-1] if in_force else None

    def date_of(self, instant: datetime) -> date:
        """The date of an operation at `instant`, by the calendar of the edition that is in force then in Moscow."""
        edition = self.edition(moscow_date(instant)) or self.editions[0]
        return date_in(instant, edition.date_zone)


def date_under(book: Rulebook | None, day: date, instant: datetime | None) -> date:
    """The date of an operation: that of its instant, if one is known, by the calendar of its rulebook; else `day`."""
    return book.date_of(instant) if book and instant else day


def rulebook(content: Mapping[str, Any], file: str) -> Rulebook:
    """A rulebook out of its parsed TOML; KnowledgeError names file, key and reason.

    A later edition states what changes; the other values go on from the one before it.
    """
    editions = content.get("edition")
    for key in ("name", "title"):
        if not isinstance(content.get(key), str) or not content[key]:
            raise KnowledgeError(f"{file}: {key}: expected a text")
    if not isinstance(editions, list) or not editions:
        raise KnowledgeError(f"{file}: edition: expected at least one [[edition]]")
    if unknown := set(content) - {"name", "title", "edition"}:
        raise KnowledgeError(f"{file}: {min(unknown)}: unknown key")
    read: list[Edition] = []
    for number, each in enumerate(editions, 1):
        read.append(_edition(each, f"{file}: edition {number}", read[-1] if read else None))
    dates = [each.in_force_from for each in read]
    if dates != sorted(set(dates)):
        raise KnowledgeError(f"{file}: in_force_from: editions must follow each other in time")
    return Rulebook(content["name"], content["title"], tuple(read))


def rulebook_of(
    name: str, title: str, stated: Mapping[date, Mapping[str, tuple[str, Citation]]], file: str
) -> Rulebook:
    """The rulebook again out of a published table: by first day of the edition and key, the value as text."""
    editions = []
    for begins in sorted(stated):
        try:
            values = {key: KEYS[key].kind.of_text(text) for key, (text, _) in stated[begins].items()}
            citations = {key: citation for key, (_, citation) in stated[begins].items()}
            editions.append(Edition(in_force_from=begins, citations=citations, **values))
        except (KeyError, TypeError, ValueError) as error:
            raise KnowledgeError(f"{file}: rulebook {name}: {error}; run `oracle publish` again") from error
    return Rulebook(name, title, tuple(editions))


def _edition(content: Any, where: str, before: Edition | None) -> Edition:  # noqa: ANN401 - TOML holds anything until it is checked
    if not isinstance(content, Mapping):
        raise KnowledgeError(f"{where}: expected a table")
    begins = content.get("in_force_from")
    if type(begins) is not date:
        raise KnowledgeError(f"{where}: in_force_from: expected a date such as 2025-01-01")
    if unknown := set(content) - set(KEYS) - {"in_force_from"}:
        raise KnowledgeError(f"{where}: {min(unknown)}: unknown key")
    values: dict[str, Any] = {}
    citations = {}
    for name, key in KEYS.items():
        if name in content:
            values[name], citations[name] = _stated(name, content[name], where, begins)
        elif before:
            values[name], citations[name] = getattr(before, name), before.citations[name]
        elif key.default is not None:
            values[name], citations[name] = key.default, Citation(_CLAUSE, NOT_STATED, begins)
        else:
            raise KnowledgeError(f"{where}: {name}: missing, or without a value")
    return Edition(in_force_from=begins, citations=citations, **values)


def _stated(name: str, entry: Any, where: str, begins: date) -> tuple[Any, Citation]:  # noqa: ANN401 - as above
    if not isinstance(entry, Mapping) or "value" not in entry:
        raise KnowledgeError(f"{where}: {name}: missing, or without a value")
    if unknown := set(entry) - {"value", "clause", "source", "note"}:
        raise KnowledgeError(f"{where}: {name}: {min(unknown)}: unknown key")
    for part in ("clause", "source"):
        if not isinstance(entry.get(part), str) or not entry[part]:
            raise KnowledgeError(f"{where}: {name}: {part}: every value tells its clause and its source")
    if not isinstance(entry.get("note", ""), str):
        raise KnowledgeError(f"{where}: {name}: note: expected a text")
    try:
        value = KEYS[name].kind.read(entry["value"])
    except ValueError as error:
        raise KnowledgeError(f"{where}: {name}: {error}") from error
    return value, Citation(entry["clause"], entry["source"], begins, entry.get("note", ""))
