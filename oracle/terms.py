"""The nouns of the house: small frozen values that all rooms share."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from oracle.days import Span
from oracle.numbers import exact, shifted


@dataclass(frozen=True, slots=True)
class Market:
    """One pair on one venue: `base` is valued in `quote`; `symbol` is the venue's own name for it."""

    venue: str
    symbol: str
    base: str
    quote: str
    state: str = "live"  # live | halted | delisted | imported (in no list, known from a file)

    @property
    def name(self) -> str:
        """BASE/QUOTE, the same on every venue."""
        return f"{self.base}/{self.quote}"


class Columns(NamedTuple):
    """The candles of one page as columns of literals, in the order received; nothing dropped, nothing repaired.

    `opened_ms`: opening in milliseconds since 1970 (UTC). Prices in the quote asset, `base_volume` in the base asset,
    `turnover` in the quote asset, or None where the venue publishes none. `closed`: the venue's own mark, or None.
    """

    opened_ms: Sequence[int]
    open: Sequence[str]
    high: Sequence[str]
    low: Sequence[str]
    close: Sequence[str]
    base_volume: Sequence[str]
    turnover: Sequence[str] | None = None
    closed: Sequence[bool] | None = None

    @property
    def num_rows(self) -> int:
        """How many candles, by the name that an Arrow table has for it."""
        return len(self.opened_ms)


NO_CANDLES = Columns((), (), (), (), (), ())


@dataclass(frozen=True, slots=True)
class OfficialRate:
    """A Bank of Russia rate: `value` rubles for `nominal` units, in force from `effective_on` until the next one."""

    currency: str
    effective_on: date
    nominal: int
    value: str

    @property
    def per_unit(self) -> Decimal:
        """Rubles for one unit, exactly: nominals are powers of ten."""
        return shifted(exact(self.value), 1 - len(str(self.nominal)))


@dataclass(frozen=True)
class Observation:
    """One attempt to read a source, with the response as received if there was one.

    `source` is a venue, `cbr`, or `user` for what a user filed; `kind` is markets | candles | rates | currencies | file
    (imported, not asked for) | document | manual (both filed); `subject` the market's symbol or the currency; `span`
    the days asked for, or those that a file tells of. `body` holds the bytes after content decoding, None if no answer
    came.
    `outcome` is ok, unreachable, refused or changed; `detail` says why it is not ok.
    """

    source: str
    kind: str
    subject: str
    span: Span | None
    url: str
    status: int | None
    headers: tuple[tuple[str, str], ...]
    asked_at: datetime
    received_at: datetime
    body: bytes | None = field(repr=False)
    outcome: str = "ok"
    detail: str = ""

    @cached_property
    def sha256(self) -> str | None:
        """Hash of `body`, the name under which the observation is found again."""
        return None if self.body is None else hashlib.sha256(self.body).hexdigest()

    @property
    def by_user(self) -> bool:
        """Whether a user's own file tells it, and not the venue: it never stands in the way of what the venue tells."""
        return self.kind == "file" and self.url.startswith("file:csv/")


@dataclass(frozen=True, slots=True)
class MarketList:
    """A venue's list of markets as one observation shows it."""

    observation: Observation
    markets: tuple[Market, ...]


@dataclass(frozen=True, slots=True)
class CandlePage:
    """What one observation says of one market's candles, with what is needed to judge it.

    `rows`: one row per candle, literals as received: `Columns`, or the Arrow table that `store.incoming.candle_rows`
    makes of them.
    `oldest`: the oldest of the asked days that has a row, None if none has; `told`: how many have. `opens_ms`: the
    venue's day boundary in milliseconds after 00:00 UTC. `closed_before_ms`: days that end later were still running
    when the answer was made. `answered`: the days for which it is conclusive; `runs` are these of an imported file with
    gaps, which says nothing about the days between its rows. `market`: what an imported file is about, for its market
    may be in no list. `view`: under which name the store keeps the rows, where they are not the venue's own days.
    """

    observation: Observation
    rows: Any
    oldest: date | None
    told: int
    opens_ms: int
    closed_before_ms: int
    answered: Span | None
    runs: tuple[Span, ...] = ()
    market: Market | None = None
    view: str | None = None

    @property
    def venue(self) -> str:
        """The name under which the rows are kept."""
        return self.view or self.observation.source


@dataclass(frozen=True, slots=True)
class RatePage:
    """Official rates out of one observation; `answered` are the days for which it is conclusive for `currency`."""

    observation: Observation
    rates: tuple[OfficialRate, ...]
    currency: str = ""
    answered: Span | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """What its user says of a filed document; the observation's span holds the days that it shows, if any were named.

    `venue`: the name of one of ours or a free one, empty if none was named; `media`: its type by its content.
    """

    observation: Observation
    name: str
    media: str
    venue: str
    author: str
    note: str
    address: str


@dataclass(frozen=True, slots=True)
class ManualEntry:
    """A quotation that a taxpayer entered, with the hash of the document that shows it; `close` digit for digit.

    The observation's hash is its id, the observation's span its day. `venue`: one of ours or a free name.
    """

    observation: Observation
    coin: str
    venue: str
    market: str
    quote: str
    close: str
    closes_at: datetime | None
    document: str
    author: str
    reason: str


@dataclass(frozen=True, slots=True)
class ManualWithdrawal:
    """The entry with the hash `of` counts no more from this observation on."""

    observation: Observation
    of: str
    reason: str


Filed = Document | ManualEntry | ManualWithdrawal
Reading = MarketList | CandlePage | RatePage | Filed
