"""The verdict on a venue day under a rulebook: eligible, not_eligible or undetermined, with every reason and figure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Literal

from oracle.law.boundary import LEAST_DAYS, Boundary
from oracle.law.publication import Publication
from oracle.law.rulebook import Edition, Rulebook
from oracle.law.said import Figure, Figures
from oracle.law.turnover import Turnover
from oracle.numbers import plain

Word = Literal["eligible", "not_eligible", "undetermined", "no_rule_in_force"]


class Result(StrEnum):
    """What one test of the rule came to."""

    PASSED = "passed"
    FAILED = "failed"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Reason:
    """One test: a stable `code`, its result, the figures, and the clause that asks for it; `words` makes sentences."""

    code: str
    result: Result
    figures: Figures
    clause: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """`verdict` is eligible, not_eligible, undetermined, or no_rule_in_force before the first edition."""

    rulebook: str
    in_force_from: date | None
    verdict: Word
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class UtcDay:
    """The UTC day that a rulebook asks for of a venue whose own day opens at `clock` (UTC); `built`: out of hours."""

    clock: str
    built: bool


def verdict(
    rulebook: Rulebook,
    day: date,
    turnover: Turnover,
    publication: Publication,
    jurisdiction: str,
    boundary: Boundary | None = None,
    *,
    provisional: int = 0,
    utc: UtcDay | None = None,
    coin: str = "",
) -> Verdict:
    """Judge one venue day; all tests are reported, whatever the first ones came to.

    `boundary`: None where stated. `provisional`: markets whose figures await a second reading. `utc`: where the book
    asks for the UTC day and the venue's own is another. `coin`: whose day it is, under a reading by coins.
    """
    edition = rulebook.edition(day)
    if edition is None:
        return no_rule(rulebook)
    reasons = (
        turnover_reason(edition, turnover, coin),
        *_publication(edition, publication, coin),
        _jurisdiction(edition, jurisdiction),
        *_day(edition, boundary, utc),
        *_finality(edition, provisional),
    )
    return Verdict(rulebook.name, edition.in_force_from, word_of(reasons), reasons)


def word_of(reasons: Iterable[Reason]) -> Word:
    """What the tests come to together."""
    results = {reason.result for reason in reasons}
    return "not_eligible" if Result.FAILED in results else "undetermined" if Result.OPEN in results else "eligible"


@cache
def no_rule(rulebook: Rulebook) -> Verdict:
    """Before the first edition there is nothing to judge by."""
    first = rulebook.editions[0].in_force_from
    reason = Reason("no_rule_in_force", Result.OPEN, {"first_edition_on": first.isoformat()}, "")
    return Verdict(rulebook.name, None, "no_rule_in_force", (reason,))


def not_collected(rulebook: Rulebook, venue: str, day: date) -> Verdict:
    """The verdict on a venue of which nothing was read that day."""
    edition = rulebook.edition(day)
    if edition is None:
        return no_rule(rulebook)
    reason = Reason("not_collected", Result.OPEN, {"venue": venue, "day_on": day.isoformat()}, "")
    return Verdict(rulebook.name, edition.in_force_from, "undetermined", (reason,))


def turnover_reason(edition: Edition, turnover: Turnover, coin: str = "") -> Reason:
    """A sum over what was read is a lower bound: above the floor it is enough, however much is missing."""
    floor, clause = edition.turnover_floor_rub, edition.citations["turnover_floor_rub"].clause
    figures: dict[str, Figure] = {
        "turnover_low_rub": plain(turnover.low),
        "turnover_high_rub": None if turnover.high is None else plain(turnover.high),
        "floor_rub": plain(floor),
        "markets": turnover.counted_markets,
        "missing_markets": turnover.missing_markets,
        # Told where there are any: in nearly all of the many verdicts that are kept there are none.
        **({"missing_uncounted": turnover.missing_uncounted} if turnover.missing_uncounted else {}),
        "unpriced": list(turnover.unpriced),
        "uncollected": list(turnover.uncollected),
        **_of(coin, edition.turnover_scope),
    }
    if turnover.low > floor:
        return Reason("turnover_above_floor", Result.PASSED, figures, clause)
    if turnover.high is not None and turnover.high <= floor:
        return Reason("turnover_not_above_floor", Result.FAILED, figures, clause)
    return Reason("turnover_undetermined", Result.OPEN, figures, clause)


def _of(coin: str, scope: str) -> dict[str, Figure]:
    return {"coin": coin} if scope == "coin" else {}


def _publication(edition: Edition, publication: Publication, coin: str) -> tuple[Reason, Reason]:
    clause, window, first = (
        edition.citations["publication_years"].clause,
        publication.window,
        publication.first_published,
    )
    scope = _of(coin, edition.publication_scope)
    since: dict[str, Figure] = {
        "first_published_on": first.isoformat() if first else None,
        "window_first_on": window.first.isoformat(),
        **scope,
    }
    if first is not None and first <= window.first:
        begin = Reason("published_before_window", Result.PASSED, since, clause)
    elif publication.start_open:
        begin = Reason("publication_start_not_collected", Result.OPEN, since, clause)
    else:
        begin = Reason("published_too_late", Result.FAILED, since, clause)
    return begin, _coverage(edition, publication, scope)


def _coverage(edition: Edition, publication: Publication, scope: Figures) -> Reason:
    clause, days = edition.citations["minimum_coverage"].clause, len(publication.window)
    figures: dict[str, Figure] = {
        "published_days": publication.published_days,
        "window_days": days,
        "window_first_on": publication.window.first.isoformat(),
        "open_days": publication.open_days,
        **scope,
    }
    least = edition.minimum_coverage * days
    if publication.published_days >= least:
        return Reason("publication_covered", Result.PASSED, figures, clause)
    if publication.published_days + publication.open_days >= least:
        return Reason("publication_not_collected", Result.OPEN, figures, clause)
    return Reason("publication_gaps", Result.FAILED, figures, clause)


def _jurisdiction(edition: Edition, jurisdiction: str) -> Reason:
    clause, figures = edition.citations["jurisdictions"].clause, {"jurisdiction": jurisdiction}
    if jurisdiction in edition.jurisdictions:
        return Reason("jurisdiction_counts", Result.PASSED, figures, clause)
    return Reason("jurisdiction_does_not_count", Result.FAILED, figures, clause)


def _day(edition: Edition, boundary: Boundary | None, utc: UtcDay | None) -> list[Reason]:
    """Whose day it is, where that is not plain: a UTC day built from hours, or an opening that is only presumed."""
    if utc:
        code, result = ("utc_day_built", Result.PASSED) if utc.built else ("utc_day_unknown", Result.OPEN)
        return [Reason(code, result, {"opens": utc.clock}, edition.citations["trading_day"].clause)]
    if boundary is None or boundary.stated:
        return []
    code, result = ("day_proven", Result.PASSED) if boundary.proven else ("day_unproven", Result.OPEN)
    figures: dict[str, Figure] = {
        "opens": boundary.clock,
        "days_on": boundary.days_that_matter,
        "candles_off": boundary.off,
        "least_days": LEAST_DAYS,
    }
    return [Reason(code, result, figures, "Tax Code art. 282.3: the closing price of the trading day")]


def _finality(edition: Edition, provisional: int) -> list[Reason]:
    """Provisional figures are told under every reading; under one that requires final ones they leave it open."""
    clause, figures = edition.citations["finality_required"].clause, {"provisional_markets": provisional}
    if not edition.finality_required:
        return [Reason("figures_provisional_allowed", Result.PASSED, figures, clause)] if provisional else []
    code, result = ("figures_provisional", Result.OPEN) if provisional else ("figures_final", Result.PASSED)
    return [Reason(code, result, figures, clause)]
