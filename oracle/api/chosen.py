"""The chosen quotations of many coins at once: the same candidates as `oracle.ask`, and the law's own choice."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import lru_cache
from itertools import groupby

from oracle.ask import Question, ask
from oracle.days import DAY, Span
from oracle.errors import NotCollectedError, QuestionError
from oracle.law.choice import Candidate, choose, policy_named
from oracle.law.rulebook import Edition, Rulebook
from oracle.law.valuation import legs_of, product
from oracle.numbers import times
from oracle.store.feed_reads import CandidateRow, FeedReads
from oracle.store.reads import Reads


@dataclass(frozen=True, slots=True)
class Taken:
    """What was chosen of a coin's quotations of a day: exact rubles, and where they come from."""

    coin: str
    day: date
    rub: Decimal
    venue: str
    market: str


def chosen(reads: Reads, span: Span, rulebook: str, policy: str, coin: str | None = None) -> list[Taken]:
    """What `ask` would choose of every coin, or of one, on each day of the span, in the order of coin and day.

    A day of a coin without an eligible quotation has no row, nor has one of which only a quotation that was entered by
    hand may be chosen: a feed has no room to mark it. QuestionError for an unknown rulebook or policy.
    """
    named = policy_named(policy, tuple(reads.venues()))
    questions = FeedReads(reads)
    result: list[Taken] = []
    for edition, days in _editions(span, book_of(reads, rulebook)):
        if edition.per_coin or edition.trading_day == "utc" or edition.quote_order != "none":
            result += _one_by_one(reads, days, rulebook, policy, coin)
            continue
        rows = questions.candidates(days, coin, rulebook, edition.quote_kinds, edition.stablecoin_path)
        for (code, day), found in groupby(rows, key=lambda row: (row.coin, row.day)):
            if taken := choose(named, [_candidate(row) for row in found]).taken:
                result.append(Taken(code, day, taken.rub, taken.venue, taken.market))
    return sorted(result, key=lambda each: (each.coin, each.day))


def book_of(reads: Reads, name: str) -> Rulebook:
    """The rulebook of that name; QuestionError lists those that there are."""
    books = reads.rulebooks()
    if name not in books:
        raise QuestionError(f"unknown rulebook {name[:40]!r}; known: {', '.join(sorted(books))}")
    return books[name]


def _editions(span: Span, book: Rulebook) -> Iterator[tuple[Edition, Span]]:
    """The editions in force within the span; before the first one nothing is eligible."""
    for edition, following in zip(book.editions, [*book.editions[1:], None], strict=True):
        first = max(span.first, edition.in_force_from)
        last = min(span.last, following.in_force_from - DAY) if following else span.last
        if first <= last:
            yield edition, Span(first, last)


def _candidate(row: CandidateRow) -> Candidate:
    rate = _rate(row.legs)
    rub, turnover = times(row.close, rate), times(row.turnover_low, rate)
    return Candidate(row.venue, row.market, rub, turnover, row.venue_turnover_rub_low, row.symbol)


@lru_cache(maxsize=10_000)
def _rate(legs: str) -> Decimal:
    return product(legs_of(legs))


def _one_by_one(reads: Reads, span: Span, rulebook: str, policy: str, coin: str | None) -> Iterator[Taken]:
    """Where the verdict is on a coin's day, or the day or the order of quote assets is another: by single questions."""
    for code, day in FeedReads(reads).traded(span, coin):
        # That candles are there tells that the day is over: any later instant gives the same answer.
        over = datetime.combine(day, time(), UTC) + 3 * DAY
        try:
            answer = ask(reads, Question(code, day, rulebook=rulebook, choose=policy), over)
        except (QuestionError, NotCollectedError):
            continue
        if answer.chosen and answer.chosen.manual is None and answer.coin == code:
            yield Taken(code, day, Decimal(answer.chosen.rub), answer.chosen.venue, answer.chosen.market)
