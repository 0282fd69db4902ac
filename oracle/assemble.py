"""Rows of a published file as parts of an answer: plain functions, no decisions."""

from datetime import UTC
from decimal import Decimal
from functools import lru_cache

from pydantic_core import to_json

from oracle import answer as parts
from oracle.choosing import figure
from oracle.days import TradingDay
from oracle.law import tax
from oracle.law.choice import Candidate, preferred
from oracle.law.manual import ManualQuotation
from oracle.law.publication_facts import PublicationFact
from oracle.law.rulebook import Edition
from oracle.law.said import Nested, Said
from oracle.law.spread import extremes
from oracle.law.valuation import legs_of, product
from oracle.law.verdict import Reason
from oracle.numbers import kopecks, plain, times
from oracle.store.rows import CandleRow, DatasetRow, ValueRow, VenueDayRow, VenueRow
from oracle.words import Judged, Language, Priced, warning


@lru_cache(8)
def dataset_part(row: DatasetRow) -> parts.Dataset:
    """The published version that answers."""
    return parts.Dataset(version=row.version, published_at=row.published_at, demo=row.demo, as_known_at=row.as_known_at)


def priced(row: CandleRow | ManualQuotation, path: str, value: ValueRow | None, lang: Language) -> parts.Alternative:
    """A close in rubles by one path, or the reason why there are none."""
    if value is None or value.reason is not None:
        reason = lang.no_rubles(row.quote, path)
        return parts.Alternative(ruble_path=path, rub=None, rub_kopecks=None, legs=[], reason=reason)
    rate, steps = _way(value.legs)
    rub = times(row.close, rate)
    return parts.Alternative(ruble_path=path, rub=plain(rub), rub_kopecks=str(kopecks(rub)), legs=steps)


@lru_cache(8192)
def _way(text: str) -> tuple[Decimal, list[parts.Step]]:
    """Rubles for one unit and the steps to them, out of their JSON; many markets of a day go the same way."""
    legs = legs_of(text)
    steps = [
        parts.Step(
            of=leg.of,
            into=leg.into,
            by=leg.by,
            rate=plain(leg.rate),
            effective_on=leg.effective_on,
            market=leg.market,
        )
        for leg in legs
    ]
    return product(legs), steps


def venue_part(
    venue: VenueRow,
    figures: VenueDayRow | None,
    missing: list[str],
    verdicts: dict[str, parts.VerdictPart],
    priced: list[Candidate],
) -> parts.VenuePart:
    """One venue of the answer; `priced` are its quotations in rubles."""

    def text(number: Decimal | None) -> str | None:
        return None if number is None else plain(number)

    return parts.VenuePart(
        venue=venue.venue,
        title=venue.title,
        verdicts=verdicts,
        turnover_rub=text(figures and figures.turnover_rub),
        turnover_rub_low=text(figures and figures.turnover_rub_low),
        turnover_rub_high=text(figures and figures.turnover_rub_high),
        turnover_rub_all_bases_low=text(figures and figures.turnover_rub_all_bases_low),
        counted_markets=figures.counted_markets if figures else 0,
        missing_markets=missing,
        unpriced_quote_assets=figures.unpriced.split(",") if figures and figures.unpriced else [],
        published_since=figures.published_since if figures else None,
        coverage=_share(figures),
        publication_facts=[_fact(each) for each in venue.publication_facts],
        **vars(shown(priced)),
    )


def shown(priced: list[Candidate]) -> parts.Shown:
    """What is picked out of a venue's quotations in rubles."""
    if not priced:
        return parts.Shown()
    lowest, highest, largest = *extremes(priced), preferred(priced)
    low = figure(lowest)
    return parts.Shown(
        lowest_rub=low.rub,
        preferred=low if largest is lowest else figure(largest),
        lowest=low,
        highest=low if highest is lowest else figure(highest),
    )


def _fact(fact: PublicationFact) -> parts.PublicationFactPart:
    return parts.PublicationFactPart(
        what=fact.what,
        shown_on=fact.shown_on,
        shown_until=fact.shown_until,
        address=fact.address,
        source=fact.source,
        origin=fact.origin,
        document=fact.document,
    )


