"""Named questions to a published file about UTC days built out of hours, and what it takes to value their prices."""

from datetime import date
from typing import NamedTuple

from oracle.law.asset import Asset, Assets
from oracle.law.valuation import QuotedClose, RateInForce
from oracle.store.reads import Reads


class UtcDay(NamedTuple):
    """A venue's UTC day: the assets in which its markets are quoted, and closes of these assets themselves."""

    venue: str
    quotes: list[str]
    closes: dict[str, list[QuotedClose]]


def utc_days(reads: Reads, day: date) -> list[UtcDay]:
    """The UTC days that were built of `day`, by venue."""
    quotes = reads.rows(
        """SELECT venue, list(DISTINCT quote ORDER BY quote) FROM utc_days WHERE day = $day
           GROUP BY venue ORDER BY venue""",
        {"day": day},
    )
    found = {venue: UtcDay(venue, names, {}) for venue, names in quotes}
    if not found:
        return []
    for venue, asset, *close in reads.rows(
        """SELECT c.venue, c.coin, c.market, c.quote, c.close, c.turnover_low FROM utc_days c
           JOIN assets q ON q.asset = c.quote AND q.kind IN ('fiat', 'stablecoin')
           LEFT JOIN assets b ON b.asset = c.coin
           WHERE c.day = $day AND b.kind IS DISTINCT FROM 'fiat'
             AND EXISTS (FROM market_names o WHERE o.venue = c.venue AND o.quote = c.coin)
           ORDER BY ALL""",
        {"day": day},
    ):
        found[venue].closes.setdefault(asset, []).append(QuotedClose(*close))
    return list(found.values())


def pegged(reads: Reads) -> Assets:
    """The register as far as it decides how a price becomes rubles."""
    rows = reads.rows("SELECT asset, name, kind, source, coalesce(peg, '') FROM assets", {})
    return Assets({code: Asset(code, name, kind, source, peg=peg) for code, name, kind, source, peg in rows})


def official(reads: Reads, day: date) -> dict[str, RateInForce]:
    """Official rates in force on the day, by currency."""
    rows = reads.rows("SELECT currency, per_unit, effective_on FROM rates_in_force WHERE day = $day", {"day": day})
    return {currency: RateInForce(currency, per_unit, since) for currency, per_unit, since in rows}
