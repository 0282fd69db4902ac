"""How near to the floor a venue's turnover was day by day, and when it went over to the other side."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from oracle.numbers import EXACT, times

State = Literal["above", "not_above", "open"]
Flip = Literal["up", "down"]
_PERCENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class FloorDay:
    """A venue's turnover of a day in rubles beside the floor of that day; `high` is None where it could be anything.

    `verdict`: by the whole rule, where that is known.
    """

    venue: str
    day: date
    floor: Decimal
    low: Decimal
    high: Decimal | None
    verdict: str | None = None

    @property
    def state(self) -> State:
        """Above is strictly more; a day whose bounds lie on both sides is open."""
        if self.low > self.floor:
            return "above"
        return "not_above" if self.high is not None and self.high <= self.floor else "open"

    @property
    def deciding(self) -> Decimal:
        """The bound that decides: of a day that is not above the upper one, else the lower one."""
        return self.high if self.high is not None and self.state == "not_above" else self.low

    def near(self, within: Decimal) -> bool:
        """Whether a bound lies within so many percent of the floor, or both are known, one on either side."""
        if self.state == "open" and self.high is not None:
            return True
        width = times(times(self.floor, within), _PERCENT)
        bounds = (self.low,) if self.high is None else (self.low, self.high)
        return any(abs(EXACT.subtract(bound, self.floor)) <= width for bound in bounds)


@dataclass(frozen=True, slots=True)
class Crossing:
    """`since`: the last day that was decided the other way; where days lie between them, it was on one of these."""

    way: Flip
    since: date


def crossings(days: Iterable[FloorDay]) -> Iterator[tuple[FloorDay, Crossing]]:
    """Of one venue's days in order, those decided otherwise than the last decided one before them."""
    last: FloorDay | None = None
    for each in days:
        if each.state == "open":
            continue
        if last and last.state != each.state:
            yield each, Crossing("up" if each.state == "above" else "down", last.day)
        last = each
