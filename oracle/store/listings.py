"""Named questions to a published file about what it holds: venues, coins, rates, days, observations."""

from datetime import date
from typing import Any

from oracle.days import Span
from oracle.store.reads import Reads

Rows = list[dict[str, Any]]


class Listings:
    """Lists for whoever looks around; columns are those of the published tables."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    def venues(self) -> Rows:
        """Every venue with its facts, its markets and the days that were read."""
        return self._reads.named(
            """SELECT v.*, coalesce(m.markets, 0) AS markets, d.first_day, d.last_day
               FROM venues v
               LEFT JOIN (SELECT venue, count(*) AS markets FROM markets GROUP BY venue) m USING (venue)
               LEFT JOIN (SELECT venue, min(day) AS first_day, max(day) AS last_day FROM venue_days GROUP BY venue) d
                 USING (venue)
               ORDER BY venue"""
        )

    def venue_days(self, venue: str, span: Span) -> Rows:
        """A venue's days with turnover, publication and the verdict under each rulebook that judges venues."""
        return self._reads.named(
            """SELECT d.*, v.verdicts FROM venue_days d
               LEFT JOIN (SELECT day, map_from_entries(list((rulebook, verdict) ORDER BY rulebook)) AS verdicts
                          FROM verdicts WHERE venue = $venue AND day BETWEEN $first AND $last GROUP BY day) v
                 USING (day)
               WHERE d.venue = $venue AND d.day BETWEEN $first AND $last ORDER BY d.day""",
            venue=venue,
            first=span.first,
            last=span.last,
        )

    def coins(self, search: str, after: str, limit: int) -> Rows:
        """Coins whose code or name contains `search`, in the order of their codes, those beyond `after`."""
        return self._reads.named(
            """SELECT c.coin, a.name, coalesce(a.kind, 'unclassified') AS kind, c.venues, c.markets
               FROM (SELECT coin, list_sort(list(DISTINCT venue)) AS venues, count(DISTINCT (venue, symbol)) AS markets
                     FROM market_names GROUP BY coin) c
               LEFT JOIN assets a ON a.asset = c.coin
               WHERE c.coin > $after AND (contains(upper(c.coin), $search) OR contains(upper(a.name), $search))
               ORDER BY c.coin LIMIT $limit""",
            search=search.upper(),
            after=after,
            limit=limit,
        )

    def asset(self, code: str) -> dict[str, Any] | None:
        """What the register says of a code."""
        rows = self._reads.named("SELECT * FROM assets WHERE asset = $code", code=code)
        return rows[0] if rows else None

    def markets(self, coin: str) -> Rows:
        """Every market in which the coin was ever valued."""
        return self._reads.named(
            """SELECT m.venue, m.symbol, n.coin || '/' || n.quote AS market, m.state, m.first_day, m.last_day, m.candles
               FROM market_names n JOIN markets m USING (venue, symbol) WHERE n.coin = $coin
               GROUP BY ALL ORDER BY ALL""",
            coin=coin,
        )

    def rates(self, currency: str, span: Span) -> Rows:
        """The official rate in force on each day of the span that is known."""
        return self._reads.named(
            """SELECT currency, day AS requested_on, effective_on, nominal, value AS rate, per_unit, observation
               FROM rates_in_force WHERE currency = $currency AND day BETWEEN $first AND $last ORDER BY day""",
            currency=currency,
            first=span.first,
            last=span.last,
        )

    def currencies(self) -> list[str]:
        """Currencies of which a rate is known."""
        return [code for (code,) in self._reads.rows("SELECT DISTINCT currency FROM rates_in_force ORDER BY ALL", {})]

    def rate_known_until(self, currency: str) -> date | None:
        """The newest day on which a rate of the currency is known to be in force."""
        ((newest,),) = self._reads.rows(
            "SELECT max(day) FROM rates_in_force WHERE currency = $currency", {"currency": currency}
        )
        return date.fromordinal(newest.toordinal()) if newest else None

    def observations(self, sha256: str) -> Rows:
        """Every response whose bytes have this hash."""
        return self._reads.named(
            "SELECT * FROM observations WHERE sha256 = $sha256 ORDER BY received_at, source, subject", sha256=sha256
        )

    def documents(self, sha256: str | None = None) -> Rows:
        """What was said of every filed document, or of the one with this hash, the oldest first."""
        return self._reads.named(
            "FROM documents WHERE sha256 = coalesce($sha256, sha256) ORDER BY filed_at, sha256, venue", sha256=sha256
        )

    def manual(self) -> Rows:
        """Every quotation that was entered by hand, withdrawn or not, the oldest first."""
        return self._reads.named("FROM manual_quotations ORDER BY entered_at, id")

    def manifest(self) -> dict[str, Any]:
        """What the file says of itself."""
        return self._reads.named("FROM dataset")[0]

    def batches(self, sha256: str) -> list[str]:
        """Archive batches that hold a response with this hash."""
        return [
            batch
            for (batch,) in self._reads.rows(
                "SELECT DISTINCT batch FROM observations WHERE sha256 = $sha256 ORDER BY batch", {"sha256": sha256}
            )
        ]
