"""The tax service's figures beside ours, row by row, as machines get them."""

import datetime as dt
from typing import Literal

from pydantic import Field

from oracle.answer import Dataset, Quotation
from oracle.law.comparison import How, Name
from oracle.part import Part

State = Literal["same", "explained", "unexplained", "not_comparable", "unreadable"]


class Explained(Part):
    """A single leg that, replaced, reproduces their figure to the kopeck."""

    leg: Name
    text: str
    rub: str
    market: str = Field(description="our pair in which the leg is replaced")
    close: str
    day: dt.date | None = Field(None, description="of the other official rate or the other close")
    how: How | None = Field(None, description="of a rounding: rounded half-up, or cut")
    places: int | None = Field(None, description="to so many decimals")


class Row(Part):
    """One line of the file; `text` says what came of it, `error` why it could not be read or asked about."""

    line: int
    state: State
    text: str
    error: str | None = Field(default=None, description="as an error is told, in English")
    date: dt.date | None = None
    venue: str | None = None
    coin: str | None = None
    their_rub: str | None = None
    their_volume: str | None = None
    our_rub: str | None = Field(default=None, description="the lowest over the venue's pairs, exactly")
    our_rub_kopecks: str | None = None
    our_market: str | None = None
    difference_rub: str | None = Field(default=None, description="theirs less ours")
    difference_percent: str | None = Field(default=None, description="of ours")
    our_turnover_rub_low: str | None = Field(default=None, description="of the venue's day, at least")
    explanations: list[Explained] = Field(default_factory=list)
    pairs: list[Quotation] = Field(default_factory=list, description="our quotation of each pair, leg by leg")


class Comparisons(Part):
    """The whole file."""

    rulebook: str
    dataset: Dataset
    rows: list[Row]
