"""Venue days near the floor of a rulebook, as machines get them."""

import datetime as dt

from pydantic import Field

from oracle.answer import Dataset, WarningPart
from oracle.law.threshold import Flip, State
from oracle.part import Part


class Margin(Part):
    """A venue's day near the floor, or one on which its turnover had gone over to the other side."""

    venue: str
    date: dt.date
    state: State = Field(description="above: strictly more; open: the bounds do not decide")
    near: bool
    flip: Flip | None = Field(description="up or down: decided otherwise than on `flip_from`")
    flip_from: dt.date | None = Field(description="the last decided day before; if not the day before, some were open")
    floor_rub: str
    floor_usd: str | None = Field(description="at the official rate in force, rounded half-up to cents")
    usd_rate: str | None = Field(description="rubles for one dollar, exactly; null if no rate is known for the date")
    turnover_rub_low: str
    turnover_rub_high: str | None = Field(description="null while markets are missing or unpriced: no upper bound")
    margin_rub: str = Field(
        description="of the bound that decides (not above: the upper one; else the lower) less floor"
    )
    margin_percent: str | None = Field(description="of the floor, to four decimals; null of a floor of nothing")
    verdict: str | None = Field(description="by the whole rule; null under a rulebook that judges by coins")


class VenueCount(Part):
    """A venue's days in numbers."""

    venue: str
    days: int
    near: int
    above: int
    not_above: int
    open: int
    flips_up: int
    flips_down: int


class Threshold(Part):
    """The days, oldest first, and how many there are."""

    rulebook: str
    coin: str | None = Field(description="whose deals make the turnover, under a rulebook that judges by coins")
    within_percent: str
    since: dt.date
    until: dt.date
    dataset: Dataset
    days: list[Margin]
    venues: list[VenueCount]
    warnings: list[WarningPart]
