"""A taxpayer's policy of choice out of its parsed file: dated entries, so that a year is priced by one rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from oracle.errors import KnowledgeError, QuestionError
from oracle.law.choice import Policy, policy_named
from oracle.law.said import Said

_KEYS = {"title", "note", "policy"}
_ENTRY = {"from", "choose", "note"}


@dataclass(frozen=True, slots=True)
class Entry:
    """The policy that holds from a date until the next entry."""

    first: date
    policy: Policy
    note: str = ""


@dataclass(frozen=True, slots=True)
class Taxpayer:
    """Whose policy it is; `entries` oldest first."""

    name: str
    title: str
    entries: tuple[Entry, ...]
    note: str = ""

    def on(self, day: date) -> Entry:
        """The entry in force; QuestionError before the first one."""
        held = [each for each in self.entries if each.first <= day]
        if not held:
            first = self.entries[0].first
            raise QuestionError(
                f"the policy of taxpayer {self.name} begins on {first}; for {day} add an entry or use --choose"
            )
        return held[-1]

    def changes(self, year: int | None = None) -> list[Said]:
        """What is changed inside a calendar year (of all or of one): one year is to be priced by one policy."""
        return [
            Said(
                "policy_changed",
                {
                    "taxpayer": self.name,
                    "year": after.first.year,
                    "changed_on": after.first.isoformat(),
                    "before": before.policy.text,
                    "after": after.policy.text,
                },
            )
            for before, after in pairwise(self.entries)
            if before.policy != after.policy
            and (after.first.month, after.first.day) != (1, 1)
            and year in {None, after.first.year}
        ]


@dataclass(frozen=True, slots=True)
class Recorded:
    """A choice as it was recorded: for `coin` on `day`, what was taken by which policy.

    `manual`: id of the quotation if it was entered by hand.
    """

    recorded_at: datetime
    coin: str
    day: date
    venue: str
    market: str
    choose: str
    demo: bool
    manual: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A taxpayer with the choices recorded so far, oldest first; `damage` tells what of the journal is unreadable."""

    taxpayer: Taxpayer
    recorded: tuple[Recorded, ...] = ()
    damage: tuple[Said, ...] = field(default=())

    def last(self, coin: str, *, demo: bool) -> Recorded | None:
        """The newest record about the coin, of a demonstration only for a demonstration."""
        about = [each for each in self.recorded if (each.coin, each.demo) == (coin, demo)]
        return about[-1] if about else None


def taxpayer(name: str, content: Mapping[str, Any], file: str, venues: Sequence[str]) -> Taxpayer:
    """The taxpayer out of its parsed TOML; KnowledgeError names file, key and reason."""
    if unknown := set(content) - _KEYS:
        raise KnowledgeError(f"{file}: {min(unknown)}: unknown key; known: {', '.join(sorted(_KEYS))}")
    listed = content.get("policy")
    if not isinstance(listed, list) or not listed:
        raise KnowledgeError(f"{file}: policy: expected [[policy]] entries, each with from and choose")
    title, note = _text(content, "title", file), _text(content, "note", file, required=False)
    entries = [_entry(f"{file}: policy {number}", each, venues) for number, each in enumerate(listed, 1)]
    entries.sort(key=lambda each: each.first)
    for before, after in pairwise(entries):
        if before.first == after.first:
            raise KnowledgeError(f"{file}: policy: two entries from {after.first}")
    return Taxpayer(name, title, tuple(entries), note)


def _entry(where: str, entry: Any, venues: Sequence[str]) -> Entry:  # noqa: ANN401 - TOML holds anything until it is checked
    if not isinstance(entry, Mapping):
        raise KnowledgeError(f"{where}: expected a table")
    if unknown := set(entry) - _ENTRY:
        raise KnowledgeError(f"{where}: {min(unknown)}: unknown key; known: {', '.join(sorted(_ENTRY))}")
    first = entry.get("from")
    if type(first) is not date:
        raise KnowledgeError(f"{where}: from: expected a date such as 2025-01-01")
    text = _text(entry, "choose", where)
    try:
        policy = policy_named(text, venues)
    except QuestionError as error:
        raise KnowledgeError(f"{where}: choose: {error}") from error
    return Entry(first, policy, _text(entry, "note", where, required=False))


def _text(content: Mapping[str, Any], key: str, where: str, *, required: bool = True) -> str:
    value = content.get(key, None if required else "")
    if not isinstance(value, str) or (required and not value):
        raise KnowledgeError(f"{where}: {key}: expected a text")
    return value
