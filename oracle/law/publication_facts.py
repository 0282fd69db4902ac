"""Dated facts about since when a venue's quotations have been public, out of their TOML: beside what was observed."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from oracle.errors import KnowledgeError
from oracle.law.aliases import File

# What a source may show to be public: daily candles, or others, over the public API; charts, pages, files.
WHATS = (
    "daily_candles",
    "candles",
    "charts",
    "historical_page",
    "bulk_downloads",
)
_TEXTS = ("venue", "what", "address", "source")
_KEYS = {*_TEXTS, "shown_on", "note"}


class PublicationFact(NamedTuple):
    """On `shown_on` a `source` shows `what` of the venue as public at `address`; `origin`: shipped, user or document.

    `document`: SHA-256 of the user's document that shows it, until `shown_until`. It says nothing of the days before,
    nor that publication has never ceased since.
    """

    venue: str
    what: str
    shown_on: date
    address: str
    source: str
    origin: str
    note: str | None = None
    shown_until: date | None = None
    document: str | None = None


def publication_facts(files: list[File], venues: Collection[str]) -> tuple[PublicationFact, ...]:
    """The register, by venue and date; KnowledgeError names file, entry, key and reason."""
    return tuple(sorted((fact for file in files for fact in _facts(file, venues)), key=_order))


def _order(fact: PublicationFact) -> tuple[str, date, str, str]:
    return fact.venue, fact.shown_on, fact.what, fact.source


def _facts(file: File, venues: Collection[str]) -> Iterator[PublicationFact]:
    if unknown := set(file.content) - {"fact", "checked_on"}:
        raise KnowledgeError(f"{file.name}: {min(unknown)}: unknown key")
    checked_on = _day(file.content, "checked_on", file.name)
    listed = file.content.get("fact", [])
    if not isinstance(listed, list):
        raise KnowledgeError(f"{file.name}: fact: expected [[fact]] entries")
    for number, entry in enumerate(listed, 1):
        yield _fact(f"{file.name}: fact {number}", entry, checked_on, venues, file.origin)


def _fact(where: str, entry: object, checked_on: date, venues: Collection[str], origin: str) -> PublicationFact:
    if not isinstance(entry, Mapping):
        raise KnowledgeError(f"{where}: expected a table")
    if isinstance(entry.get("venue"), str):
        where += f" ({entry['venue'][:40]})"
    if unknown := set(entry) - _KEYS:
        raise KnowledgeError(f"{where}: {min(unknown)}: unknown key")
    for key in (*_TEXTS, *(("note",) if "note" in entry else ())):
        if not isinstance(entry.get(key), str) or not entry[key].strip():
            raise KnowledgeError(f"{where}: {key}: expected a text")
    for key, known in (("venue", venues), ("what", WHATS)):
        if entry[key] not in known:
            raise KnowledgeError(f"{where}: {key}: unknown {entry[key][:60]!r}; known: {', '.join(known)}")
    shown_on = _day(entry, "shown_on", where)
    if shown_on > checked_on:
        raise KnowledgeError(f"{where}: shown_on: {shown_on} is after checked_on, {checked_on}")
    texts = (entry["address"], entry["source"])
    return PublicationFact(entry["venue"], entry["what"], shown_on, *texts, origin, entry.get("note"))


def _day(entry: Mapping[str, Any], key: str, where: str) -> date:
    if type(entry.get(key)) is not date:
        raise KnowledgeError(f"{where}: {key}: expected a date such as 2018-11-14")
    day: date = entry[key]
    return day
