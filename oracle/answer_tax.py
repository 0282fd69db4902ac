"""The part of an answer that tells what follows from the chosen quotation for a quantity."""

from pydantic import Field

from oracle.law.tax import Day, How, Use
from oracle.part import Part


class TaxLine(Part):
    """One figure in rubles, exact and in kopecks, how it came about, and the day whose quotation counts for it."""

    use: Use
    rub: str
    rub_kopecks: str
    code: How = Field(description="how it came about")
    text: str
    held: bool | None = Field(description="whether an actual price kept within its bound; null where none was given")
    day: Day = Field(description="whose quotation counts")
    date_that_counts: str = Field(description="that day in words")


class Tax(Part):
    """A quantity at the chosen quotation; `paid` and `sold` are rubles for all of it."""

    quantity: str
    paid: str | None
    sold: str | None
    quotation_rub: str
    market_value_rub: str
    market_value_rub_kopecks: str
    rounding: str
    lines: list[TaxLine]
