"""Readings beside the one that is asked for: a rulebook, or its edition, with some of its open values replaced."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import product
from typing import Any

from oracle.law.rulebook import DEFAULT_RULEBOOK, Citation, Edition, Rulebook
from oracle.law.rulekeys import SCOPES
from oracle.numbers import EXACT, ROUNDING, times

# Whose floors stand against each other: the statute's and the lower one.
FLOORS_OF = (DEFAULT_RULEBOOK, "hundred-million")
AXES = ("turnover_floor_rub", "turnover_scope", "stablecoin_path", "trading_day")
_PLACES = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Reading:
    """`book` has `edition` for its only one; `changes`: the keys in which it differs from the asked one."""

    book: Rulebook
    edition: Edition
    changes: tuple[str, ...]


def floors(books: Mapping[str, Rulebook], edition: Edition) -> list[Decimal]:
    """The floors of the shipped readings when `edition` is in force."""
    named = [books[name] for name in FLOORS_OF if name in books]
    return [(book.edition(edition.in_force_from) or book.editions[0]).turnover_floor_rub for book in named]


def readings(book: Rulebook, edition: Edition, floors: Sequence[Decimal]) -> list[Reading]:
    """Every combination of the open values and the asked ones: the asked reading first, then by number of changes."""
    known: Mapping[str, Sequence[Any]] = {
        "turnover_floor_rub": floors,
        "turnover_scope": SCOPES,
        "stablecoin_path": ("peg", "market"),
        "trading_day": ("venue", "utc"),
    }
    values = [dict.fromkeys([getattr(edition, key), *known[key]]) for key in AXES]
    found = []
    for combined in product(*values):
        changes = {key: value for key, value in zip(AXES, combined, strict=True) if value != getattr(edition, key)}
        changed = replace(edition, **changes)
        found.append(Reading(Rulebook(book.name, book.title, (changed,)), changed, tuple(changes)))
    return sorted(found, key=lambda each: (len(each.changes), [AXES.index(key) for key in each.changes]))


def by_stablecoin_path(book: Rulebook, path: str | None) -> Rulebook:
    """The book as if its file said so of stablecoins in every edition; itself where it does, or for None."""
    if path is None or all(each.stablecoin_path == path for each in book.editions):
        return book
    return replace(book, editions=tuple(_by_path(each, path) for each in book.editions))


def _by_path(edition: Edition, path: str) -> Edition:
    if edition.stablecoin_path == path:
        return edition
    asked = Citation("", "asked for by the caller, not by the rulebook", edition.in_force_from)
    return replace(edition, stablecoin_path=path, citations={**edition.citations, "stablecoin_path": asked})


def apart(rub: Decimal, asked: Decimal) -> tuple[Decimal, Decimal | None]:
    """How far `rub` lies from `asked`: exactly, and in percent of `asked` to four decimals (None of nothing)."""
    difference = EXACT.subtract(rub, asked)
    if not asked:
        return difference, None
    share = ROUNDING.divide(times(difference, Decimal(100)), asked)
    return difference, share.quantize(_PLACES, ROUND_HALF_UP, ROUNDING)
