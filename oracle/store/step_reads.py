"""Named questions to a published file about each market of a venue's day: what a turnover is the sum of."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from oracle.days import Span
from oracle.store.reads import Reads


class DealtRow(NamedTuple):
    """A market's day; `low` and `high`: its turnover in the quote asset, or bounds of it."""

    venue: str
    symbol: str
    market: str
    coin: str
    quote: str
    kind: str
    low: Decimal
    high: Decimal
    observation: str


def dealt_on(reads: Reads, day: date) -> list[DealtRow]:
    """All markets of the day, by venue and symbol."""
    rows = reads.rows(
        """SELECT c.venue, c.symbol, c.market, c.coin, c.quote, coalesce(a.kind, 'unclassified'), c.turnover_low,
             c.turnover_high, c.observation
           FROM candles c LEFT JOIN assets a ON a.asset = c.coin WHERE c.day = $day ORDER BY c.venue, c.symbol""",
        {"day": day},
    )
    return [DealtRow(*row) for row in rows]


def days_of(reads: Reads, venue: str, symbol: str, observation: str, span: Span) -> set[date]:
    """The days of the span of which a market's figure stands in that response."""
    rows = reads.rows(
        """SELECT day FROM candles WHERE venue = $venue AND symbol = $symbol AND observation = $observation
             AND day BETWEEN $first AND $last""",
        {"venue": venue, "symbol": symbol, "observation": observation, "first": span.first, "last": span.last},
    )
    return {day for (day,) in rows}


def published_on(reads: Reads, venue: str, span: Span) -> set[date]:
    """The days of the span on which any market of the venue has a figure."""
    rows = reads.rows(
        "SELECT DISTINCT day FROM candles WHERE venue = $venue AND day BETWEEN $first AND $last",
        {"venue": venue, "first": span.first, "last": span.last},
    )
    return {day for (day,) in rows}


def codes_on(reads: Reads, days: Iterable[date]) -> set[str]:
    """The codes that venues write on markets with a figure on any of the days, or that were not read that day."""
    codes: set[str] = set()
    for day in days:
        dealt = reads.rows(
            """SELECT DISTINCT base, quote FROM markets SEMI JOIN (FROM candles WHERE day = $day)
                 USING (venue, symbol)""",
            {"day": day},
        )
        codes.update(code for row in dealt for code in row)
        for venue, symbols in reads.missing_markets(day).items():
            missing = reads.rows(
                "SELECT base, quote FROM markets WHERE venue = $venue AND list_contains($symbols, symbol)",
                {"venue": venue, "symbols": symbols},
            )
            codes.update(code for row in missing for code in row)
    return codes


def markets_listed(reads: Reads) -> set[tuple[str, str]]:
    """Venue and symbol of every market that is known."""
    return set(reads.rows("SELECT DISTINCT venue, symbol FROM markets", {}))
