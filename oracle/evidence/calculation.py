"""The calculation step by step: each quotation's product, and each venue day's turnover as the sum of its markets."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from oracle.evidence.gist import Gist
from oracle.evidence.layout import compact
from oracle.law.rulebook import DEFAULT_RULEBOOK, Edition
from oracle.law.valuation import legs_of, product
from oracle.numbers import EXACT, plain, times
from oracle.store.reads import Reads
from oracle.store.rows import ValueRow
from oracle.store.step_reads import DealtRow, dealt_on

COLUMNS = ("symbol", "coin", "quote", "counts", "turnover", "turnover_high", "rub", "observation")


def calculation(reads: Reads, answers: Mapping[str, Gist]) -> bytes:
    """All steps of the answers, by the name of their file, out of the published file that gives them.

    A venue's day is told as the statute's own rulebook counts it; `rub` of a market is its turnover x the value of its
    quote asset, and the sum of those that count is the venue's.
    """
    venues: dict[date, set[str]] = {}
    for answer in answers.values():
        venues.setdefault(answer.date, set()).update(answer.venues)
    return compact(
        {
            "quotations": [{"answer": name, "products": each.products} for name, each in answers.items()],
            "market_columns": COLUMNS,
            "venue_days": [part for day in sorted(venues) for part in _days(reads, day, venues[day])],
        }
    )


def _days(reads: Reads, day: date, venues: set[str]) -> list[dict[str, Any]]:
    book = reads.rulebooks()[DEFAULT_RULEBOOK]
    edition = book.edition(day) or book.editions[0]
    values, rows = reads.values(day), dealt_on(reads, day)
    by_venue: dict[str, list[DealtRow]] = {}
    for row in rows:
        if row.venue in venues:
            by_venue.setdefault(row.venue, []).append(row)
    return [_day(day, venue, found, edition, values) for venue, found in sorted(by_venue.items())]


def _day(
    day: date, venue: str, rows: list[DealtRow], edition: Edition, values: Mapping[tuple[str, str, str], ValueRow]
) -> dict[str, Any]:
    worth = {
        quote: _worth(values, venue, quote, edition.stablecoin_path) for quote in sorted({row.quote for row in rows})
    }
    low, markets = Decimal(0), []
    for row in rows:
        counts, value = row.kind in edition.counted_bases, worth[row.quote]
        rub = None if value is None else times(row.low, value[0])
        if counts and rub is not None:
            low = EXACT.add(low, rub)
        high = None if row.high == row.low else plain(row.high)
        told = None if rub is None else plain(rub)
        markets.append([row.symbol, row.coin, row.quote, counts, plain(row.low), high, told, row.observation])
    return {
        "venue": venue,
        "day": day.isoformat(),
        "rulebook": DEFAULT_RULEBOOK,
        "floor_rub": plain(edition.turnover_floor_rub),
        "counted_bases": list(edition.counted_bases),
        "values": {
            quote: None if value is None else {"rub": plain(value[0]), "legs": value[1]}
            for quote, value in worth.items()
        },
        "markets": markets,
        "turnover_rub_low": plain(low),
        "above_floor": low > edition.turnover_floor_rub,
    }


def _worth(
    values: Mapping[tuple[str, str, str], ValueRow], venue: str, quote: str, path: str
) -> tuple[Decimal, list[str]] | None:
    for way in ("official", path, "cross"):
        row = values.get((venue, quote, way))
        if row and row.reason is None:
            legs = legs_of(row.legs)
            return product(legs), [f"{plain(leg.rate)} {leg.into} for 1 {leg.of}" for leg in legs]
    return None
