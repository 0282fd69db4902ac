"""What a published file answers with: plain rows, one class per question."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from oracle.law.verdict import Word


class DatasetRow(NamedTuple):
    version: str
    published_at: datetime
    demo: bool
    schema_version: int


class CandleRow(NamedTuple):
    venue: str
    symbol: str
    market: str
    quote: str
    close: Decimal
    close_literal: str
    base_volume_literal: str
    turnover_literal: str | None
    turnover_low: Decimal
    observation: str
    source: str


class ValueRow(NamedTuple):
    venue: str
    asset: str
    path: str
    legs: str
    reason: str | None


class VenueDayRow(NamedTuple):
    venue: str
    turnover_rub: Decimal | None
    turnover_rub_low: Decimal
    turnover_rub_high: Decimal | None
    turnover_rub_all_bases_low: Decimal
    counted_markets: int
    unpriced: str
    published_since: date | None
    published_days: int
    window_days: int


class VerdictRow(NamedTuple):
    venue: str
    rulebook: str
    in_force_from: date | None
    verdict: Word
    turnover_rub_low: Decimal
    reasons: list[dict[str, str]]


class EditionRow(NamedTuple):
    rulebook: str
    in_force_from: date
    stablecoin_path: str
    quote_kinds: str


class VenueRow(NamedTuple):
    venue: str
    title: str
    opens: timedelta


class RateInForceRow(NamedTuple):
    currency: str
    value: str
    nominal: int
    effective_on: date
    observation: str


class AssetRow(NamedTuple):
    asset: str
    name: str
    kind: str
    obligated_person: str | None
    note: str | None


class ListedRow(NamedTuple):
    venue: str
    symbol: str
    market: str
    first_day: date | None
    last_day: date | None


class BrokenRow(NamedTuple):
    venue: str
    symbol: str
    reason: str
