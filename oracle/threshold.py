"""Venue days near the floor of a rulebook, and the days on which a turnover had gone over to the other side of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby

from oracle.answer_threshold import Margin, Threshold, VenueCount
from oracle.assemble import dataset_part, warning_part
from oracle.coin import coin_meant
from oracle.days import Span
from oracle.errors import NotCollectedError, QuestionError
from oracle.facts import book_known, venue_known
from oracle.floor_series import coin_days
from oracle.law.readings import apart
from oracle.law.rulebook import DEFAULT_RULEBOOK, Rulebook
from oracle.law.said import Said
from oracle.law.threshold import Crossing, FloorDay, crossings
from oracle.numbers import ROUNDING, exact, plain
from oracle.store.floor_reads import days_published, dollar_rates, judged_days
from oracle.store.reads import Reads
from oracle.words import language

_CENT = Decimal("0.01")
_WHOLE = Decimal(100)


@dataclass(frozen=True, slots=True)
class Asked:
    """`within`: percent of the floor, as text; `coin` for a rulebook that judges by coins, and for no other."""

    within: str = "10"
    rulebook: str = DEFAULT_RULEBOOK
    coin: str | None = None
    venue: str | None = None
    since: date | None = None
    until: date | None = None
    lang: str = "en"


def threshold(reads: Reads, asked: Asked) -> Threshold:
    """The days asked for; QuestionError for what cannot be asked, NotCollectedError where nothing was read."""
    within, book = _within(asked.within), book_known(asked.rulebook, reads.rulebooks())
    venue = venue_known(asked.venue, reads.venues())
    span = _span(reads, asked, book)
    coin, warnings = _coin(reads, asked, book, span)
    # From the first edition on: whether the first day asked for is a flip is told by the days before it.
    whole = Span(min(book.editions[0].in_force_from, span.first), span.last)
    days = coin_days(reads, book, coin, whole) if coin else judged_days(reads, book.name, whole)
    days = [each for each in days if venue in (None, each.venue)]
    told: list[tuple[FloorDay, Crossing | None]] = []
    counts = []
    for name, found in groupby(days, key=lambda each: each.venue):
        all_days = list(found)
        crossed = {each.day: crossing for each, crossing in crossings(all_days) if each.day in span}
        of_venue = [each for each in all_days if each.day in span]
        if not of_venue:
            continue
        told += [(each, crossed.get(each.day)) for each in of_venue if each.day in crossed or each.near(within)]
        counts.append(_count(name, of_venue, list(crossed.values()), within))
    rates = dollar_rates(reads, span)
    return Threshold(
        rulebook=book.name,
        coin=coin,
        within_percent=plain(within),
        since=span.first,
        until=span.last,
        dataset=dataset_part(reads.dataset),
        days=[_margin(*each, within, rates) for each in sorted(told, key=lambda each: (each[0].day, each[0].venue))],
        venues=counts,
        warnings=[warning_part(each, language(asked.lang)) for each in warnings],
    )


def _within(text: str) -> Decimal:
    try:
        number = exact(text.strip().removesuffix("%"))
    except ValueError:
        number = Decimal(-1)
    if not 0 <= number <= _WHOLE:
        raise QuestionError(f"--within {text[:40]!r}: expected percent of the floor between 0 and 100, for example 10")
    return number


def _span(reads: Reads, asked: Asked, book: Rulebook) -> Span:
    """The days asked for, as far as there are any and a rule was in force."""
    if asked.since and asked.until and asked.since > asked.until:
        raise QuestionError(f"--since {asked.since} is after --until {asked.until}; swap them")
    published, begins = days_published(reads), book.editions[0].in_force_from
    if published is None:
        raise NotCollectedError("no day of any venue has been collected; run `oracle collect`")
    first = max(asked.since or begins, begins, published.first)
    last = min(asked.until or published.last, published.last)
    if first > last:
        raise QuestionError(
            f"no day to show: {book.name} is in force from {begins}, venue days are published from "
            f"{published.first} to {published.last}"
        )
    return Span(first, last)


def _coin(reads: Reads, asked: Asked, book: Rulebook, span: Span) -> tuple[str | None, list[Said]]:
    by_coins = any(each.per_coin for each in book.editions)
    if by_coins and not asked.coin:
        raise QuestionError(f"{book.name} judges by coins: name one with --coin, for example --coin BTC")
    if not asked.coin:
        return None, []
    if not by_coins:
        raise QuestionError(
            f"{book.name} judges whole venues: leave --coin out, or name a rulebook that judges by coins"
        )
    coin, warnings = coin_meant(reads, asked.coin.upper(), span.last, reads.venues())
    if coin not in reads.coins():
        raise QuestionError(f"unknown coin {coin[:40]!r}; see `oracle assets`")
    return coin, warnings


def _count(venue: str, days: Sequence[FloorDay], crossed: Sequence[Crossing], within: Decimal) -> VenueCount:
    states = [each.state for each in days]
    ways = [each.way for each in crossed]
    return VenueCount(
        venue=venue,
        days=len(days),
        near=sum(each.near(within) for each in days),
        above=states.count("above"),
        not_above=states.count("not_above"),
        open=states.count("open"),
        flips_up=ways.count("up"),
        flips_down=ways.count("down"),
    )


def _margin(each: FloorDay, crossed: Crossing | None, within: Decimal, rates: Mapping[date, Decimal]) -> Margin:
    margin, percent = apart(each.deciding, each.floor)
    rate = rates.get(each.day)
    dollars = ROUNDING.divide(each.floor, rate).quantize(_CENT, ROUND_HALF_UP, ROUNDING) if rate else None
    return Margin(
        venue=each.venue,
        date=each.day,
        state=each.state,
        near=each.near(within),
        flip=crossed.way if crossed else None,
        flip_from=crossed.since if crossed else None,
        floor_rub=plain(each.floor),
        floor_usd=None if dollars is None else str(dollars),
        usd_rate=None if rate is None else plain(rate),
        turnover_rub_low=plain(each.low),
        turnover_rub_high=None if each.high is None else plain(each.high),
        margin_rub=plain(margin),
        margin_percent=None if percent is None else str(percent),
        verdict=each.verdict,
    )
