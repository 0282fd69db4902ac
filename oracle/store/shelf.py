"""A published file in memory: a coin's whole history and a day's facts are read once and answer again.

The named questions are those of `Reads`; what they ask the file for is asked there only.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from oracle.days import Span
from oracle.law.asset import Asset
from oracle.law.boundary import Boundary
from oracle.law.identity import Alias
from oracle.law.manual import ManualQuotation
from oracle.law.publication import Published
from oracle.law.rulebook import Rulebook
from oracle.store.coin_reads import CoinReads, CoinSumRow, Markets, published
from oracle.store.history import History
from oracle.store.kept import Kept
from oracle.store.listed import Listed
from oracle.store.reads import Reads
from oracle.store.rows import (
    AssetRow,
    BrokenRow,
    CandleRow,
    DayRows,
    ListedRow,
    RateInForceRow,
    ValueRow,
    VenueDayRow,
    VenueRow,
    VerdictRow,
)
from oracle.store.waiting import Once, OneByOne

Found = TypeVar("Found")
COIN_BYTES, DAY_BYTES = 512 * 2**20, 336 * 2**20
# So many days are read together: that takes hardly longer than one.
BLOCK = 16
# What a coin takes of which little is known.
_COIN_BYTES = 4000


class ColdError(Exception):
    """The answer is not in memory and no file is at hand: ask again where there is one."""


@dataclass
class _Coin:
    """What was read of a code: by question, and what the law made of its candles by venue and years."""

    read: dict[str, Any] = field(default_factory=dict)
    published: dict[tuple[str, int, int], Published] = field(default_factory=dict)

    @property
    def bytes(self) -> int:
        history = self.read.get("history")
        return _COIN_BYTES + (history.bytes if history else 0) + 8000 * len(self.published)


class Shelf:
    """What is kept of one published file; shared by threads."""

    def __init__(self, reads: Reads, coin_bytes: int = COIN_BYTES, day_bytes: int = DAY_BYTES) -> None:
        self.path, self.dataset, self.is_partial = reads.path, reads.dataset, reads.is_partial
        self.venues, self.rulebooks, self.register = reads.venues(), reads.rulebooks(), reads.register
        self.aliases, self.registered = reads.aliases, reads.registered
        self.entered = reads.entered
        self.coins, self.boundaries = reads.coins(), reads.of_coin(None).boundaries(reads.venues())
        self._day_bytes = day_bytes
        self._coins: Kept[str, _Coin] = Kept(coin_bytes)
        self._days: Kept[date, DayRows] = Kept(day_bytes)
        self._reading, self._listed = OneByOne(), Once[Listed]()

    def once(self, coin: str, name: str, read: Callable[[], Found]) -> Found:
        """What was read of the coin under this name; read now if it was not yet."""
        kept = self.coin(coin)
        if name not in kept.read:
            kept.read[name] = read()
            self._coins.put(coin, kept, kept.bytes)
        found: Found = kept.read[name]
        return found

    def coin(self, coin: str) -> _Coin:
        """All that was read of the coin so far."""
        return self._coins.get(coin) or _Coin()

    def publications(self, coin: str, key: tuple[str, int, int], make: Callable[[], Published]) -> Published:
        """What a venue published of the coin in some years; made now if it was not yet."""
        kept = self.coin(coin)
        if key not in kept.published:
            kept.published[key] = make()
            self._coins.put(coin, kept, kept.bytes)
        return kept.published[key]

    def day(self, day: date, read: Callable[[Span], dict[date, DayRows]]) -> DayRows:
        """The day's facts; read with the days around it if they are not here."""
        found = self._days.get(day)
        if found is None:
            number = day.toordinal() // BLOCK
            with self._reading.of(number):
                # Who waited for another thread's reading finds it here.
                found = self._days.get(day)
                if found is None:
                    found = self._read_block(number, read)[day]
        return found

    def _read_block(self, number: int, read: Callable[[Span], dict[date, DayRows]]) -> dict[date, DayRows]:
        first = date.fromordinal(max(number * BLOCK, 1))
        block = read(Span(first, date.fromordinal(min(number * BLOCK + BLOCK - 1, date.max.toordinal()))))
        for each, rows in block.items():
            judged = sum(row.in_force_from is not None for row in rows.verdicts.values())
            size = 3000 + 700 * len(rows.figures) + 300 * len(rows.verdicts) + 200 * len(rows.values) + 2000 * judged
            self._days.put(each, rows, size)
        return block

    @property
    def listed(self) -> Listed | None:
        """All markets of the file, if they have been read; a single coin's are read sooner."""
        return self._listed.now()

    def read_markets(self, reads: Reads) -> None:
        """Read all markets of the file."""
        self._listed.get(lambda: Listed(reads))

    @property
    def fullness(self) -> float:
        """The share of the room for days that is taken."""
        return len(self._days) / self._day_bytes

    def newest(self) -> tuple[list[str], list[date]]:
        """Coins and days that are here, the most recently asked about first."""
        return self._coins.newest(), self._days.newest()


