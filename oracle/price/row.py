"""One priced row of a ledger: its columns in every format, and the statuses that it may have."""

import datetime as dt
from typing import Literal, get_args

from pydantic import Field

from oracle.part import Part

Status = Literal[
    "quoted",
    "quoted_manual",
    "no_qualifying_venue",
    "undetermined",
    "not_collected",
    "not_final",
    "unknown_coin",
    "ambiguous_name",
    "before_listing",
    "no_rule_in_force",
    "no_policy",
    "malformed",
]
STATUSES: tuple[str, ...] = get_args(Status)


class AskedRow(Part):
    """One row of a ledger as it is asked about."""

    coin: str = Field(min_length=1, max_length=60, description="code of the coin", examples=["BTC"])
    date: str = Field(
        description="calendar date, YYYY-MM-DD, or an instant with its offset from UTC: then its date in the zone that "
        "the rulebook names, Moscow",
        examples=["2026-11-20"],
    )
    quantity: str | float | None = Field(
        default=None, description="how many coins, as text or number, at most 18 digits on either side of the point"
    )
    reference: str | int | None = Field(default=None, description="the caller's own, at most 200 characters; told back")


class PricedRow(Part):
    """The quotation of one row, or why there is none. Exact amounts are text; kopecks are rounded half-up once."""

    reference: str | None = Field(description="the caller's own")
    coin: str | None = Field(description="as it was asked for")
    asset: str | None = Field(description="the coin that is meant on the date; null: not known")
    date: dt.date | None = Field(description="calendar date; of an instant, in the zone that the rulebook names")
    status: Status = Field(
        description="quoted, or why there is no quotation; quoted_manual: by one that a taxpayer entered by hand, "
        "which the rulebook allows where no eligible venue's own was collected. A bad row never fails the others"
    )
    reason: str | None = Field(
        description="why there is no quotation, in short; null if there is one that was collected; or who entered it"
    )
    venue: str | None
    market: str | None
    trading_day: dt.date | None = Field(description="the venue's day whose close it is")
    opens_at: dt.datetime | None
    closes_at: dt.datetime | None
    close: str | None = Field(description="the closing price in `quote_asset`, exact")
    quote_asset: str | None
    ruble_path: str | None = Field(description="official, peg or market")
    via_market: str | None = Field(description="by the path `market`: the market in which the stablecoin was valued")
    via_close: str | None = Field(description="its close: rub = close x via_close x rate / rate_nominal")
    rate_currency: str | None = Field(description="currency of the Bank of Russia's rate; null: none was needed")
    rate: str | None = Field(description="rubles for `rate_nominal` units, as published")
    rate_nominal: int | None
    rate_effective_on: dt.date | None = Field(description="date that the rate bears")
    rub: str | None = Field(description="rubles for one coin, exact")
    rub_kopecks: str | None
    quantity: str | None
    value_rub: str | None = Field(description="quantity x rub, exact")
    value_rub_kopecks: str | None
    final: bool | None = Field(description="long closed when it was read, or confirmed by a second reading")
    observation: str | None = Field(
        description="SHA-256 of the response or file that shows the close; of one entered by hand, of its document"
    )
    rulebook: str
    edition: dt.date | None = Field(description="first day of the edition in force; null before the first one")
    policy: str | None = Field(description="what chose among the eligible quotations")
    stablecoin_path: str | None = Field(description="peg, market or refuse: how stablecoins become rubles")
    stablecoin_chosen_by: str | None = Field(description="who chose that path: rulebook, or caller, who may differ")
    warning_code: str | None = Field(description="stablecoin_path_asked: the caller's path is not the rulebook's own")
    warning: str | None = Field(description="the same in words")
    dataset: str = Field(description="version of the dataset that answers")
    demo: bool = Field(description="True if any observation in the dataset is of invented prices")
