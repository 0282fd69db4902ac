"""The taxpayer's choice among qualifying quotations, under a named policy."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from oracle.errors import QuestionError

POLICIES = ("largest-turnover", "lowest", "highest")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A quotation that may be chosen: its rubles, its market's turnover in rubles and its venue's."""

    venue: str
    market: str
    rub: Decimal
    market_turnover_rub: Decimal
    venue_turnover_rub: Decimal


def policy_named(text: str, venues: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """A policy and its venues: a known name, or venues in order of preference (`okx,binance`)."""
    if text in POLICIES:
        return text, ()
    preferred = tuple(part.strip().lower() for part in text.split(","))
    if unknown := [part for part in preferred if part not in venues]:
        known = f"{', '.join(POLICIES)}, or venues in order of preference out of {', '.join(venues)}"
        raise QuestionError(f"unknown choice {unknown[0][:40]!r}; known: {known}")
    return "venues", preferred


def choose(policy: str, preferred: Sequence[str], candidates: Sequence[Candidate]) -> Candidate | None:
    """The candidate that the policy takes; None if there is none. Ties go to the first venue by name."""
    ordered = sorted(candidates, key=lambda each: (each.venue, each.market))
    if policy == "venues":
        by_venue = [venue for venue in preferred if any(each.venue == venue for each in ordered)]
        ordered = [each for each in ordered if by_venue and each.venue == by_venue[0]]
    if not ordered:
        return None
    if policy == "lowest":
        return min(ordered, key=lambda each: each.rub)
    if policy == "highest":
        return max(ordered, key=lambda each: each.rub)
    return max(ordered, key=lambda each: (each.venue_turnover_rub, each.market_turnover_rub))
