"""`/v1/official-rates`: the Bank of Russia's rates as they are in force."""

from datetime import date
from typing import Any

from pydantic import Field, TypeAdapter

from oracle.api import models
from oracle.api.datasets import OfDataset
from oracle.api.problem import ProblemError
from oracle.api.quotations import Day, Name
from oracle.api.route import Call, Parameters, Reply, route
from oracle.api.tables import TABLES, Days, span_of, told, written
from oracle.days import Span, parse_day
from oracle.store.listings import Listings
from oracle.store.reads import Reads


class OfCurrency(Parameters):
    """A currency."""

    currency: Name = Field(description="ISO 4217 code", examples=["USD"])


class OfCurrencyOn(OfCurrency):
    """A currency on a date."""

    date: Day = Field(description="calendar date, YYYY-MM-DD", examples=["2026-11-20"])


@route(
    "GET",
    "/v1/official-rates/{currency}/{date}",
    tag="reference",
    path=OfCurrencyOn,
    query=OfDataset,
    answer=models.OfficialRate,
    problems=("not-found", "not-collected"),
)
async def official_rate(call: Call) -> Reply:
    """The official rate that is in force on a date, with the date that it bears."""
    day = parse_day(call.path.date)
    return await told(call, lambda reads: _one_rate(reads, call.path.currency.upper(), day))


def _one_rate(reads: Reads, currency: str, day: date) -> bytes:
    rows = _rates(reads, currency, Span(day, day))
    if not rows:
        until = Listings(reads).rate_known_until(currency)
        raise ProblemError(
            "not-collected", f"the official rate of {currency} on {day} is not known; known until {until}"
        )
    return TypeAdapter(models.OfficialRate).dump_json(models.OfficialRate(**rows[0]))


@route(
    "GET",
    "/v1/official-rates/{currency}",
    tag="reference",
    path=OfCurrency,
    query=Days,
    answer=list[models.OfficialRate],
    row=models.OfficialRate,
    formats=TABLES,
    problems=("not-found", "unprocessable"),
)
async def official_rates(call: Call) -> Reply:
    """The official rate in force on each day from one day until another; days of which none is known are left out."""
    span = span_of(call)
    return await told(
        call,
        lambda reads: written(_rates(reads, call.path.currency.upper(), span), models.OfficialRate, call.media),
    )


def _rates(reads: Reads, currency: str, span: Span) -> list[dict[str, Any]]:
    listings = Listings(reads)
    if currency not in (known := listings.currencies()):
        raise ProblemError("not-found", f"no rate of {currency!r} was collected; known: {', '.join(known)}")
    return listings.rates(currency, span)
