"""Looking at one table of a file: the observation it would be, its page, what to tell of it; nothing is written."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from oracle.days import DAY, DAY_MS, Span, opening_ms
from oracle.errors import QuestionError
from oracle.imports import reading
from oracle.imports.agreement import agreed
from oracle.imports.checks import checked
from oracle.imports.container import Piece
from oracle.imports.formats import Format, Named
from oracle.imports.layout import encoded
from oracle.imports.naming import Directory
from oracle.imports.reading import Parsed
from oracle.imports.wish import Wish
from oracle.store.imported import Shelf
from oracle.terms import CandlePage, Observation


@dataclass(frozen=True, slots=True)
class Looked:
    """A table that can be taken: as an observation, as a page of candles, and with remarks for the user."""

    observation: Observation
    page: CandlePage
    found: Parsed
    remarks: tuple[str, ...]


def observation_of(piece: Piece, wish: Wish, directory: Directory, now: datetime, *, verified: bool) -> Observation:
    """What would be archived, its span still open; QuestionError for a file of another kind or of no known market."""
    told: dict[str, str] = {reading.CONTAINER: piece.container, reading.FORMAT: wish.title}
    if wish.form:
        named = _named(piece, wish.form)
        market = directory.of_file(wish.form, named.market)
        layout, note = wish.form.layout(named), ""
        if named.period and wish.form.conclusive:
            told[reading.PERIOD] = f"{named.period.first}/{named.period.last}"
    elif wish.own:
        market = directory.of_pair(wish.own.base, wish.own.quote, wish.own.symbol)
        layout, note = wish.own.layout, wish.own.note
        told[reading.NOTE] = note
        if wish.own.made:
            told[reading.MADE] = str(int(wish.own.made.timestamp() * 1000))
    told |= {reading.MARKET: market.name, reading.COLUMNS: encoded(layout)}
    url = f"file:{wish.title}/{piece.name}"
    if piece.member and piece.container == "plain":
        url += f"!{piece.member}"
        told |= {reading.MEMBER: piece.member, reading.WHOLE: piece.whole}
    if verified:
        told[reading.CHECKSUM] = "verified"
    return Observation(
        source=wish.venue.name,
        kind="file",
        subject=market.symbol,
        span=None,
        url=url,
        status=None,
        headers=tuple(sorted(told.items())),
        asked_at=now,
        received_at=now,
        body=piece.body,
        detail=note,
    )


def looked(piece: Piece, observation: Observation, wish: Wish, shelf: Shelf, margin: timedelta) -> Looked:
    """The table read and checked; QuestionError says why it cannot be taken."""
    page, found = reading.page(observation, piece.body, wish.venue, margin)
    period = _named(piece, wish.form).period if wish.form else None
    if period and wish.form and wish.form.late_labels:
        period = Span(period.first, period.last + DAY)
    remarks = checked(found, wish.venue, period)
    span = _span(page, period, wish)
    late = sum(opened + DAY_MS > page.closed_before_ms for opened in found.columns.opened_ms)
    if late:
        remarks.append(f"{late} of {len(found.lines)} rows are of days that had not closed: left out")
    if wish.own:
        agreed(
            found, shelf.told_by_venue(wish.venue.name, observation.subject, span), wish.venue.opens, wish.venue.name
        )
    observation = replace(observation, span=span)
    return Looked(observation, replace(page, observation=observation), found, tuple(remarks))


def _span(page: CandlePage, period: Span | None, wish: Wish) -> Span:
    """The days that the file is taken for: its named period, or from its first closed day to its last."""
    if page.answered:
        closes = opening_ms(page.answered.last, wish.venue.opens) + DAY_MS
        if closes > page.closed_before_ms:
            raise QuestionError(f"is for days until {page.answered.last}, which has not closed; import it after that")
        return page.answered
    if not page.runs:
        days = f"{period.first} to {period.last}" if period else str(page.oldest)
        raise QuestionError(f"holds no day that had closed when it was made ({days}); import it after that")
    return Span(page.runs[0].first, page.runs[-1].last)


def _named(piece: Piece, form: Format) -> Named:
    if piece.container == "plain" and piece.member:
        return form.named(piece.member)
    if piece.container != "zip":
        return form.named(piece.name)
    inside = form.named(piece.member)
    if inside.period and form.named(piece.name) != inside:
        raise QuestionError(f"holds {piece.member}, the file of another market or period; download it again")
    return inside
