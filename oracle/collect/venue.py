"""One venue's part of a collection: its market list, then the missing pages of each market, newest first."""

import asyncio
from collections.abc import Sequence

from oracle.collect.context import Context
from oracle.collect.observe import Question, observe
from oracle.collect.plan import Known, pages, wanted_days
from oracle.collect.read import CLOSING_MARGIN
from oracle.days import Span, day_of, last_closed
from oracle.errors import SourceError, SourceRefusedError, SourceUnreachableError
from oracle.law.coverage import history_begins
from oracle.terms import CandlePage, Market, MarketList
from oracle.venues.venue import Request, Venue
from oracle.venues.wire import Wire

# Requests of one venue under way at once; the pace is ccxt's, this only hides the latency.
IN_FLIGHT = 12
# So many markets in a row without an answer, and the venue is left alone for this run.
STRIKES = 3


class VenueRun:
    """Collects one venue; `quotes` is set to the quote assets of its wanted markets once they are listed."""

    def __init__(self, context: Context, venue: Venue) -> None:
        self._context, self._venue = context, venue
        self.quotes: asyncio.Future[set[str]] = asyncio.get_running_loop().create_future()
        self._strikes = 0

    @property
    def venue(self) -> Venue:
        """The venue that is collected."""
        return self._venue

    async def __call__(self) -> None:
        """Collect; a failure of the venue is noted, never raised."""
        context, venue = self._context, self._venue
        sources = context.sources
        wire = Wire(
            venue,
            clock=context.clock,
            endpoint=sources.endpoints.get(venue.name),
            paced=sources.paced,
            timeout=sources.timeout,
        )
        try:
            async with wire:
                markets = await self._markets(wire)
                self.quotes.set_result({market.quote for market in markets})
                await self._candles(wire, markets)
        except SourceError as error:
            context.failed(venue.name, "", error)
        finally:
            if not self.quotes.done():
                self.quotes.set_result(set())
            context.watcher.finished(venue.name)

    async def _markets(self, wire: Wire) -> list[Market]:
        listed = self._listed_lately()
        if listed is None:
            question = self._question(wire, "markets", "", None, self._venue.ask_markets)
            answer = await observe(question, self._context.keep, self._context.clock)
            assert isinstance(answer, MarketList)  # noqa: S101 - tells mypy what `read` gives for this kind
            listed = answer.markets
        chosen = [market for market in listed if self._is_wanted(market)]
        self._context.outcome.matched.update(*(_names(market) for market in chosen))
        return chosen

    def _listed_lately(self) -> Sequence[Market] | None:
        """The stored list, if it is young enough and holds whatever is wished by name."""
        context, wanted = self._context, self._context.wanted
        if context.lists_for is None:
            return None
        seen, listed = context.store.listed(self._venue.name)
        if seen is None or context.clock() - seen >= context.lists_for:
            return None
        named = set().union(*(_names(market) for market in listed))
        return listed if wanted.markets | wanted.coins <= named else None

    def _is_wanted(self, market: Market) -> bool:
        wanted = self._context.wanted
        return (not wanted.markets or bool({market.name, market.symbol.upper()} & wanted.markets)) and (
            not wanted.coins or market.base in wanted.coins
        )

    def _question(self, wire: Wire, kind: str, subject: str, span: Span | None, request: Request) -> Question:
        return Question(
            source=self._venue.name,
            kind=kind,
            subject=subject,
            span=span,
            url=f"{self._venue.name}:{request.method}",
            send=lambda: wire.ask(request),
        )

    async def _candles(self, wire: Wire, markets: list[Market]) -> None:
        context, venue = self._context, self._venue
        context.watcher.started(venue.name, len(markets))
        days = wanted_days(venue, context.wanted, last_closed(context.clock(), venue.opens, CLOSING_MARGIN))
        if days is None:
            return
        store = context.store
        known = Known(store.answered(venue.name), store.quarantined(venue.name), store.first_candles(venue.name))
        waiting = iter(markets)

        async def worker() -> None:
            for market in waiting:
                await self._market(wire, market, days, known)

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(IN_FLIGHT, len(markets))):
                    group.create_task(worker())
        except ExceptionGroup as errors:
            refusals, others = errors.split(SourceRefusedError)
            if others:
                raise others from None
            if refusals:
                raise refusals.exceptions[0] from None

    async def _market(self, wire: Wire, market: Market, days: Span, known: Known) -> None:
        context, venue = self._context, self._venue
        try:
            await self._pages(wire, market, days, known)
            self._strikes = 0
        except SourceRefusedError:
            raise
        except SourceError as error:
            context.failed(venue.name, market.symbol, error)
            self._strikes += isinstance(error, SourceUnreachableError)
            if self._strikes >= STRIKES:
                raise SourceRefusedError(f"{STRIKES} markets in a row got no answer; run collect again") from error
        context.watcher.market_done(venue.name)

    async def _pages(self, wire: Wire, market: Market, days: Span, known: Known) -> None:
        venue, symbol = self._venue, market.symbol
        answered, first = known.answered.get(symbol, []), known.first_candles.get(symbol)
        for span in pages(venue, days, answered, known.quarantined.get(symbol, [])):
            if first and span.last < first and history_begins(answered, first, venue.page_days):
                return
            page = await self._page(wire, symbol, span)
            if page.oldest_ms is None:
                # Absence is believed when it is told twice: overloaded venues answer with empty pages.
                page = await self._page(wire, symbol, span)
            answered = [*answered, span]
            if page.oldest_ms is not None:
                oldest = max(span.first, min(day_of(page.oldest_ms, venue.opens), span.last))
                first = min(first or oldest, oldest)

    async def _page(self, wire: Wire, symbol: str, span: Span) -> CandlePage:
        """Ask for one page."""
        context, venue = self._context, self._venue
        question = self._question(wire, "candles", symbol, span, venue.ask_candles(symbol, span))
        page = await observe(question, context.keep, context.clock)
        assert isinstance(page, CandlePage)  # noqa: S101 - as in _markets
        context.outcome.candle_pages += 1
        context.watcher.page(venue.name, page.rows.num_rows)
        return page


def _names(market: Market) -> set[str]:
    """The words by which a market may be wished."""
    return {market.base, market.name, market.symbol.upper()}
