"""Everything that can go wrong on the way to a venue, to be ordered per request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Iterable

    from oracle.twin.answer import Query

RowFault = Literal[
    "conflicting_duplicate", "unfinished_as_closed", "off_boundary", "empty",
    "bad_number", "crossed", "turnover_out_of_range", "other_market",
]  # fmt: skip
WireFault = Literal[
    "429", "418", "451", "403", "5xx", "html", "redirect",
    "truncated", "wrong_content", "error_body", "slow", "disconnect",
    "too_frequent", "country", "cloudflare_1015", "cloudflare_1020", "blank", "nearly_used",
]  # fmt: skip
Kind = RowFault | WireFault

ROW_FAULTS: tuple[RowFault, ...] = get_args(RowFault)
WIRE_FAULTS: tuple[WireFault, ...] = get_args(WireFault)

# Row faults wait for a request of rows: a market list in between must not use them up.
_ROW_PATHS = ("kline", "candles", "OHLC", "ohlc", "XML_d")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong at one venue, so many times, after so many requests that fit."""

    venue: str
    kind: Kind
    path: str | None = None
    times: int | None = 1  # None: always
    after: int = 0  # requests let through before the first failure
    market: str | None = None  # part of the symbol as the venue writes it
    seconds: float = 1.0  # how long `slow` waits, and what Retry-After of 429 and 418 says
    status: int = 503  # which status `5xx` answers

    def fits(self, venue: str, path: str, query: Query) -> bool:
        """Whether the request is one this fault waits for."""
        if venue != self.venue or (self.path is not None and self.path not in path):
            return False
        if self.kind in ROW_FAULTS and not any(part in path for part in _ROW_PATHS):
            return False
        return self.market is None or any(self.market in text for text in (path, *query.values()))


class FaultBook:
    """The faults of a twin with what each has already seen; `faults` may be changed at any time."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = list(faults)
        self._seen: dict[int, tuple[Fault, int]] = {}  # keyed by identity: two equal faults are two

    def next(self, venue: str, path: str, query: Query) -> Fault | None:
        """The first fault that is due for this request; one that waits behind it has not seen the request."""
        for fault in self.faults:
            if not fault.fits(venue, path, query):
                continue
            kept, seen = self._seen.get(id(fault), (fault, 0))
            if kept is not fault:  # the identity of a fault since forgotten, given to a new one
                seen = 0
            if fault.times is not None and seen >= fault.after + fault.times:
                continue
            self._seen[id(fault)] = (fault, seen + 1)
            if seen >= fault.after:
                return fault
        return None


def row_fault(fault: Fault | None) -> RowFault | None:
    """The fault's kind where it is one of the rows' faults."""
    return fault.kind if fault is not None and fault.kind in ROW_FAULTS else None
