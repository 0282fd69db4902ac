"""When a day's figures are final: the venue has closed it, and a second reading after a grace period agreed.

Late trades are booked, and venues restate a day, in the hours after its close; years later they hardly ever do. So a
day that had long been closed when it was first read needs no second reading.
"""

from datetime import datetime, timedelta

# Two readings of a day are this far apart at least. Collected nightly, the second one comes with the next day's page.
GRACE = timedelta(hours=12)
# A day that had been closed for so long when it was read is final by that one reading.
SETTLED = timedelta(days=30)


def due_at(first_read: datetime, changed: datetime | None) -> datetime:
    """From when a reading that agrees makes the day final; `changed`: when its figure last changed or was in doubt."""
    return max(first_read, changed or first_read) + GRACE


def is_final(first_read: datetime, changed: datetime | None, last_read: datetime, closed: datetime) -> bool:
    """Whether readings of these instants make a day final that closed at `closed`; the store's SQL says the same."""
    return last_read >= due_at(first_read, changed) or last_read >= closed + SETTLED
