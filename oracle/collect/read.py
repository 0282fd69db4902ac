"""From an observation to what it says: the one path by which bytes become rows, live or out of the archive."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from oracle.bank_of_russia import NAME as BANK
from oracle.bank_of_russia import read_daily, read_dynamic
from oracle.days import CLOSING_MARGIN, DAY_MS, Span, day_of, moscow_date, opening_ms
from oracle.documents import KIND as DOCUMENT
from oracle.documents import read_document
from oracle.errors import QuestionError, SourceChangedError, SourceError
from oracle.fetch import server_time
from oracle.imports.reading import read_file
from oracle.manual import KIND as MANUAL
from oracle.manual import read_manual
from oracle.store.incoming import candle_rows
from oracle.terms import (
    CandlePage,
    Document,
    ManualEntry,
    ManualWithdrawal,
    MarketList,
    Observation,
    RatePage,
    Reading,
)
from oracle.venues import UTC_VIEWS, VENUES
from oracle.venues.venue import Paging, Venue

_LATEST_MS = 4_102_444_800_000
FEW = 10


def read(observation: Observation) -> Reading:
    """The reading of a sound observation; SourceError where its bytes have another shape than the reader knows."""
    try:
        return _read(observation)
    except (ValueError, OverflowError) as error:
        raise SourceChangedError(f"the answer cannot be read: {str(error)[:200]}") from error


def _read(observation: Observation) -> Reading:
    body = observation.body
    if body is None:
        raise SourceChangedError("no answer was kept")
    if observation.source == BANK:
        return _rates(observation, body)
    if observation.kind in (DOCUMENT, MANUAL):
        return _filed(observation, body)
    venue = VENUES.get(observation.source)
    if venue is None:
        raise SourceChangedError(
            f"no venue is called {observation.source!r} any more; install the version that knew it"
        )
    if observation.kind == "file":
        return read_file(observation, body, venue, CLOSING_MARGIN)
    if observation.kind == "markets":
        markets = tuple(venue.read_markets(body))
        if not markets:
            raise SourceChangedError("the market list is empty")
        return MarketList(observation, markets)
    if observation.kind == "hours":
        view = UTC_VIEWS[venue.name]
        return replace(_candles(observation, body, view), view=view.name)
    return _candles(observation, body, venue)


def read_again(observation: Observation) -> Reading | None:
    """What an archived response tells; None if it was no answer.

    None too where a newer reader refuses what an older one took: the bytes stay, the rows are not invented.
    """
    if observation.outcome != "ok":
        return None
    try:
        return read(observation)
    except SourceError:
        return None


def _filed(observation: Observation, body: bytes) -> Document | ManualEntry | ManualWithdrawal:
    """What a user filed; whatever is wrong with it, it is the bytes that are of another shape."""
    try:
        return read_document(observation) if observation.kind == DOCUMENT else read_manual(observation, body)
    except (KeyError, TypeError, ValueError, AttributeError, QuestionError) as error:
        raise SourceChangedError(f"what was filed cannot be read: {str(error)[:200]}") from error


def _candles(observation: Observation, body: bytes, venue: Venue) -> CandlePage:
    columns = venue.read_candles(body, observation.subject)
    oldest, newest = min(columns.opened_ms, default=None), max(columns.opened_ms, default=None)
    if oldest is not None and newest is not None and not 0 <= oldest <= newest < _LATEST_MS:
        raise SourceChangedError("an opening time lies before 1970 or after 2100")
    # The server's clock and ours must both say that a day has ended.
    received = min(observation.received_at, server_time(observation.headers) or observation.received_at)
    span, opens_ms = observation.span, venue.opens // timedelta(milliseconds=1)
    days = {(each - opens_ms) // DAY_MS for each in columns.opened_ms}
    if span:
        first, last = opening_ms(span.first, timedelta()) // DAY_MS, opening_ms(span.last, timedelta()) // DAY_MS
        days = {each for each in days if first <= each <= last}
    return CandlePage(
        observation,
        # At once, while the texts are still in the processor's cache: they are only needed in this form. A few rows
        # take longer to become a table of their own than to wait for the other pages of their batch.
        candle_rows(columns) if len(columns.opened_ms) > FEW else columns,
        day_of(min(days) * DAY_MS, timedelta()) if days else None,
        len(days),
        opens_ms=opens_ms,
        closed_before_ms=int((received - CLOSING_MARGIN).timestamp() * 1000),
        answered=_answered(span, columns.opened_ms, venue),
    )


def _answered(span: Span | None, opened_ms: Sequence[int], venue: Venue) -> Span | None:
    """The days for which an answer is conclusive: all that were asked for, unless it may be only a page of them.

    A page that ends early is not taken for the beginning of a market: it may be the venue's own limit.
    """
    may_be_cut = span is not None and (
        len(span) > venue.page_days or (venue.reach_days is not None and len(opened_ms) >= venue.reach_days)
    )
    if span is None or not opened_ms or not may_be_cut:
        return span
    first, last = day_of(min(opened_ms), venue.opens), day_of(max(opened_ms), venue.opens)
    if venue.paging is Paging.OLDEST:
        first, last = span.first, min(span.last, last)
    else:
        first, last = max(span.first, first), span.last
    return Span(first, last) if first <= last else None


def _rates(observation: Observation, body: bytes) -> RatePage:
    if observation.kind == "currencies":
        return RatePage(observation, tuple(rate for _, rate in read_daily(body).values()))
    currency, _, currency_id = observation.subject.partition(" ")
    rates = tuple(read_dynamic(body, currency, currency_id))
    span = observation.span
    answered = None
    if span is not None:
        # Tomorrow's rate may not be set yet: the answer is conclusive up to today in Moscow, or to its newest row.
        certain = [moscow_date(observation.received_at), *(rate.effective_on for rate in rates)]
        last = min(span.last, max(certain))
        answered = Span(span.first, last) if span.first <= last else None
    return RatePage(observation, rates, currency, answered)
