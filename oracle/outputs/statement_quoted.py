"""The parts of a page that tell the quotation: operation, close, steps to rubles, corridor, tax."""

from collections.abc import Sequence

from oracle.answer import Answer, Corridor, OfficialRatePart, Quotation, Step
from oracle.outputs.statement import Operation, Sheet
from oracle.outputs.statement_page import Fact, Grid, Section
from oracle.outputs.statement_text import (
    RU,
    clean,
    day,
    instant,
    moscow,
    no_other,
    no_rubles,
    number,
    rubles,
    say,
    tax,
)
from oracle.venues import VENUES
from oracle.words.ru_statement import operations

_MOST_OPERATIONS = 6


def quoted_of(answer: Answer) -> Quotation | None:
    """The quotation that was chosen."""
    chosen = answer.chosen
    if chosen is None:
        return None
    return next(each for each in answer.quotations if (each.venue, each.market) == (chosen.venue, chosen.market))


def venue_title(answer: Answer, venue: str) -> str:
    """As people call it."""
    return clean(next((each.title for each in answer.venues if each.venue == venue), venue), 60)


def rate_of(answer: Answer, steps: Sequence[Step]) -> OfficialRatePart | None:
    """The official rate that a path to rubles ends with."""
    used = next((each.of for each in steps if each.by == "official_rate"), None)
    return next((each for each in answer.official_rates if each.currency == used), None)


def operation(sheet: Sheet) -> Section:
    """What was done: coin, date and, for one operation, its quantity and worth; for several a list."""
    answer, held = sheet.answer, sheet.operations
    facts = [Fact(say("coin"), clean(answer.coin, 60)), Fact(say("date"), _date(answer))]
    if len(held) > 1:
        return Section(f"{say('operations')}: {len(held)}", facts, _operations(answer, held), _left(held))
    (only,) = held
    if only.reference:
        facts.append(Fact(say("reference"), clean(only.reference)))
    if only.quantity is not None:
        facts.append(Fact(say("quantity"), f"{number(only.quantity)} {clean(answer.coin, 60)}"))
    if only.value:
        told = say("value_told", kopecks=rubles(only.value.kopecks), exact=number(only.value.rub))
        facts.append(Fact(say("value"), told, "strong"))
    return Section(say("operation"), facts)


def _date(answer: Answer) -> str:
    date = day(answer.date)
    if answer.asked_at is None:
        return date
    return say("asked_at", date=date, zone=answer.zone, instant=answer.asked_at.isoformat())


def _operations(answer: Answer, held: Sequence[Operation]) -> Grid:
    head = [say("reference"), f"{say('quantity')}, {clean(answer.coin, 20)}", f"{say('value')}, {RU.LABELS['rub']}"]
    rows = [
        [
            clean(each.reference or "", 80) or "—",
            "—" if each.quantity is None else number(each.quantity),
            rubles(each.value.kopecks) if each.value else "—",
        ]
        for each in held[:_MOST_OPERATIONS]
    ]
    return Grid(head, rows, [5, 3, 3], [1, 2])


def _left(held: Sequence[Operation]) -> list[str]:
    left = len(held) - _MOST_OPERATIONS
    return [say("more_operations", count=operations(left))] if left > 0 else []


def quotation(answer: Answer, quoted: Quotation) -> Section:
    """The close as the venue published it, and its day by both clocks."""
    hours, known = quoted.trading_day, VENUES.get(quoted.venue)
    title = venue_title(answer, quoted.venue)
    told = say("day_told", date=day(hours.date), opens=instant(hours.opens_at), closes=instant(hours.closes_at))
    close = say("close_told", close=number(quoted.close), quote=clean(quoted.quote_asset, 60))
    api = quoted.source == "api"
    market = say("market_told", market=clean(quoted.market, 120), symbol=clean(quoted.symbol, 120))
    return Section(
        say("quotation"),
        [
            Fact(say("venue"), say("site", venue=title, site=clean(known.site)) if known else title),
            Fact(say("market"), market),
            Fact(say("trading_day"), told),
            Fact(say("moscow"), say("moscow_told", opens=moscow(hours.opens_at), closes=moscow(hours.closes_at))),
            Fact(say("close"), close, "strong"),
            Fact(say("received"), clean(quoted.close_as_received, 80), "code"),
            Fact(say("final"), say("is_final" if quoted.final else "is_provisional")),
            Fact(say("known_from"), f"{instant(quoted.known_from)} UTC"),
            Fact(say("source"), say("source_api") if api else clean(RU.source(quoted.source))),
        ],
    )


def conversion(answer: Answer, quoted: Quotation) -> Section:
    """Every leg to rubles with its ground, the multiplication, the result by the other path, the corridor."""
    rate = rate_of(answer, quoted.legs)
    rows = [[_step(each), _ground(each)] for each in quoted.legs]
    facts = [Fact(say("path"), say(f"path_{quoted.ruble_path}"))]
    if rate:
        facts.append(Fact(say("rate"), rate_told(rate)))
    facts += _result(quoted)
    if answer.corridor:
        facts.append(Fact(say("corridor"), _corridor(answer.corridor, answer.coin)))
    grid = Grid([say("step"), say("ground")], rows, [5, 9]) if rows else None
    return Section(say("conversion"), facts, grid)


def rate_told(rate: OfficialRatePart) -> str:
    """As published, with its nominal and both its dates."""
    return say(
        "rate_told",
        nominal=number(str(rate.nominal)),
        currency=clean(rate.currency, 20),
        rate=number(rate.rate),
        effective=day(rate.effective_on),
        requested=day(rate.requested_on),
    )


def _step(step: Step) -> str:
    into = RU.LABELS["rub"] if step.into == "RUB" else clean(step.into, 40)
    return say("step_told", of=clean(step.of, 40), rate=number(step.rate), into=into)


def _ground(step: Step) -> str:
    return say(f"by_{step.by}", date=day(step.effective_on), market=clean(step.market or "", 80))


def _result(quoted: Quotation) -> list[Fact]:
    """The multiplication and, for a stablecoin, what the other path gives."""
    facts = []
    if quoted.rub is None:
        facts.append(Fact(say("product"), no_rubles(quoted)))
    else:
        product = " \u00d7 ".join([number(quoted.close), *(number(each.rate) for each in quoted.legs)])
        facts.append(Fact(say("product"), f"{product} = {number(quoted.rub)} {RU.LABELS['rub']}", "strong"))
    if other := quoted.alternative:
        path = say(f"path_{other.ruble_path}")
        if other.rub is None:
            told = say("other_none", path=path, reason=no_other(quoted, other))
        else:
            told = say("other_told", path=path, kopecks=rubles(other.rub), exact=number(other.rub))
        facts.append(Fact(say("other_path"), told))
    return facts


def _corridor(around: Corridor, coin: str) -> str:
    return say(
        "corridor_told",
        floor=rubles(around.floor_80),
        cap=rubles(around.cap_120),
        coin=clean(coin, 60),
        floor_exact=number(around.floor_80),
        cap_exact=number(around.cap_120),
    )


def taxed(sheet: Sheet) -> Section | None:
    """What follows for a quantity, where the answer was asked for one."""
    found = sheet.answer.tax
    if found is None:
        return None
    rows = [[tax(each.use), rubles(each.rub_kopecks), tax(each.code)] for each in found.lines]
    return Section(say("tax"), grid=Grid([say("tax_use"), say("tax_rub"), say("tax_how")], rows, [4, 3, 8], [1]))
