"""What a published file tells about a coin's day: everything that any reading of the rule decides by, read once."""

import difflib
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from oracle.days import DAY, MOSCOW, TradingDay, available, date_in, trading_day
from oracle.errors import (
    BeforeListingError,
    NotCollectedError,
    NotOverError,
    OracleError,
    QuestionError,
    UnknownCoinError,
)
from oracle.law.manual import ManualQuotation
from oracle.law.rulebook import Rulebook
from oracle.lazy import lazy
from oracle.percoin import CoinCourt
from oracle.store.reads import Reads
from oracle.store.rows import AssetRow, CandleRow, ListedRow, ValueRow, VenueDayRow, VenueRow, VerdictRow
from oracle.utc_values import utc_values


class Facts:
    """The facts about `coin` on `day`, each read when it is first needed; `venue`: only this one was asked about.

    `utc`: ruble values of UTC days too, although no published rulebook may ask for them.
    """

    def __init__(
        self, reads: Reads, coin: str, day: date, venue: str | None, venues: dict[str, VenueRow], *, utc: bool = False
    ) -> None:
        self.reads, self.coin, self.day, self.venue, self.venues, self._utc = reads, coin, day, venue, venues, utc

    def asked(self, venues: Iterable[str]) -> list[str]:
        """Those of the venues that the question is about."""
        return [name for name in venues if not self.venue or name == self.venue]

    def hours(self, venue: str) -> TradingDay:
        """The venue's own trading day."""
        return trading_day(self.day, self.venues[venue].opens)

    @lazy
    def listed(self) -> list[ListedRow]:
        """The coin's markets of the day, on every venue."""
        return self.reads.markets_of(self.coin, self.day)

    @lazy
    def candles(self) -> list[CandleRow]:
        """The coin's candles of the venues' own days, on the venues asked about."""
        return [row for row in self.reads.candles(self.coin, self.day) if self.venue in (None, row.venue)]

    @lazy
    def manual(self) -> list[ManualQuotation]:
        """Quotations of the coin's day that were entered by hand, on the venue asked about."""
        return [row for row in self.reads.manual(self.coin, self.day) if self.venue in (None, row.venue)]

    @lazy
    def utc_candles(self) -> dict[tuple[str, str], CandleRow]:
        """By venue and symbol, the coin's UTC days that were built of hours."""
        return {(row.venue, row.symbol): row for row in self.reads.utc_candles(self.coin, self.day)}

    @lazy
    def registered(self) -> dict[str, AssetRow]:
        """What the register says of the coin and of the assets in which it is quoted."""
        return self.reads.assets(sorted({self.coin} | {row.quote for row in self.candles}))

    @lazy
    def kinds(self) -> dict[str, str]:
        """By code, the kind of each of them."""
        return {code: row.kind for code, row in self.registered.items()}

    @lazy
    def values(self) -> Mapping[tuple[str, str, str], ValueRow]:
        """Ruble values of the day by venue, asset and path."""
        published = self.reads.values(self.day)
        return {**utc_values(self.reads, self.day), **published} if self._utc else published

    @lazy
    def figures(self) -> dict[str, VenueDayRow]:
        """By venue, its figures of the day; a venue that shows no candle that day has none."""
        return self.reads.venue_days(self.day)

    @lazy
    def verdicts(self) -> dict[tuple[str, str], VerdictRow]:
        """By venue and rulebook, the published verdicts: of rulebooks that do not judge by coins."""
        return self.reads.verdicts(self.day)

    @lazy
    def missing(self) -> dict[str, list[str]]:
        """By venue, listed markets that were not read for the day."""
        return self.reads.missing_markets(self.day)

    @lazy
    def court(self) -> CoinCourt:
        """Who judges the day under any rulebook."""
        return CoinCourt(self.reads, self.coin, self.day, self.venues, self.values)


def venue_known(name: str | None, venues: Iterable[str]) -> str | None:
    """The venue called so; QuestionError lists the known ones."""
    venue, known = name.lower() if name else None, list(venues)
    if name and venue not in known:
        raise QuestionError(f"unknown venue {name.lower()[:40]!r}; known: {', '.join(known)}")
    return venue


def book_known(name: str, books: dict[str, Rulebook]) -> Rulebook:
    """The rulebook called so; QuestionError lists the known ones."""
    if name not in books:
        known = ", ".join(sorted(books))
        raise QuestionError(f"unknown rulebook {name[:40]!r}; known: {known}; after adding one run `oracle publish`")
    return books[name]


def answerable(facts: Facts, now: datetime, zone: str) -> None:
    """Raises what an asker must be told where there can be no answer: QuestionError or NotCollectedError.

    `zone`: whose calendar says which day today is. Returns where there are candles, or where it is known that there
    were no deals, or where a quotation was entered by hand: it is told of.
    """
    day, today = facts.day, date_in(now, zone)
    if day > today:
        where = "Moscow" if zone == str(MOSCOW) else zone
        raise NotOverError(f"{day} is in the future: today is {today} in {where}")
    if facts.manual:
        return
    listed = [row for row in facts.listed if facts.venue in (None, row.venue)]
    if not listed:
        raise _unknown_coin(facts)
    if facts.candles:
        return
    closes = {row.venue: facts.hours(row.venue).closes_at for row in listed}
    if min(closes.values()) > now:
        raise NotOverError(f"the trading day {day} is not over; {available(closes)}")
    firsts = [(row.first_day, row.venue, row.market) for row in listed if row.first_day]
    if firsts and day < min(firsts)[0] and facts.reads.covered(facts.coin, min(firsts)[0] - DAY):
        first, venue, market = min(firsts)
        raise BeforeListingError(
            f"nobody read here published {facts.coin} on {day}; the first close is {venue} {market} of {first}"
        )
    if not facts.reads.covered(facts.coin, day):
        command = f"oracle collect --coin {facts.coin} --since {day} --until {day}"
        raise NotCollectedError(f"{facts.coin} on {day} has not been collected; run `{command}`")


def _unknown_coin(facts: Facts) -> OracleError:
    coins, coin = facts.reads.coins(), facts.coin
    if not coins:
        return NotCollectedError("no market of any coin has been collected; run `oracle collect`")
    if facts.venue and coin in coins:
        return UnknownCoinError(f"{facts.venue} lists no market of {coin}; leave --venue out to ask all venues")
    if coin in coins:
        return UnknownCoinError(f"no venue listed {coin} on {facts.day} by the register; see `oracle assets`")
    near = difflib.get_close_matches(coin, coins, 3)
    hint = f"did you mean {', '.join(near)}?" if near else f"{len(coins)} coins are known to this dataset"
    return UnknownCoinError(f"unknown coin {coin[:40]!r}; {hint}")
