"""A coin's day as one reading of the rule counts it: its candles, their quotations, and what may be chosen of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from oracle import answer as parts
from oracle.assemble import priced, quotation_part
from oracle.choosing import eligible, priced_candidates
from oracle.days import trading_day
from oracle.facts import Facts
from oracle.law.choice import Candidate
from oracle.law.rulebook import Edition
from oracle.store.rows import FROM_HOURS, CandleRow, VerdictRow
from oracle.words import Language


@dataclass(frozen=True, slots=True)
class Counted:
    """Candles of the trading day that the reading asks for, and `quotations` of those that may be one (`priced`).

    `without_utc`: candles left out, for the reading asks for the UTC day and none was built.
    """

    candles: list[CandleRow]
    without_utc: list[CandleRow]
    priced: list[CandleRow]
    quotations: list[parts.Quotation]


def counted(facts: Facts, counting: Edition, lang: Language) -> Counted:
    """The day by the values of `counting`; the words that explain quotations are still to come."""
    candles, without = _of_the_day_asked(facts, counting)
    may_be = [row for row in candles if facts.kinds.get(row.quote) in counting.quote_kinds]
    return Counted(candles, without, may_be, [_quotation(facts, row, counting, lang) for row in may_be])


def candidates(
    facts: Facts, day: Counted, counting: Edition, judged: Mapping[str, VerdictRow]
) -> tuple[list[Candidate], list[Candidate]]:
    """Every quotation in rubles, and those among them that may be chosen; `judged`: verdicts by venue."""
    every, kept = priced_candidates(day.priced, day.quotations, judged), _in_order(facts, day, counting)
    if len(kept) == len(day.priced):
        return every, eligible(every, judged)
    offered = [day.priced[at] for at in kept], [day.quotations[at] for at in kept]
    return every, eligible(priced_candidates(*offered, judged), judged)


def _of_the_day_asked(facts: Facts, counting: Edition) -> tuple[list[CandleRow], list[CandleRow]]:
    """Where the rulebook asks for UTC days, those of other venues are the ones built of hours."""
    if counting.trading_day != "utc":
        return facts.candles, []
    result, without = [], []
    for row in facts.candles:
        if not facts.venues[row.venue].opens:
            result.append(row)
        elif utc := facts.utc_candles.get((row.venue, row.symbol)):
            result.append(utc)
        else:
            without.append(row)
    return result, without


def _in_order(facts: Facts, day: Counted, counting: Edition) -> list[int]:
    """What may be chosen: where the order of quote kinds decides, a venue's first kind that gives rubles."""
    if counting.quote_order == "none":
        return list(range(len(day.priced)))
    best: dict[str, int] = {}
    ranks = [counting.quote_kinds.index(facts.kinds[row.quote]) for row in day.priced]
    for row, quotation, rank in zip(day.priced, day.quotations, ranks, strict=True):
        if quotation.rub is not None:
            best[row.venue] = min(rank, best.get(row.venue, rank))
    return [at for at, row in enumerate(day.priced) if ranks[at] == best.get(row.venue)]


def _quotation(facts: Facts, row: CandleRow, counting: Edition, lang: Language) -> parts.Quotation:
    path, other = "official", None
    if facts.kinds[row.quote] == "stablecoin":
        path = counting.stablecoin_path
        other = "market" if path == "peg" else "peg"
    is_built = row.source == FROM_HOURS
    shown = f"{row.venue}-utc" if is_built else row.venue
    ways = [priced(row, way, facts.values.get((shown, row.quote, way)), lang) for way in (path, other) if way]
    hours = trading_day(facts.day, timedelta()) if is_built else facts.hours(row.venue)
    return quotation_part(row, hours, (ways[0], ways[1] if other else None))
