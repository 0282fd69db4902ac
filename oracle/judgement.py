"""What the law came to, as rows of the published tables."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from oracle.days import trading_day
from oracle.law.publication import Publication
from oracle.law.turnover import Turnover
from oracle.law.valuation import RubleValue, Unpriced, legs_json
from oracle.law.verdict import Verdict
from oracle.numbers import ROUNDING
from oracle.venues.venue import Venue
from oracle.words import language

Rows = list[dict[str, Any]]
_TABLE_PLACES = Decimal("1e-16")
_VALUE_PLACES = -20
_SAID = language("en").reason


@dataclass(slots=True)
class Judgement:
    """Rows of the published tables that the law makes."""

    rates_in_force: Rows = field(default_factory=list)
    ruble_values: Rows = field(default_factory=list)
    venue_days: Rows = field(default_factory=list)
    verdicts: Rows = field(default_factory=list)
    coverage: Rows = field(default_factory=list)
    utc_coverage: Rows = field(default_factory=list)
    day_openings: Rows = field(default_factory=list)


def venue_day_row(
    venue: Venue, day: date, figure: Turnover, publication: Publication, provisional: int
) -> dict[str, Any]:
    """A venue's day: its hours, its turnover with both bounds, its publication; `provisional`: markets."""
    hours = trading_day(day, venue.opens)
    return {
        "venue": venue.name,
        "day": day,
        "opens_at": hours.opens_at,
        "closes_at": hours.closes_at,
        "turnover_rub": None if figure.exact is None else _cut(figure.exact),
        "turnover_rub_low": _cut(figure.low),
        "turnover_rub_high": None if figure.high is None else _raised(figure.high),
        "turnover_rub_all_bases_low": _cut(figure.with_all_low),
        "counted_markets": figure.counted_markets,
        "missing_markets": figure.missing_markets,
        "provisional_markets": provisional,
        "unpriced": ",".join(figure.unpriced),
        "published_since": publication.first_published,
        "published_days": publication.published_days,
        "window_days": len(publication.window),
    }


def verdict_row(venue: str, day: date, judged: Verdict, figure: Turnover) -> dict[str, Any]:
    """A verdict; each reason with its figures, and in English words for who reads the table."""
    reasons = [
        {
            "code": each.code,
            "result": each.result,
            "text": _SAID(each.code, each.figures),
            "figures": each.figures,
            "clause": each.clause,
        }
        for each in judged.reasons
    ]
    return {
        "venue": venue,
        "day": day,
        "rulebook": judged.rulebook,
        "in_force_from": judged.in_force_from,
        "verdict": judged.verdict,
        "turnover_rub_low": _cut(figure.low),
        "turnover_rub_high": None if figure.high is None else _raised(figure.high),
        "reasons": msgspec.json.encode(reasons).decode(),
    }


def value_row(value: RubleValue | Unpriced) -> dict[str, Any]:
    """A ruble value as a row of the published table; its legs give the exact value back."""
    if isinstance(value, Unpriced):
        return {"asset": value.asset, "path": value.path, "rub": None, "legs": "[]", "reason": value.reason}
    exponent = value.rub.normalize(ROUNDING).as_tuple().exponent
    fits = isinstance(exponent, int) and exponent >= _VALUE_PLACES
    rub = value.rub if fits else None
    return {"asset": value.asset, "path": value.path, "rub": rub, "legs": legs_json(value.legs), "reason": None}


def _cut(rubles: Decimal) -> Decimal:
    """The width of the table: what is beyond the 16th decimal is in the reasons' exact comparison only."""
    return rubles.quantize(_TABLE_PLACES, "ROUND_DOWN", ROUNDING)


def _raised(rubles: Decimal) -> Decimal:
    """An upper bound is never cut."""
    return rubles.quantize(_TABLE_PLACES, "ROUND_UP", ROUNDING)
