"""Rulebooks: readings of the rule as dated values, each with its clause and source."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from oracle.errors import KnowledgeError
from oracle.numbers import exact

DEFAULT_RULEBOOK = "tax-code"
_LARGEST = Decimal(10) ** 18
KINDS = ("digital_currency", "stablecoin", "fiat", "wrapped", "leveraged_token", "tokenized_asset", "unclassified")
PATHS = ("peg", "market")


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a value comes from."""

    clause: str
    source: str


@dataclass(frozen=True, slots=True)
class Edition:
    """The values of a rulebook that hold from `in_force_from` until the next edition; `citations` by key."""

    in_force_from: date
    turnover_floor_rub: Decimal
    counted_bases: tuple[str, ...]
    stablecoin_path: str
    publication_years: int
    minimum_coverage: Decimal
    jurisdictions: tuple[str, ...]
    quote_kinds: tuple[str, ...]
    citations: Mapping[str, Citation] = field(hash=False)


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


def rulebook(content: Mapping[str, Any], file: str) -> Rulebook:
    """A rulebook out of its parsed TOML; KnowledgeError names file, key and reason."""
    editions = content.get("edition")
    for key in ("name", "title"):
        if not isinstance(content.get(key), str) or not content[key]:
            raise KnowledgeError(f"{file}: {key}: expected a text")
    if not isinstance(editions, list) or not editions:
        raise KnowledgeError(f"{file}: edition: expected at least one [[edition]]")
    if unknown := set(content) - {"name", "title", "edition"}:
        raise KnowledgeError(f"{file}: {min(unknown)}: unknown key")
    read = tuple(_edition(each, f"{file}: edition {number}") for number, each in enumerate(editions, 1))
    dates = [each.in_force_from for each in read]
    if dates != sorted(set(dates)):
        raise KnowledgeError(f"{file}: in_force_from: editions must follow each other in time")
    return Rulebook(content["name"], content["title"], read)


def _edition(content: Any, where: str) -> Edition:  # noqa: ANN401 - TOML holds anything until it is checked
    if not isinstance(content, Mapping):
        raise KnowledgeError(f"{where}: expected a table")
    begins = content.get("in_force_from")
    if type(begins) is not date:
        raise KnowledgeError(f"{where}: in_force_from: expected a date such as 2025-01-01")
    if unknown := set(content) - set(_READERS) - {"in_force_from"}:
        raise KnowledgeError(f"{where}: {min(unknown)}: unknown key")
    values: dict[str, Any] = {}
    citations = {}
    for key, reader in _READERS.items():
        entry = content.get(key)
        if not isinstance(entry, Mapping) or "value" not in entry:
            raise KnowledgeError(f"{where}: {key}: missing, or without a value")
        if unknown := set(entry) - {"value", "clause", "source", "note"}:
            raise KnowledgeError(f"{where}: {key}: {min(unknown)}: unknown key")
        for part in ("clause", "source"):
            if not isinstance(entry.get(part), str) or not entry[part]:
                raise KnowledgeError(f"{where}: {key}: {part}: every value tells its clause and its source")
        try:
            values[key] = reader(entry["value"])
        except ValueError as error:
            raise KnowledgeError(f"{where}: {key}: {error}") from error
        citations[key] = Citation(entry["clause"], entry["source"])
    return Edition(in_force_from=begins, citations=citations, **values)


def _amount(value: object) -> Decimal:
    if not isinstance(value, str):
        raise ValueError("expected a number as text, which keeps it exact")  # noqa: TRY004 - one error for all values
    number = exact(value)
    if not 0 <= number < _LARGEST:
        raise ValueError("must not be negative, nor beyond all the money there is")
    return number


def _share(value: object) -> Decimal:
    if not 0 <= (number := _amount(value)) <= 1:
        raise ValueError("expected a share between 0 and 1")
    return number


def _years(value: object) -> int:
    if type(value) is not int or not 0 <= value <= 20:  # noqa: PLR2004 - no venue is older
        raise ValueError("expected whole years between 0 and 20")
    return value


def _names(value: object, allowed: tuple[str, ...] = ()) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(each, str) for each in value):
        raise ValueError("expected a list of texts")
    if allowed and (unknown := set(value) - set(allowed)):
        raise ValueError(f"unknown {min(unknown)!r}; known: {', '.join(allowed)}")
    return tuple(value)


def _kinds(value: object) -> tuple[str, ...]:
    return _names(value, KINDS)


def _path(value: object) -> str:
    if value not in PATHS:
        raise ValueError(f"expected one of {', '.join(PATHS)}")
    return str(value)


_READERS = {
    "turnover_floor_rub": _amount,
    "counted_bases": _kinds,
    "stablecoin_path": _path,
    "publication_years": _years,
    "minimum_coverage": _share,
    "jurisdictions": _names,
    "quote_kinds": _kinds,
}
