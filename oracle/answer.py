"""The answer to a question for a quotation, as machines get it: one stable document, money and prices as text."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property
from typing import Literal

from pydantic import Field

from oracle.answer_choice import Choice, Figure, Spread
from oracle.answer_sensitivity import Sensitivity
from oracle.answer_tax import Tax
from oracle.law.said import Figure as SaidFigure
from oracle.law.said import Nested
from oracle.law.valuation import By, Leg
from oracle.law.verdict import Word
from oracle.part import Part


class Dataset(Part):
    """The published version that answered."""

    version: str
    published_at: dt.datetime
    demo: bool = Field(description="True if any observation in the dataset is of invented prices")
    as_known_at: dt.datetime | None = Field(None, description="nothing that was received later is in the answer")


class Hours(Part):
    """A trading day: the venue's own 24 hours under the date that it gives them."""

    date: dt.date
    opens_at: dt.datetime
    closes_at: dt.datetime


class Step(Part):
    """One step of a ruble path: one `of` is `rate` `into`."""

    of: str
    into: str
    by: By
    rate: str
    effective_on: dt.date | None = Field(None, description="date that the official rate bears")
    market: str | None = Field(None, description="market whose close was taken")

    @cached_property
    def leg(self) -> Leg:
        """As the law has it."""
        return Leg(self.of, self.into, self.by, Decimal(self.rate), self.effective_on, self.market)


def path_of(steps: Sequence[Step]) -> tuple[Leg, ...]:
    """The steps as the law has them."""
    return tuple(each.leg for each in steps)


class Alternative(Part):
    """The result by the other stablecoin path, or the reason why there is none."""

    ruble_path: str
    rub: str | None
    rub_kopecks: str | None
    legs: list[Step]
    reason: str | None = None

    def path(self) -> tuple[Leg, ...]:
        """The legs as the law has them."""
        return path_of(self.legs)


class Quotation(Part):
    """One market's closing price in rubles. `rub` is exact, `rub_kopecks` rounded half-up once."""

    venue: str
    market: str
    symbol: str = Field(description="the venue's own name of the market")
    trading_day: Hours
    close: str
    close_as_received: str
    quote_asset: str
    ruble_path: str = Field(
        description="official, peg or market; refuse: a stablecoin that the rulebook does not convert"
    )
    legs: list[Step]
    rub: str | None
    rub_kopecks: str | None
    reason: str | None = Field(None, description="why there are no rubles")
    alternative: Alternative | None = Field(None, description="for a stablecoin, the other path")
    base_volume: str
    turnover_quote: str | None = Field(description="as published; null where the venue publishes none")
    final: bool = Field(description="long closed when it was read, or confirmed by a second reading after the grace")
    known_from: dt.datetime = Field(description="when the close was first received")
    observation: str = Field(description="SHA-256 of the response or file that shows the close")
    source: str = Field(
        "api",
        description="who told it: api, `bulk file <name>` of the venue, `user file: <note>`, or that hours did",
    )
    explanation: str = Field("", description="the quotation in two or three sentences")

    def path(self) -> tuple[Leg, ...]:
        """The legs as the law has them."""
        return path_of(self.legs)


class ManualPart(Part):
    """A quotation that a taxpayer entered by hand: told by no venue, never among `quotations`. `rub` is exact."""

    id: str = Field(description="SHA-256 of what was entered")
    venue: str = Field(description="as the taxpayer names it")
    venue_collected: bool = Field(description="false: nothing is collected of it, so there is no verdict on it")
    market: str
    close: str = Field(description="digit for digit as entered")
    quote_asset: str
    closes_at: dt.datetime | None = Field(description="when its day closed, as the taxpayer says, else the venue's own")
    ruble_path: str
    legs: list[Step]
    rub: str | None
    rub_kopecks: str | None
    no_rubles: str | None = Field(description="why there are no rubles")
    counts: bool = Field(description="whether it may be chosen under the rulebook")
    code: str = Field(description="manual_counts, or why it does not count")
    text: str
    clause: str = Field(description="by what of the rulebook; empty before its first edition")
    document: str = Field(description="SHA-256 of the document that shows it; its bytes are among the observations")
    author: str
    reason: str = Field(description="why it was entered, in the author's words")
    entered_at: dt.datetime

    def path(self) -> tuple[Leg, ...]:
        """The legs as the law has them."""
        return path_of(self.legs)


class Reason(Part):
    """One test of a rulebook: its result (passed, failed, open), in words and as figures.

    Amounts (`..._rub`) and dates (`..._on`) are text, counts whole numbers.
    """

    code: str
    result: str
    text: str
    figures: dict[str, SaidFigure] = Field(default_factory=dict)
    clause: str = Field(description="as the rulebook has it, in its own language")


class VerdictPart(Part):
    """eligible, not_eligible, undetermined or no_rule_in_force, with every reason."""

    verdict: Word
    in_force_from: dt.date | None
    per_coin: bool = Field(False, description="judged by the deals or quotations of this coin alone")
    explanation: str = Field("", description="the verdict in two or three sentences")
    reasons: list[Reason]