def _share(figures: VenueDayRow | None) -> str | None:
    if figures is None or not figures.window_days:
        return None
    share = Decimal(figures.published_days) / figures.window_days
    return str(share.quantize(Decimal("0.0001"), "ROUND_DOWN"))


def corridor(chosen: parts.Chosen | None) -> parts.Corridor | None:
    """20 % either side of the choice."""
    if chosen is None:
        return None
    around = tax.corridor(Decimal(chosen.rub))
    return parts.Corridor(
        floor_80=plain(around.floor.rub),
        floor_80_kopecks=str(around.floor.kopecks),
        cap_120=plain(around.cap.rub),
        cap_120_kopecks=str(around.cap.kopecks),
    )


def verdict_part(edition: Edition | None, judged: Judged, lang: Language) -> parts.VerdictPart:
    """A verdict with its figures and, in the language of the answer, its words."""
    return parts.VerdictPart(
        verdict=judged.verdict,
        in_force_from=judged.in_force_from,
        per_coin=bool(edition and edition.per_coin),
        explanation=lang.verdict(judged),
        reasons=[_reason(each, lang) for each in judged.reasons],
    )


def verdict_json(edition: Edition | None, judged: Judged, lang: Language) -> bytes:
    """The JSON of that part, made without it: verdicts by coins are made for every answer."""
    return to_json(
        {
            "verdict": judged.verdict,
            "in_force_from": judged.in_force_from,
            "per_coin": bool(edition and edition.per_coin),
            "explanation": lang.verdict(judged),
            "reasons": [
                {
                    "code": each.code,
                    "result": each.result,
                    "text": lang.reason(each.code, each.figures),
                    "figures": each.figures,
                    "clause": each.clause,
                }
                for each in judged.reasons
            ],
        }
    )


def _reason(reason: Reason, lang: Language) -> parts.Reason:
    text = lang.reason(reason.code, reason.figures)
    return parts.Reason(
        code=reason.code, result=reason.result, text=text, figures=dict(reason.figures), clause=reason.clause
    )


def warning_part(said: Said, lang: Language) -> parts.WarningPart:
    """A warning with its figures and, in the language of the answer, its words."""
    try:
        return _warning(said.code, tuple(said.figures.items()), lang)  # type: ignore[arg-type] # a module is hashable
    except TypeError:  # figures that hold others
        return _warned(said, lang)


@lru_cache(8192)
def _warning(code: str, figures: tuple[tuple[str, Nested], ...], lang: Language) -> parts.WarningPart:
    """A coin has the same warnings on most of its days."""
    return _warned(Said(code, dict(figures)), lang)


def _warned(said: Said, lang: Language) -> parts.WarningPart:
    return parts.WarningPart(code=said.code, text=warning(said, lang), figures=dict(said.figures))


def quotation_part(
    row: CandleRow, hours: TradingDay, ways: tuple[parts.Alternative, parts.Alternative | None]
) -> parts.Quotation:
    """A candle with its way to rubles and, for a stablecoin, the other one; its words are still to come."""
    main, other = ways
    return parts.Quotation(
        venue=row.venue,
        market=row.market,
        symbol=row.symbol,
        trading_day=parts.Hours(date=hours.day, opens_at=hours.opens_at, closes_at=hours.closes_at),
        close=plain(row.close),
        close_as_received=row.close_literal,
        quote_asset=row.quote,
        ruble_path=main.ruble_path,
        rub=main.rub,
        rub_kopecks=main.rub_kopecks,
        legs=main.legs,
        reason=main.reason,
        alternative=other,
        base_volume=row.base_volume_literal,
        turnover_quote=row.turnover_literal,
        final=row.final,
        known_from=row.known_from.astimezone(UTC),
        observation=row.observation,
        source=row.source,
        explanation="",
    )


def explained(part: parts.Quotation, coin: str, title: str, clause: str, lang: Language) -> parts.Quotation:
    """The same with the sentences that explain it; `title`: the venue's name for people."""
    hours = part.trading_day
    told = Priced(
        coin,
        title,
        part.market,
        hours.date,
        hours.opens_at,
        hours.closes_at,
        part.close,
        part.quote_asset,
        part.ruble_path,
        part.path(),
        None if part.rub_kopecks is None else Decimal(part.rub_kopecks),
        part.final,
        clause,
    )
    return part.model_copy(update={"explanation": lang.quotation(told)})
