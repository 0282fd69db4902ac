"""What stands in the feed: the chosen quotations of coins, and the official rates that the dataset knows."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from oracle.api.chosen import Taken, book_of, chosen
from oracle.api.feed_xml import ID_OF_COINS, Item, Rate, nominal_of, rate_of
from oracle.currencies import BY_CODE, BY_ID, CURRENCIES
from oracle.days import Span, last_closed
from oracle.errors import QuestionError
from oracle.numbers import plain, shifted
from oracle.store.feed_reads import FeedReads
from oracle.store.floor_reads import days_published
from oracle.store.listings import Listings
from oracle.store.reads import Reads
from oracle.store.rows import RateInForceRow
from oracle.words.kinds import called


@dataclass(frozen=True, slots=True)
class Reading:
    """Under which rulebook and by which policy coins are chosen; whether official rates stand beside them."""

    rulebook: str
    policy: str
    rates: bool


@dataclass(frozen=True, slots=True)
class Lines:
    """A day of the feed; `left_out`: coins with a closing price that have no line; `notes`: what else to know."""

    day: date
    rows: list[tuple[Item, Rate]]
    left_out: int
    notes: list[str]


class TooManyDaysError(QuestionError):
    """A series of more days than one request may be about."""


class Feed:
    """The feed out of one published file."""

    def __init__(self, reads: Reads, reading: Reading) -> None:
        self._reads, self._reading, self._questions = reads, reading, FeedReads(reads)
        self._book = book_of(reads, reading.rulebook)
        # The newest day that was over at every venue when the file was published.
        opens = max(venue.opens for venue in reads.venues().values())
        self._closed = last_closed(reads.dataset.published_at, opens)

    def newest_day(self) -> date:
        """The newest day over everywhere that has eligible quotations; if none has, the newest that was over."""
        edition = self._book.edition(self._closed)
        name = None if edition and edition.per_coin else self._book.name
        return self._questions.newest_day(self._closed, name) or self._closed

    def day(self, day: date) -> Lines:
        """All lines of a day: the Bank's currencies in the order of its list, then coins by their codes."""
        span = Span(day, day)
        traded = {code for code, _ in self._questions.traded(span)}
        taken = chosen(self._reads, span, self._reading.rulebook, self._reading.policy)
        items = self._items([each.coin for each in taken])
        rows = self._official(day) if self._reading.rates else []
        coins = [
            (items[each.coin], rate_of(each.rub, nominal_of(each.rub))) for each in taken if _is_shown(each, items)
        ]
        left_out = len(traded - self._currencies(sorted(traded))) - len(coins)
        return Lines(day, [*rows, *coins], left_out, self._notes(day, bool(traded)))

    def days(self, number: str, span: Span, most: int) -> list[tuple[date, Rate]]:
        """Of a coin every day with a chosen quotation, under one nominal; of a currency the days of new rates.

        TooManyDaysError for more days than `most`, of those that the dataset has.
        """
        known = days_published(self._reads)
        count = (min(span.last, known.last) - max(span.first, known.first)).days + 1 if known else 0
        if count > most and number.startswith(ID_OF_COINS):
            raise TooManyDaysError(f"{count} days of {number[:40]} are asked for; at most {most} in one request")
        if currency := BY_ID.get(number):
            return [
                (row.effective_on, Rate(row.nominal, row.value, plain(row.per_unit)))
                for row in self._questions.rates_set(currency.code, span)
            ]
        coin = number.removeprefix(ID_OF_COINS)
        if coin == number:
            return []
        items = self._items([coin])
        taken = [
            each
            for each in chosen(self._reads, span, self._reading.rulebook, self._reading.policy, coin)
            if _is_shown(each, items)
        ]
        nominal = max((nominal_of(each.rub) for each in taken), default=1)
        return [(each.day, rate_of(each.rub, nominal)) for each in taken]

    def everything(self) -> list[tuple[Item, int]]:
        """Every currency and coin of the dataset with its nominal on the newest day."""
        nominals = {item.code: rate.nominal for item, rate in self.day(self.newest_day()).rows}
        known = set(Listings(self._reads).currencies()) if self._reading.rates else set()
        currencies = [Item.of_currency(each) for each in CURRENCIES if each.code in known]
        items = [*currencies, *self._items(self._reads.coins()).values()]
        return [(item, nominals.get(item.code, 1)) for item in items]

    def _official(self, day: date) -> list[tuple[Item, Rate]]:
        in_force = self._reads.rates_in_force(day)
        return [
            (Item.of_currency(each), Rate(rate.nominal, rate.value, _unit(rate)))
            for each in CURRENCIES
            if (rate := in_force.get(each.code))
        ]

    def _items(self, coins: list[str]) -> dict[str, Item]:
        """The coins among these by code; a currency that a venue trades is none: its official rate counts."""
        registered = self._reads.assets(coins)
        found = {}
        for code in coins:
            asset = registered.get(code)
            name, kind = (asset.name, asset.kind) if asset else (code, "unclassified")
            if kind != "fiat" and code not in BY_CODE:
                found[code] = Item.of_coin(code, called(name, kind, "ru"), called(name, kind, "en"))
        return found

    def _currencies(self, codes: list[str]) -> set[str]:
        return set(codes) - set(self._items(codes))

    def _notes(self, day: date, is_traded: bool) -> list[str]:
        notes = ["demo"] if self._reads.dataset.demo else []
        if self._book.edition(day) is None:
            notes.append("no-rule-in-force")
        if day > self._closed:
            notes.append("day-not-over")
        elif not is_traded:
            notes.append("not-collected")
        return notes


def _unit(rate: RateInForceRow) -> str:
    return plain(shifted(Decimal(rate.value), 1 - len(str(rate.nominal))))


def _is_shown(taken: Taken, items: dict[str, Item]) -> bool:
    """Never a zero, whatever the register of names or a venue says."""
    return taken.coin in items and taken.rub > 0
