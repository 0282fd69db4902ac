"""From the quotations of an answer to those that may be chosen, and the choice with its reason, as parts of it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from oracle import answer as parts
from oracle.answer_choice import Choice, Figure, Offered, Spread
from oracle.law import choice as law
from oracle.law.choice import Candidate
from oracle.law.spread import spread as spread_of
from oracle.law.valuation import product
from oracle.numbers import kopecks, plain, times
from oracle.store.rows import CandleRow, VerdictRow


def priced_candidates(
    rows: Sequence[CandleRow], quotations: Sequence[parts.Quotation], judged: Mapping[str, VerdictRow]
) -> list[Candidate]:
    """Every quotation in rubles, of whatever venue; turnovers are lower bounds. `judged`: verdicts by venue."""
    return [
        Candidate(
            row.venue,
            row.market,
            Decimal(quotation.rub),
            times(row.turnover_low, product(quotation.path())),
            judged[row.venue].turnover_rub_low if row.venue in judged else Decimal(0),
            row.symbol,
        )
        for row, quotation in zip(rows, quotations, strict=True)
        if quotation.rub is not None
    ]


def eligible(candidates: Sequence[Candidate], judged: Mapping[str, VerdictRow]) -> list[Candidate]:
    """Those of venues that count under the rulebook of the question."""
    return [each for each in candidates if each.venue in judged and judged[each.venue].verdict == "eligible"]


def figure(candidate: Candidate) -> Figure:
    """In short."""
    return Figure(**_short(candidate))


def spread_part(candidates: Sequence[Candidate]) -> Spread | None:
    """How far the eligible quotations lie apart."""
    found = spread_of(candidates)
    if found is None:
        return None
    return Spread(
        lowest=figure(found.lowest),
        highest=figure(found.highest),
        median_rub=plain(found.median),
        median_rub_kopecks=str(kopecks(found.median)),
        venues=found.venues,
        quotations=found.quotations,
    )


def choice_part(policy: law.Policy, choice: law.Choice, candidates: Sequence[Candidate]) -> Choice:
    """What there was, and why this."""
    offered = [
        Offered(
            **_short(each),
            market_turnover_rub=plain(each.market_turnover_rub),
            venue_turnover_rub=plain(each.venue_turnover_rub),
        )
        for each in sorted(law.ordered(candidates), key=lambda each: each.rub)
    ]
    return Choice(policy=policy.text, rule=choice.rule, text=choice.text, candidates=offered)


def chosen_part(policy: law.Policy, taken: Candidate | None) -> parts.Chosen | None:
    """What the policy took."""
    return parts.Chosen(policy=policy.text, **_short(taken)) if taken else None


def _short(candidate: Candidate) -> dict[str, str]:
    return {
        "venue": candidate.venue,
        "market": candidate.market,
        "rub": plain(candidate.rub),
        "rub_kopecks": str(kopecks(candidate.rub)),
    }
