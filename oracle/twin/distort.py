"""Rows that are wrong on purpose, made the same way for every venue before they are written."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from oracle.twin.series import Bar

if TYPE_CHECKING:
    from oracle.twin.faults import RowFault
    from oracle.twin.table import Row


def distort(fault: RowFault, bars: list[Bar], current: Bar | None, now_ms: int) -> list[Bar]:
    """The page of ascending bars with the fault put in; `current` is the newest bar that has opened."""
    match fault:
        case "empty":
            return []
        case "unfinished_as_closed":
            return _finish(bars, current, now_ms)
        case "off_boundary":
            return [_shift(bar) for bar in bars]
        case "other_market":
            return bars
    # The newest closed day is spoilt: a client that asks for one day and one that asks for all both meet it.
    for index in range(len(bars) - 1, -1, -1):
        if bars[index].closed:
            spoilt = replace(bars[index], row=_spoil(fault, bars[index].row))
            kept = 1 if fault == "conflicting_duplicate" else 0
            return [*bars[: index + kept], spoilt, *bars[index + 1 :]]
    return bars


def _finish(bars: list[Bar], current: Bar | None, now_ms: int) -> list[Bar]:
    """The running day present, and marked as if it were over a second ago, whatever range was asked for."""
    if current is None or current.closed:
        return bars
    before = [bar for bar in bars if bar.open_ms < current.open_ms]
    return [*before, _as_closed(current, now_ms)]


def _as_closed(bar: Bar, now_ms: int) -> Bar:
    return replace(bar, closed=True, close_ms=max(bar.open_ms, now_ms - 1000), told_ms=bar.close_ms)


def _shift(bar: Bar) -> Bar:
    """The bar a third of its length early: a day as a venue would cut it that counts days in Hong Kong."""
    early = bar.length_ms // 3
    return replace(bar, open_ms=bar.open_ms - early, close_ms=bar.close_ms - early)


def _spoil(fault: RowFault, row: Row) -> Row:
    match fault:
        case "bad_number":
            return replace(row, close="NaN")
        case "crossed":
            return replace(row, low=_times(row.high, "2"))
        case "turnover_out_of_range":
            return _beyond_range(row)
        case _:
            return _restated(row)


def _beyond_range(row: Row) -> Row:
    """Thrice the turnover, so that it exceeds high x volume; Kraken publishes a mean price, so that one grows."""
    turnover = None if row.turnover is None else _times(row.turnover, "3")
    return replace(row, turnover=turnover, vwap=None if row.vwap is None else _times(row.vwap, "3"))


def _restated(row: Row) -> Row:
    """Another close and another volume for the same day, each plausible alone."""
    close = row.low if row.close != row.low else row.high
    if close == row.close:  # a day of one price has no other price inside its range
        close = _times(row.close, "1.01")
    turnover = None if row.turnover is None else _times(row.turnover, "1.001")
    return replace(row, close=close, base_volume=_times(row.base_volume, "1.001"), turnover=turnover)


def _times(text: str, factor: str) -> str:
    """The product in as many decimals as the text has, never in an exponent."""
    value = Decimal(text)
    exponent = value.as_tuple().exponent
    places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return f"{value * Decimal(factor):.{places}f}"
