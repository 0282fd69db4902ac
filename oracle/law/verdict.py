"""The verdict on a venue day under a rulebook: eligible, not_eligible or undetermined, with every reason and figure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Literal

from oracle.law.boundary import Boundary
from oracle.law.publication import Publication
from oracle.law.rulebook import Edition, Rulebook
from oracle.law.turnover import Turnover
from oracle.numbers import kopecks

Word = Literal["eligible", "not_eligible", "undetermined", "no_rule_in_force"]


class Result(StrEnum):
    """What one test of the rule came to."""

    PASSED = "passed"
    FAILED = "failed"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Reason:
    """One test: a stable `code`, its result, a sentence with the figures, and the clause that asks for it."""

    code: str
    result: str
    text: str
    clause: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """`verdict` is eligible, not_eligible, undetermined, or no_rule_in_force before the first edition."""

    rulebook: str
    in_force_from: date | None
    verdict: Word
    reasons: tuple[Reason, ...]


def verdict(
    rulebook: Rulebook,
    day: date,
    turnover: Turnover,
    publication: Publication,
    jurisdiction: str,
    boundary: Boundary | None = None,
) -> Verdict:
    """Judge one venue day; all tests are reported, whatever the first ones came to. `boundary`: None where stated."""
    edition = rulebook.edition(day)
    if edition is None:
        return no_rule(rulebook)
    reasons = (
        _turnover(edition, turnover),
        *_publication(edition, publication),
        _jurisdiction(edition, jurisdiction),
        *([_boundary(boundary)] if boundary and not boundary.stated else []),
    )
    results = {reason.result for reason in reasons}
    word: Word = (
        "not_eligible" if Result.FAILED in results else "undetermined" if Result.OPEN in results else "eligible"
    )
    return Verdict(rulebook.name, edition.in_force_from, word, reasons)


@cache
def no_rule(rulebook: Rulebook) -> Verdict:
    """Before the first edition there is nothing to judge by."""
    reason = no_rule_before(rulebook.editions[0].in_force_from)
    return Verdict(rulebook.name, None, "no_rule_in_force", (reason,))


def no_rule_before(first: date) -> Reason:
    """The reason for giving no verdict on a day before the first edition."""
    return Reason("no_rule_in_force", Result.OPEN, f"no rule was in force: the first edition holds from {first}", "")


def _turnover(edition: Edition, turnover: Turnover) -> Reason:
    """A sum over what was read is a lower bound: above the floor it is enough, however much is missing."""
    floor, clause = edition.turnover_floor_rub, edition.citations["turnover_floor_rub"].clause
    low = f"{_rubles(turnover.low, floor)} RUB over {turnover.counted_markets} markets"
    at_least = "" if turnover.exact is not None else "at least "
    if turnover.low > floor:
        text = f"turnover of {at_least}{low} exceeds {_rubles(floor)} RUB"
        return Reason("turnover_above_floor", Result.PASSED, text, clause)
    if turnover.high is not None and turnover.high <= floor:
        at_most = "" if turnover.exact is not None else f"at most {_rubles(turnover.high)} RUB, "
        text = f"turnover of {at_most}{at_least}{low} does not exceed {_rubles(floor)} RUB"
        return Reason("turnover_not_above_floor", Result.FAILED, text, clause)
    text = f"turnover of at least {low} does not exceed {_rubles(floor)} RUB, but {_uncertain(turnover)}"
    return Reason("turnover_undetermined", Result.OPEN, text, clause)


def _uncertain(turnover: Turnover) -> str:
    why = []
    if turnover.missing_markets:
        why.append(f"{turnover.missing_markets} listed markets are missing")
    if turnover.unpriced:
        why.append(f"markets quoted in {', '.join(turnover.unpriced)} have no ruble value")
    if turnover.high is not None:
        why.append(f"it may be as much as {_rubles(turnover.high)} RUB, for the venue publishes volumes only")
    return " and ".join(why)


def _publication(edition: Edition, publication: Publication) -> tuple[Reason, Reason]:
    clause, window = edition.citations["publication_years"].clause, publication.window
    first = publication.first_published
    if first is not None and first <= window.first:
        text = f"quotations published since {first}, that is before {window.first}"
        begin = Reason("published_before_window", Result.PASSED, text, clause)
    elif publication.start_open:
        since = f"the first known quotation is of {first}" if first else "no quotation is known"
        text = f"{since}; whether any was published on {window.first} was not collected"
        begin = Reason("publication_start_not_collected", Result.OPEN, text, clause)
    else:
        text = f"first quotation of {first}, that is after {window.first}" if first else "no quotation was published"
        begin = Reason("published_too_late", Result.FAILED, text, clause)
    return begin, _coverage(edition, publication)


def _coverage(edition: Edition, publication: Publication) -> Reason:
    clause, days = edition.citations["minimum_coverage"].clause, len(publication.window)
    share = f"{publication.published_days} of the {days} days from {publication.window.first}"
    least = edition.minimum_coverage * days
    if publication.published_days >= least:
        return Reason("publication_covered", Result.PASSED, f"a quotation on {share}", clause)
    if publication.published_days + publication.open_days >= least:
        text = f"a quotation on {share}; {publication.open_days} days were not collected"
        return Reason("publication_not_collected", Result.OPEN, text, clause)
    return Reason("publication_gaps", Result.FAILED, f"a quotation only on {share}", clause)


def _jurisdiction(edition: Edition, jurisdiction: str) -> Reason:
    clause = edition.citations["jurisdictions"].clause
    if jurisdiction in edition.jurisdictions:
        return Reason("jurisdiction_counts", Result.PASSED, f"a {jurisdiction} organiser of trading", clause)
    return Reason("jurisdiction_does_not_count", Result.FAILED, f"a {jurisdiction} organiser of trading", clause)


def _boundary(boundary: Boundary) -> Reason:
    code, result = ("day_proven", Result.PASSED) if boundary.proven else ("day_unproven", Result.OPEN)
    return Reason(code, result, boundary.text, "Tax Code art. 282.3: the closing price of the trading day")


def _rubles(amount: Decimal, beside: Decimal | None = None) -> str:
    """Digits in groups of three, kopecks where there are any, all digits where kopecks would hide the difference."""
    rounded = kopecks(amount)
    shown = amount if rounded == beside != amount else rounded
    return f"{shown:,f}".replace(",", " ").removesuffix(".00")
