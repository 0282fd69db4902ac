"""Documents of the API beside the answer: what `/v1` tells of coins, venues, rates, rulebooks and the dataset."""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from oracle.part import Digits, Part

Turnover = Annotated[Decimal, Digits(38, 16)]


class OfficialRate(Part):
    """An official rate of the Bank of Russia as it is in force on a date."""

    currency: str
    requested_on: dt.date
    effective_on: dt.date = Field(description="date that the rate bears; in force until the next one")
    nominal: int
    rate: str = Field(description="rubles for `nominal` units, as published")
    per_unit: Annotated[Decimal, Digits(20, 10)] = Field(description="rubles for one unit")
    observation: str = Field(description="SHA-256 of the Bank's answer that shows it")


class Venue(Part):
    """An organiser of trading and how it publishes."""

    venue: str
    title: str
    site: str
    jurisdiction: str
    day_opens_minutes: int = Field(description="when trading day D opens, in minutes after D 00:00 UTC")
    closed_by: str
    turnover_published: bool
    lists_delisted: bool
    source: str
    markets: int
    first_day: dt.date | None
    last_day: dt.date | None


class VenueDay(Part):
    """A venue's trading day: turnover by the values of `tax-code`, publication, verdicts."""

    venue: str
    day: dt.date
    opens_at: dt.datetime
    closes_at: dt.datetime
    turnover_rub: Turnover | None
    turnover_rub_low: Turnover
    turnover_rub_high: Turnover | None
    turnover_rub_all_bases_low: Turnover
    counted_markets: int
    missing_markets: int
    missing_uncounted: int = Field(description="those of them whose deals would not count: a stablecoin as base asset")
    provisional_markets: int
    unpriced: str
    published_since: dt.date | None
    published_days: int
    window_days: int
    verdicts: dict[str, str] | None = Field(description="by rulebook; those that judge by coins have none here")


class CoinLine(Part):
    """A coin in a list."""

    coin: str
    name: str | None
    kind: str
    venues: list[str]
    markets: int


class Coins(Part):
    """A page of coins; `next` is the address of the next one."""

    coins: list[CoinLine]
    next: str | None


class MarketLine(Part):
    """A market in which a coin was valued."""

    venue: str
    symbol: str
    market: str
    state: str
    first_day: dt.date | None
    last_day: dt.date | None
    candles: int


class Named(Part):
    """An entry of the register of names."""

    code: str
    asset: str
    venue: str
    first: dt.date
    last: dt.date
    source: str
    note: str
    refused: str
    rank: int
    origin: str


class Coin(Part):
    """A coin: the asset register's entry, its markets, and what the register of names says of its code."""

    coin: str
    asset: dict[str, Any] | None = Field(description="the asset register's entry; null: unclassified")
    markets: list[MarketLine]
    names: list[Named]


class RulebookLine(Part):
    """A rulebook in a list."""

    rulebook: str
    title: str
    editions: list[dt.date]


class RuleValue(Part):
    """One value of a rulebook with the date from which it holds, its clause and its source."""

    in_force_from: dt.date
    key: str
    value: Any
    holds_from: dt.date
    clause: str
    source: str
    note: str


class RuleLine(Part):
    """One value of one rulebook, as text: a row of all of them."""

    rulebook: str
    title: str
    in_force_from: dt.date
    key: str
    value: str
    holds_from: dt.date
    clause: str
    source: str
    note: str


class Rulebook(Part):
    """A reading of the rule."""

    rulebook: str
    title: str
    values: list[RuleValue]


class Freshness(Part):
    """What was read of one source, and until when."""

    source: str
    newest_day: dt.date | None
    last_success: dt.datetime | None
    last_error_at: dt.datetime | None


class DatasetPart(Part):
    """The published version that answers."""

    version: str
    published_at: dt.datetime
    demo: bool
    software: str
    schema_version: int
    content: str = Field(description="hash over everything that the version was made of")
    manifest: dict[str, Any] = Field(description="the manifest beside the file, with the file's SHA-256")
    sources: list[Freshness]


class DatasetLine(Part):
    """A dataset that can be asked by its name; `frozen_at` and `reason` of what was frozen."""

    name: str
    version: str
    published_at: dt.datetime
    frozen_at: dt.datetime | None
    reason: str | None


class ObservationPart(Part):
    """An attempt to read a source. The bytes are at `/v1/observations/SHA256`."""

    sha256: str
    source: str
    kind: str
    subject: str
    first_day: dt.date | None
    last_day: dt.date | None
    url: str
    status: int | None
    asked_at: dt.datetime
    received_at: dt.datetime
    outcome: str
    detail: str
    demo: bool


class Health(Part):
    """Whether the server is alive, or ready, and since when what."""

    status: str
    dataset: str | None = None
    published_at: dt.datetime | None = None
    reason: str | None = None
