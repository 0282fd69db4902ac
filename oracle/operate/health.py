"""The health of every source: what should be there by now, what is there, what went wrong, and what runs next."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from oracle.days import DAY
from oracle.operate.due import BANK, day_due, rate_day_due, rates_due, venue_due
from oracle.store.watch import SourceRow
from oracle.venues import VENUES


@dataclass(frozen=True, slots=True)
class Health:
    """One source at one instant.

    `due_day`: the newest day that should be there. `missed_closes`: closed days since the newest one that is there;
    None if nothing is. `behind_markets`: listed markets that are not there up to the due day. `next_run`: when a
    running `oracle up` asks next.
    """

    source: str
    due_day: date
    newest_day: date | None
    missed_closes: int | None
    behind_markets: int
    next_run: datetime


def health(row: SourceRow, now: datetime, newest_rate: date | None) -> Health:
    """The health of a source at `now`, by what a published file tells of it."""
    if row.source == BANK:
        due, next_run = rate_day_due(now), rates_due(now, newest_rate)
    else:
        venue = VENUES[row.source]
        due, next_run = day_due(venue, now), venue_due(venue, now)
    missed = None if row.newest_day is None else max((due - row.newest_day) // DAY, 0)
    behind = sum(markets for last, markets in row.covered if last is None or last < due)
    return Health(row.source, due, row.newest_day, missed, behind, next_run)


def health_rows(rows: Iterable[SourceRow], now: datetime, newest_rate: date | None) -> list[dict[str, Any]]:
    """Everything told of each source, as flat rows."""
    return [
        {key: value for key, value in row._asdict().items() if key != "covered"} | asdict(health(row, now, newest_rate))
        for row in rows
    ]