class PublicationFactPart(Part):
    """Evidence other than observations that the venue's quotations were public on a day. It changes no verdict."""

    what: str = Field(
        description="daily_candles, candles (both over the public API), charts, historical_page, bulk_downloads; "
        "document: what a user's document shows"
    )
    shown_on: dt.date = Field(description="day on which the source shows it; nothing is said of other days")
    shown_until: dt.date | None = Field(default=None, description="of a document, the last day that it shows")
    address: str = Field(description="where it was public on that day")
    source: str = Field(description="who shows it; `not fetched:` where that could not be read")
    origin: str = Field(
        description="shipped, user: from publication.toml in the home folder, or document: filed by a user"
    )
    document: str | None = Field(
        default=None, description="SHA-256 of the document; its bytes are among the observations"
    )


class Shown(Part):
    """What is picked out of a venue's quotations of the coin."""

    lowest_rub: str | None = Field(
        default=None, description="the lowest of the venue's quotations, as the tax service shows"
    )
    preferred: Figure | None = Field(default=None, description="its pair with the largest turnover")
    lowest: Figure | None = Field(default=None, description="the pair of lowest_rub")
    highest: Figure | None = None


class VenuePart(Part):
    """A venue on that day: verdicts under every rulebook, turnover with bounds, publication."""

    venue: str
    title: str
    verdicts: dict[str, VerdictPart]
    turnover_rub: str | None = Field(description="null unless both bounds agree")
    turnover_rub_low: str | None
    turnover_rub_high: str | None = Field(
        description="null while markets are missing or unpriced whose deals would count"
    )
    turnover_rub_all_bases_low: str | None = Field(description="if stablecoin and fiat bases counted too")
    counted_markets: int
    missing_markets: list[str] = Field(description="listed markets that were not read for the day")
    unpriced_quote_assets: list[str]
    published_since: dt.date | None
    coverage: str | None = Field(description="share of days with a quotation in the three years before")
    publication_facts: list[PublicationFactPart] = Field(
        default_factory=list, description="since when its quotations have been public, by other evidence; oldest first"
    )
    lowest_rub: str | None = Field(description="the lowest of the venue's quotations, as the tax service shows")
    preferred: Figure | None = Field(default=None, description="its pair with the largest turnover")
    lowest: Figure | None = Field(default=None, description="the pair of lowest_rub")
    highest: Figure | None = None


class Chosen(Part):
    """What the policy took."""

    policy: str
    venue: str
    market: str
    rub: str
    rub_kopecks: str
    manual: str | None = Field(
        default=None, description="id of the entry of `manual` that was taken; null: it was collected"
    )


class Corridor(Part):
    """Chosen quotation x 0.8 and x 1.2: the bounds for sales and for costs."""

    floor_80: str
    floor_80_kopecks: str
    cap_120: str
    cap_120_kopecks: str


class OfficialRatePart(Part):
    """An official rate that was used."""

    currency: str
    rate: str = Field(description="rubles for `nominal` units, as published")
    nominal: int
    requested_on: dt.date
    effective_on: dt.date
    observation: str


class WarningPart(Part):
    """What to be warned of: a stable code, in words, and as figures."""

    code: str
    text: str
    figures: dict[str, Nested] = Field(
        default_factory=dict,
        description="dates (`..._on`), instants (`..._at`) are text, counts whole numbers, a name's meanings objects",
    )


class StablecoinPart(Part):
    """The path from a stablecoin to rubles by which this answer prices and judges."""

    path: Literal["peg", "market", "refuse"]
    chosen_by: Literal["rulebook", "caller"] = Field(
        description="caller: the question said so, whatever the rulebook says"
    )
    rulebook_path: Literal["peg", "market", "refuse"] = Field(description="what the edition of the rulebook says")


class Answer(Part):
    """All quotations of a coin on a date, the verdicts on their venues, and the choice."""

    coin: str
    date: dt.date
    asked_at: dt.datetime | None = Field(default=None, description="the instant of the operation, if one was asked for")
    zone: str = Field(default="Europe/Moscow", description="in which `date` is the calendar date of `asked_at`")
    rulebook: str
    edition: dt.date | None = Field(description="first day of the edition in force; null before the first one")
    stablecoin: StablecoinPart | None = Field(
        default=None, description="the path of stablecoins and who chose it; null in answers of older versions"
    )
    dataset: Dataset
    quotations: list[Quotation]
    venues: list[VenuePart]
    chosen: Chosen | None
    corridor: Corridor | None
    spread: Spread | None = Field(default=None, description="of the eligible quotations; null if there are none")
    choice: Choice
    tax: Tax | None = Field(default=None, description="if a quantity was asked about and a quotation chosen")
    sensitivity: Sensitivity | None = Field(default=None, description="if other readings were asked about")
    official_rates: list[OfficialRatePart]
    warnings: list[WarningPart]
    manual: list[ManualPart] = Field(
        default_factory=list, description="entered by hand for the coin and day, not withdrawn; not among `quotations`"
    )
