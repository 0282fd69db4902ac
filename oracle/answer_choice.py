"""The parts of an answer that tell what could be chosen, how far it lies apart, and why this was taken."""

import datetime as dt

from pydantic import Field

from oracle.law.said import Figure as SaidFigure
from oracle.part import Part


class Figure(Part):
    """One market's quotation in short."""

    venue: str
    market: str
    rub: str
    rub_kopecks: str


class TakenFigure(Figure):
    """What was taken, in short."""

    manual: str | None = Field(default=None, description="id of the quotation, if it was entered by hand")


class Spread(Part):
    """All eligible quotations: the lowest, the highest; the median of the venues' preferred pairs, one voice each."""

    lowest: Figure
    highest: Figure
    median_rub: str = Field(description="exact; of an even number the mean of the two middle ones")
    median_rub_kopecks: str
    venues: int
    quotations: int


class Offered(Figure):
    """An eligible quotation: one that the taxpayer may choose."""

    market_turnover_rub: str = Field(description="at least; the venue's pair with the largest is its preferred one")
    venue_turnover_rub: str = Field(description="at least")
    manual: str | None = Field(
        default=None, description="id of the entry if it was entered by hand; null: it was collected"
    )


class LastChoice(Part):
    """What was taken for this coin when a choice was last recorded for the taxpayer."""

    recorded_at: dt.datetime
    date: dt.date
    venue: str
    market: str
    choose: str
    manual: str | None = Field(default=None, description="id of the quotation, if it was entered by hand")


class Choice(Part):
    """What there was to choose from, the rule that was applied to it, and why it took what it took."""

    policy: str = Field(description="as the taxpayer wrote it: a name, venues or pairs in order of preference")
    rule: str = Field(description="largest-turnover, lowest, highest, as-tax-service, fixed-venue or fixed-pair")
    code: str = Field(description="what decided, and `figures` by which it did")
    text: str
    figures: dict[str, SaidFigure] = Field(default_factory=dict)
    candidates: list[Offered] = Field(description="each eligible (venue, market), in order of rubles")
    taxpayer: str | None = None
    policy_from: dt.date | None = Field(default=None, description="from which date the taxpayer's policy holds")
    note: str | None = Field(default=None, description="the taxpayer's own, beside the policy")
    last: LastChoice | None = Field(default=None, description="of this taxpayer and coin, if any was recorded")
