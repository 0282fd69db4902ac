"""Quotations of a coin's day that were entered by hand: in rubles by the same law, weighed, as parts of an answer."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from oracle import answer as parts
from oracle import cautions
from oracle.assemble import priced
from oracle.facts import Facts
from oracle.law.asset import Asset, Assets
from oracle.law.choice import Candidate, Choice, Policy, choose
from oracle.law.manual import Circumstances, ManualQuotation, Weight, weighed
from oracle.law.rulebook import Edition
from oracle.law.said import Said
from oracle.law.valuation import QuotedClose, RateInForce, RubleValue, Scales, Unpriced, legs_json, ruble_value
from oracle.law.verdict import Word
from oracle.store.rows import ValueRow, VerdictRow
from oracle.terms import OfficialRate
from oracle.words import Language

_UNCLASSIFIED = "unclassified"


@dataclass(frozen=True, slots=True)
class Entered:
    """The entries as parts of the answer, those that may be chosen with their entries, and what to warn of."""

    shown: list[parts.ManualPart]
    offered: dict[Candidate, ManualQuotation]
    warnings: list[Said]

    def choose(self, policy: Policy) -> Choice:
        """What the policy takes of them; that it is one of them is the reason that is told."""
        choice = choose(policy, list(self.offered))
        if choice.taken is None:
            return choice
        entry = self.offered[choice.taken]
        figures = {"venue": entry.venue, "market": entry.market, "author": entry.author, "document": entry.document}
        return Choice(choice.taken, choice.rule, "manual_only", {**figures, "quotations": len(self.offered)})


def entered(
    facts: Facts,
    editions: tuple[Edition | None, Edition],
    verdict_of: Callable[[str], VerdictRow | None],
    collected: Callable[[], bool],
    lang: Language,
) -> Entered:
    """The entries of the facts' coin and day.

    `editions`: the one in force, and the one by whose values is counted. `verdict_of`: on one of our venues, None where
    nothing of its day was read. `collected`: whether an eligible venue's own quotation of the coin and day was
    collected.
    """
    entries = facts.manual
    if not entries:
        return Entered([], {}, [])
    in_force, counting = editions
    ways = [_in_rubles(facts, each, counting, lang) for each in entries]
    judged = {each.venue: verdict_of(each.venue) for each in entries if each.venue in facts.venues}
    beside = [
        (entry, _beside(facts, entry, way, judged.get(entry.venue))) for entry, way in zip(entries, ways, strict=True)
    ]
    is_collected = bool(in_force and in_force.manual_quotations == "allow" and collected())
    weights = weighed(in_force, beside, collected=is_collected)
    told = list(zip(entries, ways, weights, strict=True))
    offered = {
        _candidate(entry, Decimal(way.rub), verdict): entry
        for entry, way, weight in reversed(told)
        if weight.counts and way.rub and (verdict := judged[entry.venue])
    }
    return Entered(
        [_part(facts, *each, lang) for each in told],
        dict(reversed(offered.items())),
        list(cautions.of_the_entered(zip(entries, weights, strict=True))),
    )


def _candidate(entry: ManualQuotation, rub: Decimal, judged: VerdictRow) -> Candidate:
    """Nothing is known of the market's own turnover."""
    return Candidate(entry.venue, entry.market, rub, Decimal(0), judged.turnover_rub_low)


def _kind(facts: Facts, asset: str) -> str:
    known = facts.reads.register.get(asset)
    return known.kind if known else _UNCLASSIFIED


def _beside(facts: Facts, entry: ManualQuotation, way: parts.Alternative, judged: VerdictRow | None) -> Circumstances:
    ours = facts.venues.get(entry.venue)
    verdict: Word | None = (judged.verdict if judged else "undetermined") if ours else None
    return Circumstances(_kind(facts, entry.quote), way.rub is not None, verdict, ours and ours.opens)


def _in_rubles(facts: Facts, entry: ManualQuotation, counting: Edition, lang: Language) -> parts.Alternative:
    is_stable = _kind(facts, entry.quote) == "stablecoin"
    path = counting.stablecoin_path if is_stable else "official"
    return priced(entry, path, _value(facts, entry, path), lang)


def _value(facts: Facts, entry: ManualQuotation, path: str) -> ValueRow | None:
    """By the law of quotations that were collected; an organiser of which nothing is collected shows no closes."""
    if _kind(facts, entry.quote) not in ("fiat", "stablecoin"):
        return None
    value = ruble_value(entry.quote, _scales(facts, entry), path)
    if isinstance(value, Unpriced):
        return ValueRow(entry.venue, value.asset, value.path, "[]", value.reason)
    assert isinstance(value, RubleValue)  # noqa: S101 - one of two
    return ValueRow(entry.venue, value.asset, value.path, legs_json(value.legs), None)


def _scales(facts: Facts, entry: ManualQuotation) -> Scales:
    rows = [each for each in facts.reads.candles(entry.quote, facts.day) if each.venue == entry.venue]
    closes = [QuotedClose(each.market, each.quote, each.close, each.turnover_low) for each in rows]
    rates = facts.reads.rates_in_force(facts.day)

    def in_force(currency: str) -> RateInForce | None:
        row = rates.get(currency)
        if row is None:
            return None
        rate = OfficialRate(currency, row.effective_on, row.nominal, row.value)
        return RateInForce(currency, rate.per_unit, row.effective_on)

    return Scales(_assets(facts, {entry.quote, *(each.quote for each in rows)}), in_force, {entry.quote: closes})


def _assets(facts: Facts, codes: set[str]) -> Assets:
    rows = facts.reads.assets(sorted(codes))
    return Assets({code: Asset(code, row.name, row.kind, "", peg=row.peg or "") for code, row in rows.items()})


def _part(
    facts: Facts, entry: ManualQuotation, way: parts.Alternative, weight: Weight, lang: Language
) -> parts.ManualPart:
    return parts.ManualPart(
        id=entry.id,
        venue=entry.venue,
        venue_collected=entry.venue in facts.venues,
        market=entry.market,
        close=str(entry.close_literal),
        quote_asset=entry.quote,
        closes_at=entry.closes_at or (facts.hours(entry.venue).closes_at if entry.venue in facts.venues else None),
        ruble_path=way.ruble_path,
        legs=way.legs,
        rub=way.rub,
        rub_kopecks=way.rub_kopecks,
        no_rubles=way.reason,
        counts=weight.counts,
        code=weight.code,
        text=lang.NAMES[f"why.{weight.code}"],
        clause=weight.clause,
        document=entry.document,
        author=entry.author,
        reason=entry.reason,
        entered_at=entry.entered_at,
    )
