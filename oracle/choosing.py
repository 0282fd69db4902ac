"""From the quotations of an answer to those that may be chosen, and the choice with its reason, as parts of it."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from oracle import answer as parts
from oracle.answer_choice import Choice, Figure, LastChoice, Offered, Spread
from oracle.law import choice as law
from oracle.law.choice import Candidate
from oracle.law.said import Figure as SaidFigure
from oracle.law.said import Said
from oracle.law.spread import spread as spread_of
from oracle.law.taxpayer import Recorded, Standing
from oracle.law.valuation import product
from oracle.numbers import kopecks, plain, times
from oracle.store.rows import CandleRow, VerdictRow
from oracle.words import Language

NOTHING_MANUAL: Mapping[Candidate, str] = MappingProxyType({})


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


def choice_part(
    policy: law.Policy,
    choice: law.Choice,
    candidates: Sequence[Candidate],
    lang: Language,
    manual: Mapping[Candidate, str] = NOTHING_MANUAL,
) -> Choice:
    """What there was, and why this; `manual`: ids of the candidates that were entered by hand."""
    offered = [
        Offered(
            **_short(each),
            market_turnover_rub=plain(each.market_turnover_rub),
            venue_turnover_rub=plain(each.venue_turnover_rub),
            manual=manual.get(each),
        )
        for each in sorted(law.ordered(candidates), key=lambda each: each.rub)
    ]
    return Choice(
        policy=policy.text,
        rule=choice.rule,
        code=choice.code,
        text=lang.choice(choice.code, choice.figures),
        figures=dict(choice.figures),
        candidates=offered,
    )


def of_taxpayer(
    choice: Choice, chosen: parts.Chosen | None, standing: Standing, asked: tuple[str, date], *, demo: bool
) -> tuple[Choice, list[Said]]:
    """The choice with whose it is and what was taken last time, and what to warn of; `asked`: coin and date."""
    coin, day = asked
    warnings = [*standing.taxpayer.changes(day.year), *standing.damage]
    last = standing.last(coin, demo=demo)
    if last and chosen and (last.venue, last.market) != (chosen.venue, chosen.market):
        warnings.append(_deviation(chosen, last))
    told = last and LastChoice(
        recorded_at=last.recorded_at,
        date=last.day,
        venue=last.venue,
        market=last.market,
        choose=last.choose,
        manual=last.manual,
    )
    entry = standing.taxpayer.on(day)
    update = {"taxpayer": standing.taxpayer.name, "policy_from": entry.first, "note": entry.note or None, "last": told}
    return choice.model_copy(update=update), warnings


def _deviation(chosen: parts.Chosen, last: Recorded) -> Said:
    code = "other_venue" if last.venue != chosen.venue else "other_market"
    # Nobody chose an entry by hand instead of a venue: there was nothing else to be chosen.
    code = "other_by_hand" if chosen.manual or last.manual else code
    figures: dict[str, SaidFigure] = {
        "venue": chosen.venue,
        "market": chosen.market,
        "last_venue": last.venue,
        "last_market": last.market,
        "last_on": last.day.isoformat(),
        "recorded_at": last.recorded_at.isoformat(),
    }
    return Said(code, figures)


def chosen_part(
    policy: law.Policy, taken: Candidate | None, manual: Mapping[Candidate, str] = NOTHING_MANUAL
) -> parts.Chosen | None:
    """What the policy took."""
    return parts.Chosen(policy=policy.text, **_short(taken), manual=manual.get(taken)) if taken else None


def _short(candidate: Candidate) -> dict[str, str]:
    return {
        "venue": candidate.venue,
        "market": candidate.market,
        "rub": plain(candidate.rub),
        "rub_kopecks": str(kopecks(candidate.rub)),
    }
