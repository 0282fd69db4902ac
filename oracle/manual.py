"""A taxpayer's own quotation, and its withdrawal, as observations: canonical JSON of what was entered."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from oracle.days import Span, moscow_date, parse_day, parse_instant, trading_day
from oracle.documents import NAME_CHARACTERS, TEXT_CHARACTERS, line, venue_of
from oracle.errors import QuestionError
from oracle.imports.naming import pair_named
from oracle.knowledge import Knowledge
from oracle.law.identity import Unresolved
from oracle.numbers import exact
from oracle.terms import ManualEntry, ManualWithdrawal, Observation
from oracle.venues import VENUES

SOURCE, KIND = "user", "manual"
FORMAT = "market-quotation-manual/1"
_PLAIN = re.compile(r"\d{1,20}(\.\d{1,18})?", re.ASCII)
_COIN = re.compile(r"[^\W_][^\s\x00-\x1f/]{0,59}")


@dataclass(frozen=True, slots=True)
class Wish:
    """A quotation to be entered, checked: all but its document."""

    coin: str
    day: date
    venue: str
    market: str
    quote: str
    close: str
    closes_at: datetime | None
    author: str
    reason: str


def wished(
    known: Knowledge,
    now: datetime,
    *,
    coin: str,
    day: str,
    venue: str,
    market: str,
    close: str,
    author: str,
    reason: str,
    closes_at: str | None = None,
) -> Wish:
    """The quotation of a command line; QuestionError for one that cannot be."""
    on, where = parse_day(day), venue_of(venue)
    base, quote_code = pair_named(market)
    quote = _quote(known, where, quote_code, on)
    closed = parse_instant(closes_at) if closes_at is not None else None
    _over(where, on, closed, now)
    told = coin.upper()
    if not _COIN.fullmatch(told):
        raise QuestionError(f"{coin[:60]!r} is no coin; write its code, for example BTC")
    return Wish(
        _coin(known, where, base, told, on),
        on,
        where,
        f"{base}/{quote_code}",
        quote,
        _close(close),
        closed,
        line("--author", author, NAME_CHARACTERS),
        line("--reason", reason, TEXT_CHARACTERS),
    )


def _close(text: str) -> str:
    if not _PLAIN.fullmatch(text) or not exact(text):
        raise QuestionError(
            f"--close {text[:60]!r}: expected a price above zero with a decimal point, as the document shows it, at "
            "most 20 digits before the point and 18 behind it"
        )
    return text


def _coin(known: Knowledge, venue: str, base: str, coin: str, day: date) -> str:
    """The coin that the market values on the day; it must be the one that is meant."""
    found = known.identity.asset_of(venue if venue in VENUES else "", base, day)
    if isinstance(found, Unresolved):
        raise QuestionError(f"nothing can be concluded about {base} at {venue} on {day}: {found.reason}")
    if found != coin:
        raise QuestionError(f"{base} at {venue} on {day} denotes {found}, not {coin}; ask for {found} or mend --market")
    return coin


def _quote(known: Knowledge, venue: str, code: str, day: date) -> str:
    found = known.identity.asset_of(venue if venue in VENUES else "", code, day)
    if isinstance(found, Unresolved):
        raise QuestionError(f"nothing can be concluded about {code} at {venue} on {day}: {found.reason}")
    if known.assets.kinds[found] not in ("fiat", "stablecoin"):
        raise QuestionError(
            f"--market: {code} is neither a currency nor a stablecoin of the register, so a price in it has no way to "
            "rubles; give a market against one"
        )
    return found


def _over(venue: str, day: date, closed: datetime | None, now: datetime) -> None:
    """A day that is not over has no closing price."""
    ours = VENUES.get(venue)
    closes = closed or (trading_day(day, ours.opens).closes_at if ours else None)
    if day > moscow_date(now) or (closes and closes > now):
        raise QuestionError(f"the trading day {day} is not over; enter its quotation after that")
    if closed and abs(closed.date() - day) > timedelta(days=1):
        raise QuestionError(f"--closes-at {closed:%Y-%m-%d %H:%M} UTC is no end of a trading day {day}")


def entry_of(wish: Wish, document: str, now: datetime) -> Observation:
    """What is archived; `document`: the hash of the document that shows the close."""
    told = {
        "what": "quotation",
        "coin": wish.coin,
        "day": wish.day.isoformat(),
        "venue": wish.venue,
        "market": wish.market,
        "quote": wish.quote,
        "close": wish.close,
        "closes_at": wish.closes_at and _instant(wish.closes_at),
        "document": document,
        "author": wish.author,
        "reason": wish.reason,
        "entered_at": _instant(now),
    }
    return _observation(told, wish.market, Span(wish.day, wish.day), now)


def withdrawal_of(id_: str, reason: str, now: datetime) -> Observation:
    """What is archived when an entry is withdrawn; the entry stays where it is."""
    told = {
        "what": "withdrawal",
        "of": id_,
        "reason": line("--reason", reason, TEXT_CHARACTERS),
        "withdrawn_at": _instant(now),
    }
    return _observation(told, id_, None, now)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _observation(told: dict[str, Any], subject: str, span: Span | None, now: datetime) -> Observation:
    body = json.dumps({"format": FORMAT, **told}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Observation(
        source=SOURCE,
        kind=KIND,
        subject=subject,
        span=span,
        url=f"manual:{told['what']}",
        status=None,
        headers=(),
        asked_at=now,
        received_at=now,
        body=body.encode(),
        detail=told["reason"],
    )


def read_manual(observation: Observation, body: bytes) -> ManualEntry | ManualWithdrawal:
    """What was entered; ValueError or KeyError where the bytes are of another shape."""
    told = json.loads(body)
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise ValueError(f"expected {FORMAT}")
    if told["what"] == "withdrawal":
        return ManualWithdrawal(observation, told["of"], told["reason"])
    if Span(parse_day(told["day"]), parse_day(told["day"])) != observation.span:
        raise ValueError("the day of the entry is not the one of its observation")
    return ManualEntry(
        observation,
        told["coin"],
        told["venue"],
        told["market"],
        told["quote"],
        _close(told["close"]),
        parse_instant(told["closes_at"]) if told["closes_at"] else None,
        told["document"],
        told["author"],
        told["reason"],
    )
