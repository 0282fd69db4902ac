"""Whether a taxpayer's own documented quotation may be chosen: only if the rulebook allows it, and as a stopgap.

Art. 282.3 takes the closing price that an organiser itself calculates, and only of an organiser whose turnover passed
the floor and whose quotations have been public. Somebody's document shows a price; it shows neither of these. So such a
quotation counts only at a venue whose verdict comes from what was collected, and only where no eligible venue's own
quotation was collected for the coin and day: whoever could put a typed figure in the place of a recorded one could
choose the price itself, not merely the organiser, which is all that the law leaves to the taxpayer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from oracle.days import trading_day
from oracle.law.rulebook import Edition
from oracle.law.verdict import Word

KEY = "manual_quotations"


class ManualQuotation(NamedTuple):
    """One unit of `coin` closed at `close` `quote`, by a document; `id` and `document` are SHA-256.

    `closes_at`: when the day closed that it is of, if the taxpayer said so.
    """

    id: str
    coin: str
    day: date
    venue: str
    market: str
    quote: str
    close: Decimal
    close_literal: str
    closes_at: datetime | None
    document: str
    author: str
    reason: str
    entered_at: datetime


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known beside an entry: the kind of its quote asset, whether it has rubles, and of a venue of ours more.

    `verdict`: on the venue under the rulebook, None for a venue of which nothing is collected; `opens`: when its day D
    opens after D 00:00 UTC.
    """

    quote_kind: str
    has_rubles: bool
    verdict: Word | None
    opens: timedelta | None


class Weight(NamedTuple):
    """Whether the quotation counts; if not, `code` says why, and `clause` by what of the rule."""

    counts: bool
    code: str
    clause: str


def weighed(
    edition: Edition | None,
    entries: Sequence[tuple[ManualQuotation, Circumstances]],
    *,
    collected: bool,
) -> list[Weight]:
    """What each entry of a coin's day weighs; `edition`: the one in force, None before the first.

    `collected`: an eligible venue's own quotation of the coin and day was collected.
    """
    codes = [_code(edition, *each) or _contradicted(each, entries) for each in entries]
    if edition and edition.quote_order == "listed":
        codes = _in_order(edition, entries, codes)
    return [_weight(edition, code or ("manual_collected" if collected else "")) for code in codes]


def _weight(edition: Edition | None, code: str) -> Weight:
    clause = edition.citations[_DECIDED_BY.get(code, KEY)].clause if edition else ""
    return Weight(not code, code or "manual_counts", clause)


# What of the rule decides; where nothing stands here, it is the key of manual quotations.
_DECIDED_BY = {
    "manual_quote_kind": "quote_kinds",
    "manual_quote_order": "quote_order",
    "manual_no_rubles": "stablecoin_path",
    "manual_other_day": "trading_day",
    "manual_venue_unknown": "turnover_floor_rub",
    "manual_venue_not_eligible": "turnover_floor_rub",
    "manual_venue_undetermined": "turnover_floor_rub",
}


def _code(edition: Edition | None, entry: ManualQuotation, beside: Circumstances) -> str:
    """Why it does not count, whatever else there is; empty if nothing of its own stands against it."""
    if edition is None or edition.manual_quotations != "allow":
        return "manual_refused" if edition else "manual_no_rule"
    if beside.quote_kind not in edition.quote_kinds:
        return "manual_quote_kind"
    if not beside.has_rubles:
        return "manual_no_rubles"
    if beside.verdict is None or beside.opens is None:
        return "manual_venue_unknown"
    if _closes_otherwise(edition, entry, beside.opens):
        return "manual_other_day"
    return "" if beside.verdict == "eligible" else f"manual_venue_{beside.verdict}"


def _closes_otherwise(edition: Edition, entry: ManualQuotation, opens: timedelta) -> bool:
    """Whether it is the close of another day than the rulebook asks for; unless told, it is of the venue's own."""
    asked = timedelta() if edition.trading_day == "utc" else opens
    return _closes(entry, opens) != trading_day(entry.day, asked).closes_at


def _closes(entry: ManualQuotation, opens: timedelta) -> datetime:
    return entry.closes_at or trading_day(entry.day, opens).closes_at


def _contradicted(
    one: tuple[ManualQuotation, Circumstances], entries: Sequence[tuple[ManualQuotation, Circumstances]]
) -> str:
    """Two closes of one market's day cannot both be its close, so neither is taken until one is withdrawn."""
    entry, opens = one[0], one[1].opens or timedelta()
    return (
        "manual_contradicted"
        if any(
            (other.venue, other.market) == (entry.venue, entry.market)
            and _closes(other, opens) == _closes(entry, opens)
            and other.close != entry.close
            for other, _ in entries
        )
        else ""
    )


def _in_order(
    edition: Edition, entries: Sequence[tuple[ManualQuotation, Circumstances]], codes: Sequence[str]
) -> list[str]:
    """Where the order of quote kinds decides, only a venue's first kind counts."""
    ranks = [
        edition.quote_kinds.index(beside.quote_kind) if not code else len(edition.quote_kinds)
        for (_, beside), code in zip(entries, codes, strict=True)
    ]
    best: dict[str, int] = {}
    for (entry, _), rank in zip(entries, ranks, strict=True):
        best[entry.venue] = min(rank, best.get(entry.venue, rank))
    return [
        code or ("manual_quote_order" if rank > best[entry.venue] else "")
        for (entry, _), rank, code in zip(entries, ranks, codes, strict=True)
    ]
