"""A user's own file beside what the venue told: where both tell a day they must tell the same."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from oracle.days import day_of
from oracle.errors import QuestionError
from oracle.imports.reading import Parsed
from oracle.numbers import EXACT, ROUNDING, exact, plain, times
from oracle.store.imported import FiguresRow

# Volumes in users' files went through binary floats; a price did not, or is another price.
_CLOSE_ENOUGH = Decimal("1e-9")
_STORED = Decimal("1e-18")


def agreed(found: Parsed, told: Mapping[date, FiguresRow], opens: timedelta, venue: str) -> None:
    """QuestionError where a row contradicts what the venue itself told of that day."""
    columns = found.columns
    for at, opened in enumerate(columns.opened_ms):
        theirs = told.get(day_of(opened, opens))
        if theirs is None:
            continue
        open_, high, low, close, volume = (
            exact(each[at]) for each in (columns.open, columns.high, columns.low, columns.close, columns.base_volume)
        )
        turnover = None if columns.turnover is None else exact(columns.turnover[at])
        ours = FiguresRow(open_, high, low, close, volume, turnover)
        for name, mine, other in zip(FiguresRow._fields, ours, theirs, strict=True):
            if mine is None or other is None:
                continue
            if not (_alike(mine, other) if name in ("base_volume", "turnover") else _same(mine, other)):
                raise QuestionError(
                    f"line {found.lines[at]}: {name} of {day_of(opened, opens)} is {plain(mine)}, but {venue} itself "
                    f"told {plain(other)}; a user's file fills gaps and corrects nothing: cut that day out if the "
                    "others are right, or check market, columns and days"
                )


def _same(mine: Decimal, other: Decimal) -> bool:
    return mine.quantize(_STORED, context=ROUNDING) == other


def _alike(mine: Decimal, other: Decimal) -> bool:
    return abs(EXACT.subtract(mine, other)) <= times(max(mine, other), _CLOSE_ENOUGH)
