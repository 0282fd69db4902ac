"""The rows of one market with their openings, cut by time and written once."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from oracle.twin.table import Row, TwinMarket

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


@dataclass(frozen=True, slots=True)
class Bar:
    """A row placed in time; `closed` is what a venue with a mark of closing says about it."""

    open_ms: int
    close_ms: int  # the last millisecond of the day, or what the venue says instead
    row: Row
    closed: bool
    previous_close: str | None
    told_ms: int  # the last instant the figures tell of: the end of the day, or now
    length_ms: int = DAY_MS


Write = Callable[[Bar], bytes]


@dataclass(frozen=True, slots=True)
class Habits:
    """How one venue names its markets and writes its bars."""

    symbol: Callable[[TwinMarket], str]
    write: Write
    opens_hours: int = 0
    omits_idle_days: bool = False  # Upbit and Coinbase have no row for a day without a trade


class Series:
    """Rows of one market, ascending, with the text of each closed bar kept after its first use."""

    def __init__(self, rows: tuple[Row, ...], hours: int, habits: Habits, length_ms: int = DAY_MS) -> None:
        self._rows = tuple(row for row in rows if not (habits.omits_idle_days and is_idle(row)))
        self._write = habits.write
        self._length_ms = length_ms
        self._texts: list[bytes | None] = [None] * len(self._rows)
        self.opens = [_midnight_ms(row) + (hours + row.hour) * HOUR_MS for row in self._rows]
        if any(later <= earlier for earlier, later in zip(self.opens, self.opens[1:], strict=False)):
            raise ValueError("rows must ascend by day, each day once")

    def from_open(self, open_ms: int) -> int:
        """The index of the first bar opening at or after the instant."""
        return bisect_left(self.opens, open_ms)

    def past_open(self, open_ms: int) -> int:
        """The index after the last bar opening at or before the instant."""
        return bisect_right(self.opens, open_ms)

    def bar(self, index: int, now_ms: int) -> Bar:
        """One bar as it stands at the instant."""
        opened = self.opens[index]
        last = opened + self._length_ms - 1
        previous = self._rows[index - 1].close if index else None
        row = self._rows[index]
        said = last if row.close_time_ms is None else row.close_time_ms
        return Bar(opened, said, row, last < now_ms, previous, min(last, now_ms), self._length_ms)

    def texts(self, first: int, stop: int, now_ms: int) -> list[bytes]:
        """The bars' texts, ascending; an unfinished one is written anew because its mark will change."""
        found: list[bytes] = []
        for index in range(first, stop):
            text = self._texts[index]
            if text is None or self.opens[index] + self._length_ms > now_ms:
                bar = self.bar(index, now_ms)
                text = self._write(bar)
                if bar.closed:
                    self._texts[index] = text
            found.append(text)
        return found


def is_idle(row: Row) -> bool:
    """Whether nothing was traded: the volume has no digit but zeros ("0.00000000")."""
    return not row.base_volume.strip("0.")


def turnover(row: Row) -> str:
    """The row's turnover, which a venue that publishes it cannot do without."""
    if row.turnover is None:
        raise ValueError(f"the row of {row.day} has no turnover, and this venue publishes one")
    return row.turnover


def _midnight_ms(row: Row) -> int:
    return int(datetime.combine(row.day, time(), UTC).timestamp()) * 1000
