"""Trading days, Moscow dates and spans of days; "today" is always an argument."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from operator import attrgetter
from zoneinfo import ZoneInfo

from oracle.errors import MalformedError

MOSCOW = ZoneInfo("Europe/Moscow")
# No calendar is ahead of this one: an instant that it can date can be dated in any zone.
_FIRST_TO_BEGIN = timezone(timedelta(hours=14))
DAY = timedelta(days=1)
DAY_MS = 86_400_000
# A day counts as closed this long after its end: late trades are still being booked in the first moments.
CLOSING_MARGIN = timedelta(seconds=60)
# Whoever needs to know the time is given one of these; only the edges read the machine's.
Clock = Callable[[], datetime]
_EPOCH = date(1970, 1, 1)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_ISO_LENGTH = 10


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The days from `first` to `last`, both included."""

    first: date
    last: date

    def __len__(self) -> int:
        return (self.last - self.first).days + 1

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def days(self) -> Iterator[date]:
        """Each day, oldest first."""
        return map(date.fromordinal, range(self.first.toordinal(), self.last.toordinal() + 1))

    def newest(self, count: int) -> "Span":
        """The last `count` days of the span, or all of it."""
        return Span(max(self.first, self.last - timedelta(days=count - 1)), self.last)


@dataclass(frozen=True, slots=True)
class TradingDay:
    """A venue's own 24 hours under the date that it bears."""

    day: date
    opens_at: datetime
    closes_at: datetime


@lru_cache(8192)
def trading_day(day: date, opens: timedelta) -> TradingDay:
    """The trading day `day` of a venue whose day opens `opens` after 00:00 UTC (HTX: minus eight hours)."""
    opens_at = datetime.combine(day, time(), UTC) + opens
    return TradingDay(day, opens_at, opens_at + DAY)


def opening_ms(day: date, opens: timedelta) -> int:
    """The opening of `day` in milliseconds since 1970, the unit of most wires."""
    return (day - _EPOCH).days * DAY_MS + opens // timedelta(milliseconds=1)


def day_of(opened_ms: int, opens: timedelta) -> date:
    """The trading day that an opening in milliseconds since 1970 falls into; ValueError beyond the calendar."""
    number = (opened_ms - opens // timedelta(milliseconds=1)) // DAY_MS
    return date.fromordinal(_EPOCH.toordinal() + number)


def last_closed(now: datetime, opens: timedelta, margin: timedelta = timedelta()) -> date:
    """The newest trading day that had closed at least `margin` before `now`."""
    return (now - opens - margin).astimezone(UTC).date() - DAY


def available(closes: Mapping[str, datetime]) -> str:
    """After which instants a day can be collected, the earliest first, with the venues that close then."""
    instants = sorted(set(closes.values()))
    named = {each: ", ".join(sorted(venue for venue in closes if closes[venue] == each)) for each in instants}
    return "available after " + ", ".join(f"{each:%Y-%m-%d %H:%M} UTC ({named[each]})" for each in instants)


def moscow_date(instant: datetime) -> date:
    """The calendar date in Moscow at `instant`."""
    return instant.astimezone(MOSCOW).date()


def date_in(instant: datetime, zone: str) -> date:
    """The calendar date at `instant` in a zone such as Europe/Moscow."""
    return instant.astimezone(ZoneInfo(zone)).date()


def parse_day(text: str) -> date:
    """An ISO date; MalformedError for anything else, 2025-02-30 included."""
    try:
        if _ISO.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise MalformedError(f"not a date: {text[:40]!r}; write it as YYYY-MM-DD, for example 2025-03-14")


def parse_instant(text: str) -> datetime:
    """An ISO instant with its offset from UTC; MalformedError for anything else, a bare date included."""
    instant = _instant(text)
    if instant is None:
        raise MalformedError(
            f"not an instant: {text[:40]!r}; write it with its offset, for example 2026-04-30T12:00:00+03:00"
        )
    return instant.astimezone(UTC)


def _instant(text: str) -> datetime | None:
    """The instant with the offset that it was given; None if it has none or lies at the edge of the calendar."""
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is None:
            return None
        instant.astimezone(UTC)
        instant.astimezone(MOSCOW)
        instant.astimezone(_FIRST_TO_BEGIN)
    except (ValueError, OverflowError):
        return None
    return instant


def parse_when(text: str) -> tuple[date, datetime | None]:
    """A date, or the Moscow date of an instant and the instant; MalformedError for anything else.

    An instant without its offset is refused: nobody knows on which date it falls.
    """
    if instant := _instant(text):
        return moscow_date(instant), instant
    if len(text) > _ISO_LENGTH and _ISO.match(text):
        raise MalformedError(
            f"an instant without its offset from UTC, or none: {text[:40]!r}; write 2025-03-14T01:30:00+03:00 "
            "(the date in Moscow counts), or the date alone"
        )
    return parse_day(text), None


def years_before(day: date, years: int) -> date:
    """The same calendar day `years` earlier; 29 February becomes 28 February where there is none."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same days in the fewest spans, oldest first."""
    result: list[Span] = []
    ordered = list(spans)
    if len(ordered) > 1:
        ordered.sort(key=_ends)
    for span in ordered:
        if result and span.first <= result[-1].last + DAY:
            result[-1] = Span(result[-1].first, max(result[-1].last, span.last))
        else:
            result.append(span)
    return result


_ends = attrgetter("first", "last")


def missing(wanted: Span, known: Iterable[Span]) -> list[Span]:
    """The days of `wanted` that no span of `known` holds, in the fewest spans, oldest first."""
    result: list[Span] = []
    start = wanted.first
    for span in merged(known):
        if span.last < start:
            continue
        if span.first > wanted.last:
            break
        if span.first > start:
            result.append(Span(start, span.first - DAY))
        start = span.last + DAY
    if start <= wanted.last:
        result.append(Span(start, wanted.last))
    return result
