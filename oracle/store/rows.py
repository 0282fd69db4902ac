"""What a published file answers with: plain rows, one class per question."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from oracle.law.publication_facts import PublicationFact
from oracle.law.verdict import Reason, Word

# The source of a UTC day that was built out of hourly candles.
FROM_HOURS = "hourly candles, as a UTC day"


class DatasetRow(NamedTuple):
    version: str
    published_at: datetime
    demo: bool
    schema_version: int
    as_known_at: datetime | None


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
    final: bool
    known_from: datetime
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
    reasons: list[Reason]


class VenueRow(NamedTuple):
    venue: str
    title: str
    opens: timedelta
    jurisdiction: str = "foreign"
    publication_facts: tuple[PublicationFact, ...] = ()


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
    units: int
    units_of: str | None
    peg: str | None = None


class ListedRow(NamedTuple):
    venue: str
    symbol: str
    market: str
    first_day: date | None
    last_day: date | None


class RevisionRow(NamedTuple):
    """A restated close (of a venue's market) or official rate (of `cbr`); rubles as far as they are known.

    `turnover_change_rub`: how far the venue day's turnover moved; `floors_crossed`: rulebooks whose floor it passed.
    """

    noticed_at: datetime
    source: str
    subject: str
    day: date
    coin: str | None
    value_before: Decimal
    value_after: Decimal
    rub_before: Decimal | None
    rub_after: Decimal | None
    turnover_change_rub: Decimal | None
    floors_crossed: list[str]
    observation_before: str
    observation_after: str

    def touches(self) -> list[str]:
        """The published figures that changed with it, in words."""
        if self.source == "cbr":
            return [f"every figure in {self.subject} from {self.day} until the next rate took effect"]
        touched = []
        if self.value_before != self.value_after:
            touched.append(f"quotation of {self.coin} on {self.day} at {self.source}")
        if self.turnover_change_rub:
            touched.append(f"turnover of {self.source} on {self.day}")
        return touched + [f"verdict on {self.source} on {self.day} under {name}" for name in self.floors_crossed]


class BrokenRow(NamedTuple):
    venue: str
    symbol: str
    reason: str


class DayRows(NamedTuple):
    """All that a published file tells about a day but for its candles.

    By venue `figures` and `missing`, by currency `rates`, by venue, asset and path `values`, by venue and rulebook
    `verdicts`.
    """

    values: Mapping[tuple[str, str, str], ValueRow]
    figures: dict[str, VenueDayRow]
    verdicts: dict[tuple[str, str], VerdictRow]
    rates: dict[str, RateInForceRow]
    broken: list[BrokenRow]
    missing: dict[str, list[str]]
