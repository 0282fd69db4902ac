"""What is asked of a file before anything of it is kept: its days, its period, its figures, each day told one way."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from oracle.days import DAY_MS, Span, day_of
from oracle.errors import QuestionError
from oracle.imports.reading import Parsed
from oracle.imports.table import fault
from oracle.numbers import EXACT, exact, times
from oracle.venues.venue import Venue

# One row in ten may break a check as a venue's own mistake; if more do, the columns are not what they are said to be.
BROKEN_SHARE = 10
_WEEK = 7
_BILLIONTH = Decimal("1e-9")
_LIMIT = Decimal(10) ** 20
_DECIMALS = 18


def checked(found: Parsed, venue: Venue, period: Span | None) -> list[str]:
    """What to tell of rows that will be kept but not used; QuestionError for a file that cannot be taken."""
    _on_boundary(found, venue)
    days = [day_of(each, venue.opens) for each in found.columns.opened_ms]
    if period:
        for line, day in zip(found.lines, days, strict=True):
            if not period.first <= day <= period.last:
                raise fault(
                    line, "of time", f"is the day {day}, but the file's name says {period.first} to {period.last}"
                )
    _told_once(found)
    gaps = {(later - earlier).days for earlier, later in zip(sorted(set(days)), sorted(set(days))[1:], strict=False)}
    if len(set(days)) > 2 and all(gap % _WEEK == 0 for gap in gaps):  # noqa: PLR2004 - two rows may be a chance
        raise QuestionError("has one row a week; a closing price is a day's: give the file of daily candles")
    return list(_plausible(found))


def _on_boundary(found: Parsed, venue: Venue) -> None:
    opens = venue.opens // timedelta(milliseconds=1) % DAY_MS
    for line, opened in zip(found.lines, found.columns.opened_ms, strict=True):
        if opened % DAY_MS != opens:
            at = datetime.fromtimestamp(opened / 1000, UTC)
            wanted = f"{opens // 3_600_000:02}:{opens // 60_000 % 60:02}"
            raise fault(
                line,
                "of time",
                f"opens at {at:%Y-%m-%d %H:%M} UTC, but days of {venue.name} open at {wanted} UTC: the file holds "
                "other days, or other intervals than days",
            )


def _told_once(found: Parsed) -> None:
    """A day may be told twice alike; told in two ways it is not known which is right."""
    columns = found.columns
    told: dict[int, tuple[int, tuple[str, ...]]] = {}
    rows = zip(*(each for each in columns[1:7] if each), strict=True)
    for line, opened, row in zip(found.lines, columns.opened_ms, rows, strict=True):
        first = told.setdefault(opened, (line, row))
        if first[1] != row:
            day = datetime.fromtimestamp(opened / 1000, UTC)
            raise QuestionError(
                f"lines {first[0]} and {line} tell the day that opens {day:%Y-%m-%d %H:%M} UTC in two ways; "
                "one file holds one market, each day once"
            )


def _plausible(found: Parsed) -> Iterator[str]:
    broken: dict[str, list[int]] = {}
    for at, line in enumerate(found.lines):
        if reason := broken_check(found, at):
            broken.setdefault(reason, []).append(line)
    for reason, lines in broken.items():
        if len(lines) * BROKEN_SHARE > len(found.lines):
            raise QuestionError(
                f"lines {lines[0]} to {lines[-1]}: {len(lines)} of {len(found.lines)} rows break the check {reason}"
                f"{_swapped(found, reason)}; the columns are not what they are said to be"
            )
        yield f"{len(lines)} of {len(found.lines)} rows break the check {reason}, first line {lines[0]}: kept, not used"


def _swapped(found: Parsed, reason: str) -> str:
    columns, turnover = found.columns, found.columns.turnover
    if reason != "turnover_out_of_range" or turnover is None:
        return ""
    turned = Parsed(columns._replace(base_volume=turnover, turnover=columns.base_volume), found.lines)
    broken = [at for at in range(len(found.lines)) if broken_check(found, at) == reason]
    mended = sum(broken_check(turned, at) is None for at in broken)
    return " (volume and turnover are swapped)" if 2 * mended > len(broken) else ""


def broken_check(found: Parsed, at: int) -> str | None:
    """Which of the store's checks on figures the row breaks; the store itself has the last word."""
    columns = found.columns
    literals = [columns.open[at], columns.high[at], columns.low[at], columns.close[at]]
    open_, high, low, close = prices = [exact(each) for each in literals]
    volume = exact(columns.base_volume[at])
    if any(_decimals(each) > _DECIMALS or each >= _LIMIT for each in prices) or volume >= _LIMIT:
        return "too_many_digits"
    if close <= 0:
        return "close_not_positive"
    if not low <= min(open_, close) <= max(open_, close) <= high:
        return "prices_out_of_order"
    if columns.turnover is None:
        return None
    turnover = exact(columns.turnover[at])
    least = times(times(low, max(volume - _last(volume), Decimal(0))), 1 - _BILLIONTH)
    most = times(times(high, EXACT.add(volume, _last(volume))), 1 + _BILLIONTH)
    if turnover >= _LIMIT:
        return "too_many_digits"
    return None if least - _last(turnover) <= turnover <= most + _last(turnover) else "turnover_out_of_range"


def _decimals(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _last(value: Decimal) -> Decimal:
    """One in the last decimal: how far a figure may be rounded."""
    return Decimal(1).scaleb(-_decimals(value)) if _decimals(value) else Decimal(0)
