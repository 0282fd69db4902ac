"""What is asked when two datasets are compared, and what was found by sets."""

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from oracle.answer_differences import Kind
from oracle.price.reading import How

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """The reading and choice by which answers are compared; one coin, a span of days, or all."""

    how: How = field(default_factory=How)
    coin: str | None = None
    first: date | None = None
    last: date | None = None
    most: int = MOST_SHOWN


class Told(NamedTuple):
    """What one file answers: what was chosen, if anything, and of which venues it could have been."""

    venue: str | None
    market: str | None
    rub: str | None
    venues: tuple[str, ...]


NOTHING = Told(None, None, None, ())


class Found(NamedTuple):
    """A coin's day of which the files answer otherwise."""

    asset: str
    day: date
    old: Told
    new: Told

    @property
    def kind(self) -> Kind:
        """Whether there was a quotation before, and is now."""
        if (self.old.venue is None) == (self.new.venue is None):
            return "changed"
        return "lost" if self.new.venue is None else "gained"

    @property
    def place(self) -> tuple[int, str, date]:
        """Where it stands among the others."""
        return ("changed", "lost", "gained").index(self.kind), self.asset, self.day
