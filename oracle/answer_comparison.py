"""The tax service's figures beside ours, row by row, as machines get them."""

import datetime as dt
from typing import Literal

from pydantic import Field

from oracle.answer import Dataset, Quotation
from oracle.law.comparison import Name
from oracle.part import Part

State = Literal["same", "explained", "unexplained", "not_comparable", "unreadable"]


class Explained(Part):
    """A single leg that, replaced, reproduces their figure to the kopeck."""

    leg: Name
    text: str
    rub: str


class Row(Part):
    """One line of the file; `reason` says why it could not be read or compared."""

    line: int
    state: State
    text: str
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
