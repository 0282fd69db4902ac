"""The official rates' part of a collection: the currencies that the wanted markets need, for the missing days."""

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta

from aiohttp import ClientSession

from oracle import bank_of_russia as bank
from oracle.collect.context import Context
from oracle.collect.observe import Question, observe
from oracle.collect.venue import VenueRun
from oracle.days import DAY, Span, missing, moscow_date
from oracle.errors import SourceChangedError, SourceError
from oracle.fetch import Response, get, open_session
from oracle.terms import RatePage

# Rates are asked for from this long before the first day, so that the rate in force on it is among them.
RATES_BEFORE = timedelta(days=31)
# The site turns away clients that do not name themselves as it expects.
_AGENT = {"User-Agent": "Mozilla/5.0 (compatible; market-quotation-oracle)"}


async def collect_rates(context: Context, runs: Sequence[VenueRun]) -> None:
    """Waits until every venue has listed its markets or failed to; a failure of the Bank is noted, never raised."""
    quotes = set().union(*await asyncio.gather(*(run.quotes for run in runs)))
    currencies = sorted(((quotes & context.fiat) | {"USD", "EUR"}) - {"RUB"})
    today = moscow_date(context.clock())
    oldest = context.wanted.since or min((run.venue.first_day for run in runs), default=today)
    # Tomorrow's rate is set today.
    days = Span(max(bank.FIRST_DAY, oldest - RATES_BEFORE), min(context.wanted.until or today + DAY, today + DAY))
    context.watcher.started(bank.NAME, len(currencies))
    try:
        async with open_session(context.sources.endpoints.get(bank.NAME)) as session:
            asked = _Bank(context, session)
            ids = await asked.currency_ids(today, currencies)
            for currency in currencies:
                await asked.currency(currency, ids.get(currency), days)
                context.watcher.market_done(bank.NAME)
    except SourceError as error:
        context.failed(bank.NAME, "", error)
    finally:
        context.watcher.finished(bank.NAME)


class _Bank:
    def __init__(self, context: Context, session: ClientSession) -> None:
        self._context, self._session = context, session

    async def currency_ids(self, today: date, needed: Sequence[str]) -> dict[str, str]:
        try:
            question = self._question("currencies", "", Span(today, today), bank.daily_path(today))
            listed = await observe(question, self._context.keep, self._context.clock)
        except SourceChangedError as error:
            # The numbers of the usual currencies are known; without the list only a new one has to wait.
            if set(needed) <= set(bank.CURRENCY_IDS):
                self._context.watcher.failed(bank.NAME, "XML_daily", str(error))
            else:
                self._context.failed(bank.NAME, "XML_daily", error)
            return bank.CURRENCY_IDS
        body = listed.observation.body or b""
        return bank.CURRENCY_IDS | {code: number for code, (number, _) in bank.read_daily(body).items()}

    async def currency(self, currency: str, number: str | None, days: Span) -> None:
        context = self._context
        if number is None:
            context.watcher.failed(bank.NAME, currency, "the Bank of Russia sets no rate for it")
            return
        read = [] if context.wanted.again else context.store.rates_answered(currency)
        for span in missing(days, read):
            question = self._question("rates", f"{currency} {number}", span, bank.dynamic_path(number, span))
            page = await observe(question, context.keep, context.clock)
            assert isinstance(page, RatePage)  # noqa: S101 - tells mypy what `read` gives for this kind
            context.watcher.page(bank.NAME, len(page.rates))

    def _question(self, kind: str, subject: str, span: Span, path: str) -> Question:
        context = self._context
        url = context.sources.endpoints.get(bank.NAME, bank.SITE).rstrip("/") + path

        async def send() -> Response:
            timeout = context.sources.timeout
            return await get(self._session, url, clock=context.clock, timeout=timeout, headers=_AGENT)

        return Question(bank.NAME, kind, subject, span, url, send, markup=True)
