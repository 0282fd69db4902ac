"""Named questions to a published file about many coins' days at once, and about official rates as they took effect."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from oracle.days import Span
from oracle.store.reads import Reads


class CandidateRow(NamedTuple):
    """A candle of a venue that is eligible that day; `legs`: the way from its quote asset to rubles."""

    coin: str
    day: date
    venue: str
    market: str
    symbol: str
    close: Decimal
    turnover_low: Decimal
    venue_turnover_rub_low: Decimal
    legs: str


class RateSetRow(NamedTuple):
    """An official rate on the day on which it took effect; `value` for `nominal` units, as published."""

    effective_on: date
    nominal: int
    value: str
    per_unit: Decimal


class FeedReads:
    """Questions of the feed."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    def candidates(
        self, span: Span, coin: str | None, rulebook: str, kinds: Sequence[str], path: str
    ) -> list[CandidateRow]:
        """What may be chosen under a rulebook that judges venues, by coin and day.

        `kinds`: of quote assets that count; `path`: the way of stablecoins to rubles; `coin`: None for all.
        """
        rows = self._reads.rows(
            """SELECT c.coin, c.day, c.venue, c.market, c.symbol, c.close, c.turnover_low, x.turnover_rub_low, r.legs
               FROM candles c
               JOIN verdicts x ON x.venue = c.venue AND x.day = c.day
                   AND x.rulebook = $rulebook AND x.verdict = 'eligible'
               JOIN assets a ON a.asset = c.quote AND list_contains($kinds, a.kind)
               JOIN ruble_values r ON r.venue = c.venue AND r.day = c.day AND r.asset = c.quote AND r.reason IS NULL
                   AND r.path = CASE WHEN a.kind = 'stablecoin' THEN $path ELSE 'official' END
               WHERE c.day BETWEEN $first AND $last AND ($coin IS NULL OR c.coin = $coin)
               ORDER BY c.coin, c.day""",
            {
                "rulebook": rulebook,
                "kinds": list(kinds),
                "path": path,
                "first": span.first,
                "last": span.last,
                "coin": coin,
            },
        )
        return [CandidateRow(*row) for row in rows]

    def traded(self, span: Span, coin: str | None = None) -> list[tuple[str, date]]:
        """Coins and days of which any venue shows a closing price."""
        rows = self._reads.rows(
            """SELECT DISTINCT coin, day FROM candles
               WHERE day BETWEEN $first AND $last AND ($coin IS NULL OR coin = $coin) ORDER BY ALL""",
            {"first": span.first, "last": span.last, "coin": coin},
        )
        return [(code, day) for code, day in rows]

    def newest_day(self, until: date, rulebook: str | None) -> date | None:
        """The newest day, not after `until`, on which a venue is eligible; without a rulebook, that has a candle."""
        if rulebook is None:
            ((newest,),) = self._reads.rows("SELECT max(day) FROM candles WHERE day <= $until", {"until": until})
        else:
            ((newest,),) = self._reads.rows(
                """SELECT max(day) FROM verdicts
                   WHERE rulebook = $rulebook AND verdict = 'eligible' AND day <= $until""",
                {"rulebook": rulebook, "until": until},
            )
        return date.fromordinal(newest.toordinal()) if newest else None

    def rates_set(self, currency: str, span: Span) -> list[RateSetRow]:
        """The official rates of a currency that took effect in the span, oldest first."""
        rows = self._reads.rows(
            """SELECT effective_on, nominal, value, per_unit FROM official_rates
               WHERE currency = $currency AND known_to IS NULL AND effective_on BETWEEN $first AND $last
               ORDER BY effective_on""",
            {"currency": currency, "first": span.first, "last": span.last},
        )
        return [RateSetRow(*row) for row in rows]
