"""Named questions to a published file about turnover and floor over many days."""

import json
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from oracle.days import Span
from oracle.law.threshold import FloorDay
from oracle.store.coin_reads import CoinReads, CoinSumRow
from oracle.store.reads import Reads
from oracle.store.rows import ValueRow

SumsByDay = dict[tuple[str, date], list[CoinSumRow]]


class VenueDay(NamedTuple):
    venue: str
    day: date


def days_published(reads: Reads) -> Span | None:
    """From the first venue day to the last; None if there is none."""
    ((first, last),) = reads.rows("SELECT min(day), max(day) FROM venue_days", {})
    return Span(first, last) if first else None


def judged_days(reads: Reads, rulebook: str, span: Span) -> list[FloorDay]:
    """Venue days judged under a rulebook that does not judge by coins, with the exact figures of the judgement."""
    rows = reads.rows(
        """SELECT venue, day, verdict, json_extract(reasons, '$[0].figures') FROM verdicts
           WHERE rulebook = $rulebook AND day BETWEEN $first AND $last AND in_force_from IS NOT NULL
           ORDER BY venue, day""",
        {"rulebook": rulebook, "first": span.first, "last": span.last},
    )
    return [_judged(venue, day, verdict, json.loads(figures)) for venue, day, verdict, figures in rows]


def _judged(venue: str, day: date, verdict: str, figures: dict[str, str | None]) -> FloorDay:
    low, high, floor = (figures[name] for name in ("turnover_low_rub", "turnover_high_rub", "floor_rub"))
    return FloorDay(
        venue, day, Decimal(floor or 0), Decimal(low or 0), None if high is None else Decimal(high), verdict
    )


def venue_days(reads: Reads, span: Span) -> list[VenueDay]:
    """Every day on which a venue showed any candle."""
    rows = reads.rows(
        "SELECT venue, day FROM venue_days WHERE day BETWEEN $first AND $last ORDER BY ALL",
        {"first": span.first, "last": span.last},
    )
    return [VenueDay(*row) for row in rows]


def sums_by_day(reads: CoinReads, span: Span, *, utc: bool = False) -> SumsByDay:
    """By venue and day, the turnover per quote asset and kind of base asset."""
    result: SumsByDay = {}
    for day, row in reads.sums_between(span, utc=utc):
        result.setdefault((row.venue, day), []).append(row)
    return result


def values_by_day(reads: Reads, span: Span, quotes: list[str]) -> dict[date, dict[tuple[str, str, str], ValueRow]]:
    """By day, the ruble values of these assets by venue, asset and path."""
    result: dict[date, dict[tuple[str, str, str], ValueRow]] = {}
    for day, *row in reads.rows(
        """SELECT day, venue, asset, path, legs, reason FROM ruble_values
           WHERE day BETWEEN $first AND $last AND list_contains($quotes, asset)""",
        {"first": span.first, "last": span.last, "quotes": quotes},
    ):
        value = ValueRow(*row)
        result.setdefault(day, {})[value.venue, value.asset, value.path] = value
    return result


def dollar_rates(reads: Reads, span: Span) -> dict[date, Decimal]:
    """Rubles for one dollar by the official rate in force, by day."""
    rows = reads.rows(
        "SELECT day, per_unit FROM rates_in_force WHERE currency = 'USD' AND day BETWEEN $first AND $last",
        {"first": span.first, "last": span.last},
    )
    return dict(rows)
