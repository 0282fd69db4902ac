"""When each job is due: pure functions from what a source publishes to instants; "now" is always an argument."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from oracle.days import CLOSING_MARGIN, DAY, MOSCOW, last_closed, moscow_date, trading_day
from oracle.venues import VENUES
from oracle.venues.venue import Venue

BANK = "cbr"
# After its day has closed and the closing margin has passed a venue gets this long to book its last trades.
GRACE = timedelta(minutes=4)
# Venues whose days close together are begun so far apart, in the order of the register.
APART = timedelta(seconds=20)
# The Bank of Russia publishes tomorrow's rates between these hours of Moscow, and is asked this often for them.
POLLS_FROM, POLLS_UNTIL = time(11), time(19)
POLL_EVERY = timedelta(minutes=15)
_SATURDAY = 5
_NEW_YEAR_UNTIL = 8  # January: no rates are set on its first eight days
# A market list is asked for again with the first run after this: with daily runs, once a week.
LISTS_FOR = timedelta(days=6, hours=12)
# A job that failed is tried again after these waits, the last one again and again.
RETRY_AFTER = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 30, 60))


def wait_after_close(venue: Venue) -> timedelta:
    """How long after the close of its day a venue's run begins."""
    return CLOSING_MARGIN + GRACE + APART * list(VENUES).index(venue.name)


def venue_due(venue: Venue, after: datetime) -> datetime:
    """The first instant later than `after` at which a day of the venue has closed and settled."""
    wait = wait_after_close(venue)
    due = trading_day(last_closed(after, venue.opens, wait), venue.opens).closes_at + wait
    return due if due > after else due + DAY


def day_due(venue: Venue, now: datetime) -> date:
    """The newest trading day whose close should be here by now."""
    return last_closed(now, venue.opens, wait_after_close(venue))


def sets_rates(day: date) -> bool:
    """Whether the Bank sets rates on `day`, as far as that is known beforehand.

    Monday to Friday but for 1-8 January. Other holidays are polled in vain; a rate set on a working Saturday comes
    with the next venue's run, which brings whatever is missing up to its day.
    """
    is_new_year = day.month == 1 and day.day <= _NEW_YEAR_UNTIL
    return day.weekday() < _SATURDAY and not is_new_year


def rates_due(after: datetime, newest: date | None) -> datetime:
    """The first poll later than `after`; `newest` is the newest date whose rate is known.

    Every 15 minutes from 11:00 to 19:00 Moscow on working days, until the next day's rate is known.
    """
    here = after.astimezone(MOSCOW)
    day = here.date()
    while True:
        if sets_rates(day) and (newest is None or newest <= day):
            opening, closing = (datetime.combine(day, at, MOSCOW) for at in (POLLS_FROM, POLLS_UNTIL))
            polls_had = (here - opening) // POLL_EVERY + 1 if here >= opening else 0
            poll = opening + polls_had * POLL_EVERY
            if poll <= closing:
                return poll.astimezone(after.tzinfo)
        day += DAY


def rate_day_due(now: datetime) -> date:
    """The newest day of which it should be known which rate is in force: yesterday in Moscow, or today from 11:00."""
    here = now.astimezone(MOSCOW)
    return moscow_date(now) - (timedelta() if here.time() >= POLLS_FROM else DAY)


@dataclass(slots=True)
class Turn:
    """When one job runs next: at once at the start, soon after a failure, otherwise when `due`."""

    due: Callable[[datetime], datetime]
    began: datetime | None = None
    failures: int = 0
    is_owed: bool = True  # at the start: whatever was missed while nothing ran

    def started(self, now: datetime) -> None:
        """A run begins."""
        self.began, self.is_owed = now, False

    def ended(self, *, failed: bool) -> None:
        """The run has ended."""
        self.failures = self.failures + 1 if failed else 0

    def next(self, now: datetime) -> datetime:
        """The next run, `now` at the earliest."""
        if self.began is None or self.is_owed:
            return now
        due = max(self.due(self.began), now)  # a day that closed during a long run is not forgotten
        if self.failures:
            return min(due, now + RETRY_AFTER[min(self.failures, len(RETRY_AFTER)) - 1])
        return due
