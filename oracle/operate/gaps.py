"""Gaps: days of markets without a usable candle, each span with the word for why and what is known of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import groupby

from oracle.days import DAY, Span, missing
from oracle.errors import QuestionError
from oracle.operate.due import day_due
from oracle.store.watch import AttemptRow, Key, MarketRow, Watch
from oracle.venues import VENUES


class Why(StrEnum):
    """Why a day has no candle."""

    NOT_COLLECTED = "not_collected"
    FAILED = "failed"
    NO_DEALS = "no_deals"
    QUARANTINED = "quarantined"


Word = tuple[Why, str]


@dataclass(frozen=True, slots=True)
class Gap:
    """Days of one market without a candle, all for the same reason."""

    venue: str
    market: str
    symbol: str
    first_day: date
    last_day: date
    days: int
    why: Why
    reason: str


@dataclass(frozen=True, slots=True)
class Gaps:
    """The gaps of the markets that were looked at; `said` tells what was looked at, and why there are none."""

    gaps: list[Gap]
    markets: int
    said: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Which markets and days to look at; None is all there are."""

    venue: str | None = None
    coin: str | None = None
    since: date | None = None
    until: date | None = None


def find(watch: Watch, asked: Asked, now: datetime) -> Gaps:
    """The gaps by venue, market and day; QuestionError where no such market is known."""
    markets = watch.markets(asked.venue, asked.coin)
    if not markets:
        what = " of ".join(filter(None, (asked.coin, asked.venue))) or "any market"
        raise QuestionError(f"no market is known for {what}; see `oracle status`, or run `oracle collect`")
    facts = _Facts(watch, asked)
    gaps = [gap for market in markets if (days := _days(market, asked, now)) for gap in facts.gaps(market, days)]
    until = max(day_due(VENUES[market.venue], now) for market in markets)
    last = min(asked.until or until, until)
    window = f"{asked.since or 'the beginning'} to {last}"
    said = f"{len(markets)} markets, {window}: " + (
        f"{len(gaps)} gaps" if gaps else "every day has a candle that counts, or lies before its market began"
    )
    return Gaps(gaps, len(markets), said)


def _days(market: MarketRow, asked: Asked, now: datetime) -> Span | None:
    """The days of a market that should be there by now."""
    venue = VENUES[market.venue]
    due = day_due(venue, now)
    first = venue.first_day if venue.reach_days is None else due - timedelta(days=venue.reach_days - 1)
    first = max(min(first, market.first_day or first), asked.since or date.min)
    last = min(due, asked.until or due, market.gone_after or due)
    return Span(first, last) if first <= last else None


class _Facts:
    def __init__(self, watch: Watch, asked: Asked) -> None:
        self._answered = watch.answered(asked.venue)
        self._holes = watch.holes(asked.venue)
        self._broken = watch.broken_days(asked.venue)
        self._failures = watch.failures(asked.venue)

    def gaps(self, market: MarketRow, days: Span) -> Iterator[Gap]:
        key = market.venue, market.symbol
        answered = self._answered.get(key, [])
        unanswered = missing(days, answered)
        runs = [run for span in unanswered for run in self._runs(span, key, self._not_answered)]
        for hole in self._without_candle(market, days):
            for span in missing(hole, unanswered):
                runs += self._runs(span, key, self._no_candle)
        for span, (why, text) in sorted(runs):
            yield Gap(market.venue, market.market, market.symbol, span.first, span.last, len(span), why, text)

    def _runs(self, span: Span, key: Key, word: Callable[[Key, date], Word]) -> Iterator[tuple[Span, Word]]:
        """The span in pieces of one word each."""
        if key not in self._broken and key not in self._failures:  # nearly all, and often years
            yield span, word(key, span.first)
            return
        for told, days in groupby(span.days(), key=lambda day: word(key, day)):
            piece = list(days)
            yield Span(piece[0], piece[-1]), told

    def _without_candle(self, market: MarketRow, days: Span) -> Iterator[Span]:
        """Spans within `days` that have no candle; those before the first one are no gap: the market began with it."""
        spans = list(self._holes.get((market.venue, market.symbol), []))
        if market.last_day is None:
            spans.append(days)
        elif market.last_day < days.last:
            spans.append(Span(market.last_day + DAY, days.last))
        for span in spans:
            first, last = max(span.first, days.first), min(span.last, days.last)
            if first <= last:
                yield Span(first, last)

    def _not_answered(self, key: Key, day: date) -> Word:
        attempt = _about(self._failures.get(key, ()), day)
        if attempt:
            return Why.FAILED, _text(attempt)
        listing = _about(self._failures.get((key[0], ""), ()), day)
        told = f"the market list failed: {_text(listing)}" if listing else "not asked for"
        return Why.NOT_COLLECTED, f"{told}; run `oracle collect --venue {key[0]}`"

    def _no_candle(self, key: Key, day: date) -> Word:
        if broken := self._broken.get(key, {}).get(day):
            return Why.QUARANTINED, broken
        return Why.NO_DEALS, "the venue answered and showed no candle"


def _about(attempts: list[AttemptRow] | tuple[()], day: date) -> AttemptRow | None:
    return next((each for each in attempts if each.span.first <= day <= each.span.last), None)


def _text(attempt: AttemptRow) -> str:
    return f"{attempt.outcome} at {attempt.at:%Y-%m-%d %H:%M} UTC: {attempt.detail}"
