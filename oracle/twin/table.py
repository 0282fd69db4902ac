"""What the twin serves: rows of days per market, official rates per currency, all numbers as decimal text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

State = Literal["live", "halted", "delisted"]


@dataclass(frozen=True, slots=True)
class Row:
    """One trading day of one market; `day` is the venue's own label, the texts go over the wire unchanged."""

    day: date
    open: str
    high: str
    low: str
    close: str
    base_volume: str
    turnover: str | None
    trades: int = 0
    vwap: str | None = None
    taker_base: str | None = None  # only Binance serves these two; without them the twin halves the volumes
    taker_turnover: str | None = None
    # Binance's closeTime where it is not the end of the day: 2018-02-08 closed at 00:28 UTC, when the venue went down.
    close_time_ms: int | None = None
    usdt_turnover: str | None = None  # Bitget's second turnover; without it the twin repeats the first
    hour: int = 0  # of the row of an hour: how many hours after the day's opening it opens


@dataclass(frozen=True, slots=True)
class TwinMarket:
    """One market under ordinary asset codes; rows ascend by day and may have gaps."""

    base: str
    quote: str
    rows: tuple[Row, ...]
    state: State = "live"
    # Hours from 00:00 UTC of the label to the opening, where it is not the venue's own: -8 makes the row of
    # 2024-05-02 open 2024-05-01 16:00 UTC whatever bar the client asks for.
    opens_hours: int | None = None


@dataclass(frozen=True, slots=True)
class RateRow:
    """One published official rate: `value` rubles for `nominal` units, in force from `effective_on`."""

    effective_on: date
    nominal: int
    value: str


@dataclass(frozen=True, slots=True)
class TwinData:
    """Everything a twin serves: markets per venue, published rates per currency code, and whether it is invented."""

    markets: Mapping[str, tuple[TwinMarket, ...]]
    rates: Mapping[str, tuple[RateRow, ...]]
    demo: bool
