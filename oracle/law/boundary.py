"""Whether it is proven when a venue's trading day opens: by its manual, or by the openings of its own candles."""

from dataclasses import dataclass
from datetime import timedelta

# So many different days have to open where the venue's day is presumed to open, and none elsewhere.
LEAST_DAYS = 30


@dataclass(frozen=True, slots=True)
class Boundary:
    """A presumed opening, after 00:00 UTC of the day, and what was seen of it.

    `stated`: the venue's manual or a recorded answer says so. `on`: different days that opened there; `off`: candles
    that opened elsewhere.
    """

    opens: timedelta
    stated: bool
    on: int = 0
    off: int = 0

    @property
    def proven(self) -> bool:
        """Whether days of this venue may count."""
        return self.stated or (self.on >= LEAST_DAYS and not self.off)

    @property
    def days_that_matter(self) -> int:
        """Days seen, up to the number that decides: more of them change nothing, every night, in what is told."""
        return min(self.on, LEAST_DAYS)

    def says_the_same(self, other: "Boundary") -> bool:
        """Whether verdicts by both of them are told in the same words and figures."""
        told = [(each.stated, each.days_that_matter, each.off) for each in (self, other)]
        return told[0] == told[1]

    @property
    def clock(self) -> str:
        """When the day opens, on a clock: `16:00`."""
        minutes = int(self.opens.total_seconds()) // 60 % 1440
        return f"{minutes // 60:02}:{minutes % 60:02}"
