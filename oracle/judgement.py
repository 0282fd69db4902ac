"""What the law came to, as rows of the published tables: values in the order of their columns."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from oracle.days import trading_day
from oracle.law.publication import Publication
from oracle.law.turnover import Turnover
from oracle.law.valuation import RubleValue, Unpriced, legs_json
from oracle.law.verdict import Verdict
from oracle.numbers import ROUNDING
from oracle.venues.venue import Venue
from oracle.words import language

Row = tuple[Any, ...]
Rows = list[Row]
_TABLE_PLACES = Decimal("1e-16")
_VALUE_PLACES = Decimal("1e-20")
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


def venue_day_row(venue: Venue, day: date, figure: Turnover, publication: Publication, provisional: int) -> Row:
    """A venue's day: its hours, its turnover with both bounds, its publication; `provisional`: markets."""
    hours = trading_day(day, venue.opens)
    low = cut(figure.low)
    return (
        venue.name,
        day,
        hours.opens_at,
        hours.closes_at,
        None if figure.exact is None else low,
        low,
        None if figure.high is None else _raised(figure.high),
        cut(figure.with_all_low),
        figure.counted_markets,
        figure.missing_markets,
        figure.missing_uncounted,
        provisional,
        ",".join(figure.unpriced),
        publication.first_published,
        publication.published_days,
        len(publication.window),
    )


def verdict_row(venue: str, day: date, judged: Verdict, figure: Turnover, reasons: str) -> Row:
    """A verdict with its `reasons`, as `reasons_json` tells them."""
    return (
        venue,
        day,
        judged.rulebook,
        judged.in_force_from,
        judged.verdict,
        cut(figure.low),
        None if figure.high is None else _raised(figure.high),
        reasons,
    )


def reasons_json(judged: Verdict) -> str:
    """Each reason with its figures, and in English words for who reads the table."""
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
    return msgspec.json.encode(reasons).decode()


class Worth(NamedTuple):
    """A ruble value as the published table has it, but for whose it is; its legs give the exact value back."""

    asset: str
    path: str
    rub: Decimal | None
    legs: str
    reason: str | None


def worth(value: RubleValue | Unpriced) -> Worth:
    """The columns of a ruble value; no `rub` where there is none or the column cannot hold it."""
    if isinstance(value, Unpriced):
        return _worthless(value)
    rub = value.rub.quantize(_VALUE_PLACES, "ROUND_DOWN", ROUNDING)
    return Worth(value.asset, value.path, rub if rub == value.rub else None, legs_json(value.legs), None)


@lru_cache(maxsize=1 << 12)
def _worthless(value: Unpriced) -> Worth:
    return Worth(value.asset, value.path, None, "[]", value.reason)


def cut(rubles: Decimal) -> Decimal:
    """The width of the table: what is beyond the 16th decimal is in the reasons' exact comparison only."""
    return rubles.quantize(_TABLE_PLACES, "ROUND_DOWN", ROUNDING)


def _raised(rubles: Decimal) -> Decimal:
    """An upper bound is never cut."""
    return rubles.quantize(_TABLE_PLACES, "ROUND_UP", ROUNDING)
