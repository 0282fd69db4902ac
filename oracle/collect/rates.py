"""The official rates' part of a collection: the currencies that the wanted markets need, for the missing days."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from oracle import bank_of_russia as bank
from oracle.collect.context import Context
from oracle.collect.line import Line
from oracle.collect.observe import Question, observe
from oracle.days import DAY, Span, missing, moscow_date
from oracle.errors import SourceChangedError, SourceError
from oracle.fetch import Response
from oracle.terms import RatePage

# Rates are asked for from this long before the first day, so that the rate in force on it is among them.
RATES_BEFORE = timedelta(days=31)
# The Bank publishes no limit; this is slower than a person reads.
PACE_PER_MINUTE = 120
# The site turns away clients that do not name themselves as it expects.
AGENT = {"User-Agent": "Mozilla/5.0 (compatible; market-quotation-oracle)"}
# The Bank sets all rates at once; the dollar's tells whether it has.
FIRST = "USD"


async def collect_rates(context: Context, quotes: Sequence[asyncio.Future[set[str]]], oldest: date | None) -> None:
    """Rates for the quote assets of each venue as soon as it has listed its markets: a slow one keeps nobody waiting.

    From `oldest`, unless the wish says otherwise. A failure of the Bank is noted, never raised.
    """
    if not context.sources.access(bank.NAME).enabled:
        return
    try:
        async with context.line(bank.NAME, PACE_PER_MINUTE) as line:
            asked = _Bank(context, line, oldest)
            await asked.bring({FIRST, "EUR"})
            for ready in asyncio.as_completed(quotes):
                await asked.bring((await ready) & context.fiat)
    except SourceError as error:
        context.failed(bank.NAME, "", error)
    finally:
        context.watcher.finished(bank.NAME)


def rates_span(context: Context, oldest: date | None) -> Span:
    """The days to have rates of, up to tomorrow, whose rate is set today."""
    today = moscow_date(context.clock())
    first = context.wanted.since or oldest or today
    return Span(max(bank.FIRST_DAY, first - RATES_BEFORE), min(context.wanted.until or today + DAY, today + DAY))


class _Bank:
    def __init__(self, context: Context, line: Line, oldest: date | None) -> None:
        self._context, self._line = context, line
        self._days, self._today = rates_span(context, oldest), moscow_date(context.clock())
        self._met: set[str] = {"RUB"}
        self._ids: dict[str, str] | None = None
        self._listless: SourceChangedError | None = None
        self._tomorrow = False

    async def bring(self, currencies: Iterable[str]) -> None:
        """The missing days of the currencies that were not met before."""
        new = sorted({*currencies} - self._met, key=lambda code: (code != FIRST, code))
        if not new:
            return
        self._met.update(new)
        self._context.watcher.started(bank.NAME, len(self._met) - 1)
        # One at a time: what another run is asking for need not be asked again.
        async with self._context.rates_turn:
            for currency in new:
                await self._currency(currency)
                self._context.watcher.market_done(bank.NAME)
            await self._context.keep.flush()

    async def _currency(self, currency: str) -> None:
        context = self._context
        read = [] if context.wanted.again else context.store.rates_answered(currency)
        spans = missing(self._days, read)
        if currency == FIRST:
            self._tomorrow = not spans
        elif not self._tomorrow:
            until_today = Span(self._days.first, min(self._days.last, self._today))
            spans = missing(until_today, read)
        if not spans:
            return
        number = await self._number(currency, new_days=spans[0].first <= self._today)
        if number is None:
            return
        for span in spans:
            question = self._question("rates", f"{currency} {number}", span, bank.dynamic_path(number, span))
            page = await observe(question, context.keep, context.clock)
            assert isinstance(page, RatePage)  # noqa: S101 - tells mypy what `read` gives for this kind
            context.watcher.page(bank.NAME, len(page.rates))
            if currency == FIRST:
                self._tomorrow |= any(rate.effective_on > self._today for rate in page.rates)

    async def _number(self, currency: str, *, new_days: bool) -> str | None:
        """The Bank's own number of the currency; None, and told, where it has none."""
        if self._ids is None and (new_days or currency not in bank.CURRENCY_IDS):
            self._ids = await self._currency_ids()
        number = (self._ids or bank.CURRENCY_IDS).get(currency)
        if number is None and self._listless:
            self._context.failed(bank.NAME, "XML_daily", self._listless)
        elif number is None:
            self._context.watcher.failed(bank.NAME, currency, "the Bank of Russia sets no rate for it")
        return number

    async def _currency_ids(self) -> dict[str, str]:
        today = self._today
        try:
            question = self._question("currencies", "", Span(today, today), bank.daily_path(today))
            listed = await observe(question, self._context.keep, self._context.clock)
        except SourceChangedError as error:
            # The numbers of the usual currencies are known; without the list only a new one has to wait.
            self._listless = error
            self._context.watcher.failed(bank.NAME, "XML_daily", str(error))
            return bank.CURRENCY_IDS
        body = listed.observation.body or b""
        return bank.CURRENCY_IDS | {code: number for code, (number, _) in bank.read_daily(body).items()}

    def _question(self, kind: str, subject: str, span: Span, path: str) -> Question:
        url = bank.SITE + path

        async def send() -> Response:
            return await self._line.get(url, AGENT, markup=True)

        return Question(bank.NAME, kind, subject, span, url, send, self._line, markup=True)
