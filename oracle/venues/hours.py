"""UTC days out of hourly candles: the second, labelled view of a venue whose own day opens at another hour."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import reduce
from typing import NamedTuple

from oracle.days import DAY_MS
from oracle.numbers import EXACT, ROUNDING, exact, plain
from oracle.terms import NO_CANDLES, Columns

HOUR_MS = 3_600_000
# Venues sum binary floats: a turnover may miss low or high times volume by some billionths, as in the checks on days.
_SLACK = Decimal("1e-9")


class _Hour(NamedTuple):
    """One hour's literals, and its numbers in the same order: open, high, low, close, volume, turnover if any."""

    opened_ms: int
    texts: tuple[str, ...]
    numbers: tuple[Decimal, ...] | None  # None where a literal is no number, or the numbers contradict each other


def utc_days(columns: Columns) -> Columns:
    """Hourly rows, in any order and from any number of pages, as UTC days, oldest first.

    Open of the first hour, highest high, lowest low, close of the last hour, each as its literal was received; exact
    sums of volume and turnover. Only days with all 24 hours: a day that lacks one, holds another opening than a whole
    hour, or has an hour in two versions or in contradiction with itself is left out, never filled. An hour that the
    venue marks as unfinished is not there yet; where it sets no marks, only days that have ended may be asked for.
    """
    days: dict[int, dict[int, _Hour]] = {}
    spoilt: set[int] = set()
    for hour in _hours(columns):
        day = hour.opened_ms // DAY_MS
        known = days.setdefault(day, {}).setdefault(hour.opened_ms, hour)
        if hour.numbers is None or hour.numbers != known.numbers:
            spoilt.add(day)
    rows = {day * DAY_MS: row for day in sorted(days.keys() - spoilt) if (row := _day(day, days[day]))}
    if not rows:
        return NO_CANDLES
    return Columns(list(rows), *zip(*rows.values(), strict=True))


def _hours(columns: Columns) -> Iterator[_Hour]:
    figures = [column for column in columns[1:7] if column is not None]
    closed = columns.closed or [True] * len(columns.opened_ms)
    for opened, is_closed, *texts in zip(columns.opened_ms, closed, *figures, strict=True):
        if is_closed:
            yield _Hour(opened, tuple(texts), _numbers(texts))


def _numbers(texts: list[str]) -> tuple[Decimal, ...] | None:
    try:
        open_, high, low, close, *amounts = map(exact, texts)
    except ValueError:
        return None
    # A crossed hour would vanish among the highest and lowest of its day, so it is looked for here.
    if not (low <= open_ <= high and low <= close <= high and min(low, *amounts) >= 0):
        return None
    return (open_, high, low, close, *amounts) if _is_plausible(low, high, *amounts) else None


def _is_plausible(low: Decimal, high: Decimal, base: Decimal, turnover: Decimal | None = None) -> bool:
    """Whether low x volume <= turnover <= high x volume, each amount perhaps off by one in its last decimal."""
    if turnover is None:
        return True
    least = ROUNDING.multiply(low, ROUNDING.subtract(base, _last_decimal(base)))
    most = ROUNDING.multiply(high, ROUNDING.add(base, _last_decimal(base)))
    step = _last_decimal(turnover)
    return (
        ROUNDING.add(turnover, step) >= ROUNDING.multiply(least, 1 - _SLACK)
        and ROUNDING.subtract(turnover, step) <= ROUNDING.multiply(most, 1 + _SLACK)
    )  # fmt: skip


def _last_decimal(number: Decimal) -> Decimal:
    exponent = number.as_tuple().exponent
    return Decimal((0, (1,), exponent)) if isinstance(exponent, int) and exponent < 0 else Decimal(0)


def _day(day: int, hours: Mapping[int, _Hour]) -> tuple[str, ...] | None:
    """The day's four prices, volume and turnover if any; None unless its hours are exactly the 24."""
    wanted = range(day * DAY_MS, (day + 1) * DAY_MS, HOUR_MS)
    if hours.keys() != set(wanted):
        return None
    ordered = [hours[opened] for opened in wanted]
    numbers = [hour.numbers or () for hour in ordered]
    high = max(range(24), key=lambda at: numbers[at][1])
    low = min(range(24), key=lambda at: numbers[at][2])
    prices = (ordered[0].texts[0], ordered[high].texts[1], ordered[low].texts[2], ordered[-1].texts[3])
    try:
        sums = [plain(reduce(EXACT.add, amounts)) for amounts in list(zip(*numbers, strict=True))[4:]]
    except ArithmeticError:  # amounts so far apart that no exact sum of them can be written
        return None
    return (*prices, *sums)
