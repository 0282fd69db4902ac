"""Two datasets compared: what differs is found by sets, and then asked of both, so that the reasons can be told."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple, Self, cast

from oracle.answer_differences import Cause, Counts, Difference, Differences, NamedDataset
from oracle.assemble import dataset_part
from oracle.coin import coin_meant
from oracle.differences.asked import Found, Wanted
from oracle.differences.causes import causes
from oracle.differences.sets import Pair, Sets
from oracle.differences.side import asked
from oracle.errors import QuestionError
from oracle.facts import book_known, venue_known
from oracle.law.choice import policy_named
from oracle.law.rulebook import Edition, Rulebook
from oracle.law.said import Figures, Said
from oracle.numbers import EXACT, plain
from oracle.store.reads import Reads
from oracle.store.two_files import TwoFiles
from oracle.words import language, sheet
from oracle.words.said import filled


class Named(NamedTuple):
    """A dataset under the name by which it was asked for."""

    name: str
    path: Path


class Comparison:
    """Two datasets open for one comparison; QuestionError for what cannot be asked of both."""

    def __init__(self, old: Named, new: Named, wanted: Wanted, now: datetime) -> None:
        self.names, self.wanted, self.now = (old, new), wanted, now

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self.old, self.new = (stack.enter_context(Reads(each.path)) for each in self.names)
            self._check()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _check(self) -> None:
        wanted = self.wanted
        if wanted.first and wanted.last and wanted.first > wanted.last:
            raise QuestionError(f"--from {wanted.first} is after --to {wanted.last}; swap them")
        language(wanted.how.lang)
        for each, reads in zip(self.names, (self.old, self.new), strict=True):
            try:
                book_known(wanted.how.rulebook, reads.rulebooks())
                venue_known(wanted.how.venue, reads.venues())
                if wanted.how.taxpayer is None:
                    policy_named(wanted.how.choose, tuple(reads.venues()))
            except QuestionError as error:
                raise QuestionError(f"{each.name}: {error}") from error

    @property
    def are_same(self) -> bool:
        """Whether both are one version: nothing can differ then."""
        marks = [each.rows("SELECT version, content FROM dataset", {}) for each in (self.old, self.new)]
        return bool(marks[0] == marks[1])

    def differing(self, pairs: Iterable[Pair] | None = None) -> tuple[list[Found], dict[str, int]]:
        """What differs in order, all counted by kind; of these pairs all, else as many as are to be shown."""
        if self.are_same:
            return [], {}
        names = {"old": self.old, "new": self.new}
        books = {name: reads.rulebooks()[self.wanted.how.rulebook] for name, reads in names.items()}
        with TwoFiles(self.old.path, self.new.path) as files:
            sets = Sets(files, self.wanted, books, tuple(self.new.venues()))
            found, single, kinds = sets.found(pairs, self._by_hand(books))
        for asset, day in single:
            told = [asked(reads, asset, self.wanted, day, self.now).told for reads in (self.old, self.new)]
            if told[0] != told[1]:
                one = Found(asset, day, *told)
                found.append(one)
                kinds[one.kind] = kinds.get(one.kind, 0) + 1
        return sorted(found, key=lambda each: each.place), kinds

    def _by_hand(self, books: Mapping[str, Rulebook]) -> set[Pair]:
        """The coin-days of which one of them may choose a quotation that was entered by hand."""
        wanted = self.wanted
        first, last = wanted.first or date.min, wanted.last or date.max
        return {
            (coin, day)
            for reads in (self.old, self.new)
            for coin, day in reads.entered
            if wanted.coin in (None, coin) and first <= day <= last
            if any(found and found.manual_quotations == "allow" for found in map(_on(day), books.values()))
        }

    def explained(self, found: Found, coin: str | None = None) -> Difference:
        """One of them with its causes; `coin`: the name by which it was asked for."""
        name = coin or found.asset
        old, new = (asked(reads, name, self.wanted, found.day, self.now) for reads in (self.old, self.new))
        return Difference(
            coin=found.asset,
            date=found.day,
            kind=found.kind,
            old=old.part(found.old),
            new=new.part(found.new),
            difference_rub=less(found.new.rub, found.old.rub),
            causes=[cause_part(each, self.wanted.how.lang) for each in causes(old, new)],
        )

    def document(self, counts: Mapping[str, int], rows: list[Difference], coin: str | None = None) -> Differences:
        """All of it."""
        how = self.wanted.how
        kinds = {kind: counts.get(kind, 0) for kind in ("changed", "lost", "gained")}
        return Differences(
            old=self._part(self.names[0], self.old),
            new=self._part(self.names[1], self.new),
            rulebook=how.rulebook,
            choose=how.choose if how.taxpayer is None else "",
            taxpayer=how.taxpayer.taxpayer.name if how.taxpayer else None,
            coin=coin,
            venue=how.venue,
            first=self.wanted.first,
            last=self.wanted.last,
            counts=Counts(**kinds, not_shown=sum(kinds.values()) - len(rows)),
            rows=rows,
        )

    def _part(self, named: Named, reads: Reads) -> NamedDataset:
        ((software,),) = reads.rows("SELECT software FROM dataset", {})
        told: dict[str, Any] = dataset_part(reads.dataset).model_dump()
        return NamedDataset(**told, name=named.name, software=software, schema_version=reads.dataset.schema_version)


def compare(old: Named, new: Named, wanted: Wanted, now: datetime) -> Differences:
    """All that differs between two datasets under one reading and choice, the first `most` of it explained."""
    with Comparison(old, new, wanted, now) as both:
        coin = _coin(both, wanted)
        both.wanted = replace(wanted, coin=coin)
        found, counts = both.differing()
        return both.document(counts, [both.explained(each) for each in found[: wanted.most]], coin)


def _on(day: date) -> Callable[[Rulebook], Edition | None]:
    return lambda book: book.edition(day)


def _coin(both: Comparison, wanted: Wanted) -> str | None:
    """The coin that is meant on the last day, by the newer dataset."""
    if wanted.coin is None:
        return None
    coins = {*both.old.coins(), *both.new.coins()}
    name = wanted.coin.upper()
    if name in coins:
        return name
    coin, _ = coin_meant(both.new, name, wanted.last or both.now.date(), both.new.venues())
    if coin not in coins:
        raise QuestionError(f"unknown coin {name[:40]!r}; see `oracle assets`")
    return coin


def cause_part(said: Said, lang: str) -> Cause:
    """In words and as figures."""
    text = filled(sheet(lang, "differences")[said.code], said.figures, language(lang))
    return Cause(code=said.code, text=text, figures=dict(cast(Figures, said.figures)))


def less(after: str | None, before: str | None) -> str | None:
    """The difference of two exact amounts."""
    if after is None or before is None:
        return None
    return plain(EXACT.subtract(Decimal(after), Decimal(before)))
