"""What a question would come to under other readings of the rule, each decided by the same law from the same facts."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import get_args

from oracle.answer_choice import Figure, TakenFigure
from oracle.answer_sensitivity import Extreme, Sensitivity, Variant
from oracle.choosing import figure
from oracle.entered import Entered, entered
from oracle.facts import Facts
from oracle.law.choice import Candidate, Policy, choose
from oracle.law.readings import Reading, apart, floors, readings
from oracle.law.rulebook import Rulebook
from oracle.law.spread import extremes
from oracle.law.verdict import Word
from oracle.numbers import plain
from oracle.pricing import Counted, candidates, counted
from oracle.store.rows import VerdictRow
from oracle.words import Language


def sensitivity(
    facts: Facts, books: Mapping[str, Rulebook], book: Rulebook, policy: Policy, lang: Language
) -> Sensitivity:
    """The grid of readings around `book` on the day of the facts; before its first edition none of them judges."""
    edition = book.edition(facts.day) or book.editions[0]
    days: dict[tuple[str, str], Counted] = {}
    variants: list[Variant] = []
    for reading in readings(book, edition, floors(books, edition)):
        counting = reading.edition
        key = counting.stablecoin_path, counting.trading_day
        if key not in days:
            days[key] = counted(facts, counting, lang)
        asked = variants[0].chosen if variants else None
        variants.append(_variant(facts, reading, days[key], (policy, lang), asked))
    return Sensitivity(variants=variants, lowest=_extreme(variants), highest=_extreme(variants, highest=True))


def _variant(
    facts: Facts, reading: Reading, day: Counted, how: tuple[Policy, Language], asked: Figure | None
) -> Variant:
    policy, lang = how
    counting = reading.edition
    rows = facts.court.judged(reading.book, counting, facts.asked(facts.figures))
    judged = {row.venue: row for row in rows}
    _, offered = candidates(facts, day, counting, judged)
    by_hand = _by_hand(facts, reading, judged, offered, lang)
    taken = (by_hand.choose(policy) if by_hand.offered else choose(policy, offered)).taken
    may_be = [*offered, *by_hand.offered]
    lowest, highest = extremes(may_be) if may_be else (None, None)
    difference = apart(taken.rub, Decimal(asked.rub)) if taken and asked else (None, None)
    venues = _venues(facts, reading, judged)
    return Variant(
        turnover_floor_rub=plain(counting.turnover_floor_rub),
        turnover_scope=counting.turnover_scope,
        stablecoin_path=counting.stablecoin_path,
        trading_day=counting.trading_day,
        asked=not reading.changes,
        changes=list(reading.changes),
        eligible=venues["eligible"],
        not_eligible=venues["not_eligible"],
        undetermined=venues["undetermined"],
        no_rule_in_force=venues["no_rule_in_force"],
        no_utc_day=_without_utc(facts, rows),
        chosen=_taken(taken, by_hand) if taken else None,
        lowest=figure(lowest) if lowest else None,
        highest=figure(highest) if highest else None,
        difference_rub=None if difference[0] is None else plain(difference[0]),
        difference_percent=None if difference[1] is None else str(difference[1]),
    )


def _taken(taken: Candidate, by_hand: Entered) -> TakenFigure:
    entry = by_hand.offered.get(taken)
    return TakenFigure(**figure(taken).model_dump(), manual=entry and entry.id)


def _by_hand(
    facts: Facts, reading: Reading, judged: Mapping[str, VerdictRow], offered: Sequence[Candidate], lang: Language
) -> Entered:
    """What was entered by hand, weighed under the reading as the answer itself weighs it."""

    def collected() -> bool:
        if offered or facts.venue is None:
            return bool(offered)
        # That another venue's own quotation was collected stands against an entry too.
        every = Facts(facts.reads, facts.coin, facts.day, None, facts.venues, utc=True)
        rows = every.court.judged(reading.book, reading.edition, every.asked(every.figures))
        day = counted(every, reading.edition, lang)
        return bool(candidates(every, day, reading.edition, {row.venue: row for row in rows})[1])

    in_force = reading.edition if reading.book.edition(facts.day) else None
    return entered(facts, (in_force, reading.edition), judged.get, collected, lang)


def _venues(facts: Facts, reading: Reading, judged: Mapping[str, VerdictRow]) -> dict[str, list[str]]:
    """The venues that value the coin, by verdict; one of which nothing was read that day is undetermined."""
    words: dict[str, list[str]] = {each: [] for each in get_args(Word)}
    unread = "undetermined" if reading.book.edition(facts.day) else "no_rule_in_force"
    for name in facts.asked(sorted({row.venue for row in facts.listed})):
        words[judged[name].verdict if name in judged else unread].append(name)
    return words


def _without_utc(facts: Facts, rows: Sequence[VerdictRow]) -> list[str]:
    listing = {row.venue for row in facts.listed}
    unknown = [row.venue for row in rows if any(each.code == "utc_day_unknown" for each in row.reasons)]
    return sorted(listing & set(unknown))


def _extreme(variants: Sequence[Variant], *, highest: bool = False) -> Extreme | None:
    """Of equals the one of the first reading."""
    chosen = [each.chosen for each in variants if each.chosen]
    if not chosen:
        return None
    found = sorted(chosen, key=lambda each: Decimal(each.rub), reverse=highest)[0]
    where = [at for at, each in enumerate(variants) if each.chosen and each.chosen.rub == found.rub]
    return Extreme(figure=found, readings=where)
