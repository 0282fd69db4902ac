"""The parts of a page that tell the law: tests with figures and clauses, why nothing qualifies, the choice."""

from decimal import Decimal

from oracle.answer import Answer, VenuePart, VerdictPart
from oracle.numbers import plain, shifted
from oracle.outputs.statement_page import Fact, Grid, Section
from oracle.outputs.statement_quoted import rate_told, venue_title
from oracle.outputs.statement_text import (
    RU,
    clause,
    clean,
    condition,
    day,
    no_rubles,
    number,
    policy,
    reason,
    rubles,
    say,
    verdict,
    warned,
    why,
)

MOST = 6
_MOST_WARNINGS = 8
_MOST_MARKETS = 4
MOST_RATES = 3
_NOT = ("failed", "open")


def rulebook(answer: Answer) -> str:
    """The reading of the law and its edition."""
    name = clean(answer.rulebook, 80)
    return (
        say("rulebook_told", rulebook=name, edition=day(answer.edition))
        if answer.edition
        else say("no_edition", rulebook=name)
    )


def tests(answer: Answer, venue: str) -> Section | None:
    """Every test of the rulebook on the chosen venue: what was found, what it came to, by which article."""
    part = next((each for each in answer.venues if each.venue == venue), None)
    if part is None or answer.rulebook not in part.verdicts:
        return None
    judged = part.verdicts[answer.rulebook]
    rows = [[condition(each.code), reason(each), say(each.result), clause(each.clause)] for each in judged.reasons]
    head = [say("condition"), say("found"), say("result"), say("clause")]
    return Section(say("tests"), [*_judged(answer, part, judged)], Grid(head, rows, [7, 12, 4, 4]))


def _judged(answer: Answer, part: VenuePart, judged: VerdictPart) -> list[Fact]:
    facts = [
        Fact(say("rulebook"), rulebook(answer)),
        Fact(say("verdict"), f"{clean(part.title, 60)}: {verdict(judged.verdict)}", "strong"),
    ]
    floor = next((each.figures["floor_rub"] for each in judged.reasons if "floor_rub" in each.figures), None)
    if isinstance(floor, str):
        facts.append(Fact(say("floor"), say("floor_told", floor=number(floor))))
    return [*facts, *_turnover(part), Fact(say("published"), _published(part))]


def _turnover(part: VenuePart) -> list[Fact]:
    low, high = part.turnover_rub_low, part.turnover_rub_high
    if low is None:
        told = say("turnover_unknown")
    elif high is None:
        told = say("turnover_at_least", low=rubles(low))
    elif Decimal(low) == Decimal(high):
        told = say("turnover_exact", low=rubles(low))
    else:
        told = say("turnover_between", low=rubles(low), high=rubles(high))
    missing = part.missing_markets
    markets = say("markets_told", counted=part.counted_markets, missing=len(missing))
    if missing:
        named = ", ".join(clean(each, 30) for each in missing[:_MOST_MARKETS])
        markets += f" ({named}{', …' if len(missing) > _MOST_MARKETS else ''})"
    return [Fact(say("turnover"), told), Fact(say("markets"), markets)]


def _published(part: VenuePart) -> str:
    if part.published_since is None:
        return say("published_unknown")
    share = number(plain(shifted(Decimal(part.coverage or "0"), 2)))
    return say("published_told", since=day(part.published_since), share=share)


def why_not(answer: Answer) -> Section:
    """For each venue the tests that it did not pass."""
    facts = [
        Fact(say("rulebook"), rulebook(answer)),
        Fact(say("policy"), _policy(answer)),
        Fact(say("reason"), why(answer.choice)),
    ]
    rows = []
    for part in answer.venues[:MOST]:
        judged = part.verdicts.get(answer.rulebook)
        told = [reason(each) for each in judged.reasons if each.result in _NOT] if judged else []
        word = verdict(judged.verdict if judged else "no_rule_in_force")
        rows.append([clean(part.title, 60), word, "; ".join(told) or "—"])
    grid = Grid([say("venue"), say("verdict"), say("reason")], rows, [3, 4, 12]) if rows else None
    return Section(say("why_not"), facts, grid, _more(len(answer.venues) - MOST))


def prices(answer: Answer) -> Section | None:
    """The day's closes in rubles, which are told for information where nothing qualifies."""
    if not answer.quotations:
        return None
    rows = [
        [
            venue_title(answer, each.venue),
            clean(each.market, 60),
            number(each.close),
            no_rubles(each) if each.rub is None else number(each.rub),
        ]
        for each in answer.quotations[:MOST]
    ]
    head = [say("venue"), say("market"), say("price"), say("rub_each", coin=clean(answer.coin, 20))]
    grid = Grid(head, rows, [4, 5, 4, 6], [2, 3])
    facts = [Fact(say("rate"), rate_told(each)) for each in answer.official_rates[:MOST_RATES]]
    return Section(say("known_prices"), facts, grid, notes=_more(len(answer.quotations) - MOST))


def choice(answer: Answer) -> Section:
    """What the policy took, and from what."""
    told = answer.choice
    facts = [Fact(say("policy"), _policy(answer)), Fact(say("why"), why(told))]
    if told.note:
        facts.append(Fact(say("note"), clean(told.note)))
    facts.append(
        Fact(say("from_what"), RU.eligible(len(told.candidates), len({each.venue for each in told.candidates})))
    )
    taken = answer.chosen and (answer.chosen.venue, answer.chosen.market)
    # The one that was taken is always among those that are shown.
    first = sorted(told.candidates, key=lambda each: (each.venue, each.market) != taken)
    rows = [
        [venue_title(answer, each.venue), clean(each.market, 60), number(each.rub), rubles(each.venue_turnover_rub)]
        for each in first[:MOST]
    ]
    head = [say("venue"), say("market"), say("rub_each", coin=clean(answer.coin, 20)), say("turnover_venue")]
    return Section(say("choice"), facts, Grid(head, rows, [4, 5, 6, 6], [2, 3]), _more(len(first) - MOST))


def _policy(answer: Answer) -> str:
    told = answer.choice
    if told.taxpayer is None:
        return policy(told.policy)
    return say("policy_of", policy=policy(told.policy), taxpayer=clean(told.taxpayer, 80), since=day(told.policy_from))


def warnings(answer: Answer) -> Section | None:
    """All that the answer warns of."""
    found = [warned(each) for each in answer.warnings]
    if not found:
        return None
    return Section(say("warnings"), notes=[*found[:_MOST_WARNINGS], *_more(len(found) - _MOST_WARNINGS)])


def _more(left: int) -> list[str]:
    return [say("more", count=left)] if left > 0 else []
