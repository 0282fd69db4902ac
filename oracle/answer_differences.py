"""Which answers differ between two datasets, and why, as machines get it."""

import datetime as dt
from typing import Literal

from pydantic import Field

from oracle.answer import Dataset
from oracle.law.said import Figure
from oracle.part import Part

Kind = Literal["changed", "lost", "gained"]


class NamedDataset(Dataset):
    """One of the two, as it was asked for, with the program that made it."""

    name: str
    software: str
    schema_version: int


class Side(Part):
    """What one dataset answers about a coin's day."""

    status: str = Field(
        description="quoted; quoted_manual (entered by hand); nothing_chosen; or why there is no answer, as in the "
        "rows of a ledger"
    )
    venue: str | None = None
    market: str | None = None
    close: str | None = None
    rub: str | None = Field(default=None, description="rubles for one coin, exact")
    rub_kopecks: str | None = None
    eligible_venues: list[str] = Field(description="those of which a quotation could be chosen")
    observation: str | None = Field(
        default=None, description="SHA-256 of the response that shows the close, or of what was entered by hand"
    )


class Cause(Part):
    """Why they differ: a stable code, in words, and as figures; what was is `old_...`, what is `new_...`."""

    code: str
    text: str
    figures: dict[str, Figure] = Field(default_factory=dict)


class Operation(Part):
    """The row of a ledger."""

    reference: str | None
    coin: str
    quantity: str | None
    old_value_rub: str | None
    new_value_rub: str | None
    difference_rub: str | None = Field(description="new less old, exact; null unless both are known")


class Difference(Part):
    """A coin's day that is answered otherwise."""

    coin: str
    date: dt.date
    kind: Kind = Field(description="changed; lost: there was a quotation; gained: there was none")
    old: Side
    new: Side
    difference_rub: str | None = Field(description="new less old for one coin, exact; null unless both are known")
    causes: list[Cause]
    operation: Operation | None = None


class Counts(Part):
    """How many there are of each kind, and how many of them are not among the rows."""

    changed: int
    lost: int
    gained: int
    not_shown: int


class Stake(Part):
    """The money of a ledger: new less old over the rows with a quantity that both datasets quote."""

    rows: int = Field(description="of the ledger")
    difference_rub: str
    raised_rub: str
    lowered_rub: str
    lost_value_rub: str = Field(description="old values of rows without a quotation now")
    gained_value_rub: str = Field(description="new values of rows without a quotation before")
    without_quantity: int = Field(description="differing rows that tell no quantity")


class Differences(Part):
    """All that differs; rows first those that changed, then lost, then gained, by coin and date."""

    old: NamedDataset
    new: NamedDataset
    rulebook: str
    choose: str
    taxpayer: str | None
    coin: str | None
    venue: str | None
    first: dt.date | None
    last: dt.date | None
    counts: Counts
    rows: list[Difference]
    stake: Stake | None = None