class ShelfReads(Reads):
    """The named questions out of a shelf, which asks `behind` for what it lacks; ColdError where there is none."""

    def __init__(self, shelf: Shelf, behind: Reads | None = None) -> None:
        super().__init__(shelf.path)
        self.dataset, self.is_partial = shelf.dataset, shelf.is_partial
        self.shelf, self._behind = shelf, behind
        # Most questions are about one day.
        self._asked: tuple[date, DayRows] | None = None

    def rows(self, query: str, parameters: dict[str, object]) -> list[tuple[Any, ...]]:
        """Rows out of the file."""
        return self._file.rows(query, parameters)

    def _rows(self, query: str, *parameters: object) -> list[Any]:
        return self._file._rows(query, *parameters)  # noqa: SLF001 - of the same class

    def named(self, query: str, **parameters: object) -> list[dict[str, Any]]:
        """Rows out of the file."""
        return self._file.named(query, **parameters)

    def arrow(self, query: str, parameters: dict[str, object]) -> Any:  # noqa: ANN401 - pyarrow has no types
        """A table out of the file."""
        return self._file.arrow(query, parameters)

    @property
    def _file(self) -> Reads:
        if self._behind is None:
            raise ColdError
        return self._behind

    def venues(self) -> dict[str, VenueRow]:
        """As in the file."""
        return self.shelf.venues

    def rulebooks(self) -> dict[str, Rulebook]:
        """As in the file."""
        return self.shelf.rulebooks

    def coins(self) -> list[str]:
        """As in the file."""
        return self.shelf.coins

    @property
    def register(self) -> dict[str, AssetRow]:
        """As in the file."""
        return self.shelf.register

    @property
    def aliases(self) -> dict[str, list[Alias]]:
        """As in the file."""
        return self.shelf.aliases

    @property
    def registered(self) -> dict[str, list[Asset]]:
        """As in the file."""
        return self.shelf.registered

    @property
    def entered(self) -> dict[tuple[str, date], list[ManualQuotation]]:
        """As in the file."""
        return self.shelf.entered

    def listings(self, coin: str) -> list[tuple[Span, ListedRow]]:
        """As in the file."""
        if listed := self.shelf.listed:
            return listed.listings.get(coin, [])
        return self.shelf.once(coin, "listings", lambda: super(ShelfReads, self).listings(coin))

    def listing(self, coin: str) -> frozenset[str]:
        """The venues that ever listed the coin."""
        return self.shelf.once(coin, "listing", lambda: frozenset(row.venue for _, row in self.listings(coin)))

    def answered_for(self, coin: str) -> list[Span]:
        """As in the file."""
        if listed := self.shelf.listed:
            return listed.answered.get(coin, [])
        return self.shelf.once(coin, "answered_for", lambda: super(ShelfReads, self).answered_for(coin))

    def history(self, coin: str) -> History:
        """All candles of the coin."""
        return self.shelf.once(coin, "history", lambda: History(self._file, coin))

    def read_coin(self, coin: str) -> None:
        """Read what questions about the coin ask for."""
        self.listing(coin)
        self.history(coin)

    def candles(self, coin: str, day: date) -> list[CandleRow]:
        """As in the file."""
        return self.history(coin).on(day)

    def _day(self, day: date) -> DayRows:
        if self._asked is None or self._asked[0] != day:
            self._asked = day, self.shelf.day(day, self._days)
        return self._asked[1]

    def _days(self, span: Span) -> dict[date, DayRows]:
        listed = self.shelf.listed
        return self._file.days_with(span, listed.missing(span)) if listed else self._file.days(span)

    def values(self, day: date) -> Mapping[tuple[str, str, str], ValueRow]:
        """As in the file."""
        return self._day(day).values

    def venue_days(self, day: date) -> dict[str, VenueDayRow]:
        """As in the file."""
        return self._day(day).figures

    def verdicts(self, day: date) -> dict[tuple[str, str], VerdictRow]:
        """As in the file."""
        return self._day(day).verdicts

    def rates_in_force(self, day: date) -> dict[str, RateInForceRow]:
        """As in the file."""
        return self._day(day).rates

    def broken(self, day: date) -> list[BrokenRow]:
        """As in the file."""
        return self._day(day).broken

    def missing_markets(self, day: date) -> dict[str, list[str]]:
        """As in the file."""
        return self._day(day).missing

    def of_coin(self, coin: str | None) -> CoinReads:
        """As in the file; what is asked of every coin is not kept."""
        return super().of_coin(None) if coin is None else _ShelfCoinReads(self, coin)


class _ShelfCoinReads(CoinReads):
    """The same of a coin's turnover and publication."""

    def __init__(self, reads: ShelfReads, coin: str) -> None:
        super().__init__(reads, coin)
        self._from, self._name = reads, coin

    def sums(self, day: date, *, utc: bool = False) -> dict[str, list[CoinSumRow]]:
        """As in the file."""
        if utc:
            return super().sums(day, utc=True)
        registered = self._from.register.get(self._name)
        result: dict[str, list[CoinSumRow]] = {}
        for row in self._from.history(self._name).sums(day, registered.kind if registered else "unclassified"):
            result.setdefault(row.venue, []).append(row)
        return result

    def markets(self, *, utc: bool = False) -> Markets:
        """As in the file."""
        if not utc and (listed := self._from.shelf.listed):
            return listed.markets.get(self._name, {})
        name = "utc_markets" if utc else "markets"
        return self._from.shelf.once(self._name, name, lambda: super(_ShelfCoinReads, self).markets(utc=utc))

    def published(self, venue: str, window: Span) -> Published:
        """As in the file; of whole years, so that the days of a year share it."""
        markets, first, last = self.markets(), window.first.year, window.last.year

        def make(years: Span) -> Published:
            return published(self._from.history(self._name).days_of(venue), markets.get(venue, []), years)

        if not window:
            return make(window)
        years = Span(date(first, 1, 1), date(last, 12, 31))

        return self._from.shelf.publications(self._name, (venue, first, last), lambda: make(years))

    def boundaries(self, venues: dict[str, VenueRow]) -> dict[str, Boundary]:  # noqa: ARG002 - those of the file
        """As in the file."""
        return self._from.shelf.boundaries
