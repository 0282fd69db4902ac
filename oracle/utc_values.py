"""Ruble values on UTC days built out of hours: published only where a rulebook of the home asks for such days.

Whoever weighs a reading by UTC days that no rulebook asks for gets them here, by the same law.
"""

from collections.abc import Iterator
from datetime import date

from oracle.law.valuation import RateInForce, RubleValue, Scales, Unpriced, legs_json, ruble_value
from oracle.store.reads import Reads
from oracle.store.rows import ValueRow
from oracle.store.utc_reads import UtcDay, official, pegged, utc_days


def utc_values(reads: Reads, day: date) -> dict[tuple[str, str, str], ValueRow]:
    """By `VENUE-utc`, asset and path, as `ruble_values` has them; empty where no UTC day was built."""
    built = utc_days(reads, day)
    if not built:
        return {}
    assets, rates = pegged(reads), official(reads, day)

    def in_force(currency: str) -> RateInForce | None:
        return rates.get(currency)

    rows = [row for each in built for row in _of(each, Scales(assets, in_force, each.closes))]
    return {(row.venue, row.asset, row.path): row for row in rows}


def _of(built: UtcDay, scales: Scales) -> Iterator[ValueRow]:
    for quote in built.quotes:
        for path in ("peg", "market") if scales.assets[quote].kind == "stablecoin" else ("peg",):
            yield _row(f"{built.venue}-utc", ruble_value(quote, scales, path))


def _row(venue: str, value: RubleValue | Unpriced) -> ValueRow:
    if isinstance(value, Unpriced):
        return ValueRow(venue, value.asset, value.path, "[]", value.reason)
    return ValueRow(venue, value.asset, value.path, legs_json(value.legs), None)
