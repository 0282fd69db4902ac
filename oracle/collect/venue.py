"""One venue's part of a collection: its market list, then the missing pages of each market."""

import asyncio
from dataclasses import replace
from datetime import datetime

from oracle.collect.context import Context
from oracle.collect.observe import Question, observe
from oracle.collect.plan import Known, is_wanted, needed, next_page, wanted_days, without
from oracle.days import CLOSING_MARGIN, Span, last_closed, missing
from oracle.errors import SourceChangedError, SourceError, SourceRefusedError
from oracle.law.coverage import history_begins
from oracle.law.finality import SETTLED
from oracle.store.writer import Store
from oracle.terms import CandlePage, Market, MarketList
from oracle.venues import UTC_VIEWS
from oracle.venues.venue import Request, Venue
from oracle.venues.wire import Wire

# Requests of one venue under way at once; the pace is the line's, this only hides the latency.
IN_FLIGHT = 12


class VenueRun:
    """Collects one venue; `quotes` is set to the quote assets of its wanted markets once they are listed."""

    def __init__(self, context: Context, venue: Venue) -> None:
        self._context, self._venue = context, venue
        self.quotes: asyncio.Future[set[str]] = asyncio.get_running_loop().create_future()

    @property
    def venue(self) -> Venue:
        """The venue that is collected."""
        return self._venue

    async def __call__(self) -> None:
        """Collect; a failure of the venue is noted, never raised."""
        context, venue = self._context, self._venue
        line = context.line(venue.name, venue.pace_per_minute)
        try:
            async with line, Wire(venue, line, paced=context.sources.paced) as wire:
                self._line = line
                markets = await self._markets(wire)
                self.quotes.set_result({market.quote for market in markets})
                await self._candles(wire, markets, venue)
                if context.sources.utc_days and (view := UTC_VIEWS.get(venue.name)):
                    await self._candles(wire, markets, view)
                    context.watcher.finished(view.name)
        except SourceError as error:
            context.failed(venue.name, "", error)
        finally:
            if not self.quotes.done():
                self.quotes.set_result(set())
            context.watcher.finished(venue.name)

    async def _markets(self, wire: Wire) -> list[Market]:
        markets = self._listed_lately() or await self._listed_now(wire)
        chosen = [market for market in markets if is_wanted(market, self._context.wanted)]
        self._context.outcome.matched.update(*(_names(market) for market in chosen))
        return chosen

    def _listed_lately(self) -> list[Market]:
        """The stored markets, if their list is young enough and holds whatever is wished by name; else none."""
        context, venue = self._context, self._venue.name
        seen = context.store.listed_at(venue) if context.lists_for else None
        if seen is None or context.lists_for is None or context.clock() - seen >= context.lists_for:
            return []
        markets = context.store.markets(venue)
        named = set().union(*(_names(market) for market in markets))
        return markets if context.wanted.markets | context.wanted.coins <= named else []

    async def _listed_now(self, wire: Wire) -> list[Market]:
        question = self._question(wire, "markets", "", None, self._venue.ask_markets)
        listed = await observe(question, self._context.keep, self._context.clock)
        assert isinstance(listed, MarketList)  # noqa: S101 - tells mypy what `read` gives for this kind
        names = {market.symbol for market in listed.markets}
        dropped = [
            replace(market, state="delisted")
            for market in self._context.store.markets(self._venue.name)
            if market.symbol not in names
        ]
        return [*listed.markets, *dropped]

    def _question(self, wire: Wire, kind: str, subject: str, span: Span | None, request: Request) -> Question:
        return Question(
            source=self._venue.name,
            kind=kind,
            subject=subject,
            span=span,
            url=f"{self._venue.name}:{request.method}",
            send=lambda: wire.ask(request),
            line=self._line,
        )

    async def _candles(self, wire: Wire, markets: list[Market], venue: Venue) -> None:
        """The missing days of the venue itself, or of a view of it."""
        context = self._context
        context.watcher.started(venue.name, len(markets))
        days = wanted_days(venue, context.wanted, last_closed(context.clock(), venue.opens, CLOSING_MARGIN))
        if days is None:
            return
        known = known_of(context.store, venue, context.clock())
        waiting = iter(markets)

        refusals: list[SourceRefusedError] = []

        async def worker() -> None:
            # A refusal is passed on when all have ended: what is under way comes to its end and is kept.
            try:
                for market in waiting:
                    await self._market(wire, market, days, known, venue)
            except SourceRefusedError as refusal:
                refusals.append(refusal)

        async with asyncio.TaskGroup() as group:
            for _ in range(min(IN_FLIGHT, len(markets))):
                group.create_task(worker())
        if refusals:
            raise refusals[0]

    async def _market(self, wire: Wire, market: Market, days: Span, known: Known, venue: Venue) -> None:
        context = self._context
        try:
            await self._pages(wire, market, days, known, venue)
        except SourceRefusedError:
            raise
        except SourceError as error:
            if market.state == "delisted" and isinstance(error, SourceChangedError):
                # It answers no more about a market that it took off: nothing has failed, and it is in the ledger.
                context.watcher.failed(venue.name, market.symbol, str(error))
            else:
                context.failed(venue.name, market.symbol, error)
        context.watcher.market_done(venue.name)

    async def _pages(self, wire: Wire, market: Market, days: Span, known: Known, venue: Venue) -> None:
        """Ask until nothing is missing that the venue may have; each day at most once."""
        symbol = market.symbol
        answered, first = known.answered.get(symbol, []), known.first_candles.get(symbol)
        need = needed(venue, days, known, symbol, again=self._context.wanted.again)
        ended_early = False
        while need:
            span = next_page(venue, need)
            if first and span.last < first and history_begins(answered, first, venue.page_days):
                return
            page = await self._page(wire, symbol, span, venue)
            if page.oldest is None and not ended_early and self._is_news_of_long_ago(span, answered):
                # Absence is believed when it is told twice, for overloaded venues answer with empty pages: by a page
                # that ended early and an empty one, by two empty ones, or by the second reading of a recent day.
                page = await self._page(wire, symbol, span, venue)
            told = page.answered or span
            # Where a venue may be asked for one page only, it has been asked for all of it.
            need = without(need, told if len(span) > venue.page_days else span)
            answered = [*answered, told]
            ended_early = 0 < page.told < min(len(span), venue.page_days)
            if page.oldest is not None:
                first = min(first or page.oldest, page.oldest)

    def _is_news_of_long_ago(self, span: Span, answered: list[Span]) -> bool:
        """Whether the span holds days that were never read and that no second reading will come to."""
        last = min(span.last, last_closed(self._context.clock(), self._venue.opens, SETTLED))
        return span.first <= last and bool(missing(Span(span.first, last), answered))

    async def _page(self, wire: Wire, symbol: str, span: Span, venue: Venue) -> CandlePage:
        """Ask for one page."""
        context = self._context
        kind = "candles" if venue is self._venue else "hours"
        question = self._question(wire, kind, symbol, span, venue.ask_candles(symbol, span))
        page = await observe(question, context.keep, context.clock)
        assert isinstance(page, CandlePage)  # noqa: S101 - as in _markets
        context.outcome.candle_pages += 1
        context.watcher.page(venue.name, page.rows.num_rows)
        return page


def _names(market: Market) -> set[str]:
    """The words by which a market may be wished."""
    return {market.base, market.name, market.symbol.upper()}


def known_of(store: Store, venue: Venue, now: datetime) -> Known:
    """What the store has of a venue, and what of it is worth another reading at `now`."""
    again = store.due(venue.name, now)
    for symbol, spans in store.quarantined(venue.name).items():
        again.setdefault(symbol, []).extend(spans)
    return Known(store.answered(venue.name), again, store.first_candles(venue.name))
